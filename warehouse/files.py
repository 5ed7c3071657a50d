"""Whole files or none: a file is made under another name in its own folder and appears under its own in one step.

What is in the files does not belong here.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_COPY_BLOCK_BYTES = 4 << 20

_READ_BITS = 0o444
"""A published file has no more: a client that forgets to ask for reading only is refused, instead of locking out the
other readers."""


_PRIVATE = 0o077


class _Umask:
    """The process's umask while databases are written: nobody else may read what DuckDB makes beside them.

    The log, the spill files and the copies of a compaction hold articles and raw documents, and DuckDB takes no mode
    for them. The umask is the whole process's, so it is put back when the last writer has closed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writers = 0
        self._usual = 0

    def tighten(self) -> None:
        with self._lock:
            if not self._writers:
                self._usual = os.umask(_PRIVATE)
            self._writers += 1

    def relax(self) -> None:
        with self._lock:
            self._writers -= 1
            if not self._writers:
                os.umask(self._usual)

    @contextmanager
    def as_usual(self) -> Iterator[int]:
        """The user's own umask, for a file that is meant for others."""
        with self._lock:
            before = os.umask(_PRIVATE)  # it can only be asked for by setting it
            usual = self._usual if self._writers else before
            os.umask(usual)
            try:
                yield usual
            finally:
                os.umask(before)


_umask = _Umask()


@contextmanager
def private_files() -> Iterator[None]:
    """Let what is made in the block be readable by its owner alone."""
    _umask.tighten()
    try:
        yield
    finally:
        _umask.relax()


@contextmanager
def unfinished_beside(target: Path, purpose: str) -> Iterator[Path]:
    """A path for a new file in ``target``'s folder, not there yet; what is left of it at the end is removed.

    Left-overs of processes that were killed at the same purpose are removed first; the folder of one that is still at
    work is locked by it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{target.name}.{purpose}-"
    with _locked(target.parent):  # so that nobody takes a folder for left over that is about to be locked
        for left_over in target.parent.iterdir():
            if left_over.name.startswith(prefix):
                _remove_unless_locked(left_over)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
        at_work = _lock(folder, fcntl.LOCK_EX)
    try:
        yield folder / target.name
    finally:
        _remove(folder)
        os.close(at_work)


def _lock(folder: Path, kind: int) -> int:
    """The descriptor of a folder that is locked until it is closed.

    Raises:
        BlockingIOError: another process has it locked, and ``kind`` says not to wait.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:  # an interrupt of the wait too must not leave the folder open, which could lock it later
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = _lock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _remove_unless_locked(folder: Path) -> None:
    try:
        descriptor = _lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # it is at work, gone by itself, or not ours
        return
    _remove(folder)
    os.close(descriptor)


def replace_with_copy(source: BinaryIO, target: Path) -> None:
    """Make ``target`` a read-only copy of ``source``, from where it stands, in one step.

    Whoever has the old file open keeps it. On return the new one is on the disk.

    Raises:
        OSError: the copy could not be made; the old file is still in its place.
    """
    with _umask.as_usual() as umask, unfinished_beside(target, "publishing") as unfinished:
        with unfinished.open("xb") as copy:
            shutil.copyfileobj(source, copy, _COPY_BLOCK_BYTES)
            copy.flush()
            os.fsync(copy.fileno())
        unfinished.chmod(_READ_BITS & ~umask)  # the warehouse itself is its owner's alone
        # A log beside the target belongs to the file that goes; DuckDB would hold it against the new one.
        target.with_name(target.name + ".wal").unlink(missing_ok=True)
        unfinished.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
