"""What all commands share: consoles, JSON for programs, options with one meaning, and errors as exit codes."""

from __future__ import annotations

import signal
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
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

_INDENT = 4


class _Output(Console):
    """Wraps lines for a terminal alone: a program that reads them wants each whole."""

    def print(self, *objects: Any, **options: Any) -> None:
        options.setdefault("soft_wrap", not self.is_terminal)
        super().print(*objects, **options)


out = _Output(highlight=False)
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
    if out.is_terminal:
        out.print(_table(columns, rows, title))
        return
    sys.stdout.writelines(f"{line}\n" for line in _lines(columns, rows, title))


def print_indented(text: str) -> None:
    """Print a text that a terminal wraps within its indent."""
    shown = plain(text)
    out.print(Padding(shown, (0, 0, 0, _INDENT)) if out.is_terminal else textwrap.indent(shown, " " * _INDENT))


def _lines(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str | None) -> Iterator[str]:
    """A table as lines, which Rich would take a second to lay out where there are many."""
    cells = [[" ".join(_shown(value).split()) for value in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    numeric = [_is_numeric(rows, index) for index in range(len(columns))]
    if title:
        yield title
    for row in [columns, *cells]:
        spaces = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        aligned = [s + c if right else c + s for c, s, right in zip(row, spaces, numeric, strict=True)]
        yield "  ".join(aligned).rstrip()


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str | None) -> Table:
    """Numbers stand to the right, and document text is never read as markup."""
    made = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        made.add_column(column, justify="right" if _is_numeric(rows, index) else "left", overflow="fold")
    for row in rows:
        made.add_row(*(" ".join(plain(value).split()) for value in row))
    return made


def _is_numeric(rows: Sequence[Sequence[object]], index: int) -> bool:
    return bool(rows) and all(isinstance(row[index], int | float) or row[index] is None for row in rows)


def plain(value: object) -> str:
    """A value as text that Rich takes literally and a terminal cannot be steered by."""
    from rich.markup import escape

    return escape(_shown(value))


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return printable(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value))


def printable(text: str) -> str:
    """A text that a terminal cannot be steered by; line breaks stay."""
    if text.isprintable():
        return text
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
