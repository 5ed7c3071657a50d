"""The contract as data: parses and checks thresholds.toml.

Each entry names an expectation, the fact it judges, its bounds, how severe a breach is and why. What the facts are is
told in facts.py, how Great Expectations judges them in suites.py; files are read by the caller.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

import re2

from expectations.facts import ARTICLE_FACTS, BATCH_FACTS, Fact, Kind
from transforms.errors import DataFileError

Suite = Literal["article", "batch"]
Severity = Literal["critical", "warning"]
ExpectationType = Literal["not_null", "unique", "between", "regex", "not_regex", "in_set", "not_in_set"]
Value = str | float | bool | None

FACTS: Final[Mapping[str, Mapping[str, Fact]]] = {"article": ARTICLE_FACTS, "batch": BATCH_FACTS}
"""The columns that each suite may judge."""

NAME_CHARACTERS: Final = 60
"""An expectation's name is a reason that people count and read in tables, not a sentence."""

VERSION_DIGITS: Final = 12

COMMAS_FROM: Final = 10_000

_COMMON: Final = frozenset({"name", "suite", "column", "type", "severity", "reason", "breaks", "keeps"})
_REQUIRED: Final = ("name", "suite", "column", "type", "severity", "reason", "breaks", "keeps")
_OWN_KEYS: Final[Mapping[ExpectationType, frozenset[str]]] = {
    "not_null": frozenset(),
    "unique": frozenset(),
    "between": frozenset({"min", "max"}),
    "regex": frozenset({"pattern"}),
    "not_regex": frozenset({"pattern"}),
    "in_set": frozenset({"values"}),
    "not_in_set": frozenset({"values"}),
}
_KINDS: Final[Mapping[ExpectationType, frozenset[Kind]]] = {
    "not_null": frozenset({"text", "number"}),
    "unique": frozenset({"text", "number"}),
    "between": frozenset({"number"}),
    "regex": frozenset({"text"}),
    "not_regex": frozenset({"text"}),
    "in_set": frozenset({"text", "number", "flag"}),
    "not_in_set": frozenset({"text", "number"}),
}
_NOT_LINEAR: Final = ("\\s", "\\S", "\\w", "\\W", "\\d", "\\D", "\\b", "\\B", "\\u", "\\U", "\\N", "$")
"""What makes pandas leave RE2 for a backtracking engine, on input that an attacker chooses."""


class ThresholdError(DataFileError):
    """thresholds.toml does not hold: names the entry's key, its value and the remedy."""

    def __init__(self, where: str, key: str, value: object, remedy: str) -> None:
        self.where = where
        self.key = key
        self.value = value
        self.remedy = remedy
        super().__init__(f"{where}: {key} = {value!r}: {remedy}")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One entry of the contract."""

    name: str
    """The reason that quarantine and reports show, such as ``text too short``."""
    suite: Suite
    column: str
    type: ExpectationType
    severity: Severity
    reason: str
    """Why the expectation and its number stand in the contract: a sentence for people."""
    minimum: float | None
    maximum: float | None
    pattern: str | None
    values: tuple[Value, ...]
    mostly: float
    """Share of the rows that must keep a warning, 0..1."""
    applies_from: int
    """Batches with fewer documents than this are not held to a batch expectation."""
    breaks: tuple[tuple[Value, ...], ...]
    """Columns of values that all break the expectation."""
    keeps: tuple[tuple[Value, ...], ...]
    """Columns of values that all keep it."""

    @property
    def bound(self) -> str:
        """What is asked of a value, in words: ``at least 20``."""
        return _bound_in_words(self)


@dataclass(frozen=True, slots=True)
class Contract:
    """The whole contract, in the order of the file."""

    expectations: tuple[Expectation, ...]
    version: str
    """Short hash of all that decides: two contracts of one version give the same verdicts."""

    def of(self, suite: Suite) -> tuple[Expectation, ...]:
        """The expectations of one suite, in the order of the file."""
        return tuple(expectation for expectation in self.expectations if expectation.suite == suite)


def parse_thresholds(text: str) -> Contract:
    """The contract in a text of thresholds.toml's form.

    Raises:
        ThresholdError: no TOML, or an entry with an unknown key, type, column or severity, a missing or senseless
            value, or a name that is given twice.
    """
    return build_contract(read_entries(read_toml(text)))


def read_toml(text: str) -> dict[str, Any]:
    """The tables of a text of thresholds.toml's form.

    Raises:
        ThresholdError: no TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThresholdError("thresholds", "file", str(error), "write valid TOML 1.0") from error


def read_entries(parsed: Mapping[str, Any], *, also: Sequence[str] = (), at_least: int = 1) -> list[Entry]:
    """The entries of a file, unchecked; ``also`` are the other keys that are allowed beside them.

    Raises:
        ThresholdError: another key, or fewer entries than ``at_least``.
    """
    for key in sorted(parsed.keys() - {"expectation", *also}):
        remedy = "only [[expectation]] entries belong here" + "".join(f", or {name}" for name in also)
        raise ThresholdError("thresholds", key, parsed[key], remedy)
    entries = parsed.get("expectation", [])
    are_tables = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    if not are_tables or len(entries) < at_least:
        raise ThresholdError(
            "thresholds", "expectation", parsed.get("expectation"), "write at least one [[expectation]]"
        )
    return [Entry(entry, number) for number, entry in enumerate(entries, start=1)]


def build_contract(entries: Iterable[Entry]) -> Contract:
    """The contract that the entries make, in their order.

    Raises:
        ThresholdError: as :func:`parse_thresholds`.
    """
    expectations = tuple(_expectation(entry) for entry in entries)
    _refuse_repeated_names(expectations)
    return Contract(expectations, _version(expectations))


def _expectation(entry: Entry) -> Expectation:
    suite, kind_of_check, severity = entry.form()
    entry.refuse_unknown_keys()
    column = entry.one_of("column", tuple(FACTS[suite]))
    kind = FACTS[suite][column].kind
    if kind not in _KINDS[kind_of_check]:
        raise entry.error("type", f"a {kind} column cannot be judged by it; {column} is a {kind}")
    minimum, maximum = entry.bounds() if kind_of_check == "between" else (None, None)
    return Expectation(
        name=entry.name(),
        suite=suite,
        column=column,
        type=kind_of_check,
        severity=severity,
        reason=entry.sentence("reason"),
        minimum=minimum,
        maximum=maximum,
        pattern=entry.pattern() if "pattern" in _OWN_KEYS[kind_of_check] else None,
        values=entry.values(kind) if "values" in _OWN_KEYS[kind_of_check] else (),
        mostly=entry.number("mostly", 1.0, low=0.0, high=1.0),
        applies_from=int(entry.number("applies_from", 0, low=0, high=math.inf)),
        breaks=entry.examples("breaks", kind),
        keeps=entry.examples("keeps", kind),
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``[[expectation]]`` as TOML gives it, and the reading of its keys."""

    raw: Mapping[str, Any]
    number_in_file: int

    def error(self, key: str, remedy: str) -> ThresholdError:
        """The error to raise about a key."""
        name = self.raw.get("name")
        where = f"expectation {name!r}" if isinstance(name, str) else f"expectation number {self.number_in_file}"
        return ThresholdError(where, key, self.raw.get(key), remedy)

    def form(self) -> tuple[Suite, ExpectationType, Severity]:
        """What decides which other keys the entry may have."""
        return (
            cast(Suite, self.one_of("suite", get_args(Suite))),
            cast(ExpectationType, self.one_of("type", get_args(ExpectationType))),
            cast(Severity, self.one_of("severity", get_args(Severity))),
        )

    def allowed_keys(self) -> frozenset[str]:
        """The keys that the entry may have.

        ``mostly`` belongs to warnings about articles alone: with it a critical expectation would send a document to
        quarantine or not depending on its neighbours, and a batch has one row.
        """
        suite, kind_of_check, severity = self.form()
        keys = _COMMON | _OWN_KEYS[kind_of_check]
        if suite == "batch":
            return keys | {"applies_from"}
        return keys | {"mostly"} if severity == "warning" else keys

    def missing_keys(self) -> list[str]:
        """The keys that every whole entry has and this one has not."""
        return [key for key in _REQUIRED if key not in self.raw]

    def refuse_unknown_keys(self) -> None:
        """Raise where a key is unknown or missing."""
        allowed = self.allowed_keys()
        for key in sorted(self.raw.keys() - allowed):
            raise self.error(key, f"not a key of this kind of expectation; it may have {', '.join(sorted(allowed))}")
        for key in self.missing_keys():
            raise self.error(key, "missing; every expectation has one")

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """A word of a fixed set."""
        value = self.raw.get(key)
        if not isinstance(value, str) or value not in allowed:
            raise self.error(key, f"write one of {', '.join(allowed)}")
        return value

    def name(self) -> str:
        """The expectation's name."""
        name = self.sentence("name")
        if len(name) > NAME_CHARACTERS or "\n" in name:
            raise self.error("name", f"write a phrase of at most {NAME_CHARACTERS} characters on one line")
        return name

    def sentence(self, key: str) -> str:
        """A text that is not empty."""
        value = self.raw.get(key)
        if not isinstance(value, str) or not value.strip() or value != value.strip():
            raise self.error(key, "write words, without white space around them")
        return value

    def number(self, key: str, default: float, *, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        value = self.raw.get(key, default)
        if not _is_number(value) or not low <= value <= high:
            raise self.error(key, f"write a number from {low:g} to {high:g}")
        return float(value)

    def bounds(self) -> tuple[float | None, float | None]:
        """``min`` and ``max``, at least one of them."""
        minimum, maximum = self.raw.get("min"), self.raw.get("max")
        if minimum is None and maximum is None:
            raise self.error("min", "give min, max or both")
        for key, value in (("min", minimum), ("max", maximum)):
            if value is not None and not _is_number(value):
                raise self.error(key, "write a number without quotes")
        if minimum is not None and maximum is not None and minimum > maximum:
            raise self.error("min", f"greater than max = {maximum}; swap them")
        return minimum, maximum

    def pattern(self) -> str:
        """A linear-time pattern without groups."""
        pattern = self.sentence("pattern")
        for part in _NOT_LINEAR:
            if part in pattern:
                raise self.error("pattern", f"{part} is not linear-time here; write a class such as [0-9], \\Z for $")
        try:
            compiled = re2.compile(pattern.replace("\\Z", "\\z"))
        except re2.error as error:
            raise self.error("pattern", f"not a pattern of RE2's: {error}") from error
        if compiled.groups:
            raise self.error("pattern", "has a capturing group; write (?:...)")
        return pattern

    def values(self, kind: Kind) -> tuple[Value, ...]:
        """The values of a set, of the column's kind."""
        values = self.raw.get("values")
        if not isinstance(values, list) or not values:
            raise self.error("values", "write a list of at least one value")
        return tuple(self._value("values", value, kind) for value in values)

    def examples(self, key: str, kind: Kind) -> tuple[tuple[Value, ...], ...]:
        """Examples: each a value or, where one value cannot break the expectation, a list of values."""
        examples = self.raw.get(key)
        if not isinstance(examples, list) or not examples:
            raise self.error(key, "write a list of at least one example")
        columns = [example if isinstance(example, list) else [example] for example in examples]
        return tuple(tuple(self._example(key, value, kind) for value in column) for column in columns)

    def _example(self, key: str, value: object, kind: Kind) -> Value:
        """A value of the column's kind; TOML has no null, so ``{}`` stands for a missing value."""
        return None if value == {} else self._value(key, value, kind)

    def _value(self, key: str, value: object, kind: Kind) -> Value:
        fits = {"text": isinstance(value, str), "flag": isinstance(value, bool), "number": _is_number(value)}
        if not fits[kind]:
            raise self.error(key, f"{value!r} is not a {kind}, as the column is")
        return cast(Value, value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _refuse_repeated_names(expectations: tuple[Expectation, ...]) -> None:
    seen: set[str] = set()
    for expectation in expectations:
        if expectation.name in seen:
            raise ThresholdError(f"expectation {expectation.name!r}", "name", expectation.name, "given twice; rename")
        seen.add(expectation.name)


def _version(expectations: tuple[Expectation, ...]) -> str:
    deciding = [dataclasses.replace(each, reason="", breaks=(), keeps=()) for each in expectations]
    return hashlib.sha256(repr(deciding).encode()).hexdigest()[:VERSION_DIGITS]


def _bound_in_words(expectation: Expectation) -> str:
    match expectation.type:
        case "not_null":
            return "a value"
        case "unique":
            return "a value that no other of the batch has"
        case "between":
            return _range_in_words(expectation.minimum, expectation.maximum)
        case "regex" | "not_regex":
            nothing = "nothing of " if expectation.type == "not_regex" else ""
            return f"{nothing}the form {expectation.pattern}"
        case "in_set" | "not_in_set":
            other = "anything but " if expectation.type == "not_in_set" else ""
            return other + _set_in_words(expectation.values)


def _range_in_words(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and minimum == maximum:
        return f"exactly {_number_in_words(minimum)}"
    parts = []
    if minimum is not None:
        parts.append(f"at least {_number_in_words(minimum)}")
    if maximum is not None:
        parts.append(f"at most {_number_in_words(maximum)}")
    return " and ".join(parts)


def _number_in_words(number: float) -> str:
    """Digits, with commas from ten thousand on: below it may be a year."""
    return f"{number:,.12g}" if abs(number) >= COMMAS_FROM else f"{number:.12g}"


def _set_in_words(values: tuple[Value, ...], shown: int = 4) -> str:
    words = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    if len(words) <= shown:
        return " or ".join(words)
    return f"one of {len(words)} values such as {', '.join(words[:shown])}"
