"""The contract as a table for people. What it says is taken from the contract itself, so that it cannot drift."""

from __future__ import annotations

from expectations.facts import ARTICLE_FACTS, BATCH_FACTS
from expectations.thresholds import Contract, Expectation, Suite


def contract_table(contract: Contract, suite: Suite) -> str:
    """A Markdown table of a suite's expectations, in the order of the file."""
    rows = ["| expectation | severity | asks for | because |", "|---|---|---|---|"]
    rows += [_row(expectation) for expectation in contract.of(suite)]
    return "\n".join(rows)


def fact_table(suite: Suite) -> str:
    """A Markdown table of the facts that a suite may judge."""
    facts = ARTICLE_FACTS if suite == "article" else BATCH_FACTS
    rows = [f"| `{name}` | {fact.kind} | {fact.meaning} |" for name, fact in facts.items()]
    return "\n".join(["| column | kind | meaning |", "|---|---|---|", *rows])


def _row(expectation: Expectation) -> str:
    asked = f"`{expectation.column}`: {_cell(expectation.bound)}"
    if expectation.mostly < 1:
        asked += f", in {expectation.mostly:.0%} of the articles"
    if expectation.applies_from:
        asked += f", from {expectation.applies_from} documents on"
    return f"| {expectation.name} | {expectation.severity} | {asked} | {_cell(expectation.reason)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
