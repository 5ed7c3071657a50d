"""docs/contracts.md says what the contract says. Run this file as a program to write its tables anew."""

from pathlib import Path

from expectations.facts import ARTICLE_FACTS, BATCH_FACTS
from expectations.thresholds import Contract, Expectation, Suite, parse_thresholds

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "docs" / "contracts.md"
CONTRACT = parse_thresholds((ROOT / "expectations" / "thresholds.toml").read_text(encoding="utf-8"))


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


TABLES = {
    "article expectations": contract_table(CONTRACT, "article"),
    "batch expectations": contract_table(CONTRACT, "batch"),
    "article facts": fact_table("article"),
    "batch facts": fact_table("batch"),
}


def with_tables(text: str) -> str:
    for name, table in TABLES.items():
        begin, end = f"<!-- begin: {name} -->\n", f"\n<!-- end: {name} -->"
        before, rest = text.split(begin)
        text = before + begin + table + end + rest.split(end)[1]
    return text


def test_the_tables_of_the_handbook_are_those_of_the_contract() -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    assert text == with_tables(text), "write the tables anew with: python tests/expectations/test_handbook.py"


def test_a_cell_cannot_break_its_table() -> None:
    for table in TABLES.values():
        columns = {line.replace("\\|", "").count("|") for line in table.splitlines()}
        assert len(columns) == 1


if __name__ == "__main__":
    HANDBOOK.write_text(with_tables(HANDBOOK.read_text(encoding="utf-8")), encoding="utf-8")
