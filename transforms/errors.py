"""The base of every error that ends a command with a message for its user instead of a traceback.

An error of these types names what is wrong and the remedy, and carries the exit code of the command that it ends.
Every other exception is a defect, and its traceback is wanted. Exceptions that are always caught within their own
package, because they turn into a rejection or a retry, are not of these types.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar

EXIT_FAILED = 1
EXIT_USAGE = 2


class CopydeskError(Exception):
    """The work cannot be done: a fault of the machine, the database or the network; the message names the remedy."""

    exit_code: ClassVar[int] = EXIT_FAILED


class UsageError(CopydeskError):
    """What was asked for is wrong: an input, an option, a setting or a data file; the message names the remedy."""

    exit_code: ClassVar[int] = EXIT_USAGE


class DataFileError(UsageError):
    """A data file cannot be used; the message names the entry, the key, its value and the remedy."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The names most like an unknown one, for a message: ``did you mean a or b?``; an empty text where none is."""
    by_folded = {one.casefold(): one for one in known}
    alike = difflib.get_close_matches(name.casefold(), by_folded, n=3)
    return f"did you mean {' or '.join(by_folded[one] for one in alike)}?" if alike else ""
