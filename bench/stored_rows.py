"""Whether two versions of the code store the same: ``python -m bench.stored_rows BEFORE.duckdb [AFTER.duckdb]``.

Prints a row per table: its rows, and a hash over the values of all rows, whatever their order. With two warehouses it
names the columns whose values differ. Left out are the columns that differ between any two runs: times of the clock,
identifiers of runs, versions of rules and models. Exits with 1 if anything differs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

OF_THE_RUN = (
    "%\\_version",
    "run_id",
    "reclean_id",
    "maintenance_id",
    "version",
    "loaded_at",
    "settled_at",
    "checked_at",
    "cleaned_at",
    "learned_at",
    "quarantined_at",
    "released_%",
    "superseded_at",
    "superseded_by",
    "measured_at",
    "related_at",
    "scored_at",
    "imported_at",
    "applied_at",
    "started_at",
    "finished_at",
    "fetched_at",
    "sha256",
)
"""Patterns of column names, as SQL's LIKE reads them."""

Hashes = dict[str, tuple[int, dict[str, str]]]
"""By table: how many rows it has, and the hash of each column's values together with the row's key."""


def main() -> None:
    """Print the hashes of one warehouse, or compare two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path, nargs="?")
    arguments = parser.parse_args()
    before = table_hashes(arguments.before)
    after = table_hashes(arguments.after) if arguments.after else before
    table = Table(box=None)
    for column in ("table", "rows before", "rows after", "differing columns"):
        table.add_column(column, justify="right" if column.startswith("rows") else "left")
    differs = False
    for name in sorted(before | after):
        (rows, columns), (others, other_columns) = before.get(name, (0, {})), after.get(name, (0, {}))
        shared = [column for column in columns if column in other_columns]
        different = [column for column in shared if columns[column] != other_columns[column]]
        new = [f"{column} (only one has it)" for column in columns.keys() ^ other_columns.keys()]
        differs |= bool(different or rows != others)
        table.add_row(name, f"{rows:,}", f"{others:,}", ", ".join(different + new))
    Console(highlight=False).print(table)
    sys.exit(int(differs))


def table_hashes(path: Path) -> Hashes:
    """The hashes of all tables of a warehouse."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_name").fetchall()
        return {name: _hashes(connection, name) for (name,) in names}


def _hashes(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, dict[str, str]]:
    left_out = " OR ".join("column_name LIKE ? ESCAPE '\\'" for _ in OF_THE_RUN)
    columns = [
        name
        for (name,) in connection.execute(
            f"SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND NOT ({left_out}) ORDER BY column_index",
            [table, *OF_THE_RUN],
        ).fetchall()
    ]
    if not columns:
        return 0, {}
    key = next((name for name in ("doc_id", "article_id", "source", "domain") if name in columns), columns[0])
    sums = ", ".join(f'sum(hash("{key}", "{name}")::HUGEINT)::VARCHAR' for name in columns)
    (row,) = connection.execute(f'SELECT count(*), {sums} FROM "{table}"').fetchall()
    return int(row[0]), dict(zip(columns, row[1:], strict=True))


if __name__ == "__main__":
    main()
