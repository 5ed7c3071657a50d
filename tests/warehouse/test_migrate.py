"""Migrations: each applied once, with its record, or an error that says what to do."""

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.loads import contents, rows
from warehouse import NotAWarehouse, SchemaMismatch, Warehouse, WarehouseOptions
from warehouse.connection import Connection
from warehouse.migrate import Migration, migrate, packaged_migrations

FIRST = Migration(
    1, "tables", "CREATE TABLE migrations (number INTEGER, name VARCHAR, sha256 VARCHAR, applied_at TIMESTAMPTZ)"
)


def open_at(path: Path) -> Connection:
    return Connection(path, WarehouseOptions(), read_only=False)


def test_numbers_count_up_from_one() -> None:
    assert [each.number for each in packaged_migrations()] == list(range(1, len(packaged_migrations()) + 1))


def test_a_database_that_is_up_to_date_stays_as_it_is(warehouse: Warehouse) -> None:
    before = contents(warehouse)
    assert migrate(warehouse._connection) == []
    assert contents(warehouse) == before
    assert len(before["migrations"]) == len(packaged_migrations())


def test_only_what_is_missing_is_applied(tmp_path: Path) -> None:
    second = Migration(2, "more", "CREATE TABLE more (a INTEGER)")
    with open_at(tmp_path / "a.duckdb") as connection:
        assert migrate(connection, [FIRST]) == ["tables"]
        assert migrate(connection, [FIRST, second]) == ["more"]
        assert connection.rows("SELECT number FROM migrations ORDER BY number") == [(1,), (2,)]


def test_a_migration_that_fails_leaves_neither_tables_nor_a_record(tmp_path: Path) -> None:
    broken = Migration(2, "broken", "CREATE TABLE more (a INTEGER); SELECT no_such_function();")
    with open_at(tmp_path / "a.duckdb") as connection:
        with pytest.raises(duckdb.Error, match="no_such_function"):
            migrate(connection, [FIRST, broken])
        assert connection.rows("SELECT number FROM migrations") == [(1,)]
        assert connection.rows("SELECT table_name FROM duckdb_tables()") == [("migrations",)]


def test_a_newer_database_is_refused(path: Path) -> None:
    with Warehouse.open(path) as warehouse:
        warehouse._connection.execute("INSERT INTO migrations VALUES (9999, 'of_tomorrow', '', now())")
    with pytest.raises(SchemaMismatch, match=r"newer Copydesk \(migration 9999.*Upgrade"):
        Warehouse.open(path)
    with pytest.raises(SchemaMismatch, match="newer"):
        Warehouse.open_published(path)


def test_a_migration_that_was_changed_later_is_noticed(path: Path) -> None:
    with Warehouse.open(path) as warehouse:
        warehouse._connection.execute("UPDATE migrations SET sha256 = 'other' WHERE number = 1")
    with pytest.raises(SchemaMismatch, match="0001_tables is not the one"):
        Warehouse.open(path)


def test_a_published_database_of_an_older_version_is_refused(path: Path) -> None:
    with Warehouse.open(path) as warehouse:
        last = max(row[0] for row in rows(warehouse, "SELECT number FROM migrations"))
        warehouse._connection.execute("DELETE FROM migrations WHERE number = $last", {"last": last})
    with pytest.raises(SchemaMismatch, match="older Copydesk"):
        Warehouse.open_published(path)


def test_a_database_without_tables_is_no_published_one(tmp_path: Path) -> None:
    open_at(tmp_path / "empty.duckdb").close()
    with pytest.raises(NotAWarehouse, match="did not make"):
        Warehouse.open_published(tmp_path / "empty.duckdb")


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.duckdb"
    with open_at(path) as connection:
        connection.execute("CREATE TABLE recipes (name VARCHAR)")
    with pytest.raises(NotAWarehouse, match="'recipes'"):
        Warehouse.open(path)
    with pytest.raises(NotAWarehouse, match="did not make"):
        Warehouse.open_published(path)
    with open_at(path) as connection:
        assert connection.rows("SELECT table_name FROM duckdb_tables()") == [("recipes",)]
