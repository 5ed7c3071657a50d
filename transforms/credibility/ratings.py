"""Expert ratings: the public sets' own formats read into one record on one scale.

A label means a mean and a spread on the scale of quality, 0 (worst) to 1 (best); what it means, and whose judgement it
is in the end, is data (``transforms/credibility/data/rating_formats.toml``). How ratings are weighed belongs to
:mod:`transforms.score`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from transforms.credibility.sources import SourceName, SourceNames
from transforms.errors import DataFileError, UsageError
from transforms.records import Rating

Shape = Literal["csv", "json"]

MAX_VALUE_CHARACTERS = 100_000
"""Of one value of a row; more is a file whose quotes or commas mean something else."""

MAX_FILE_CHARACTERS = 64 << 20
"""Ten times the broadest set with all its columns."""

MAX_LABEL_CHARACTERS = 200

_FORMAT_KEYS = {"id", "title", "link", "licence", "shape", "domain", "reason", "examples", "judgement"}
_JUDGEMENT_KEYS = {"family", "label", "reason"}
_OPTIONAL_KEYS = {"rated_on", "covers", "copied_if", "number", "scale", "unscored"}


class RatingFormatError(DataFileError):
    """The rating format data is wrong; the message names the entry, the value and the remedy."""


class RatingError(UsageError):
    """A file of ratings is not of the format it was said to be; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement that a row of a set can hold."""

    family: str
    labels: tuple[tuple[str, ...], ...]
    """Columns whose values make the label, each with its alternative names in lower case."""
    scale: Mapping[str, tuple[float, float]]
    """Label to quality and spread, 0..1."""
    unscored: Mapping[str, str]
    """Label to the reason why quality is not the question."""
    number_spread: float | None = None
    """Spread where the label is the quality itself; None where labels are words."""
    spread_column: str | None = None
    covers: tuple[str, ...] = ()
    copied_filled: str | None = None
    copied_where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RatingFormat:
    """How one public set is written and what it means."""

    id: str
    title: str
    link: str
    licence: str
    rated_on: dt.date | None
    shape: Shape
    domain_columns: tuple[str, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class RatingSource:
    """What is known of a file beside its text; None where the format's own word holds."""

    rating_set: str | None = None
    rated_on: dt.date | None = None
    licence: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that no rating was made from."""

    row: int
    """From 1, without the header."""
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RatingFile:
    """What a file holds."""

    ratings: tuple[Rating, ...]
    refused: tuple[RefusedRow, ...]


def parse_rating_formats(text: str, names: SourceNames) -> dict[str, RatingFormat]:
    """Formats by id, each held against its own examples.

    Raises:
        RatingFormatError: the text is not TOML, an entry lacks a key or has an unknown one, a number is outside
            0..1, or an example does not come out as it says.
    """
    try:
        entries = tomllib.loads(text).get("format", [])
    except tomllib.TOMLDecodeError as error:
        raise RatingFormatError(f"rating formats: not valid TOML ({error}); mend the file") from error
    formats = {}
    for entry in entries:
        made = _format(entry)
        formats[made.id] = made
        _hold_against_examples(entry, made, names)
    return formats


def parse_ratings(
    text: str, rating_format: RatingFormat, names: SourceNames, source: RatingSource | None = None
) -> RatingFile:
    """Every rating in the text of a file, one for each family and source, in the order of the file.

    Where a set rates a source under several names, the plain registered domain goes before subdomains. A row about a
    section of a site (a path) is no rating of the site and is refused with that reason.

    Raises:
        RatingError: the text is too long, not of the format's shape, or lacks a column.
    """
    if len(text) > MAX_FILE_CHARACTERS:
        raise RatingError(
            f"the file has {len(text):,} characters, more than {MAX_FILE_CHARACTERS:,}; is it a rating set?"
        )
    source = source or RatingSource()
    kept: dict[tuple[str, str], tuple[int, int, Rating]] = {}
    refused: list[RefusedRow] = []
    for number, row in enumerate(_rows(text, rating_format), start=1):
        address = _first_of(row, rating_format.domain_columns).strip()
        shown = address[:MAX_LABEL_CHARACTERS]
        name = names.name(address) if address else None
        if refusal := _refusal(name):
            refused.append(RefusedRow(number, shown, refusal))
            continue
        assert name is not None
        made = [_rating(row, judgement, rating_format, source, name, shown) for judgement in rating_format.judgements]
        found = [rating for rating in made if isinstance(rating, Rating)]
        if not found:
            refused.append(
                RefusedRow(number, shown, next((text for text in made if isinstance(text, str)), "no label"))
            )
        distance = len(name.subdomain or "") + (name.key not in address.lower())
        for rating in found:
            _keep_nearest(kept, refused, rating, number, distance)
    ordered = sorted(kept.values(), key=lambda item: item[1])
    return RatingFile(tuple(rating for _, _, rating in ordered), tuple(sorted(refused, key=lambda row: row.row)))


def _keep_nearest(
    kept: dict[tuple[str, str], tuple[int, int, Rating]],
    refused: list[RefusedRow],
    rating: Rating,
    number: int,
    distance: int,
) -> None:
    """Of several names of one source the one nearest to its own; among equals the first."""
    key = (rating.family, rating.source)
    known = kept.get(key)
    loser = rating if known and known[0] <= distance else known[2] if known else None
    if loser is not None:
        row = number if loser is rating else known[1] if known else number
        refused.append(RefusedRow(row, loser.rated_name, f"another name of {rating.source}, which is rated itself"))
    if loser is not rating:
        kept[key] = (distance, number, rating)


def _refusal(name: SourceName | None) -> str | None:
    if name is None:
        return "not a domain"
    return "rates a section of a site, not the site" if name.section else None


def _rating(
    row: Mapping[str, str],
    judgement: Judgement,
    rating_format: RatingFormat,
    source: RatingSource,
    name: SourceName,
    rated_name: str,
) -> Rating | str | None:
    """The rating, the reason why there is none, or None where the row has no label of this kind."""
    values = [_first_of(row, columns).strip() for columns in judgement.labels]
    label = " / ".join(value for value in values if value)
    if not values[0] or _is_copy(row, judgement):
        return None
    label = label[:MAX_LABEL_CHARACTERS]
    meaning = _meaning(label, row, judgement)
    unscored = judgement.unscored.get(label.lower())
    if meaning is None and unscored is None:
        return f"unknown label {label!r}"
    rating_set = source.rating_set or rating_format.id
    own = rating_format.id == "own"
    return Rating(
        rating_set=rating_set,
        family=rating_set if own else judgement.family,
        covers=judgement.covers,
        source=name.key,
        rated_name=rated_name,
        raw_label=label,
        quality_mean=None if unscored else meaning[0] if meaning else None,
        quality_spread=None if unscored else meaning[1] if meaning else None,
        unscored_reason=unscored or ("platform" if name.platform == name.key else None),
        rated_on=source.rated_on or rating_format.rated_on,
        licence=source.licence or rating_format.licence,
        link=source.link or rating_format.link or None,
    )


def _meaning(label: str, row: Mapping[str, str], judgement: Judgement) -> tuple[float, float] | None:
    if judgement.number_spread is None:
        return judgement.scale.get(label.lower())
    quality = _number(label)
    given = row.get(judgement.spread_column, "").strip() if judgement.spread_column else ""
    spread = _number(given) if given else judgement.number_spread
    return (quality, spread) if quality is not None and spread is not None and spread > 0 else None


def _number(text: str) -> float | None:
    """A number from 0 to 1, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= 1 else None


def _is_copy(row: Mapping[str, str], judgement: Judgement) -> bool:
    if judgement.copied_filled is None or not row.get(judgement.copied_filled, "").strip():
        return False
    return all(row.get(column, "").strip() == value for column, value in judgement.copied_where.items())


def _first_of(row: Mapping[str, str], columns: tuple[str, ...]) -> str:
    return next((row[column] for column in columns if row.get(column)), "")


def _rows(text: str, rating_format: RatingFormat) -> Iterator[Mapping[str, str]]:
    return _json_rows(text, rating_format) if rating_format.shape == "json" else _csv_rows(text, rating_format)


def _csv_rows(text: str, rating_format: RatingFormat) -> Iterator[Mapping[str, str]]:
    """Rows by column name in lower case.

    Raises:
        RatingError: no header with the columns that the format needs, or a row that cannot be read.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        needed = [rating_format.domain_columns, *(judgement.labels[0] for judgement in rating_format.judgements)]
        for names in needed:
            if not set(names) & set(header):
                raise RatingError(
                    f"format {rating_format.id!r} needs a column {' or '.join(map(repr, names))}; the file has "
                    f"{', '.join(map(repr, header[:20])) or 'none'}"
                )
        for row in reader:
            if max(map(len, row), default=0) > MAX_VALUE_CHARACTERS:  # the csv module's limit is anybody's to move
                raise RatingError(f"the file is not CSV, line {reader.line_num}: a value of too many characters")
            if any(row):
                yield dict(zip(header, row, strict=False))
    except csv.Error as error:
        raise RatingError(f"the file is not CSV, line {reader.line_num}: {error}") from error


def _json_rows(text: str, rating_format: RatingFormat) -> Iterator[Mapping[str, str]]:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise RatingError(f"the file is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise RatingError(
            f"format {rating_format.id!r} is a JSON object, domain to label; this is a {type(data).__name__}"
        )
    for domain, label in data.items():
        if isinstance(label, str | int | float) and not isinstance(label, bool):
            yield {"domain": domain, "label": str(label)}


def _format(entry: Mapping[str, Any]) -> RatingFormat:
    name = entry.get("id", "(without id)")
    _check_keys(f"rating format {name!r}", entry, _FORMAT_KEYS)
    if entry["shape"] not in get_args(Shape):
        raise RatingFormatError(f"rating format {name!r}: shape must be one of {', '.join(get_args(Shape))}")
    return RatingFormat(
        id=entry["id"],
        title=entry["title"],
        link=entry["link"],
        licence=entry["licence"],
        rated_on=entry.get("rated_on"),
        shape=entry["shape"],
        domain_columns=tuple(entry["domain"]),
        judgements=tuple(_judgement(name, judgement) for judgement in entry["judgement"]),
    )


def _judgement(name: str, entry: Mapping[str, Any]) -> Judgement:
    _check_keys(f"judgement of rating format {name!r}", entry, _JUDGEMENT_KEYS)
    scale = {label.lower(): (float(pair[0]), float(pair[1])) for label, pair in entry.get("scale", {}).items()}
    number, copied = entry.get("number", {}), dict(entry.get("copied_if", {}))
    wrong = [label for label, (mean, spread) in scale.items() if not (0 < mean < 1 and 0 < spread < 1)]
    if wrong or bool(scale) == bool(number):
        problem = f"{wrong[0]!r} is outside 0..1" if wrong else "it needs either a scale or a number"
        raise RatingFormatError(f"judgement {entry['family']!r} of rating format {name!r}: {problem}")
    return Judgement(
        family=entry["family"],
        labels=tuple(tuple(column.lower() for column in columns) for columns in entry["label"]),
        scale=scale,
        unscored={label.lower(): reason for label, reason in entry.get("unscored", {}).items()},
        number_spread=number.get("spread"),
        spread_column=number.get("spread_column"),
        covers=tuple(entry.get("covers", ())),
        copied_filled=copied.pop("filled", None),
        copied_where=copied,
    )


def _check_keys(what: str, entry: Mapping[str, Any], required: set[str]) -> None:
    if missing := sorted(required - entry.keys()):
        raise RatingFormatError(f"{what}: missing {', '.join(missing)}; add them")
    if unknown := sorted(entry.keys() - required - _OPTIONAL_KEYS):
        raise RatingFormatError(f"{what}: unknown key {', '.join(unknown)}; take it out")


def _hold_against_examples(entry: Mapping[str, Any], made: RatingFormat, names: SourceNames) -> None:
    for example in entry["examples"]:
        found = parse_ratings(example["text"], made, names).ratings
        wanted = (example["domain"], example["label"], example["quality"])
        if wanted not in [(rating.source, rating.raw_label, rating.quality_mean) for rating in found]:
            raise RatingFormatError(f"rating format {made.id!r}: {example['text']!r} gives {found!r}, not {wanted}")
