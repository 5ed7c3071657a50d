"""docs/contracts.md says what the contract says. Run this file as a program to write its tables anew."""

from pathlib import Path

from expectations.handbook import contract_table, fact_table
from expectations.thresholds import parse_thresholds

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "docs" / "contracts.md"
CONTRACT = parse_thresholds((ROOT / "expectations" / "thresholds.toml").read_text(encoding="utf-8"))
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
