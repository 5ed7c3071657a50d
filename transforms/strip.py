"""The strip stage: junk lines out of the extracted text, every cut kept, its provenance read.

Which lines are junk is the rules' business (``transforms/data/junk_lines``), never this module's.

A line is cut whole where a line rule takes it; an inline rule cuts its part out of a line that stays. Rules with a
position count only lines that are kept, so that what is cut does not depend on what was cut before: stripping the
stripped text again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from transforms.agencies import Agencies
from transforms.provenance import Reading, read_provenance
from transforms.records import ExtractedDocument, Rejection, StrippedDocument, StrippedLine
from transforms.rules import Matcher, Rulebook, RuleMatch, plain

HEAD_LINES = 5
"""A rule of position ``head`` applies while fewer kept lines stand before: byline, date, section, standfirst."""

TAIL_LINES = 6
"""A rule of position ``tail`` applies while fewer kept lines follow: contributors, author's address, notes."""

MAX_ROUNDS = 4
"""Times that inline rules look again at a line they have cut. A line that still changes is hostile and stays whole."""

_HEADLINE_REASON = "The document's headline, kept apart from its main text as the title."

Span = tuple[int, int]


@dataclass(slots=True)
class _Line:
    """One line that is not empty, and what the rules say about it."""

    number: int
    start: int
    end: int
    """Offsets in the text, line break excluded."""
    taken_by: RuleMatch | None = None
    headline: bool = False
    placed: tuple[RuleMatch, ...] = ()
    """Matches that hold only where the line's place is right."""
    inline: tuple[tuple[Span, RuleMatch], ...] = ()
    """Cuts inside the line, offsets in the line, and the rule that made each."""
    readings: list[RuleMatch] = field(default_factory=list)

    @property
    def cut(self) -> bool:
        return self.headline or self.taken_by is not None


def strip(document: ExtractedDocument, rulebook: Rulebook, agencies: Agencies) -> StrippedDocument | Rejection:
    """The document without headline and junk lines, with every cut and the provenance read from them.

    Returns:
        A :class:`Rejection` with reason ``nothing left`` where no letter or digit remains.
    """
    usual = plain(document.text)
    matcher = rulebook.matcher(usual)
    lines = _split(document.text) if matcher or document.title_span else []
    _mark_headline(lines, document.title_span)
    _apply_rules(lines, usual, rulebook, matcher)
    cuts = _cuts(document, lines)
    text = _without(document.text, [(cut.start_offset, cut.start_offset + len(cut.text)) for cut in cuts])
    if not any(map(str.isalnum, text)):
        return Rejection(document.doc_id, "strip", "nothing left", _nothing_left(document.text, cuts))
    readings = [
        Reading(match.rule.kind, match.fields, line.number, document.text[line.start : line.end].strip())
        for line in lines
        for match in line.readings
        if match.fields
    ]
    return StrippedDocument(document, text, tuple(cuts), read_provenance(document, readings, agencies))


def segments(text: str, cuts: Sequence[StrippedLine]) -> Iterator[tuple[str, StrippedLine | None]]:
    """The extracted text again in pieces: the stripped text's, and each cut's with the cut.

    Args:
        text: the stripped text.
        cuts: all cuts of the document, in the order of their offsets.
    """
    position = used = 0
    for cut in cuts:
        kept = cut.start_offset - position
        yield text[used : used + kept], None
        yield cut.text, cut
        used += kept
        position = cut.start_offset + len(cut.text)
    yield text[used:], None


def restore(text: str, cuts: Sequence[StrippedLine]) -> str:
    """The extracted text again, character for character, from the stripped text and all of its cuts in order."""
    return "".join(piece for piece, _ in segments(text, cuts))


def _split(text: str) -> list[_Line]:
    lines = []
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        end = start + len(line)
        if line and not line.isspace():
            lines.append(_Line(number, start, end))
        start = end + 1
    return lines


def _mark_headline(lines: Iterable[_Line], span: Span | None) -> None:
    if span is None:
        return
    for line in lines:
        if line.start >= span[1]:
            return
        line.headline = span[0] <= line.start and line.end <= span[1]


def _apply_rules(lines: Sequence[_Line], text: str, rulebook: Rulebook, matcher: Matcher) -> None:
    """What the rules say about each line by itself, then what its place adds."""
    matches = matcher.line_matches()
    for line in lines:
        if line.start in matches and not line.headline:
            _take(line, matches[line.start])
        if matcher.cuts_inside and not line.cut:
            _judge_inside(line, text[line.start : line.end], matcher, rulebook)
    _settle_places(lines)
    for line in lines:
        if line.inline and not line.cut:
            line.readings.extend(match for _, match in line.inline)


def _take(line: _Line, matches: Sequence[RuleMatch]) -> None:
    """Cut a line where a rule without a place takes it; keep the rules with a place for later."""
    line.placed += tuple(matches)
    line.taken_by = next((match for match in matches if match.rule.position == "any"), None)
    if line.taken_by is not None:
        line.readings.append(line.taken_by)


def _judge_inside(line: _Line, text: str, matcher: Matcher, rulebook: Rulebook) -> None:
    """Cuts inside a line, again and again until what is left of it is a line that no rule takes anything from.

    What is left is a line that the text did not have, so that all rules are asked, not only those that the text has.
    """
    cuts: list[tuple[Span, RuleMatch]] = []
    found = matcher.inline_matches(text)
    for _ in range(MAX_ROUNDS if found else 0):
        cuts = _merge(text, cuts, found)
        rest = _without(text, [span for span, _ in cuts])
        again = rulebook.matcher(rest)
        matches = again.line_matches().get(0, [])
        _take(line, matches if any(map(str.isalnum, rest)) else [cuts[0][1]])
        if line.cut:
            line.readings[:0] = [match for _, match in cuts if match is not line.taken_by]
            return
        if not (found := again.inline_matches(rest)):
            line.inline = tuple(cuts)
            return


def _merge(
    text: str, cuts: Sequence[tuple[Span, RuleMatch]], found: Iterable[RuleMatch]
) -> list[tuple[Span, RuleMatch]]:
    """Earlier cuts of a line and those found in what they left, as sorted spans of the line that do not overlap."""
    spans = [span for span, _ in cuts]
    new = [
        (_with_spaces(text, _origin(match.start, spans), _origin(match.end - 1, spans) + 1), match) for match in found
    ]
    merged: list[tuple[Span, RuleMatch]] = []
    position = leading = 0
    for (first, last), match in sorted((*cuts, *new), key=lambda cut: cut[0]):
        start, end = max(first, position), last
        if start == leading:  # nothing is kept before it: the spaces after it would begin the line
            leading = end = _skip_spaces(text, end)
        if start < end:
            merged.append(((start, end), match))
            position = end
    return merged


def _origin(offset: int, spans: Iterable[Span]) -> int:
    """The offset in a line of a character at ``offset`` in what sorted cuts left of it."""
    for start, end in spans:
        if offset < start:
            break
        offset += end - start
    return offset


def _with_spaces(text: str, start: int, end: int) -> Span:
    """A cut with the spaces before it, and at the end of its line those after it."""
    after = _skip_spaces(text, end)
    return len(text[:start].rstrip()), after if after == len(text) else end


def _skip_spaces(text: str, position: int) -> int:
    return len(text) - len(text[position:].lstrip())


def _settle_places(lines: Sequence[_Line]) -> None:
    """Cut lines whose rules want them near the start or end. Cuts bring other lines nearer, hence the repetition.

    Only a text that is short once cut needs a second round: its head and tail overlap, and hold fewer kept lines than
    both together, of which each round takes one at least.
    """
    if not any(line.placed for line in lines):
        return
    while _settle(lines, "head", HEAD_LINES) | _settle(tuple(reversed(lines)), "tail", TAIL_LINES):
        pass


def _settle(lines: Sequence[_Line], position: str, limit: int) -> bool:
    changed = False
    kept = 0
    for line in lines:
        if not line.cut:
            line.taken_by = next((match for match in line.placed if match.rule.position == position), None)
            if line.taken_by is None:
                kept += 1
            else:
                line.readings.extend((*(match for _, match in line.inline), line.taken_by))
                changed = True
        if kept == limit:
            break
    return changed


def _cuts(document: ExtractedDocument, lines: Sequence[_Line]) -> list[StrippedLine]:
    cuts: list[StrippedLine] = []
    position = 0
    while position < len(lines):
        if lines[position].cut:
            end = next((i for i in range(position, len(lines)) if not lines[i].cut), len(lines))
            cuts += _run_cuts(document, lines, position, end)
            position = end
        else:
            line = lines[position]
            cuts += [
                _cut(document, line, (line.start + start, line.start + end), match)
                for (start, end), match in line.inline
            ]
            position += 1
    return cuts


def _run_cuts(document: ExtractedDocument, lines: Sequence[_Line], first: int, end: int) -> list[StrippedLine]:
    """Whole-line cuts of neighbouring lines, with all line breaks around them but one: the widest, the first of equals.

    The lines before that break take the breaks before them, the lines after it the breaks after them; so a paragraph
    break stays one, and neither the start nor the end of the text keeps a stray empty line.
    """
    text = document.text
    starts = [0 if first == 0 else lines[first - 1].end, *(line.end for line in lines[first:end])]
    ends = [*(line.start for line in lines[first:end]), len(text) if end == len(lines) else lines[end].start]
    if first == 0:
        stays = 0
        starts[0] = ends[0] = 0
    elif end == len(lines):
        stays = len(starts) - 1
        starts[-1] = ends[-1] = len(text)
    else:
        stays = max(range(len(starts)), key=lambda i: ends[i] - starts[i])
    spans = [(starts[i], starts[i + 1]) if i < stays else (ends[i], ends[i + 1]) for i in range(end - first)]
    return [_cut(document, line, span, line.taken_by) for line, span in zip(lines[first:end], spans, strict=True)]


def _cut(document: ExtractedDocument, line: _Line, span: Span, match: RuleMatch | None) -> StrippedLine:
    text = document.text[span[0] : span[1]]
    if match is None:
        kind, rule_id, reason = "headline", "headline", _HEADLINE_REASON
        return StrippedLine(document.doc_id, line.number, span[0], text, kind, "structure", rule_id, reason)
    rule = match.rule
    return StrippedLine(document.doc_id, line.number, span[0], text, rule.kind, "rule", rule.id, rule.reason)


def _without(text: str, spans: Iterable[Span]) -> str:
    parts = []
    position = 0
    for start, end in spans:
        parts.append(text[position:start])
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _nothing_left(text: str, cuts: Iterable[StrippedLine]) -> str:
    counts = Counter(cut.kind for cut in cuts)
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
    count = sum(not line.isspace() for line in text.splitlines() if line)
    return f"no article text among {count} lines; stripped: {kinds or 'none'}"
