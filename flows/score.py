"""The score stage: count signals in articles that have none, score the sources that changed, publish.

Each pass costs what is new: articles are measured once per version of the word lists, sources are scored when an
article, a rating or the model changed. What counts and scores mean belongs to transforms.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flows.agency_homes import agency_homes
from flows.bundled import bundled_text
from flows.settings import Settings, SettingsError
from transforms.credibility.overrides import OverrideError, parse_overrides
from transforms.credibility.ratings import (
    RatingError,
    RatingFile,
    RatingFormat,
    RatingSource,
    parse_rating_formats,
    parse_ratings,
)
from transforms.credibility.signals import Tones, count_signals, parse_tones
from transforms.credibility.sources import SourceNames, parse_source_names
from transforms.records import ArticleSignals, Rating, ScoreEvidence, ScoreOverride, SourceScore
from transforms.score import ContentModel, parse_model, score_source
from transforms.text.agencies import Agencies, parse_agencies
from warehouse import Warehouse, WarehouseOptions
from warehouse.credibility import CredibilityStore, RatingImport, UnmeasuredArticle

MEASURED_TOGETHER = 2000
"""Articles that are fetched, counted and stored in one transaction: about 12 MB of text."""

SCORED_TOGETHER = 5000
"""Sources that are scored in one transaction."""


@dataclass(frozen=True, slots=True)
class ScoreTools:
    """What measuring and scoring need beside the warehouse."""

    tones: Tones
    names: SourceNames
    model: ContentModel
    agencies: Agencies
    formats: dict[str, RatingFormat]


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """What a pass did."""

    articles_measured: int
    sources_examined: int
    scores_changed: int
    """Sources with a new row in the history."""


def load_score_tools() -> ScoreTools:
    """Parse and check the bundled data files.

    Raises:
        ToneError, SourceNameError, RatingFormatError, ModelError, AgencyError: a data file is wrong.
    """
    names = parse_source_names(bundled_text("credibility", "source_names.toml"))
    return ScoreTools(
        tones=parse_tones(bundled_text("credibility", "tone_words.toml")),
        names=names,
        model=parse_model(bundled_text("credibility", "credibility_model.json")),
        agencies=parse_agencies(bundled_text("text", "agencies.toml")),
        formats=parse_rating_formats(bundled_text("credibility", "rating_formats.toml"), names),
    )


def rescore(
    settings: Settings,
    *,
    tools: ScoreTools | None = None,
    on_progress: Callable[[int], None] = lambda measured: None,
) -> ScoreResult:
    """Bring signals and scores up to date and publish them.

    Args:
        on_progress: called with the number of articles measured so far.

    Raises:
        SettingsError: the override file cannot be read, or an entry in it is wrong.
        WarehouseError: the database cannot be used.
    """
    tools = tools or load_score_tools()
    overrides = read_overrides(settings, tools.names)
    with _open(settings) as warehouse:
        store = CredibilityStore(warehouse)
        store.load_overrides(overrides, _now())
        measured = measure_articles(store, tools, on_progress)
        examined, changed = score_sources(store, tools)
        warehouse.publish(settings.published)
    return ScoreResult(measured, examined, changed)


def import_ratings(
    settings: Settings, content: bytes, origin: str, format_id: str, source: RatingSource, tools: ScoreTools
) -> tuple[RatingFile, ScoreResult]:
    """Take a file of ratings in, in place of the set of its name, and score the sources that it rates.

    Raises:
        SettingsError: there is no such format, or the file is not UTF-8 text of it.
        WarehouseError: the database cannot be used.
    """
    rating_format = tools.formats.get(format_id)
    if rating_format is None:
        raise SettingsError(f"format {format_id!r} is not known: use one of {', '.join(tools.formats)}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{origin} is not UTF-8 text ({error}); save it as UTF-8") from error
    try:
        found = parse_ratings(text, rating_format, tools.names, source)
    except RatingError as error:
        raise SettingsError(f"{origin}: {error}") from error
    incoming = RatingImport(
        rating_set=source.rating_set or rating_format.id,
        format=format_id,
        origin=origin,
        sha256=hashlib.sha256(content).hexdigest(),
        ratings=found.ratings,
        refused=len(found.refused),
    )
    with _open(settings) as warehouse:
        CredibilityStore(warehouse).load_ratings(incoming, _now())
    return found, rescore(settings, tools=tools)


def measure_articles(
    store: CredibilityStore, tools: ScoreTools, on_progress: Callable[[int], None] = lambda measured: None
) -> int:
    """Count signals in every article that has none of this version; returns how many."""
    homes = agency_homes(tools.agencies, tools.names)
    measured = 0
    while articles := store.unmeasured(tools.tones.version, MEASURED_TOGETHER):
        store.load_signals([_measured(article, tools, homes) for article in articles], _now())
        measured += len(articles)
        on_progress(measured)
    return measured


def score_sources(store: CredibilityStore, tools: ScoreTools) -> tuple[int, int]:
    """Score every source that changed; returns how many were looked at and how many scores are new."""
    sources = store.sources_to_score(tools.model.version)
    changed = 0
    for part in _parts(sources, SCORED_TOGETHER):
        ratings = _by_source(store.ratings_of(part))
        before = _in_force(store, part)
        scored = [
            score_source(facts, ratings[facts.source], tools.model, not_asked=tools.names.unscored(facts.source))
            for facts in store.source_facts(part)
        ]
        new = [one for one in scored if (one.score, frozenset(one.evidence)) != before.get(one.score.source)]
        store.load_scores(part, [one.score for one in new], [piece for one in new for piece in one.evidence], _now())
        changed += len(new)
    return len(sources), changed


def _measured(article: UnmeasuredArticle, tools: ScoreTools, homes: dict[str, str]) -> ArticleSignals:
    name = tools.names.name(article.url or article.domain) or tools.names.name(article.domain)
    source = name.key if name else article.domain
    own = article.agency is None or homes.get(article.agency) == source
    copied_from = None if own else article.agency
    return count_signals(
        article.doc_id, source, copied_from, article.language, article.title, article.text, tools.tones
    )


def _in_force(
    store: CredibilityStore, sources: Sequence[str]
) -> dict[str, tuple[SourceScore, frozenset[ScoreEvidence]]]:
    """The scores in force with their evidence, which can change where the score does not."""
    evidence: dict[str, set[ScoreEvidence]] = defaultdict(set)
    for piece in store.evidence_of(sources):
        evidence[piece.source].add(piece)
    return {score.source: (score, frozenset(evidence[score.source])) for score in store.latest_scores(sources)}


def _by_source(ratings: Sequence[Rating]) -> dict[str, list[Rating]]:
    grouped: dict[str, list[Rating]] = defaultdict(list)
    for rating in ratings:
        grouped[rating.source].append(rating)
    return grouped


def _parts(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def read_overrides(settings: Settings, names: SourceNames) -> tuple[ScoreOverride, ...]:
    """The corrections of the settings' override file; none where there is no such setting.

    Raises:
        SettingsError: the file cannot be read, or an entry in it is wrong.
    """
    if settings.overrides is None:
        return ()
    try:
        text = settings.overrides.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"overrides: {settings.overrides} cannot be read: {error}") from error
    try:
        return parse_overrides(text, names)
    except OverrideError as error:
        raise SettingsError(f"{settings.overrides}: {error}") from error


def _open(settings: Settings) -> Warehouse:
    options = WarehouseOptions(memory_megabytes=settings.database_megabytes, threads=settings.workers)
    return Warehouse.open(settings.warehouse, options, publishes_to=settings.published)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
