"""The relate stage: near-duplicates and stories of what was loaded since the last time.

Every portion is one transaction: after a stop in the middle, the same call goes on where it was. It reads only the
warehouse. How articles are compared belongs to transforms, SQL to the warehouse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from flows.agency_homes import agency_homes
from flows.bundled import bundled, bundled_text, toml_texts
from flows.settings import Settings
from transforms.credibility.sources import parse_source_names
from transforms.stories.facts import NameWords, parse_name_words, standings, story_facts
from transforms.stories.grouping import AROUND_DAYS, PAIR_DAYS, RelatedArticle, StoryTools, parse_story_tools, place
from transforms.stories.near_duplicates import (
    Copy,
    NearDuplicate,
    SharedRuns,
    candidate_pairs,
    compared,
    groups,
    in_order_of_running,
    partners,
    run_key,
    signature_matrix,
    verified,
)
from transforms.stories.parts import RunSample, part_candidates, run_sample, text_parts
from transforms.stories.terms import story_terms
from transforms.text.agencies import parse_agencies
from warehouse import Warehouse, WarehouseOptions
from warehouse.stories import STORIES_AT_ONCE, Member, Relations, Story, StoryArticle, ToldStory, Unrelated

PORTION = 10_000
"""Articles that are related together, in one transaction; they take about 600 MB with those of the days around."""

OnRelated = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RelateTools:
    """The data files of the stage, parsed."""

    stories: StoryTools
    names: NameWords
    agency_homes: Mapping[str, str]
    """Each agency's own source, by the agency's name."""


@dataclass(frozen=True, slots=True)
class RelateResult:
    """What a call of the stage did."""

    articles: int = 0
    """Articles that were related now."""
    near_duplicates: int = 0
    """Pairs that were found now."""
    text_parts: int = 0
    """Pairs of a text and a longer one that has half of it or more, found now."""
    placed: int = 0
    """Articles that came into a story."""
    stories: int = 0
    """Stories that were opened, grew or shrank."""

    def __add__(self, other: RelateResult) -> RelateResult:
        return RelateResult(
            self.articles + other.articles,
            self.near_duplicates + other.near_duplicates,
            self.text_parts + other.text_parts,
            self.placed + other.placed,
            self.stories + other.stories,
        )


def read_relate_tools() -> RelateTools:
    """Read the stage's bundled data files.

    Raises:
        RelateDataError: one of them is wrong.
    """
    common = toml_texts(bundled("stories", "common_words"))
    return RelateTools(
        parse_story_tools(bundled_text("stories", "likeness.toml"), list(common.values())),
        parse_name_words(bundled_text("stories", "names.toml")),
        agency_homes(
            parse_agencies(bundled_text("text", "agencies.toml")),
            parse_source_names(bundled_text("credibility", "source_names.toml")),
        ),
    )


def relate(
    settings: Settings, *, anew: bool = False, on_progress: OnRelated = lambda done, total: None
) -> RelateResult:
    """Relate what is new in the warehouse of these settings and publish the answer.

    Args:
        anew: forget what was found before and relate everything.
        on_progress: told after each portion how many of how many articles are related.

    Raises:
        RelateDataError: a data file is wrong; nothing was changed.
        WarehouseError: the database cannot be used; portions that were finished stay.
    """
    options = WarehouseOptions(memory_megabytes=settings.database_megabytes, threads=settings.workers)
    tools = read_relate_tools()
    with Warehouse.open(settings.warehouse, options, publishes_to=settings.published) as warehouse:
        result = relate_warehouse(warehouse, tools, anew=anew, on_progress=on_progress)
        warehouse.publish(settings.published)
    return result


def relate_warehouse(
    warehouse: Warehouse,
    tools: RelateTools | None = None,
    *,
    anew: bool = False,
    on_progress: OnRelated = lambda done, total: None,
) -> RelateResult:
    """Relate what is new in an open warehouse; for a run, before it publishes. See :func:`relate`."""
    tools = tools or read_relate_tools()
    relations = Relations(warehouse)
    if anew:
        with relations.transaction():
            relations.forget_all()
    with relations.transaction():
        was_stale, stale_stories = relations.forget_stale()
        if was_stale:
            _settle_groups(relations, tools.agency_homes)
        result = _related(relations, [], stale_stories, tools) if stale_stories else RelateResult()
    total = relations.unrelated_count()
    left = total
    while portion := relations.unrelated(PORTION):
        left -= len(portion)
        with relations.transaction():
            result += _related(relations, portion, set(), tools)
            if not left:
                _settle_groups(relations, tools.agency_homes)
        on_progress(result.articles, total)
    return result


def _related(relations: Relations, new: Sequence[Unrelated], touched: set[str], tools: RelateTools) -> RelateResult:
    """Relate one portion, inside a transaction; ``touched`` are stories that lost an article."""
    now = dt.datetime.now(dt.UTC)
    samples = [RunSample(article.article_id, run_sample(article.text)) for article in new]
    shared = _compared(relations, new, samples)
    pairs, parts = verified(shared), text_parts(shared)
    relations.add_run_samples(samples)
    relations.add_text_parts(parts)
    if pairs:
        relations.add_near_duplicates(pairs)
        _regroup(relations, _ends(pairs), tools.agency_homes)
    articles = [_related_article(article) for article in new]
    known, stories = relations.around([article.day for article in articles], AROUND_DAYS + PAIR_DAYS)
    relations.add_articles(articles, now)
    apart = [(one.article_id, one.other_article_id) for one in shared if one.are_one_form]
    placed = place(articles, known, stories, tools.stories, apart)
    relations.add_places(placed)
    changed = {one.story_id for one in placed} | touched
    changed |= set(relations.stories_of(sorted(_ends(pairs))).values())
    _tell(relations, sorted(changed), {article.article_id: article.text for article in new}, tools, now)
    return RelateResult(len(articles), len(pairs), len(parts), len(placed), len(changed))


def _tell(
    relations: Relations, stories: Sequence[str], texts: Mapping[str, str], tools: RelateTools, now: dt.datetime
) -> None:
    """Write stories as they are now, so many at a time: their texts, where they are not given, are read together."""
    for start in range(0, len(stories), STORIES_AT_ONCE):
        part = stories[start : start + STORIES_AT_ONCE]
        members = relations.members(part, texts)
        told = [_told(members[story_id], tools) for story_id in sorted(members) if len(members[story_id]) > 1]
        relations.replace_stories(part, told, now)


def _related_article(article: Unrelated) -> RelatedArticle:
    return RelatedArticle(
        article.article_id,
        article.doc_id,
        article.source,
        article.language,
        article.day,
        article.day_known,
        story_terms(article.title, article.text),
    )


def _compared(relations: Relations, new: Sequence[Unrelated], samples: Sequence[RunSample]) -> list[SharedRuns]:
    """Pairs of two new articles, and of a new one and one that was related before, that may be copies."""
    if not new:
        return []
    signatures = [article.minhash for article in new]
    runs = [sample.runs for sample in samples]
    ids = [article.article_id for article in new]
    matrix = signature_matrix(signatures)
    within = np.concatenate([candidate_pairs(matrix), part_candidates(runs)])
    found = {(ids[a], ids[b]) for a, b in within.tolist()}
    for others, stored in relations.signatures():
        found |= {(ids[a], others[b]) for a, b in candidate_pairs(matrix, signature_matrix(stored)).tolist()}
    for others, stored in relations.run_samples():
        found |= {(ids[a], others[b]) for a, b in part_candidates(runs, stored).tolist()}
    texts = {article.article_id: article.text for article in new}
    texts |= relations.texts(sorted({article_id for pair in found for article_id in pair} - texts.keys()))
    return list(compared(found, texts))


def _regroup(relations: Relations, article_ids: set[str], homes: Mapping[str, str]) -> None:
    """Write the groups that these articles are in, without looking at the others, which are many.

    The order in a group is that of its own evidence until :func:`_settle_groups` knows which sources copy.
    """
    pairs = relations.near_duplicate_pairs_around(sorted(article_ids))
    relations.replace_groups_of(sorted({one for pair in pairs for one in pair}), _copies(relations, pairs, homes))


def _settle_groups(relations: Relations, homes: Mapping[str, str]) -> None:
    """Write all groups: the last step of a call, for the habits of a source show in all that it shares."""
    relations.replace_groups(_copies(relations, relations.near_duplicate_pairs(), homes, with_habits=True))


def _copies(
    relations: Relations, pairs: Iterable[tuple[str, str]], homes: Mapping[str, str], *, with_habits: bool = False
) -> list[Copy]:
    members = groups(pairs)
    times = relations.run_times([article_id for group in members for article_id in group])
    timed = [[times[article_id] for article_id in group] for group in members]
    shared_with = partners([one.source for one in group] for group in timed) if with_habits else {}
    return [copy for group in timed for copy in in_order_of_running(group, shared_with, homes)]


def _ends(pairs: Iterable[NearDuplicate]) -> set[str]:
    return {article_id for pair in pairs for article_id in (pair.article_id, pair.other_article_id)}


def _told(members: Sequence[Member], tools: RelateTools) -> ToldStory:
    """A story as it is now, its earliest report first."""
    ordered = sorted(members, key=lambda member: run_key(member.run_times))
    reports = [member.report for member in ordered]
    placed = standings(reports)
    days = [member.day for member in members if member.day]
    first = ordered[0]
    common_words = tools.stories.common_words.get(first.language, {})
    return ToldStory(
        Story(
            story_id=first.story_id,
            title=next((member.title for member in ordered if member.title), None),
            language=first.language,
            first_on=min(days, default=None),
            last_on=max(days, default=None),
            article_count=len(members),
            source_count=len({member.source for member in members}),
            report_count=len({standing.report_number for standing in placed}),
        ),
        [
            StoryArticle(member.story_id, member.article_id, member.likeness, standing.report_number, standing.because)
            for member, standing in zip(ordered, placed, strict=True)
        ],
        story_facts(reports, placed, tools.names, common_words),
    )
