"""Settling a batch: exact copies collapsed, contracts applied, everything loaded in one transaction.

How rows are judged belongs to the expectations package, how they are stored to the warehouse package.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from expectations import BatchReport, Contract, validate_articles, validate_batch
from flows.batching import Batch
from flows.workers import ShardResult
from transforms.records import BatchFacts, ContractResult, Duplicate, Ledger, RawDocument, Rejection
from warehouse import BatchLoad, KnownText, Warehouse

UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Settled:
    """How a batch ended."""

    ledger: Ledger
    held_reason: str | None
    """The broken batch expectation, in a sentence; None where the batch was loaded."""


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
            held=judgement.held_reason is not None,
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


def _judge(batch: Batch, warehouse: Warehouse, contract: Contract, today: dt.date, *, accept_batch: bool) -> _Judgement:
    result = batch.result
    if not batch.documents:  # nothing is new: the contract, and the seconds that it takes to import, are not needed
        return _Judgement(result, result.articles, [], [], batch_facts(result.articles, 0, 0, {}))
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
    facts = batch_facts(accepted, len(batch.documents) - len(duplicates), len(rejections), warehouse.usual_languages())
    verdict = validate_batch(facts, contract)
    held_reason = None
    if verdict.held and not accept_batch:
        rejections += _hold(verdict, [*accepted["doc_id"].to_pylist(), *(copy.doc_id for copy in duplicates)])
        accepted, duplicates = accepted.slice(0, 0), []
        held_reason = verdict.detail or verdict.reason
    return _Judgement(result, accepted, duplicates, rejections, facts, (*report.results, *verdict.results), held_reason)


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


def batch_facts(
    accepted: pa.Table, document_count: int, quarantined: int, usual_languages: Mapping[str, int]
) -> BatchFacts:
    """Measure a batch for its contract; ``accepted`` are the articles that no critical row expectation refused."""
    languages = Counter(accepted["language"].to_pylist())
    count = accepted.num_rows
    return BatchFacts(
        document_count=document_count,
        article_count=count,
        quarantine_share=quarantined / document_count if document_count else 0.0,
        undetermined_share=languages[UNDETERMINED] / count if count else 0.0,
        language_shift=total_variation(languages, usual_languages),
        median_word_count=float(statistics.median(accepted["word_count"].to_pylist())) if count else None,
    )


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
