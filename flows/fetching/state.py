"""What the folder of fetched files remembers from one fetch to the next, in one small file.

Which lists said what about changes (ETag, Last-Modified), which addresses are done, which are still to be fetched,
which files no run has read yet, and which hosts asked to be left alone. The file is replaced in one step, and one fetch
at a time holds the folder.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import re
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from transforms.errors import CopydeskError
from transforms.text.urls import UrlRules, canonical_url

STATE_FILE = ".state.json"
LOCK_FILE = ".lock"

_FILE_NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{6}\.warc\.gz")

FORGET_DAYS = 400
"""After which a finished address is forgotten: a list that still names it by then makes us fetch it once more."""

MAX_TRIES = 5
GIVE_UP_DAYS = 7
"""An address that gave no answer in so many fetches, over so many days, has failed. Outages last hours, some days."""

_KEY_DIGITS = 20
"""80 bits: two of a billion addresses share a key once in a million warehouses."""


def new_file_name(now: dt.datetime) -> str:
    """A name for a WARC file that sorts by time and is not given twice."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}.warc.gz"


def is_fetched_file(name: str) -> bool:
    """Whether it is such a name, and so not a file that a person has put there."""
    return _FILE_NAME.fullmatch(name) is not None


class FetchError(CopydeskError):
    """The folder of fetched files cannot be used; the message says what to do."""


class Tries(BaseModel):
    """Fetches in a row in which an address gave no answer."""

    model_config = ConfigDict(extra="forbid")

    count: int = 0
    since: dt.date | None = None

    def failed(self, today: dt.date) -> bool:
        """Count one more; whether it is time to give up."""
        self.count += 1
        self.since = self.since or today
        return self.count >= MAX_TRIES and (today - self.since).days >= GIVE_UP_DAYS


class ListMemory(BaseModel):
    """What is known of one feed or sitemap."""

    model_config = ConfigDict(extra="forbid")

    etag: str = ""
    last_modified: str = ""
    tries: Tries = Tries()

    def forget_version(self) -> None:
        """Have the whole list again the next time."""
        self.etag = self.last_modified = ""


class Waiting(BaseModel):
    """An address that is still to be fetched."""

    model_config = ConfigDict(extra="forbid")

    url: str
    named_by: str
    tries: Tries = Tries()


class _Memory(BaseModel):
    """The file's content."""

    model_config = ConfigDict(extra="forbid")

    version: int = 1
    lists: dict[str, ListMemory] = {}
    done: dict[str, int] = {}
    """Day of the end (days since year 1) by key of the address."""
    waiting: dict[str, Waiting] = {}
    unread: list[str] = []
    """Names of WARC files that no finished run has read."""
    paused: dict[str, dt.datetime] = {}
    """Until when a host asked to be left alone."""


@dataclass
class State:
    """The memory while a fetch or a run holds it; may be used by several threads."""

    folder: Path
    rules: UrlRules
    _memory: _Memory
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def key(self, url: str) -> str:
        """What an address is remembered by: all its spellings that lead to one page share it."""
        canonical = canonical_url(url, self.rules) or url
        return hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()[:_KEY_DIGITS]

    def is_done(self, url: str) -> bool:
        """Whether the address had its end in an earlier fetch or in this one."""
        with self._lock:
            return self.key(url) in self._memory.done

    def await_page(self, url: str, named_by: str) -> bool:
        """Note that an address is to be fetched; False where it is done or noted already."""
        key = self.key(url)
        with self._lock:
            if key in self._memory.done or key in self._memory.waiting:
                return False
            self._memory.waiting[key] = Waiting(url=url, named_by=named_by)
            return True

    def waiting(self, names: Iterable[str]) -> list[Waiting]:
        """The addresses that lists or files of these names gave and that have no end yet."""
        wanted = set(names)
        with self._lock:
            return [page for page in self._memory.waiting.values() if page.named_by in wanted]

    def finish(self, urls: Iterable[str], today: dt.date) -> None:
        """Note the end of a page under all its addresses."""
        with self._lock:
            for key in map(self.key, urls):
                self._memory.done[key] = today.toordinal()
                self._memory.waiting.pop(key, None)

    def waiting_tries(self, url: str) -> Tries:
        """The tries of a waiting address, to be changed in place."""
        with self._lock:
            page = self._memory.waiting.get(self.key(url))
            return page.tries if page else Tries()  # had by now, through another address

    @property
    def waiting_count(self) -> int:
        """Addresses of all lists that have no end yet."""
        return len(self._memory.waiting)

    def list_memory(self, url: str) -> ListMemory:
        """What is known of a list; to be changed in place."""
        with self._lock:
            return self._memory.lists.setdefault(url, ListMemory())

    def paused_hosts(self, now: dt.datetime) -> dict[str, dt.datetime]:
        """Hosts that asked to be left alone until later than now."""
        with self._lock:
            self._memory.paused = {host: until for host, until in self._memory.paused.items() if until > now}
            return dict(self._memory.paused)

    def pause_host(self, host: str, until: dt.datetime) -> None:
        """A host asked to be left alone."""
        with self._lock:
            self._memory.paused[host] = until

    def unread_files(self) -> list[Path]:
        """WARC files that no finished run has read, oldest first."""
        with self._lock:
            return [self.folder / name for name in self._memory.unread if (self.folder / name).is_file()]

    def add_file(self, path: Path) -> None:
        """A new WARC file, to be read."""
        with self._lock:
            self._memory.unread.append(path.name)

    def drop_files(self, paths: Iterable[Path]) -> None:
        """These were read."""
        names = {path.name for path in paths}
        with self._lock:
            self._memory.unread = [name for name in self._memory.unread if name not in names]

    def forget_old(self, today: dt.date) -> None:
        """Forget what ended long ago."""
        oldest = today.toordinal() - FORGET_DAYS
        with self._lock:
            self._memory.done = {key: day for key, day in self._memory.done.items() if day >= oldest}

    def forget_pages(self) -> None:
        """Fetch everything again: forget which pages are done and what lists said about changes."""
        with self._lock:
            self._memory.done.clear()
            self._memory.lists.clear()

    def save(self) -> None:
        """Write the file; the old one stays whole until the new one is.

        Raises:
            OSError: the disk is full or the folder not writable.
        """
        with self._lock:
            content = orjson.dumps(self._memory.model_dump(mode="json"))
        new = self.folder / f"{STATE_FILE}.new"
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / STATE_FILE)


@contextmanager
def held_state(folder: Path, rules: UrlRules) -> Iterator[State]:
    """The folder's memory, for one fetch or run at a time.

    Raises:
        FetchError: another fetch holds it, or its file is not ours.
        OSError: the folder cannot be made or written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)  # pages that were fetched, maybe from private hosts, are their owner's
    with (folder / LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FetchError(f"another fetch is using {folder}; wait for its end, or name another folder") from error
        yield State(folder, rules, _read(folder / STATE_FILE))


def _read(path: Path) -> _Memory:
    try:
        value: Any = orjson.loads(path.read_bytes())
        return _Memory.model_validate(value)
    except FileNotFoundError:
        return _Memory()
    except (orjson.JSONDecodeError, ValidationError) as error:
        remedy = "restore it, or delete it to have everything fetched again"
        raise FetchError(f"{path} is damaged or of a later version: {remedy}") from error


def unread_names(folder: Path) -> frozenset[str]:
    """Names of the WARC files that no finished run has read, without waiting for a fetch that goes on: its file is new.

    Raises:
        FetchError: the folder's memory is damaged.
    """
    return frozenset(_read(folder / STATE_FILE).unread)


def mark_read(folder: Path, paths: Sequence[Path]) -> None:
    """Note that a run has taken every document of these files to its end.

    Raises:
        FetchError, OSError: it cannot be noted; the next run reads the files again, which changes nothing.
    """
    with held_state(folder, UrlRules()) as state:
        state.drop_files(paths)
        state.save()
