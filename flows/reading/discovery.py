"""From what a person writes as an input to the files that it means, in a fixed order.

Files, directories, globs, standard input and fsspec URLs. Contents do not belong here: nothing is opened until a
``Source`` is.
"""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from flows.reading.documents import valid_text
from flows.reading.options import InputError, StreamFault
from flows.reading.streams import Readable

STDIN = "-"
STDIN_ORIGIN = "stdin"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be read."""

    origin: str
    """Relative to the input's parent, with ``/``: no path of a machine."""
    open: Callable[[], Readable]
    """Opens it. Raises ``FileNotFoundError`` where it has vanished, ``OSError``, ``StreamFault``."""
    is_stdin: bool = False


class _Stdin:
    """Standard input, which is not ours to close."""

    def read(self, size: int, /) -> bytes:
        return sys.stdin.buffer.read(size)


@dataclass(frozen=True, slots=True)
class Found:
    """What one input means."""

    sources: Callable[[], Iterator[Source]]
    total_bytes: int
    """Sum of the sizes as they were found; 0 for a stream."""
    is_one_file: bool = False
    """Whether a person named this very file."""


def discover(inputs: Sequence[str]) -> list[Found]:
    """The files of each input.

    Raises:
        InputError: there is no input, one matches nothing, or its driver is not installed.
    """
    if not inputs:
        raise InputError("no input was named; name files, directories, globs, URLs, or - for standard input")
    if len([text for text in inputs if text == STDIN]) > 1:
        raise InputError("standard input (-) was named more than once")
    return [_discover_one(text) for text in inputs]


def _discover_one(text: str) -> Found:
    if text == STDIN:
        return Found(lambda: iter([Source(STDIN_ORIGIN, _Stdin, is_stdin=True)]), 0)
    scheme, mark, _ = text.partition("://")
    if mark and scheme.replace("+", "").replace(":", "").isalnum():
        if scheme == "file":
            return _local(unquote(urlsplit(text).path))
        return _remote(text, scheme)
    return _local(text)


def _local(text: str) -> Found:
    path = Path(text)
    if path.is_dir():
        return _files(_parent(path), list(_walk(path, _label(path), set())), text)
    if path.exists():
        return _files(path.parent, [(path.name, path.stat().st_size)], text, explicit=True)
    if glob.has_magic(text):
        return _globbed(text)
    raise InputError(f"no such file or directory: {text!r}; check the spelling, or quote a glob")


def _label(directory: Path) -> str:
    return directory.name if directory.name not in ("", "..") else directory.resolve().name


def _parent(directory: Path) -> Path:
    return directory.parent if directory.name not in ("", "..") else directory.resolve().parent


def _globbed(text: str) -> Found:
    fixed = Path(*_without_magic(Path(text).parts))
    base = _parent(fixed) if fixed.parts else Path()
    prefix = _label(fixed) if fixed.parts else ""
    found: list[tuple[str, int]] = []
    seen: set[tuple[int, int]] = set()
    for match in sorted(glob.glob(text, recursive=True)):  # noqa: PTH207  # Path.glob takes no absolute patterns
        path = Path(match)
        name = "/".join(part for part in (prefix, path.relative_to(fixed).as_posix()) if part not in ("", "."))
        if path.is_dir():
            if "**" not in text:
                found.extend(_walk(path, name, seen))
        else:
            found.append((name, _size(path)))
    return _files(base, found, text)


def _without_magic(parts: tuple[str, ...]) -> Iterator[str]:
    for part in parts[:-1]:
        if glob.has_magic(part):
            return
        yield part


def _walk(directory: Path, label: str, seen: set[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """Name and size of every file below, sorted, hidden ones left out; every directory once, so links cannot loop."""
    try:
        status = directory.stat()
        entries = sorted(directory.iterdir(), key=lambda entry: entry.name)
    except OSError:
        yield label, 0  # opening it says what is wrong
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, f"{label}/{entry.name}", seen)
        else:
            yield f"{label}/{entry.name}", _size(entry)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # opening it says what is wrong


def _files(base: Path, found: list[tuple[str, int]], text: str, *, explicit: bool = False) -> Found:
    """``found``: names below ``base`` with sizes."""
    if not found:
        raise InputError(f"{text!r} holds or matches no file; check the spelling (hidden files are left out)")
    names = [name for name, _ in found]

    def sources() -> Iterator[Source]:
        for name in names:
            yield Source(valid_text(name), lambda name=name: _open_local(base / name, explicit=explicit))  # type: ignore[misc]

    return Found(sources, sum(size for _, size in found), is_one_file=explicit)


def _open_local(path: Path, *, explicit: bool) -> Readable:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        os.scandir(path).close()  # raises what kept it from being listed
    elif not stat.S_ISREG(mode) and not explicit:  # a pipe or device in a directory would block or never end
        raise StreamFault("unsupported kind", "This is a pipe, socket or device. Name it as an input of its own.")
    return path.open("rb", buffering=0)


def _remote(text: str, scheme: str) -> Found:
    filesystem, path = _filesystem(text, scheme)
    found = _remote_files(filesystem, path, is_web=scheme in ("http", "https"))
    if not found:
        raise InputError(f"nothing is at {without_secrets(text)!r}; check the address and the permission to list it")
    base = _remote_base(path)
    names = [(name, name[len(base) :].lstrip("/") or name) for name, _ in found]

    def sources() -> Iterator[Source]:
        for name, origin in names:
            yield Source(valid_text(origin), lambda name=name: _open_remote(filesystem, name))  # type: ignore[misc]

    return Found(sources, sum(size for _, size in found))


def _open_remote(filesystem: Any, name: str) -> Readable:
    return cast(Readable, filesystem.open(name, "rb"))


def _filesystem(text: str, scheme: str) -> tuple[Any, str]:
    import fsspec
    from fsspec.registry import known_implementations

    try:
        filesystem, path = fsspec.core.url_to_fs(text)
    except ImportError as error:
        hint = known_implementations.get(scheme, {}).get("err") or f"Install the fsspec driver for {scheme}://"
        raise InputError(f"{without_secrets(text)!r} needs a driver that is not installed. {hint}") from error
    except ValueError as error:
        raise InputError(f"{without_secrets(text)!r}: {error}; see fsspec for the protocols that it knows") from error
    return filesystem, str(path)


def _remote_files(filesystem: Any, path: str, *, is_web: bool) -> list[tuple[str, int]]:
    if is_web or not glob.has_magic(path):
        if is_web or filesystem.isfile(path):
            return [(path, int(filesystem.info(path).get("size") or 0))]
        listed = filesystem.find(path, detail=True)
    else:
        listed = filesystem.glob(path, detail=True)
    below = len(_remote_base(path))
    return sorted(
        (name, int(info.get("size") or 0))
        for name, info in listed.items()
        if info["type"] == "file" and not any(part.startswith(".") for part in name[below:].split("/"))
    )


def _remote_base(path: str) -> str:
    """The parent of what was asked for; of a glob, the parent of the directory before its first magic part."""
    parts = path.rstrip("/").split("/")
    fixed = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return "/".join(parts[: fixed - 1])


def without_secrets(text: str) -> str:
    """An input as it may be shown: a URL without user, password and query."""
    if "://" not in text:
        return text
    parts = urlsplit(text)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
