"""The validate stage: which articles go on, which go to quarantine and why, and whether a batch may be loaded.

Pure apart from Great Expectations: the contract, the table and the day are given. Reading thresholds.toml and storing
the answers do not belong here.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from expectations.facts import ARTICLE_FACTS, BATCH_FACTS, article_facts, batch_facts
from expectations.suites import ContractError, Verdict, judge
from expectations.thresholds import Contract, Expectation
from transforms.records import Article, BatchFacts, ContractResult, Rejection, arrow_schema

if TYPE_CHECKING:
    import pandas as pd

SHOWN_CHARACTERS = 80
"""Characters of a document's own value that a detail quotes."""

EXPLANATION_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class ContractReport:
    """What the article contract says about a batch: who leaves, and how each expectation fared."""

    rejections: tuple[Rejection, ...]
    """One for each row that breaks a critical expectation, in the order of the rows."""
    results: tuple[ContractResult, ...]


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What the batch contract says: a held batch is not loaded."""

    results: tuple[ContractResult, ...]
    held: bool
    reason: str | None
    """Name of the first critical expectation that is broken; None where the batch may be loaded."""
    detail: str | None
    """A sentence about the broken expectation with the measured value and the bound."""


def validate_articles(articles: pa.Table, contract: Contract, today: dt.date) -> ContractReport:
    """Judge a table of ``Article`` rows by the article contract; ``today`` bounds publication dates.

    Raises:
        ContractError: the table is not one of articles, or an expectation ended with an error.
    """
    _refuse_foreign_table(articles)
    frame = article_facts(articles, today)
    verdicts = judge(frame, "article", contract.of("article"))
    return ContractReport(
        rejections=tuple(_rejections(articles, frame, verdicts)),
        results=tuple(_result(verdict, observed=None) for verdict in verdicts),
    )


def validate_batch(facts: BatchFacts, contract: Contract) -> BatchReport:
    """Judge a whole batch by the batch contract. Expectations that apply from more documents on pass unchecked.

    Raises:
        ContractError: an expectation ended with an error.
    """
    expectations = contract.of("batch")
    applying = [expectation for expectation in expectations if facts.document_count >= expectation.applies_from]
    judged = {verdict.expectation.name: verdict for verdict in judge(batch_facts(facts), "batch", applying)}
    verdicts = [judged.get(expectation.name, _unchecked(expectation)) for expectation in expectations]
    broken = [v.expectation for v in verdicts if not v.success and v.expectation.severity == "critical"]
    observed = {expectation.name: _observed(facts, expectation) for expectation in expectations}
    return BatchReport(
        results=tuple(_result(verdict, observed[verdict.expectation.name]) for verdict in verdicts),
        held=bool(broken),
        reason=broken[0].name if broken else None,
        detail=_sentence(broken[0], observed[broken[0].name] or "unknown") if broken else None,
    )


def _refuse_foreign_table(articles: pa.Table) -> None:
    """A column that is missing or null against the schema is a fault of the program, never of a document.

    ``doc_id`` may be null here: the contract itself judges it.
    """
    for field in arrow_schema(Article):
        if field.name not in articles.schema.names or articles.schema.field(field.name).type != field.type:
            raise ContractError(f"not a table of articles: column {field.name!r} of type {field.type} is missing")
        if not field.nullable and field.name != "doc_id" and articles[field.name].null_count:
            raise ContractError(f"not a table of articles: column {field.name!r} has nulls")


def _rejections(articles: pa.Table, frame: pd.DataFrame, verdicts: list[Verdict]) -> list[Rejection]:
    broken: dict[int, list[Expectation]] = {}
    for verdict in verdicts:
        for row in verdict.failing_rows:
            broken.setdefault(row, []).append(verdict.expectation)
    rejections = []
    for row in sorted(broken):
        critical = next((each for each in broken[row] if each.severity == "critical"), None)
        if critical is not None:
            others = [each for each in broken[row] if each is not critical]
            rejections.append(_rejection(articles, frame, row, critical, others))
    return rejections


def _rejection(
    articles: pa.Table, frame: pd.DataFrame, row: int, critical: Expectation, others: list[Expectation]
) -> Rejection:
    detail = _sentence(critical, _measured(articles, frame, row, critical.column))
    if others:
        detail += " Also broken: " + ", ".join(_short(frame, row, other) for other in others) + "."
    return Rejection(articles["doc_id"][row].as_py() or "", "validate", critical.name, detail)


def _sentence(expectation: Expectation, measured: str) -> str:
    return f"{expectation.column} is {measured}; the contract asks for {expectation.bound}."


def _short(frame: pd.DataFrame, row: int, expectation: Expectation) -> str:
    return f"{expectation.name} ({expectation.column} {_shown(frame.at[row, expectation.column])})"


def _measured(articles: pa.Table, frame: pd.DataFrame, row: int, column: str) -> str:
    shown = _shown(frame.at[row, column])
    explained_by = ARTICLE_FACTS[column].explained_by
    explanation = articles[explained_by][row].as_py() if explained_by else None
    return _explained(shown, explanation)


def _explained(shown: str, explanation: str | None) -> str:
    return f"{shown} ({_quoted(explanation, EXPLANATION_CHARACTERS)})" if explanation else shown


def _shown(value: Any) -> str:
    """A measured value for people. Text out of documents is quoted, cut, and its control characters escaped."""
    if isinstance(value, str):
        return _quoted(value, SHOWN_CHARACTERS)
    if isinstance(value, float):
        return "missing" if math.isnan(value) else _number(value)
    return str(bool(value)).lower()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.4g}"


def _quoted(text: str, characters: int) -> str:
    return repr(text if len(text) <= characters else text[: characters - 1] + "…")


def _unchecked(expectation: Expectation) -> Verdict:
    return Verdict(expectation, success=True, checked=0, failing_rows=())


def _observed(facts: BatchFacts, expectation: Expectation) -> str | None:
    value = getattr(facts, expectation.column)
    if value is None:
        return None
    explained_by = BATCH_FACTS[expectation.column].explained_by
    explanation = getattr(facts, explained_by) if explained_by else None
    return _explained(_number(float(value)), explanation)


def _result(verdict: Verdict, observed: str | None) -> ContractResult:
    expectation = verdict.expectation
    return ContractResult(
        suite=expectation.suite,
        expectation=expectation.name,
        severity=expectation.severity,
        success=verdict.success,
        checked=verdict.checked,
        failed=len(verdict.failing_rows),
        observed=observed,
        reason=expectation.reason,
    )
