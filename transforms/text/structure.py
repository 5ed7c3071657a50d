"""What the parts of a main text are: headings, paragraphs, list items, quotations, rows of tables.

The extract stage knows this from the page. What the strip stage cuts moves the parts, shortens them or removes them. A
line of which nothing is known is a paragraph. How a page's elements become parts does not belong here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import orjson

from transforms.records import BlockKind, StrippedLine, TextBlock

Shape = Sequence[tuple[BlockKind, int, int]]
"""Of the parts of a text, in order: kind, level, and the number of lines that each takes."""

CELL_BORDER = " | "
ITEM_MARK = "- "
"""How the main text writes a row's cells and a list's items."""

_TOGETHER = ("list_item", "quotation", "table_row")
"""Parts of one kind that make one list, quotation or table with their neighbours."""
_MARKUP = re.compile(r"[\\`*_\[\]<>|&~]")
_BLOCK_START = re.compile(r"(?:#{1,6}|[-+=]|\d{1,9}(?=[.)]))")
"""What would begin a heading, a list, a rule or an underline at the start of a line."""


def place(text: str, shape: Shape) -> tuple[TextBlock, ...]:
    """The parts of a text; none where the text does not have as many lines as the shape has."""
    lines = text.split("\n")
    if sum(count for _, _, count in shape) != len(lines):
        return ()
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    blocks, first = list[TextBlock](), 0
    for kind, level, count in shape:
        blocks.append(TextBlock(kind, level, starts[first], starts[first + count] - 1))
        first += count
    return tuple(block for block in blocks if text[block.start : block.end].strip())


def with_paragraphs(text: str, blocks: Sequence[TextBlock]) -> tuple[TextBlock, ...]:
    """The parts of a text, in order, with a paragraph for each line that is in none of the known ones."""
    found, start = list(blocks), 0
    ends = [block.end for block in blocks]
    for line in text.split("\n"):
        end = start + len(line)
        following = bisect_right(ends, start)
        is_known = following < len(blocks) and blocks[following].start < end
        if line.strip() and not is_known:
            found.append(TextBlock("paragraph", 0, start, end))
        start = end + 1
    return tuple(sorted(found, key=lambda block: block.start))


def after_cuts(text: str, blocks: Iterable[TextBlock], cuts: Sequence[StrippedLine]) -> tuple[TextBlock, ...]:
    """Where the parts of an extracted text stand in the stripped text; those that were cut whole are left out.

    Args:
        text: the stripped text.
        blocks: parts of the extracted text.
        cuts: all cuts, in the order of their offsets.
    """
    starts = [cut.start_offset for cut in cuts]
    gone = [0, *accumulate(len(cut.text) for cut in cuts)]

    def moved(position: int) -> int:
        before = bisect_right(starts, position)
        if before and starts[before - 1] + len(cuts[before - 1].text) > position:
            position = starts[before - 1]
            before -= 1
        return position - gone[before]

    spans = ((block, _trimmed(text, moved(block.start), moved(block.end))) for block in blocks)
    return tuple(TextBlock(block.kind, block.level, *span) for block, span in spans if span[0] < span[1])


def before_cuts(extracted: str, blocks: Iterable[TextBlock], cuts: Sequence[StrippedLine]) -> tuple[TextBlock, ...]:
    """Where the parts of a stripped text stand in the extracted text, whose parts are whole lines.

    Args:
        extracted: the text with its cuts.
        blocks: parts of the stripped text.
        cuts: all cuts, in the order of their offsets.
    """
    gone = [0, *accumulate(len(cut.text) for cut in cuts)]
    places = [cut.start_offset - before for cut, before in zip(cuts, gone, strict=False)]
    found = list[TextBlock]()
    for block in blocks:
        first = block.start + gone[bisect_right(places, block.start)]
        last = block.end - 1 + gone[bisect_right(places, block.end - 1)]
        start = extracted.rfind("\n", 0, first) + 1
        end = extracted.find("\n", last)
        # A cut that took a line break left two parts on one line; they are apart again, or the first has the line.
        if not found or start >= found[-1].end:
            found.append(TextBlock(block.kind, block.level, start, len(extracted) if end < 0 else end))
    return tuple(found)


def to_json(blocks: Iterable[TextBlock]) -> str:
    """Parts as the warehouse keeps them: a JSON list of ``{"kind", "level", "start", "end"}``."""
    return orjson.dumps(list(blocks)).decode()


def from_json(text: str | None) -> tuple[TextBlock, ...]:
    """Parts as the warehouse keeps them; none where it keeps none."""
    return tuple(TextBlock(**values) for values in orjson.loads(text)) if text else ()


def to_markdown(text: str, blocks: Sequence[TextBlock]) -> str:
    """A main text in Markdown (CommonMark, with tables as in GitHub Flavored Markdown); ends with a line break.

    Args:
        text: the main text.
        blocks: its parts, in order, as far as they are known.
    """
    written = list[str]()
    previous: TextBlock | None = None
    for block in with_paragraphs(text, blocks):
        goes_on = previous is not None and previous.kind == block.kind and block.kind in _TOGETHER
        if previous is not None:
            written.append("\n>\n" if goes_on and block.kind == "quotation" else "\n" if goes_on else "\n\n")
        written.append("\n".join(_marked(text[block.start : block.end], block, is_first=not goes_on)))
        previous = block
    return "".join(written) + "\n"


def as_markdown_line(text: str) -> str:
    """Text on one line, whose own characters make no markup."""
    return " ".join(map(_escaped, text.split("\n")))


def _marked(said: str, block: TextBlock, is_first: bool) -> Iterator[str]:
    """The lines of one part in Markdown."""
    if block.kind == "table_row":
        yield from _row(_cells(said), is_first)
        return
    lines = [
        _escaped(line) for line in (said.removeprefix(ITEM_MARK) if block.kind == "list_item" else said).split("\n")
    ]
    if block.kind == "heading":
        yield f"{'#' * block.level} {' '.join(lines)}"
        return
    indent = "  " * (block.level - 1) if block.kind == "list_item" else ""
    first, further = {"list_item": (indent + "- ", indent + "  "), "quotation": ("> ", "> ")}.get(block.kind, ("", ""))
    for number, line in enumerate(lines):
        line_break = "\\" if number < len(lines) - 1 else ""
        yield f"{further if number else first}{line}{line_break}"


def _cells(row: str) -> list[str]:
    """The cells of a row of a table."""
    return row.replace("\n", " ").split(CELL_BORDER)


def _row(cells: Sequence[str], is_first: bool) -> Iterator[str]:
    yield "| " + " | ".join(_escaped(cell.strip()) for cell in cells) + " |"
    if is_first:
        yield "|" + " --- |" * len(cells)


def _escaped(line: str) -> str:
    """A line whose own characters make no markup."""
    line = _MARKUP.sub(r"\\\g<0>", line.strip())
    start = _BLOCK_START.match(line)
    if start is None:
        return line
    return f"{line[: start.end()]}\\{line[start.end() :]}" if start[0].isdigit() else f"\\{line}"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space at its edges; an empty one where it holds nothing else."""
    said = text[start:end]
    left, right = len(said) - len(said.lstrip()), len(said) - len(said.rstrip())
    return (start + left, end - right) if left < len(said) else (start, start)
