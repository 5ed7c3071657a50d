"""Settling a batch: exact copies collapsed, contracts applied, everything loaded in one transaction.

How rows are judged belongs to the expectations package, how they are stored to the warehouse package.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from expectations import BatchReport, Contract, validate_articles, validate_batch
from flows.batching import Batch
from flows.workers import ShardResult
from transforms.records import BatchFacts, ContractResult, Duplicate, Ledger, RawDocument, Rejection
from warehouse import BatchLoad, KnownText, Warehouse

UNDETERMINED = "und"

ENOUGH_PAGES = 10
"""Of one source in a batch, and stored of it, from which on their mean extraction confidences are compared."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a batch ended."""

    ledger: Ledger
    held_reason: str | None
    """The broken batch expectation, in a sentence, and the files at fault; None where all of the batch was loaded."""


def settle(
    batch: Batch,
    warehouse: Warehouse,
    contract: Contract,
    run_id: str,
    now: dt.datetime,
    *,
    retried: bool = False,
    accept_batch: bool = False,
) -> Settled:
    """Collapse, validate and load one batch; safe to repeat after a failure.

    Args:
        retried: the documents come from quarantine; their new end replaces the old one.
        accept_batch: load although a batch expectation is broken.

    Raises:
        expectations.ContractError: an expectation could not be evaluated.
        warehouse.WarehouseError: nothing of the batch was loaded.
    """
    judgement = _judge(batch, warehouse, contract, now.date(), accept_batch=accept_batch)
    copies = [*judgement.duplicates, *(_repeat(document) for document in batch.repeated)]
    ledger = warehouse.load_batch(
        BatchLoad(
            run_id=run_id,
            batch_number=batch.number,
            read=batch.read,
            unchanged=batch.unchanged,
            articles=judgement.accepted,
            cuts=judgement.result.cuts,
            provenance=judgement.result.provenance,
            line_keys=judgement.result.line_keys,
            disclosures=judgement.result.disclosures,
            quarantined=[(batch.documents[rejection.doc_id], rejection) for rejection in judgement.rejections],
            duplicates=copies,
            facts=judgement.facts,
            results=judgement.results,
            held=judgement.held,
            retried=retried,
        ),
        loaded_at=now,
    )
    return Settled(ledger, judgement.held_reason)


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What is to become of a batch's new documents."""

    result: ShardResult
    accepted: pa.Table
    """The articles to load."""
    duplicates: list[Duplicate]
    rejections: list[Rejection]
    facts: BatchFacts
    results: tuple[ContractResult, ...] = ()
    held_reason: str | None = None
    held: frozenset[str] = frozenset()
    """Documents that are not loaded because they came with others that broke the contract, or are those."""


def _judge(batch: Batch, warehouse: Warehouse, contract: Contract, today: dt.date, *, accept_batch: bool) -> _Judgement:
    result = batch.result
    if not batch.documents:  # nothing is new: the contract, and the seconds that it takes to import, are not needed
        return _Judgement(result, result.articles, [], [], batch_facts(result.articles, 0, 0, Usual()))
    known = warehouse.known_texts(result.articles["text_sha256"].to_pylist())
    unique, duplicates = collapse(result.articles, known)
    report = validate_articles(unique, contract, today=today)
    rejections = [*result.rejections, *report.rejections]
    rejections += _reject_copies(duplicates, report.rejections)
    refused = {rejection.doc_id for rejection in rejections}
    duplicates = [copy for copy in duplicates if copy.doc_id not in refused]
    fit = set(unique["doc_id"].to_pylist()) - refused
    del unique  # a batch's texts are 40 MB, and every choice of rows is a copy
    accepted = only(result.articles, fit)
    ends = Ends(accepted, duplicates, frozenset(refused))
    means = mean_confidences(accepted)
    usual = Usual(warehouse.usual_languages(), warehouse.usual_confidences([*means], ENOUGH_PAGES) if means else {})
    judge = functools.partial(_judge_ends, contract=contract, usual=usual)
    facts, verdict = judge(ends, batch.documents.keys())
    results = (*report.results, *verdict.results)
    if not verdict.held or accept_batch:
        return _Judgement(result, accepted, duplicates, rejections, facts, results)
    held, origins = at_fault(batch.documents, ends, judge)
    kept = ends.of(batch.documents.keys() - held)
    waiting = [*accepted["doc_id"].to_pylist(), *(copy.doc_id for copy in duplicates)]
    rejections += _hold(verdict, [doc_id for doc_id in waiting if doc_id in held])
    reason = "; ".join([verdict.detail or verdict.reason or "", *origins])
    return _Judgement(result, kept.accepted, kept.duplicates, rejections, facts, results, reason, frozenset(held))


@dataclass(frozen=True, slots=True)
class Ends:
    """What would become of a batch's documents, were it not held."""

    accepted: pa.Table
    duplicates: list[Duplicate]
    refused: frozenset[str]

    def of(self, doc_ids: Set[str]) -> Ends:
        """The ends of some of the documents."""
        copies = [copy for copy in self.duplicates if copy.doc_id in doc_ids]
        return Ends(only(self.accepted, set(doc_ids)), copies, self.refused & doc_ids)


Judge = Callable[[Ends, Set[str]], tuple[BatchFacts, BatchReport]]


def _judge_ends(ends: Ends, doc_ids: Set[str], *, contract: Contract, usual: Usual) -> tuple[BatchFacts, BatchReport]:
    """What the batch contract says of some of a batch's documents, with these ends."""
    count = len(doc_ids) - len(ends.duplicates)
    facts = batch_facts(ends.accepted, count, len(ends.refused), usual)
    return facts, validate_batch(facts, contract)


def at_fault(documents: Mapping[str, RawDocument], ends: Ends, judge: Judge) -> tuple[set[str], list[str]]:
    """Which documents of a batch that broke its contract to hold: those of the files at fault, where that is enough.

    A file is judged as a batch of its own, if it has enough documents for the contract to apply, and what is left must
    keep the contract; else all are held. Files of one document each are judged together, by folder or archive.

    Returns:
        The documents, and a sentence that names the files where others are spared.
    """
    everything = set(documents)
    origins = _by_origin(documents)
    faulty = [name for name, doc_ids in origins.items() if judge(ends.of(doc_ids), doc_ids)[1].held]
    held = set().union(*(origins[name] for name in faulty))
    held |= {copy.doc_id for copy in ends.duplicates if copy.kept_doc_id in held}
    left = everything - held
    if not held or not left or judge(ends.of(left), left)[1].held:
        return everything, []
    named = ", ".join(faulty[:_NAMED_ORIGINS]) + (", ..." if len(faulty) > _NAMED_ORIGINS else "")
    return held, [f"held is only what came from {named}"]


_NAMED_ORIGINS = 5


def _by_origin(documents: Mapping[str, RawDocument]) -> dict[str, set[str]]:
    """The documents by the file that they came from, or by its folder or archive where it holds but one of them."""
    counts = Counter(document.origin for document in documents.values())
    groups: dict[str, set[str]] = {}
    for doc_id, document in documents.items():
        origin = document.origin
        name = origin if counts[origin] > 1 else re.split(r"[/!][^/!]*$", origin)[0]
        groups.setdefault(name, set()).add(doc_id)
    return groups


def collapse(articles: pa.Table, known: Mapping[str, KnownText]) -> tuple[pa.Table, list[Duplicate]]:
    """Split a batch's articles into the first bearer of each main text and the exact copies of one.

    A text that the warehouse already has is a copy too, unless it comes as the same article under a new title: that is
    a revision.
    """
    first: dict[str, str] = {}
    duplicates: list[Duplicate] = []
    for row in articles.select(_IDENTITY_COLUMNS).to_pylist():
        text = row["text_sha256"]
        stored = known.get(text)
        if stored and not (stored.article_id == row["article_id"] and stored.title != row["title"]):
            duplicates.append(_duplicate(row, stored.doc_id))
        elif text in first:
            duplicates.append(_duplicate(row, first[text]))
        else:
            first[text] = row["doc_id"]
    return only(articles, set(first.values())), duplicates


_IDENTITY_COLUMNS = [
    "doc_id",
    "article_id",
    "text_sha256",
    "url",
    "domain",
    "title",
    "published_on",
    "origin",
    "origin_row",
]


def _duplicate(row: Mapping[str, Any], kept_doc_id: str) -> Duplicate:
    columns = {name: value for name, value in row.items() if name != "article_id"}
    return Duplicate(kept_doc_id=kept_doc_id, **columns)


def _repeat(document: RawDocument) -> Duplicate:
    """A document that came twice in one run, to the last byte: its own id stands for both."""
    return Duplicate(
        doc_id=document.doc_id,
        kept_doc_id=document.doc_id,
        text_sha256=None,
        url=document.url,
        domain=document.source_hint,
        title=document.title,
        published_on=None,
        origin=document.origin,
        origin_row=document.origin_row,
    )


@dataclass(frozen=True, slots=True)
class Usual:
    """What the warehouse knows that a batch is compared with."""

    languages: Mapping[str, int] = field(default_factory=dict)
    """Articles by language."""
    confidences: Mapping[str, float] = field(default_factory=dict)
    """Mean extraction confidence by source."""


def batch_facts(accepted: pa.Table, document_count: int, quarantined: int, usual: Usual) -> BatchFacts:
    """Measure a batch for its contract; ``accepted`` are the articles that no critical row expectation refused."""
    languages = Counter(accepted["language"].to_pylist())
    count = accepted.num_rows
    source, drop = _confidence_drop(mean_confidences(accepted), usual.confidences)
    return BatchFacts(
        document_count=document_count,
        article_count=count,
        quarantine_share=quarantined / document_count if document_count else 0.0,
        undetermined_share=languages[UNDETERMINED] / count if count else 0.0,
        language_shift=total_variation(languages, usual.languages),
        median_word_count=float(statistics.median(accepted["word_count"].to_pylist())) if count else None,
        confidence_drop=drop,
        confidence_drop_source=source,
    )


def mean_confidences(articles: pa.Table) -> dict[str, float]:
    """Mean extraction confidence of each source that has ENOUGH_PAGES articles with one."""
    told: dict[str, list[float]] = {}
    for domain, confidence in zip(*(articles[name].to_pylist() for name in _CONFIDENCE_COLUMNS), strict=True):
        if domain is not None and confidence is not None:
            told.setdefault(domain, []).append(confidence)
    return {domain: statistics.fmean(values) for domain, values in told.items() if len(values) >= ENOUGH_PAGES}


_CONFIDENCE_COLUMNS = ("domain", "extraction_confidence")


def _confidence_drop(means: Mapping[str, float], usual: Mapping[str, float]) -> tuple[str | None, float | None]:
    """The source whose mean is furthest below the usual one, and by how much; None where none can be compared."""
    drops = {source: round(usual[source] - mean, 4) for source, mean in means.items() if source in usual}
    if not drops:
        return None, None
    source = min(drops, key=lambda name: (-drops[name], name))
    return source, drops[source]


def total_variation(counts: Mapping[str, int], usual: Mapping[str, int]) -> float | None:
    """Half the sum of absolute differences of two mixes' shares, 0..1; None where either is empty."""
    total, usual_total = sum(counts.values()), sum(usual.values())
    if not total or not usual_total:
        return None
    keys = sorted(counts.keys() | usual.keys())  # in a fixed order, for sums of fractions differ by it in the last bit
    return sum(abs(counts.get(key, 0) / total - usual.get(key, 0) / usual_total) for key in keys) / 2


def _reject_copies(duplicates: Iterable[Duplicate], rejections: Iterable[Rejection]) -> list[Rejection]:
    """Rejections of the copies of refused documents: a copy of what is not there would be lost."""
    reasons = {rejection.doc_id: rejection for rejection in rejections}
    return [
        Rejection(copy.doc_id, first.stage, first.reason, f"the same text as {first.doc_id}: {first.detail}")
        for copy in duplicates
        if (first := reasons.get(copy.kept_doc_id))
    ]


def _hold(verdict: BatchReport, doc_ids: Iterable[str]) -> list[Rejection]:
    """Rejections of every document that a broken batch expectation keeps from being loaded."""
    reason = verdict.reason or "batch held"
    detail = "fit by itself, but its whole batch was held; see contract_results, then `copydesk quarantine retry`"
    return [Rejection(doc_id, "validate", reason, detail) for doc_id in doc_ids]


def only(table: pa.Table, doc_ids: set[str]) -> pa.Table:
    """The rows of these documents."""
    return table.filter(pc.is_in(table["doc_id"], value_set=pa.array(sorted(doc_ids), pa.string())))
