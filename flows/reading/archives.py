"""ZIP and tar archives: their members, one after the other, each read as the file that it is.

Names of members are labels, never places: nothing is unpacked to disk under them. What a member holds does not belong
here.
"""

from __future__ import annotations

import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Self, cast

from flows.reading.decompress import Expansion
from flows.reading.documents import Outcome, unreadable, valid_text
from flows.reading.options import ReadOptions, Reason, StreamFault
from flows.reading.streams import CHUNK_BYTES, Stream, file_chunks

_MAX_HEADER_BYTES = 1024 * 1024
"""Of a tar member's extended header, which tarfile holds in memory; paths come to kilobytes."""

_DIRECTORY_BYTES_PER_MEMBER = 512
"""What a ZIP directory may take for each member that may be read; usual is about 100."""

_CONTAINERS = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml")
"""Files at the top of a ZIP which say that it is an Office document, an e-book or a program."""

_ENCRYPTED = 0x1
_END_RECORD = b"PK\x05\x06"
_END_RECORD_BYTES = 22
_MAX_COMMENT_BYTES = 65_535
_ZIP64_LOCATOR_BYTES = 20
_SEE_ZIP64 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, to be read at once: a tar stream goes on behind it."""

    name: str
    chunks: Iterator[bytes]
    expansion: Expansion


ReadMember = Callable[[Member], Iterator[Outcome]]


def read_zip(
    file: BinaryIO, origin: str, expansion: Expansion, options: ReadOptions, read_member: ReadMember
) -> Iterator[Outcome]:
    """The documents of a ZIP archive's members, in the order of its directory.

    Raises:
        StreamFault: ``truncated archive``, ``corrupt file``, ``too large``, ``unsupported kind``,
            ``decompression bomb``.
    """
    archive = _opened(file, options)
    if any(name in archive.NameToInfo for name in _CONTAINERS):
        raise StreamFault("unsupported kind", "This is an Office file, e-book or program. Convert it to text or HTML.")
    members = [info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info.filename)]
    for info in members[: options.max_members]:
        name = valid_text(info.filename)
        if problem := _zip_problem(info):
            yield unreadable("unsupported kind", problem, f"{origin}!{name}")
            continue
        inner = Expansion(lambda info=info: info.compress_size, options, expansion)  # type: ignore[misc]
        yield from read_member(Member(name, _zip_chunks(archive, info, inner), inner))
        if expansion.exceeds(10 * options.expansion_floor_bytes):
            raise StreamFault("decompression bomb", expansion.finding())
    _refuse_more(len(members), options)


def read_tar(
    stream: Stream, origin: str, expansion: Expansion, options: ReadOptions, read_member: ReadMember
) -> Iterator[Outcome]:
    """The documents of a tar archive's members, as the stream brings them.

    Raises:
        StreamFault: ``truncated archive``, ``corrupt file``, ``too large`` or what befell the stream.
    """
    count = 0
    for archive, info in _tar_members(stream):
        if not info.isfile() or _is_hidden(info.name):
            continue
        count += 1
        _refuse_more(count, options)
        name = valid_text(info.name)
        if info.issparse():  # a few bytes may stand for terabytes of zeros
            yield unreadable(
                "unsupported kind", "This is a sparse file. Pack it as an ordinary one.", f"{origin}!{name}"
            )
            continue
        yield from read_member(Member(name, _tar_chunks(cast(IO[bytes], archive.extractfile(info)), stream), expansion))
        if stream.failed:  # the member has said so
            return


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part.strip(".") for part in parts)


def _refuse_more(count: int, options: ReadOptions) -> None:
    if count > options.max_members:
        raise StreamFault(
            "too large", f"The archive has over {options.max_members:,} members; the rest was not read. Split it."
        )


def _opened(file: BinaryIO, options: ReadOptions) -> zipfile.ZipFile:
    try:
        if _directory_bytes(file) > _DIRECTORY_BYTES_PER_MEMBER * options.max_members:
            raise StreamFault("too large", "The archive's directory is too long. Split it.")
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise StreamFault("corrupt file", f"The ZIP archive is damaged: {error}. Fetch it again.") from error


def _directory_bytes(file: BinaryIO) -> int:
    """What the end record says about the size of the directory, which zipfile holds in memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_RECORD_BYTES - _MAX_COMMENT_BYTES - _ZIP64_LOCATOR_BYTES))
    tail = file.read(_END_RECORD_BYTES + _MAX_COMMENT_BYTES + _ZIP64_LOCATOR_BYTES)
    at = tail.rfind(_END_RECORD)
    if at < 0:
        raise StreamFault("truncated archive", "The ZIP archive has no end record: its end is missing. Fetch it again.")
    (stated,) = struct.unpack_from("<I", tail, at + 12)
    if stated != _SEE_ZIP64:
        return int(stated)
    (end_at,) = struct.unpack_from("<Q", tail, at - _ZIP64_LOCATOR_BYTES + 8)
    file.seek(min(end_at, size))
    (stated,) = struct.unpack_from("<Q", file.read(56), 40)
    return int(stated)


def _zip_problem(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED:
        return "This member is encrypted. Unpack the archive with its password first."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # zipfile decompresses the other methods without a bound.
        return f"This member is packed by method {info.compress_type}. Pack it with deflate."
    return None


def _zip_chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, expansion: Expansion) -> Iterator[bytes]:
    try:
        with archive.open(info) as member:
            while chunk := member.read(CHUNK_BYTES):
                expansion.add(len(chunk))
                yield chunk
    except EOFError as error:
        raise StreamFault("truncated archive", "The member ends early. Fetch the archive again.") from error
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError) as error:
        raise StreamFault("corrupt file", f"The member is damaged: {error}. Fetch the archive again.") from error
    except OSError as error:
        raise StreamFault("unreadable", f"Reading stopped: {error}. Check the disk or the connection.") from error


class _Info(tarfile.TarInfo):
    """A tar header that refuses what tarfile would hold in memory or pass over as if it were the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if not any(buf):  # the archive's end mark, or its end
                raise
            if len(buf) < tarfile.BLOCKSIZE:
                detail = "The tar archive ends inside a header. Fetch it again."
                raise StreamFault("truncated archive", detail) from error
            raise StreamFault("corrupt file", f"The tar archive is damaged: {error}. Fetch it again.") from error

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _HEADER_TYPES and self.size > _MAX_HEADER_BYTES:
            raise tarfile.ReadError("an extended header is too long")
        return cast(tarfile.TarInfo, super()._proc_member(tar))  # type: ignore[misc]


_HEADER_TYPES = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)


def _tar_members(stream: Stream) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    try:
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", tarinfo=_Info, errorlevel=0) as archive:
            while (info := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # else every header is held to the end
                yield archive, info
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        if stream.fault:
            raise stream.fault from error
        reason: Reason = "truncated archive" if "end of data" in str(error) else "corrupt file"
        raise StreamFault(reason, f"The tar archive is damaged: {error}. Fetch it again.") from error


def _tar_chunks(member: IO[bytes], stream: Stream) -> Iterator[bytes]:
    try:
        yield from file_chunks(member)
    except tarfile.ReadError as error:
        stream.fault = StreamFault("truncated archive", f"The member ends early: {error}. Fetch the archive again.")
        stream.failed = True
        raise stream.fault from error
