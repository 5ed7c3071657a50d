"""What all commands share: consoles, JSON for programs, options with one meaning, and errors as exit codes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from transforms.errors import EXIT_FAILED, EXIT_USAGE, CopydeskError, UsageError

if TYPE_CHECKING:
    from flows.settings import Settings

EXIT_HELD = 3
EXIT_INTERRUPTED = 130
EXIT_CODES = (
    f"0 done, {EXIT_FAILED} failed, {EXIT_USAGE} wrong input or setting, "
    f"{EXIT_HELD} done, but something waits for a decision, {EXIT_INTERRUPTED} stopped by the user"
)

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings file; copydesk.toml here where none is named.")
]
WarehousePath = Annotated[Path | None, typer.Option("--warehouse", help="The database that runs write to.")]
PublishedPath = Annotated[Path | None, typer.Option("--published", help="The read-only copy that people query.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]

Row = TypeVar("Row")

_WIDEST = 10_000
"""Characters of a line of a table that is not for a terminal."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class NotFound(UsageError):
    """A command was asked for something that does not exist; the message names it and where to look."""


def require_warehouse(settings: Settings) -> None:
    """Refuse to work on a warehouse that is not there, which only a run makes.

    Raises:
        NotFound: there is none.
    """
    if not settings.warehouse.exists():
        raise NotFound(f"there is no warehouse {settings.warehouse} yet; begin with copydesk run FOLDER")


def print_json(value: Any) -> None:
    """One JSON document on standard output: dataclasses as objects, dates as ISO 8601."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
    sys.stdout.write(orjson.dumps(value, option=options, default=str).decode())


def show(
    rows: Sequence[Row],
    columns: Sequence[str],
    cells: Callable[[Row], Sequence[object]],
    as_json: bool,
    *,
    title: str | None = None,
    after: str | None = None,
    when_empty: str | None = None,
) -> None:
    """Print records: as JSON with all their fields for programs, or as a table for people.

    Args:
        rows: the records, dataclasses.
        columns: headings of the table.
        cells: what a record shows under each heading.
        as_json: for programs.
        title: above the table.
        after: what to do next, below the table.
        when_empty: printed in place of a table without rows.
    """
    if as_json:
        print_json(rows)
    elif rows or when_empty is None:
        print_table(columns, [cells(row) for row in rows], title)
        if after:
            out.print(f"\n{after}")
    else:
        out.print(when_empty)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None) -> None:
    """Print a table for people: within the width of a terminal, and a line a row where another program reads it."""
    made = _table(columns, rows, title)
    if out.is_terminal:
        out.print(made)
        return
    wide = Console(width=_WIDEST, highlight=False)
    wide.width = Measurement.get(wide, wide.options, made).maximum
    wide.print(made)


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str | None) -> Table:
    """Numbers stand to the right, and document text is never read as markup."""
    made = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[index], int | float) or row[index] is None for row in rows)
        made.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*(" ".join(plain(value).split()) for value in row))
    return made


def plain(value: object) -> str:
    """A value as text that Rich takes literally and a terminal cannot be steered by."""
    from rich.markup import escape

    if value is None:
        return "-"
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return escape(printable(text))


def printable(text: str) -> str:
    """A text that a terminal cannot be steered by; line breaks stay."""
    return "".join(character if character.isprintable() or character == "\n" else "�" for character in text)


@contextmanager
def holding_interrupts() -> Iterator[None]:
    """Let Ctrl-C wait until the block ends: an interrupt during the import of a compiled library can get lost in it."""
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if seen:
        raise KeyboardInterrupt


@contextmanager
def remembering_interrupts() -> Iterator[Callable[[], None]]:
    """What raises a Ctrl-C again that got lost in a compiled library; to be called now and then by long work."""
    seen: list[int] = []

    def remember(number: int, _: object) -> None:
        seen.append(number)
        raise KeyboardInterrupt

    def raise_again() -> None:
        if seen:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield raise_again
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def reporting_errors() -> Iterator[None]:
    """Turn the errors that a user can mend into one line on standard error and an exit code.

    Errors of the operating system, such as a file that may not be read, count as failures with a remedy too. Every
    other exception is a defect and keeps its traceback.
    """
    try:
        yield
    except KeyboardInterrupt:
        err.print("stopped")
        sys.exit(EXIT_INTERRUPTED)
    except (CopydeskError, OSError) as error:
        err.print(f"[bold red]error:[/bold red] {plain(error)}", soft_wrap=True)
        for note in getattr(error, "__notes__", ()):
            err.print(plain(note), soft_wrap=True)
        sys.exit(error.exit_code if isinstance(error, CopydeskError) else EXIT_FAILED)
