"""The strip stage: junk lines out of the extracted text, every cut kept, its provenance read.

Which lines are junk is the rules' business (``transforms/junk/data/junk_lines``), never this module's.

A line is cut whole where a line rule takes it; an inline rule cuts its part out of a line that stays. Rules with a
position count only lines that are kept. What no rule takes may be a template of the source; what neither takes the
line model judges, again and again until it finds nothing more in what is left. So what stays does not depend on what
was cut before: stripping the stripped text again changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from transforms.junk.features import LineView, ends_sentence, heads_links, is_prose
from transforms.junk.line_model import LineModel, Verdict
from transforms.junk.provenance import Reading, read_provenance
from transforms.junk.rules import Matcher, Rulebook, RuleMatch, plain
from transforms.junk.templates import SourceTemplates, keys_by_line, line_key
from transforms.records import ExtractedDocument, Rejection, StrippedDocument, StrippedLine
from transforms.text.agencies import Agencies

HEAD_LINES = 5
"""A rule of position ``head`` applies while fewer kept lines stand before: byline, date, section, standfirst."""

TAIL_LINES = 6
"""A rule of position ``tail`` applies while fewer kept lines follow: contributors, author's address, notes."""

MAX_ROUNDS = 4
"""Times that inline rules look again at a line they have cut. A line that still changes is hostile and stays whole."""

MAX_LOOKS = 50
"""Times that the line model looks at a document. Articles need two to four; the bound is for hostile text."""

MIN_PARAGRAPH = 30
"""Characters of a sentence that stays where junk is run on to it and the rules would take the whole line."""

WHOLE_KINDS = frozenset({"caption", "photo credit", "byline", "correction"})
"""Kinds whose line is junk as a whole: the sentence before a picture's credit says what the picture shows."""

MAX_BOX_ITEMS, MAX_ITEM = 30, 150
"""Lines of a box of links at a text's end, and characters of one."""

_ADDRESSES_READERS = re.compile(
    r"(?i)\b(?:you|yours?|our|us|we|don't|get|enjoying|trending|this (?:article|story|site))\b"
)
"""An appeal's sentences lead up to it in the outlet's own voice; reporting does without these words."""

_HEADLINE_REASON = "The document's headline, kept apart from its main text as the title."

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StripTools:
    """What stripping needs beside the document."""

    rulebook: Rulebook
    agencies: Agencies
    model: LineModel | None
    """None strips by rules alone."""


@dataclass(frozen=True, slots=True)
class _Recurrence:
    """A line that is a template of its source."""

    domain: str
    documents: int


@dataclass(slots=True)
class _Line:
    """One line that is not empty, and what the rules say about it."""

    number: int
    start: int
    end: int
    """Offsets in the text, line break excluded."""
    taken_by: RuleMatch | None = None
    headline: bool = False
    verdict: Verdict | None = None
    """Why the line model takes it."""
    recurring: _Recurrence | None = None
    """Why it is cut as a template of its source."""
    placed: tuple[RuleMatch, ...] = ()
    """Matches that hold only where the line's place is right."""
    inline: tuple[tuple[Span, RuleMatch], ...] = ()
    """Cuts inside the line, offsets in the line, and the rule that made each."""
    readings: list[RuleMatch] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Characters of the line without the cuts inside it."""
        return self.end - self.start - sum(end - start for (start, end), _ in self.inline)

    @property
    def cut(self) -> bool:
        taken = self.taken_by is not None or self.recurring is not None or self.verdict is not None
        return self.headline or taken


@dataclass(frozen=True, slots=True)
class RuledDocument:
    """A document with what the rules say about each of its lines."""

    document: ExtractedDocument
    text: str
    """The document's, as patterns see it."""
    lines: list[_Line]


def strip(
    document: ExtractedDocument, tools: StripTools, templates: SourceTemplates | None = None
) -> StrippedDocument | Rejection:
    """The document without headline and junk lines, with every cut and the provenance read from them.

    Args:
        document: as it was extracted.
        tools: the same for every document.
        templates: of the document's source; None where it has none.

    Returns:
        A :class:`Rejection` with reason ``nothing left`` where no letter or digit remains.
    """
    return strip_ruled(apply_rules(document, tools.rulebook), tools, templates)


def apply_rules(document: ExtractedDocument, rulebook: Rulebook) -> RuledDocument:
    """The first half of :func:`strip`, for who takes many documents through it before the second."""
    usual = plain(document.text)
    lines = _split(document.text)
    _mark_headline(lines, document.title_span)
    _hold_against_rules(lines, usual, rulebook)
    return RuledDocument(document, usual, lines)


def strip_ruled(
    ruled: RuledDocument, tools: StripTools, templates: SourceTemplates | None = None
) -> StrippedDocument | Rejection:
    """The second half of :func:`strip`; to be done once, as it marks the lines."""
    document, usual, lines = ruled.document, ruled.text, ruled.lines
    _settle_places(lines)
    _cut_closing_box(lines, usual)
    recurring = _find_recurring(lines, document.text, templates) if templates else {}
    taken = _cut_recurring(lines, recurring)
    _judge(lines, usual, tools, document.title)
    if not taken and _cut_recurring(lines, recurring):
        _judge(lines, usual, tools, document.title)
    _keep_inline_readings(lines)
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
    return StrippedDocument(document, text, tuple(cuts), read_provenance(document, readings, tools.agencies))


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


def _hold_against_rules(lines: Sequence[_Line], text: str, rulebook: Rulebook) -> None:
    """What the rules say about each line by itself."""
    matcher = rulebook.matcher(text)
    matches = matcher.line_matches()
    inside = matcher.lines_to_look_inside()
    for line in lines:
        if line.headline:
            continue
        whole = text[line.start : line.end]
        if line.start in matches and not _is_paragraph_with_junk(matches[line.start], whole, matcher):
            _take(line, matches[line.start])
        if whole in inside and not line.cut:
            _judge_inside(line, whole, matcher)


def _is_paragraph_with_junk(matches: Sequence[RuleMatch], line: str, matcher: Matcher) -> bool:
    """Whether what the rules take as a line is a paragraph with junk run on to it, which alone is to be cut."""
    if any(match.rule.kind in WHOLE_KINDS for match in matches):
        return False
    cuts = matcher.inline_matches(line)
    rest = _without(line, [(cut.start, cut.end) for cut in cuts]).strip() if cuts else ""
    if len(rest) < MIN_PARAGRAPH or not ends_sentence(rest) or _ADDRESSES_READERS.search(rest):
        return False
    return not matcher.again(rest).line_matches()


def _keep_inline_readings(lines: Iterable[_Line]) -> None:
    """Cuts inside a line are read where the line stays, and where only the model takes it."""
    for line in lines:
        if line.inline and line.taken_by is None and not line.headline:
            line.readings.extend(match for _, match in line.inline)


def _cut_closing_box(lines: Sequence[_Line], text: str) -> None:
    """Cut what follows a heading of links where neither a sentence nor a colon comes: the box runs to the text's end.

    Of the judged lines in such a place 97 in a hundred are junk; where text follows, the line model decides.
    """
    items: list[_Line] = []
    for line in reversed(lines):
        taken = line.taken_by
        if taken is not None and taken.rule.kind == "related link" and heads_links(_seen(line, text), taken.rule.kind):
            for item in items:
                item.taken_by = taken
            return
        if line.cut:
            continue
        words = _seen(line, text)
        is_text = words.endswith(":") or (ends_sentence(words) and not words.endswith("?"))
        if len(items) == MAX_BOX_ITEMS or len(words) > MAX_ITEM or is_text:
            return
        items.append(line)


def _find_recurring(lines: Sequence[_Line], text: str, templates: SourceTemplates) -> dict[int, _Recurrence]:
    """Lines by place that are templates of the source; of a line with cuts inside it what is left counts.

    A line that stands alone between two paragraphs is none: outlets have sub-headings that recur ("Why it matters"),
    and a paragraph that recurs there belongs to copies of one story.
    """
    found = {}
    keys = keys_by_line(text)
    left = [place for place, line in enumerate(lines) if not line.cut]
    rests = {place: _seen(lines[place], text) for place in left}
    prose = [is_prose(rests[place]) for place in left]
    for at, place in enumerate(left):
        line = lines[place]
        if 0 < at < len(left) - 1 and prose[at - 1] and prose[at + 1]:
            continue
        key = line_key(rests[place]) if line.inline else keys[line.number - 1]
        if key is not None and key in templates.documents:
            found[place] = _Recurrence(templates.domain, templates.documents[key])
    return found


def _cut_recurring(lines: Sequence[_Line], recurring: Mapping[int, _Recurrence]) -> bool:
    """Cut the recurring lines, unless they are most of what is left.

    Such a text is a form filled in, the report of a quake or of a stock exchange, and its lines are its news.
    """
    places = [place for place in recurring if not lines[place].cut]
    taken = sum(lines[place].length for place in places)
    if not places or 2 * taken > sum(line.length for line in lines if not line.cut):
        return False
    for place in places:
        lines[place].recurring = recurring[place]
    return True


def _judge(lines: Sequence[_Line], text: str, tools: StripTools, title: str | None) -> None:
    """What the rules with a place and the line model say about what is left."""
    if tools.model is None:
        _settle_places(lines)
    else:
        _apply_model(lines, text, tools.model, title)


def _apply_model(lines: Sequence[_Line], text: str, model: LineModel, title: str | None) -> None:
    """Look at what is left, with what is cut around it; then again at what is left of that, until nothing more goes."""
    _settle_places(lines)
    look = model.look(_view(lines, text), title)
    left = list(lines)
    for _ in range(MAX_LOOKS):
        verdicts = look.verdicts()
        for place, verdict in verdicts.items():
            left[place].verdict = verdict
        _settle_places(left)
        if not look.forget([line.cut for line in left]):
            return
        left = [line for line in left if not line.cut]


def view_lines(text: str, rulebook: Rulebook) -> LineView:
    """A text's lines as the line model first sees them: for its training, and for its measuring."""
    usual = plain(text)
    lines = _split(text)
    _hold_against_rules(lines, usual, rulebook)
    _settle_places(lines)
    return _view(lines, usual)


def _view(lines: Sequence[_Line], text: str) -> LineView:
    return LineView(
        numbers=tuple(line.number for line in lines),
        texts=tuple([_seen(line, text) for line in lines]),
        placed_rule=tuple(bool(line.placed) for line in lines),
        cut_kinds=tuple(_kind(line) if line.cut else None for line in lines),
    )


def _seen(line: _Line, text: str) -> str:
    """A line as the model reads it: without what is cut inside it, and without white space around it."""
    whole = text[line.start : line.end]
    if line.inline and not line.cut:
        whole = _without(whole, [span for span, _ in line.inline])
    return whole.strip()


def _kind(line: _Line) -> str:
    if line.taken_by is not None:
        return line.taken_by.rule.kind
    if line.recurring is not None:
        return "template"
    return line.verdict.kind if line.verdict else "headline"


def _take(line: _Line, matches: Sequence[RuleMatch]) -> None:
    """Cut a line where a rule without a place takes it; keep the rules with a place for later."""
    line.placed += tuple(matches)
    line.taken_by = next((match for match in matches if match.rule.position == "any"), None)
    if line.taken_by is not None:
        line.readings.append(line.taken_by)


def _judge_inside(line: _Line, text: str, matcher: Matcher) -> None:
    """Cuts inside a line, again and again until what is left of it is a line that no rule takes anything from.

    What is left is a line that the text did not have, so that all rules of its packs are asked, not only those that
    can match in the text.
    """
    cuts: list[tuple[Span, RuleMatch]] = []
    found = matcher.inline_matches(text)
    for _ in range(MAX_ROUNDS if found else 0):
        cuts = _merge(text, cuts, found)
        rest = _without(text, [span for span, _ in cuts])
        again = matcher.again(rest)
        matches = again.line_matches().get(0, [])
        line.placed = ()  # what held for the whole line need not hold for what is left of it
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
    if match is not None:
        rule = match.rule
        return StrippedLine(document.doc_id, line.number, span[0], text, rule.kind, "rule", rule.id, rule.reason)
    if (found := line.verdict) is not None:
        rule_id = f"model/{found.kind}"
        return StrippedLine(
            document.doc_id, line.number, span[0], text, found.kind, "model", rule_id, found.reason, found.score
        )
    if line.recurring is not None:
        rule_id = f"template/{line.recurring.domain}"
        reason = (
            f"{line.recurring.documents} articles of {line.recurring.domain} have this line, each with another story."
        )
        return StrippedLine(document.doc_id, line.number, span[0], text, "template", "template", rule_id, reason)
    kind, rule_id, reason = "headline", "headline", _HEADLINE_REASON
    return StrippedLine(document.doc_id, line.number, span[0], text, kind, "structure", rule_id, reason)


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
