"""A folder that every machine of a cluster reads and writes, by fsspec URL; a file in it is there whole or not at all.

What the files hold belongs to :mod:`flows.cluster.parcels`.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import fsspec
from fsspec.registry import known_implementations

from flows.settings import SettingsError

UNFINISHED = "part"


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A folder on shared storage; made where it is first written to."""

    url: str
    """With its protocol and absolute, so that it means the same on every machine."""
    files: Any
    """The fsspec filesystem."""
    path: str

    @classmethod
    def at(cls, url: str) -> SharedFolder:
        """The folder of a URL or a local path.

        Raises:
            SettingsError: the protocol is unknown, or its driver is not installed.
        """
        try:
            files, path = fsspec.core.url_to_fs(url)
        except ImportError as error:
            scheme = url.partition("://")[0]
            hint = known_implementations.get(scheme, {}).get("err") or f"Install the fsspec driver for {scheme}://"
            raise SettingsError(f"shared_storage needs a driver that is not installed. {hint}") from error
        except ValueError as error:
            raise SettingsError(f"shared_storage: {error}; see fsspec for the protocols that it knows") from error
        return cls(files.unstrip_protocol(path), files, path)

    def below(self, name: str) -> SharedFolder:
        """A folder in this one."""
        return SharedFolder(f"{self.url.rstrip('/')}/{name}", self.files, self._path(name))

    def names(self) -> list[str]:
        """What is in the folder; nothing where there is no such folder."""
        try:
            listed = self.files.ls(self.path, detail=False)
        except FileNotFoundError:
            return []
        return sorted(name.rstrip("/").rpartition("/")[2] for name in listed)

    def write(self, name: str) -> UnfinishedFile:
        """Begin a file; it takes its name when it is kept, in one step, in place of an earlier one."""
        self.files.makedirs(self.path, exist_ok=True)
        path = self._path(name)
        unfinished = f"{path}.{secrets.token_hex(6)}.{UNFINISHED}"
        return UnfinishedFile(self.files, cast(BinaryIO, self.files.open(unfinished, "wb")), unfinished, path)

    def read(self, name: str) -> BinaryIO:
        """Open a file that can be jumped about in; to be closed.

        Raises:
            OSError: it is not there, or the storage does not answer.
        """
        return cast(BinaryIO, self.files.open(self._path(name), "rb"))

    def remove(self, name: str) -> None:
        """Remove a file, or a folder and everything in it; nothing where it is not there."""
        with suppress(FileNotFoundError):
            self.files.rm(self._path(name), recursive=True)

    def _path(self, name: str) -> str:
        return f"{self.path.rstrip('/')}/{name}"


@dataclass(frozen=True, slots=True)
class UnfinishedFile:
    """A file that nobody sees under its name yet."""

    files: Any
    stream: BinaryIO
    unfinished: str
    path: str

    def keep(self) -> None:
        """Give the file its name: atomic on a file system, and on an object store, where a copy appears whole."""
        self.stream.close()
        self.files.mv(self.unfinished, self.path)

    def discard(self) -> None:
        """Leave nothing of it behind."""
        with suppress(OSError):
            self.stream.close()
            self.files.rm(self.unfinished)
