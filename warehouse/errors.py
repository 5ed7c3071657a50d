"""What can go wrong with the warehouse, each error naming the file and the remedy.

DuckDB's errors of machine, file and lock are turned into these in ``connection``; errors of our own SQL stay DuckDB
errors, for they are bugs.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from transforms.errors import EXIT_USAGE, CopydeskError


class WarehouseError(CopydeskError):
    """The warehouse cannot do what was asked; the message names the file and what to do."""


class WarehouseBusy(WarehouseError):
    """Somebody else has the database file open; worth trying again later."""


class NotAWarehouse(WarehouseError):
    """The file is no DuckDB database, or one that Copydesk did not make."""

    exit_code = EXIT_USAGE


class ForeignCopy(WarehouseError):
    """The file that would be replaced by a published copy is no published copy of this warehouse."""

    exit_code = EXIT_USAGE


class SchemaMismatch(WarehouseError):
    """The database and this program do not have the same history of migrations."""


class WarehouseFull(WarehouseError):
    """No room is left, on the disk or under the memory limit."""


class UnbalancedLedger(WarehouseError):
    """A batch in which not every document that was read has exactly one end; nothing of it was loaded."""


class AmbiguousId(WarehouseError):
    """The start of an id that several articles share."""


class QueryError(WarehouseError):
    """An ad-hoc query that DuckDB refused; the message is DuckDB's."""


class ExportError(WarehouseError):
    """An export to a place where it may not go, or of something that is not there."""

    exit_code = EXIT_USAGE


def disk_error(path: Path, error: OSError) -> WarehouseError:
    """An error of disk or file in our words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return WarehouseFull(
            f"{path}: the disk is full, or a limit on the size of files is reached; free some space or raise the "
            "limit, and run the same command again."
        )
    return WarehouseError(f"{path}: {os.strerror(error.errno) if error.errno else error}")
