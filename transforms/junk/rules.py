"""Junk-line rules: read from packs of TOML, held against their own examples, compiled for linear-time matching.

A pack is a data file, one per language (``en.toml``) and ``any.toml`` for what needs no language; its name is the part
before ``.toml``. Adding a rule or a language needs no Python. A rule says what it takes, why, which lines it must take
and which it must leave; a pack whose examples do not come out as it says is an error. Packs are used whatever the
text's language is, for junk is often in another one; only a pack that names the ``letters`` of its language is left out
where the text has none of them.

The pack named ``grammar`` has what all languages share: fragments for what stands before, between and behind the words
of a junk line, and *forms*, patterns with a place for words. The other packs give a form the words of their language.

What is done with a line that a rule takes belongs to ``strip``; what is read from it to ``provenance``.

Patterns see lines through :func:`plain`: straight apostrophes and ordinary spaces; so ``don't`` needs one spelling.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import re2

from transforms.errors import DataFileError
from transforms.junk.automata import options, search_set
from transforms.junk.segments import KINDS_AT, segments_of

Scope = Literal["line", "inline"]
Position = Literal["any", "head", "tail"]

KINDS: Mapping[str, str] = {
    "related link": "a pointer to another story, or a heading of such pointers",
    "promo": "the outlet's own programmes, polls, events, shop",
    "copyright": "who owns the text, what may be done with it",
    "photo credit": "who made or sells a picture, alone",
    "caption": "what a picture shows, recognised by the credit or label it carries",
    "newsletter": "an invitation to a newsletter or to alerts",
    "app": "an invitation to an app",
    "donation": "an appeal for money",
    "paywall": "subscription offers and the gate before the rest of a text",
    "social": "follow, like and share lines",
    "contact": "addresses of the author or the desk",
    "advertisement": "a marker of an advertisement or of the text going on after it",
    "interface": "buttons, players, slideshows, browser messages, section labels",
    "relative time": "the age of a text or the time that reading it takes",
    "byline": "who wrote it, standing apart",
    "date line": "when it was published or updated, standing apart",
    "contributor": "who else reported: people and agencies",
    "correction": "corrections, updates and editors' notes",
    "disclaimer": "whose opinion it is, disclosures, advice that it is not",
    "comment": "reader comments and the way to them",
    "headline": "the document's own headline, set apart by structure and not by a rule",
    "template": "a line that many articles of its source have, whatever it says",
}
"""The fixed vocabulary of what a cut is."""

RULE_KINDS = tuple(kind for kind in KINDS if kind not in ("headline", "template"))
"""The kinds that a rule may have."""

READABLE_GROUPS = frozenset(
    {"publisher", "year", "agency", "photographer", "byline", "contributor", "correction", "title"}
)
"""Named groups of a pattern that ``provenance`` reads; in a second alternative a name ends in 2, as in ``title2``."""

CUT_GROUP = "cut"
"""Named group of an inline pattern that bounds what is cut, where the pattern needs to see what stands around it."""

MAX_LINE_LENGTH = 1500
"""Characters. No junk line of the articles we have read is longer, so that whole-line rules skip what is."""

MAX_INLINE_MATCHES = 16
"""Matches of one inline rule in one line: bounds the work on a line made of nothing else."""

FLOATING_PER_SCREEN = 15
BOUND_PER_SCREEN = 28
"""Rules per automaton that may begin anywhere in a line, and that are bound to its start. An automaton whose states fit
its memory reads 6 KB in 10 to 20 us; where they do not it starts anew all the time and takes 3 ms. States of rules that
may begin anywhere multiply, the others' do when they are many: 109 of English take 71 us in four automata, 91 in two,
370 in one."""

ONE_PATTERN_MEGABYTES = 4
"""For each of 1,100 rules by itself: some 300 of them are compiled and used in a long run."""

DEFAULT_MAX_WORDS = 40

GRAMMAR = "grammar"
"""Name of the pack whose fragments and forms all packs use."""

WORDS = "words"
"""Name of the place for words in a form's pattern."""

_CHOICES = {"kind": RULE_KINDS, "scope": get_args(Scope), "position": get_args(Position)}
_REQUIRED = frozenset({"id", "kind", "pattern", "reason", "drop", "keep"})
_OPTIONAL = frozenset({"scope", "position", "max_words", "unless", "alone"})
_FORM_REQUIRED = frozenset({"id", "kind", "pattern", "reason"})
_FORM_OPTIONAL = frozenset({"scope", "position", "max_words", "unless", "alone", "everywhere"})
_PHRASES = frozenset({"form", "words", "drop"})
_ODD_APOSTROPHES = "\u2019\u2018\u02bc\uff07"
_ODD_SPACES = "\u00a0\u202f\u2002\u2003\u2007\u2009\u200a\u200b\u3000\ufeff"


TRIED_RULE = "untried"
"""Id of a rule that is only tried."""


class RuleError(DataFileError):
    """A pack is wrong; the message names the pack, the rule, the key, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class JunkRule:
    """One rule as its pack gives it, with fragments put into the pattern."""

    id: str
    """``pack/name``, unique over all packs."""
    kind: str
    """One of :data:`KINDS`."""
    pattern: str
    """RE2. A line rule's must match a whole line; an inline rule's is looked for inside a line."""
    reason: str
    drop: tuple[str, ...]
    """Lines it must take. Of an inline rule: with ``[[`` and ``]]`` around what it must cut out."""
    keep: tuple[str, ...]
    """Lines of article text that look alike; no rule of any pack may take them."""
    scope: Scope = "line"
    position: Position = "any"
    """``head`` and ``tail``: only near the start or the end of the text that is kept."""
    max_words: int = DEFAULT_MAX_WORDS
    """White-space separated words of the line, or of an inline rule's cut."""
    unless: str | None = None
    """RE2, looked for in the line: where it is found the rule does not apply."""
    alone: bool = False
    """Whether it takes only whole lines, never a segment of one."""
    letters: str | None = None
    """Of the whole pack, as in RE2's brackets: in a text without any of these letters the rule does not apply. Letters
    and not words, as taking junk out of a text can make new words of its rest but no new letters."""


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """One rule at one place of a line."""

    rule: JunkRule
    start: int
    end: int
    """Offsets of what it takes: of a line rule the whole line, in the text; of an inline rule the cut, in the line."""
    fields: tuple[tuple[str, str], ...]
    """What the pattern's readable groups caught."""


class _Compiled:
    """A rule with its patterns, compiled when it is first asked: most of many rules are not for days."""

    __slots__ = ("_patterns", "order", "rule")

    def __init__(self, rule: JunkRule, order: int) -> None:
        self.rule = rule
        self.order = order
        self._patterns: _Patterns | None = None

    @property
    def patterns(self) -> _Patterns:
        """The compiled patterns.

        Raises:
            RuleError: a pattern is not RE2's or has an unknown group.
        """
        if self._patterns is None:
            self._patterns = _compile_rule(self.rule)
        return self._patterns

    def whole(self, data: bytes) -> Iterator[RuleMatch]:
        """The lines of a text in UTF-8 that a line rule takes, its position aside; offsets in characters."""
        counted = characters = 0
        patterns = self.patterns
        for start, end in _lines_with(patterns.screen, data):
            line = data[start:end].decode()
            if len(line) > MAX_LINE_LENGTH or not self._conditions_hold(line, line):
                continue
            if (found := patterns.regex.fullmatch(data[start:end])) is not None:
                characters += len(data[counted:start].decode())
                counted = start
                yield RuleMatch(self.rule, characters, characters + len(line), self._fields(found))

    def lines(self, data: bytes) -> Iterator[tuple[int, str]]:
        """The lines of a text in UTF-8 that an inline rule is worth asking about, with their offsets in characters."""
        counted = characters = 0
        for start, end in _lines_with(self.patterns.screen, data):
            characters += len(data[counted:start].decode())
            counted = start
            yield characters, data[start:end].decode()

    def inside(self, line: str) -> Iterator[RuleMatch]:
        """An inline rule's cuts in a line, from left to right; offsets in characters."""
        data = line.encode()
        patterns = self.patterns
        for found in itertools.islice(patterns.regex.finditer(data), MAX_INLINE_MATCHES):
            start, end = (len(data[:offset].decode()) for offset in found.span(patterns.cut))
            if start < end and self._conditions_hold(line, line[start:end]):
                yield RuleMatch(self.rule, start, end, self._fields(found))

    def _conditions_hold(self, line: str, taken: str) -> bool:
        if len(taken.split()) > self.rule.max_words:
            return False
        return self.patterns.unless is None or not self.patterns.unless.search(line)

    def _fields(self, found: Any) -> tuple[tuple[str, str], ...]:
        return tuple((name, value.decode()) for name, index in self.patterns.groups if (value := found.group(index)))


@dataclass(frozen=True, slots=True)
class _Patterns:
    regex: Any
    """Matches a whole line, or finds what is inside one."""
    screen: Any
    """Finds the lines that are worth holding against it, in a pass that counts nothing."""
    unless: Any
    groups: tuple[tuple[str, int], ...]
    """Readable groups: name and number."""
    cut: int


def _compile_rule(rule: JunkRule) -> _Patterns:
    fail = _failure(rule.id)
    whole = rule.scope == "line"
    regex = _compile(rf"\s*(?:{rule.pattern})\s*" if whole else f"(?m){rule.pattern}", "pattern", fail)
    screen = _compile(_screened(rule), "pattern", fail)
    unless = _compile(rule.unless, "unless", fail) if rule.unless is not None else None
    groups: dict[str, int] = regex.groupindex
    readable_groups = tuple((name.removesuffix("2"), index) for name, index in groups.items() if name != CUT_GROUP)
    if unknown := sorted({name for name, _ in readable_groups} - READABLE_GROUPS):
        readable = ", ".join(sorted(READABLE_GROUPS))
        raise fail("pattern", f"has the unknown group {unknown[0]!r}; use one of {readable}, or (?:...)")
    return _Patterns(regex, screen, unless, readable_groups, groups.get(CUT_GROUP, 0))


def _lines_with(pattern: Any, data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each line of a text in which a pattern is found."""
    position = 0
    while (found := pattern.search(data, position)) is not None:
        start = data.rfind(b"\n", position, found.end()) + 1 or position
        end = data.find(b"\n", found.end())
        if end < 0:
            yield start, len(data)
            return
        yield start, end
        position = end + 1


class _Screen:
    """An automaton over some rules that says in one pass over a whole text which of them match in any of its lines.

    That is what makes many rules cheap: a text has lines for one or two of a hundred rules, and only those are asked
    about each of its lines.
    """

    __slots__ = ("_compiled", "_set")

    def __init__(self, compiled: Sequence[_Compiled]) -> None:
        self._compiled = tuple(compiled)
        self._set = search_set(_screened(one.rule) for one in self._compiled)

    def may_match(self, data: bytes) -> list[_Compiled]:
        return [self._compiled[index] for index in self._set.Match(data) or ()]


class _Pack:
    """A pack's rules with their screens, which are built when a text first asks for them."""

    __slots__ = ("_compiled", "_screens")

    def __init__(self, compiled: Sequence[_Compiled]) -> None:
        self._compiled = compiled
        self._screens: Sequence[_Screen] | None = None

    @property
    def screens(self) -> Sequence[_Screen]:
        if self._screens is None:
            self._screens = [_Screen(batch) for batch in _batches(self._compiled)]
        return self._screens


class _Letters:
    """Says which of some sets of letters a text has any of."""

    __slots__ = ("_set",)

    def __init__(self, sets: Iterable[str]) -> None:
        self._set = search_set(f"[{letters}]" for letters in sets)

    def within(self, data: bytes) -> Sequence[int]:
        """The numbers of the sets, in the order in which they were given."""
        return () if data.isascii() else self._set.Match(data) or ()


class Matcher:
    """A text, and the rules that can match in it in their order: where several do, the first one speaks.

    The segments of the text's lines are looked at with it, as lines that follow it.
    """

    __slots__ = ("_data", "_divided", "_inline", "_length", "_line", "_screens", "_taken")

    def __init__(self, text: str, screens: Sequence[_Screen]) -> None:
        self._screens = screens
        self._length = len(text)
        self._divided = [
            (line, segment, line[slice(*segment.inner)].strip())
            for line in text.split("\n")
            for segment in segments_of(line)
        ]
        self._data = "\n".join([text, *(words for _, _, words in self._divided)]).encode()
        found = [one for screen in screens for one in screen.may_match(self._data)]
        found.sort(key=lambda one: one.order)
        self._line = [one for one in found if one.rule.scope == "line"]
        self._inline = [one for one in found if one.rule.scope == "inline"]
        self._taken: dict[int, list[RuleMatch]] | None = None

    def again(self, line: str) -> Matcher:
        """The same packs' rules for what a cut inside it has left of a line of this text."""
        return Matcher(line, self._screens)

    def __bool__(self) -> bool:
        """Whether any rule can match."""
        return bool(self._line or self._inline)

    def lines_to_look_inside(self) -> set[str]:
        """The lines of the text that have inline rules to ask about or segments that are junk."""
        inline = (line for one in self._inline for start, line in one.lines(self._data) if start <= self._length)
        return {*inline, *self._segment_matches()}

    def line_matches(self) -> dict[int, list[RuleMatch]]:
        """The lines of the text that line rules take, positions aside, by the offset of the line."""
        return {start: matches for start, matches in self._all_matches().items() if start <= self._length}

    def inline_matches(self, line: str) -> list[RuleMatch]:
        """The cuts in a line of the text: by inline rules, and the line's segments that line rules take.

        Sorted, not overlapping, the longest of those with one start.
        """
        found = [match for one in self._inline for match in one.inside(line)]
        found.sort(key=lambda match: (match.start, -match.end))
        cuts: list[RuleMatch] = []
        for match in (*found, *self._segment_matches().get(line, ())):
            if all(match.end <= cut.start or cut.end <= match.start for cut in cuts):
                cuts.append(match)
        return sorted(cuts, key=lambda match: match.start)

    def _all_matches(self) -> dict[int, list[RuleMatch]]:
        if self._taken is None:
            self._taken = {}
            for one in self._line:
                for match in one.whole(self._data):
                    self._taken.setdefault(match.start, []).append(match)
        return self._taken

    def _segment_matches(self) -> dict[str, list[RuleMatch]]:
        """The segments that are junk as cuts in their lines, by the line."""
        cuts: dict[str, list[RuleMatch]] = {}
        taken = self._all_matches()
        offset = self._length + 1
        for line, segment, words in self._divided:
            for match in taken.get(offset, ()):
                rule = match.rule
                if rule.position == "any" and not rule.alone and rule.kind in KINDS_AT[segment.place]:
                    cut = RuleMatch(rule, segment.start, segment.end, match.fields)
                    cuts.setdefault(line, []).append(cut)
                    break
            offset += len(words) + 1
        return cuts


class Rulebook:
    """Rules ready to be asked; :func:`parse_rules` makes them from packs and holds them against their examples.

    Immutable to its users, safe to share between threads. Pickled as its rules, which is how they get to other
    processes: reading and checking packs costs ten times what compiling checked rules does.
    """

    __slots__ = ("_always", "_letters", "_with_letters", "rules", "version")

    def __init__(self, rules: Iterable[JunkRule], version: str) -> None:
        self.rules = tuple(rules)
        """Checked rules: what RE2 refuses is found by :func:`parse_rules`."""
        self.version = version
        """Short hash of the text of the packs."""
        always: list[_Compiled] = []
        packs: dict[tuple[str, str], list[_Compiled]] = {}
        for order, rule in enumerate(self.rules):
            pack = rule.id.partition("/")[0]
            of_pack = always if rule.letters is None else packs.setdefault((pack, rule.letters), [])
            of_pack.append(_Compiled(rule, order))
        self._always = _Pack(always)
        self._with_letters = [_Pack(compiled) for compiled in packs.values()]
        self._letters = _Letters(letters for _, letters in packs)

    def __reduce__(self) -> tuple[type[Rulebook], tuple[tuple[JunkRule, ...], str]]:
        return Rulebook, (self.rules, self.version)

    def matcher(self, text: str) -> Matcher:
        """The rules to ask about the lines of this text, given as :func:`plain` gives it."""
        data = text.encode()
        lettered = [self._with_letters[number] for number in sorted(self._letters.within(data))]
        return Matcher(text, [screen for pack in (self._always, *lettered) for screen in pack.screens])


def _batches(compiled: Sequence[_Compiled]) -> Iterator[Sequence[_Compiled]]:
    """Rules by automaton: many that are bound to a line's start share one, the others are few to each.

    An automaton's states are combinations of places in its rules. A rule that is bound to the start is out of the
    combination after a few letters; those that may begin anywhere never are, and many of them multiply.
    """
    floating = [one for one in compiled if not _screened(one.rule).startswith(_LINE_START)]
    bound = [one for one in compiled if one not in floating]
    for batch, size in ((bound, BOUND_PER_SCREEN), (floating, FLOATING_PER_SCREEN)):
        yield from (batch[at : at + size] for at in range(0, len(batch), size))


_LINE_START = r"(?m)^\s*"
_COUNT = re.compile(r"(?<!\\)(?<!\\[xpP])\{(\d+)(?:,(\d*))?\}")
_LARGEST_COUNT = 4
_ANYTHING_FIRST = re.compile(r"\.(?:\*|\+|\{\d+,\})\??")


def _screened(rule: JunkRule) -> str:
    """The pattern that a screen looks for: found in every text that has a line for the rule, and seldom elsewhere.

    ``.*X.*`` is found where ``X`` is. Without the leading and trailing rest an automaton need not remember for the
    rest of a line that it was begun, nor, without the counts, how far it got: that is what makes its states many.
    """
    pattern = _COUNT.sub(_uncounted, rule.pattern)
    if rule.scope == "inline":
        return f"(?m){pattern}"
    flags, body = ("(?i)", pattern[4:]) if pattern.startswith("(?i)") else ("", pattern)
    start, end = _LINE_START, r"\s*$"
    if not _has_choice(body):
        if found := _ANYTHING_FIRST.match(body):
            start, body = "(?m)", body[found.end() :]
        if body.endswith(".*") and not body.endswith("\\.*"):
            end, body = "", body[:-2]
    return f"{start}{flags}(?:{body}){end}"


def _uncounted(count: re.Match[str]) -> str:
    """What a count becomes that takes many states, such as ``{3,160}``: any number of times."""
    least = int(count[1])
    if max(least, int(count[2] or 0)) <= _LARGEST_COUNT:
        return count[0]
    return "+" if least else "*"


def _has_choice(pattern: str) -> bool:
    """Whether a pattern is a choice between patterns: has a bar outside of every group and class."""
    depth = 0
    in_class = escaped = False
    for character in pattern:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and not depth:
            return True
    return False


def parse_rules(packs: Mapping[str, str], checked: str | None = None) -> Rulebook:
    """A rulebook from the TOML text of packs by name.

    A pack has ``[fragments]``: patterns by name, or lists of alternatives, that ``{{name}}`` stands for in what follows
    them; ``[[rule]]`` entries with the keys of :class:`JunkRule`; ``[[phrases]]`` entries: the ``words`` of a ``form``,
    with examples; and where its language has letters of its own, ``letters``. The pack :data:`GRAMMAR` has fragments
    for all packs and ``[[form]]`` entries: rules without examples whose pattern has a place ``{{words}}``, and
    ``everywhere`` where a text need not have the pack's letters.

    Args:
        packs: in any order.
        checked: :func:`packs_version` of packs that were held against their examples before, which need not be done
            again: it takes three quarters of the time.

    Raises:
        RuleError: a pack is not TOML; a key is unknown or missing; an id is not new; there is no reason, drop or keep
            example; a pattern is not RE2's; an example does not come out as it should.
    """
    packs = dict(sorted(packs.items()))
    rules = tuple(_read_packs(packs))
    version = packs_version(packs)
    if version != checked:
        _hold_against_examples(rules)
    return Rulebook(rules, version)


def untried_rule(pattern: str, kind: str, scope: Scope = "line", unless: str | None = None) -> Rulebook:
    """A rulebook of one rule that has no examples yet, to see what it would take.

    Raises:
        RuleError: the pattern is not RE2's, or has an unknown group.
    """
    rule = JunkRule(TRIED_RULE, kind, pattern, "not known yet", (), (), scope=scope, unless=unless)
    _check_value("kind", kind, _failure(TRIED_RULE))
    _compile_rule(rule)
    return Rulebook([rule], TRIED_RULE)


def plain(text: str) -> str:
    """The text as patterns see it: typographic apostrophes and odd spaces replaced, one character for one.

    Offsets stay as they are. Lone surrogates, which no UTF-8 engine takes, become question marks.
    """
    text = text.replace("\t", " ")
    if text.isascii():
        return text
    for odd in _ODD_APOSTROPHES:
        text = text.replace(odd, "'")
    for odd in _ODD_SPACES:
        text = text.replace(odd, " ")
    return text.encode("utf-8", "replace").decode("utf-8")


def packs_version(packs: Mapping[str, str]) -> str:
    """Short hash of rule packs, by name and text, in their order."""
    digest = hashlib.sha256()
    for name, text in packs.items():
        for part in (name, text):
            encoded = part.encode("utf-8")
            digest.update(b"%d:" % len(encoded) + encoded)
    return digest.hexdigest()[:12]


def _failure(place: str) -> Callable[[str, str], RuleError]:
    return lambda key, message: RuleError(f"rule {place!r}: {key} {message}")


@dataclass(frozen=True, slots=True)
class _Grammar:
    """What all packs use."""

    fragments: Mapping[str, str]
    forms: Mapping[str, Mapping[str, Any]]


def _read_packs(packs: Mapping[str, str]) -> Iterable[JunkRule]:
    grammar = _read_grammar(packs.get(GRAMMAR, ""))
    rules: dict[str, JunkRule] = {}
    for pack, text in packs.items():
        for rule in _read_pack(pack, text, grammar) if pack != GRAMMAR else ():
            if rule.id in rules:
                raise RuleError(f"rule {rule.id!r}: id is used twice in pack {pack!r}; give one of them another")
            rules[rule.id] = rule
    return rules.values()


def _read_grammar(text: str) -> _Grammar:
    content = _toml_content(GRAMMAR, text, {"fragments", "form"})
    forms = {}
    for number, entry in enumerate(content.get("form", []), start=1):
        fail = _failure(f"{GRAMMAR}/{entry.get('id', f'number {number}')}")
        _check_keys(entry, _FORM_REQUIRED, _FORM_OPTIONAL, fail)
        if "{{" + WORDS + "}}" not in entry["pattern"]:
            raise fail("pattern", f"has no place for words; write {{{{{WORDS}}}}} where they stand")
        forms[entry["id"]] = entry
    return _Grammar(_read_fragments(GRAMMAR, content, {}), forms)


def _read_pack(pack: str, text: str, grammar: _Grammar) -> Iterator[JunkRule]:
    content = _toml_content(pack, text, {"letters", "fragments", "rule", "phrases"})
    letters = _read_letters(pack, content.get("letters"))
    fragments = _read_fragments(pack, content, grammar.fragments)
    for number, entry in enumerate(content.get("rule", []), start=1):
        yield _read_rule(pack, number, entry, fragments, letters)
    for number, entry in enumerate(content.get("phrases", []), start=1):
        yield _read_phrases(pack, number, entry, fragments, letters, grammar)


def _toml_content(pack: str, text: str, keys: set[str]) -> dict[str, Any]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"pack {pack!r}: not valid TOML ({error}); mend the file") from error
    if unknown := sorted(content.keys() - keys):
        sections = ", ".join(f"[[{key}]]" if key in ("rule", "phrases", "form") else key for key in sorted(keys))
        raise RuleError(f"pack {pack!r}: unknown key {unknown[0]!r}; it may have {sections}")
    return content


def _read_fragments(pack: str, content: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    fragments = dict(known)
    fail = _failure(f"{pack}/[fragments]")
    for name, fragment in content.get("fragments", {}).items():
        fragments[name] = _insert(_alternatives(name, fragment, fail), fragments, fail, name)
    return fragments


def _alternatives(key: str, value: Any, fail: Callable[[str, str], RuleError]) -> str:
    """One pattern of a pattern or of a list of alternatives."""
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(item, str) and item for item in listed):
        raise fail(key, f"is {value!r}; give a pattern, or a list of patterns")
    return "|".join(listed)


def _read_letters(pack: str, letters: Any) -> str | None:
    if letters is None:
        return None
    fail = _failure(f"{pack}/letters")
    if not isinstance(letters, str) or not letters.strip():
        raise fail("value", f"is {letters!r}; give letters as in RE2's brackets, such as 'äöüß', or leave the key out")
    _compile(f"[{letters}]", "value", fail)
    return letters


def _insert(pattern: str, fragments: Mapping[str, str], fail: Callable[[str, str], RuleError], key: str) -> str:
    for name, fragment in fragments.items():
        pattern = pattern.replace("{{" + name + "}}", f"(?:{fragment})")
    if "{{" in pattern:
        unknown = pattern.split("{{", 1)[1].split("}}", 1)[0]
        raise fail(key, f"names the fragment {unknown!r}, which no line before it in [fragments] defines; define it")
    return pattern


def _read_rule(
    pack: str, number: int, entry: Mapping[str, Any], fragments: Mapping[str, str], letters: str | None
) -> JunkRule:
    fail = _failure(f"{pack}/{entry.get('id', f'number {number}')}")
    _check_keys(entry, _REQUIRED, _OPTIONAL, fail)
    _check_value("keep", entry["keep"], fail)
    return _make_rule(pack, entry, fragments, letters, fail)


def _make_rule(
    pack: str,
    entry: Mapping[str, Any],
    fragments: Mapping[str, str],
    letters: str | None,
    fail: Callable[[str, str], RuleError],
) -> JunkRule:
    for key in sorted(entry.keys() - {"keep"}):
        _check_value(key, entry[key], fail)
    patterns = {key: _insert(entry[key], fragments, fail, key) for key in ("pattern", "unless") if key in entry}
    examples = {key: tuple(entry[key]) for key in ("drop", "keep")}
    return JunkRule(**{**entry, **patterns, **examples, "id": f"{pack}/{entry['id']}", "letters": letters})


def _read_phrases(
    pack: str,
    number: int,
    entry: Mapping[str, Any],
    fragments: Mapping[str, str],
    letters: str | None,
    grammar: _Grammar,
) -> JunkRule:
    """The rule that a form becomes with the words of a language."""
    fail = _failure(f"{pack}/phrases number {number}")
    _check_keys(entry, _PHRASES, frozenset({"keep"}), fail)
    if (form := grammar.forms.get(entry["form"])) is None:
        known = ", ".join(sorted(grammar.forms)) or f"none, as there is no pack {GRAMMAR!r}"
        raise fail("form", f"is {entry['form']!r}; forms are {known}")
    words = _alternatives(WORDS, entry[WORDS], fail)
    rule = {key: value for key, value in form.items() if key != "everywhere"}
    rule |= {"drop": entry["drop"], "keep": entry.get("keep", [])}
    return _make_rule(pack, rule, {WORDS: words, **fragments}, None if form.get("everywhere") else letters, fail)


def _check_keys(
    entry: Mapping[str, Any], required: frozenset[str], optional: frozenset[str], fail: Callable[[str, str], RuleError]
) -> None:
    if missing := sorted(required - entry.keys()):
        raise fail(missing[0], "is missing; add it")
    if unknown := sorted(entry.keys() - required - optional):
        raise fail(unknown[0], f"is not known; known are {', '.join(sorted(required | optional))}")


def _check_value(key: str, value: Any, fail: Callable[[str, str], RuleError]) -> None:
    """Whether a value is of its key's type and, for a closed list, on it."""
    if key == "max_words":
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise fail(key, f"is {value!r}; give a whole number from 1 up")
    elif key == "alone":
        if not isinstance(value, bool):
            raise fail(key, f"is {value!r}; give true or false")
    elif key in ("drop", "keep"):
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            raise fail(key, f"is {value!r}; give a list of at least one example line")
    elif not isinstance(value, str) or not value.strip():
        raise fail(key, f"is {value!r}; give a text that is not empty")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise fail(key, f"is {value!r}; use one of: {', '.join(_CHOICES[key])}")


def _compile(pattern: str, key: str, fail: Callable[[str, str], RuleError]) -> Any:
    try:
        return re2.compile(pattern, options=options(ONE_PATTERN_MEGABYTES))
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise fail(
            key,
            f"{pattern!r} is refused by RE2 ({reason}); write it without look-around and back-references, "
            "which cannot be matched in linear time: use `unless`, or the group `cut` of an inline rule",
        ) from error


def _hold_against_examples(rules: Sequence[JunkRule]) -> None:
    """Whether every rule takes its drop examples as marked and no rule takes a keep example.

    All examples make one text that every rule is asked about once: a tenth of the cost of asking about each.
    """
    for rule in rules:
        if rule.scope == "inline" and rule.position != "any":
            raise _failure(rule.id)("position", f"is {rule.position!r}; an inline rule has none: leave it out")
    kept = [(rule, example) for rule in rules for example in rule.keep]
    lines = [plain(example) for _, example in kept]
    starts = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    data = "\n".join(lines).encode()
    for one in map(_Compiled, rules, itertools.count()):  # compiled for this alone: all together take 140 MB
        for start in sorted(_lines_taken(one, data)):
            owner, example = kept[bisect.bisect_right(starts, start) - 1]
            raise _failure(owner.id)(
                "keep", f"example {example!r} is taken by rule {one.rule.id!r}; narrow that rule's pattern"
            )
        for example in one.rule.drop:
            if one.rule.scope == "line":
                _hold_dropped_line(one, example)
            else:
                _hold_cut(one, example)


def _lines_taken(one: _Compiled, data: bytes) -> set[int]:
    """The lines of a text in UTF-8 that a rule takes or cuts something from, by their offsets in characters."""
    if one.rule.scope == "line":
        return {match.start for match in one.whole(data)}
    return {start for start, line in one.lines(data) if any(one.inside(line))}


def _hold_dropped_line(one: _Compiled, example: str) -> None:
    if not any(one.whole(plain(example).encode())):
        message = f"example {example!r} is not taken; widen pattern, max_words or unless, or move it to keep"
        raise _failure(one.rule.id)("drop", message)


def _hold_cut(one: _Compiled, example: str) -> None:
    before, opened, rest = example.partition("[[")
    inner, closed, after = rest.partition("]]")
    fail = _failure(one.rule.id)
    if not (opened and closed):
        raise fail("drop", f"example {example!r} has no [[ ]] around what the inline rule cuts; mark it")
    line = plain(before + inner + after)
    spans = [(match.start, match.end) for match in one.inside(line)]
    if spans != [(len(before), len(before) + len(inner))]:
        cut = [line[start:end] for start, end in spans]
        raise fail("drop", f"example {example!r}: the rule cuts {cut!r}, not what is marked; mend one of the two")
