"""Opening, runs, and publishing."""

import dataclasses
import errno
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.loads import NOW, RUN, begin, later, load, numbered, rejected, rows
from transforms.records import Ledger, RunSummary
from warehouse import (
    ForeignCopy,
    NotAWarehouse,
    Warehouse,
    WarehouseBusy,
    WarehouseError,
    WarehouseFull,
    WarehouseOptions,
)
from warehouse.connection import Connection
from warehouse.files import unfinished_beside

HOLDER = """
import sys
from pathlib import Path
from warehouse import Warehouse
way = Warehouse.open_published if sys.argv[2] == "reader" else Warehouse.open
with way(Path(sys.argv[1])) as held:
    print("open", flush=True)
    for line in sys.stdin:
        print(held._connection.rows("SELECT count(*) FROM articles")[0][0], flush=True)
"""


@contextmanager
def held_elsewhere(path: Path, role: str) -> Iterator[Any]:
    """The database open in another process; yields a function that asks it for the number of articles."""
    command = [sys.executable, "-c", HOLDER, str(path), role]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        questions, answers = process.stdin, process.stdout

        def ask() -> str:
            print("count", file=questions, flush=True)
            return str(answers.readline())

        assert answers.readline() == "open\n"
        yield ask
        questions.close()
        assert process.wait() == 0


def test_a_second_writer_is_refused_in_another_process(path: Path) -> None:
    with held_elsewhere(path, "writer"), pytest.raises(WarehouseBusy, match=r"work\.duckdb: .*in use\. Wait"):
        Warehouse.open(path)
    Warehouse.open(path).close()


def test_a_second_writer_is_refused_in_this_process(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseBusy, match="in use"):
        Warehouse.open(warehouse.path)
    with pytest.raises(WarehouseBusy, match="published database, which never blocks"):
        Warehouse.open_published(warehouse.path)


def test_publishing_keeps_the_lock(warehouse: Warehouse, tmp_path: Path) -> None:
    # Closing any descriptor of the file would drop DuckDB's lock, and a second writer could come in.
    warehouse.publish(tmp_path / "published.duckdb")
    command = [sys.executable, "-c", HOLDER, str(warehouse.path), "writer"]
    second = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert second.returncode != 0
    assert "WarehouseBusy" in second.stderr


NO_DATABASES = [
    ("notes.txt", b""),
    ("notes.txt", b"no database " * 1000),
    ("articles.jsonl", b'{"text": "Ferries are late."}\n'),
    ("articles.json", b"[]"),
    ("articles.csv", b"text\nFerries are late.\n"),
    ("articles.parquet", b"PAR1" + bytes(100) + b"PAR1"),
    ("articles.db", b"SQLite format 3\0" + bytes(4096)),
]


@pytest.mark.parametrize(("name", "content"), NO_DATABASES)
def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for open_it in (Warehouse.open, Warehouse.open_published):
        with pytest.raises(NotAWarehouse, match=rf"{name}: this is not a database"):
            open_it(path)
    with pytest.raises(NotAWarehouse, match=rf"{name}: this is not a database"):
        Warehouse.check_places(path, tmp_path / "published.duckdb")
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("name", "content"), NO_DATABASES)
def test_nothing_is_replaced_but_a_published_copy(
    tmp_path: Path, warehouse: Warehouse, name: str, content: bytes
) -> None:
    target = tmp_path / name
    target.write_bytes(content)
    with pytest.raises(ForeignCopy, match=f"{name}: this is no published database"):
        warehouse.publish(target)
    for place in (tmp_path / "new.duckdb", warehouse.path):
        with pytest.raises((ForeignCopy, WarehouseBusy)):
            Warehouse.open(place, publishes_to=target)
    with pytest.raises(ForeignCopy, match=f"{name}: this is no published database"):
        Warehouse.check_places(tmp_path / "new.duckdb", target)
    assert target.read_bytes() == content
    assert not (tmp_path / "new.duckdb").exists()


def test_another_warehouse_and_its_published_copy_are_not_replaced(tmp_path: Path, warehouse: Warehouse) -> None:
    theirs = tmp_path / "their-copy.duckdb"
    with Warehouse.open(tmp_path / "theirs.duckdb", publishes_to=theirs) as other:
        other.publish(theirs)
    for target in (theirs, tmp_path / "theirs.duckdb"):
        before = target.read_bytes()
        with pytest.raises(ForeignCopy, match=r"of another warehouse than .*work\.duckdb.*--published"):
            warehouse.publish(target)
        assert target.read_bytes() == before
    ours = warehouse.path
    warehouse.close()
    for place in (ours, tmp_path / "new.duckdb"):
        with pytest.raises(ForeignCopy, match="of another warehouse"):
            Warehouse.open(place, publishes_to=theirs)
        with pytest.raises(ForeignCopy, match="of another warehouse"):
            Warehouse.check_places(place, theirs)
    assert not (tmp_path / "new.duckdb").exists()
    with Warehouse.open(tmp_path / "theirs.duckdb", publishes_to=theirs) as other:
        Warehouse.check_places(other.path, theirs)
        other.publish(theirs)


def test_a_warehouse_restored_from_its_copy_publishes_over_that(tmp_path: Path, warehouse: Warehouse) -> None:
    copy, restored = tmp_path / "published.duckdb", tmp_path / "restored.duckdb"
    warehouse.publish(copy)
    shutil.copyfile(copy, restored)
    with Warehouse.open(restored, publishes_to=copy) as again:
        again.publish(copy)


def test_a_database_of_other_tables_is_not_replaced(tmp_path: Path, warehouse: Warehouse) -> None:
    target = tmp_path / "mine.duckdb"
    with duckdb.connect(str(target)) as mine:
        mine.execute("CREATE TABLE notes (text VARCHAR)")
    with pytest.raises(ForeignCopy, match="no published database"):
        warehouse.publish(target)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(NotAWarehouse):
        Warehouse.open(tmp_path)


def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"absent\.duckdb: there is no database here yet"):
        Warehouse.open_published(tmp_path / "absent.duckdb")


def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError, match=r"work\.duckdb: "):
        Warehouse.open(tmp_path / "file" / "work.duckdb")


def test_a_new_warehouse_is_made_with_its_folders_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "it's here.duckdb"
    Warehouse.open(path).close()
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_another_process_may_have_made_it_meanwhile(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Warehouse.open(path) as first:
        begin(first)
    monkeypatch.setattr(Path, "exists", lambda self: False)
    with Warehouse.open(path) as second:
        assert second.run_summary(RUN)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_left_overs_of_killed_processes_go(tmp_path: Path, warehouse: Warehouse) -> None:
    left_over = tmp_path / ".published.duckdb.publishing-abc"
    left_over.mkdir()
    (left_over / "published.duckdb").write_bytes(b"half")
    warehouse.publish(tmp_path / "published.duckdb")
    assert not left_over.exists()


@pytest.mark.parametrize("options", [{"memory_megabytes": 10}, {"threads": 0}])
def test_limits_too_small_to_work_with_are_refused(options: dict[str, Any]) -> None:
    [(name, value)] = options.items()
    with pytest.raises(ValueError, match=f"{name} = {value}"):
        WarehouseOptions(**options)


def test_options_reach_the_database(path: Path) -> None:
    with Warehouse.open(path, WarehouseOptions(memory_megabytes=100, threads=1, spill=False)) as warehouse:
        settings = (
            "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory')"
        )
        assert rows(warehouse, settings) == [("95.3 MiB", 1, "")]


def test_what_does_not_fit_in_memory_names_the_limit(path: Path) -> None:
    options = WarehouseOptions(memory_megabytes=64, threads=1, spill=False)
    with Warehouse.open(path, options) as warehouse, pytest.raises(WarehouseFull, match="database_megabytes"):
        rows(
            warehouse, "SELECT max(len(l)) FROM (SELECT list(repeat('x', 1000) || i) AS l FROM range(1000000) AS r(i))"
        )


def test_a_run_has_the_counts_of_its_batches(warehouse: Warehouse) -> None:
    load(warehouse, [numbered(1)], quarantined=[rejected(1)])
    load(warehouse, [numbered(2)], 2, unchanged=5)
    summary = warehouse.finish_run(RUN, "finished", None, 1234, later(9))
    assert summary == RunSummary(RUN, NOW, later(9), "finished", None, ("inbox",), "r1", 1234, 8, 2, 1, 0, 5)
    assert summary.ledger == Ledger(8, 2, 1, 0, 5)
    assert warehouse.run_summary(RUN) == summary
    assert warehouse.run_summary("unknown") is None


def test_a_run_that_was_never_ended_is_marked_as_interrupted_by_the_next(warehouse: Warehouse, path: Path) -> None:
    load(warehouse, [numbered(1)])
    warehouse.close()
    with Warehouse.open(path) as later_writer:
        assert [run.state for run in later_writer.runs()] == ["running"]
        later_writer.begin_run("next", [], "r1", later(5))
        current, interrupted = later_writer.runs()
        assert (current.run_id, current.state) == ("next", "running")
        assert (interrupted.state, interrupted.message) == ("interrupted", "found unfinished by run next")
        assert (interrupted.finished_at, interrupted.ledger) == (None, Ledger(read=1, loaded=1))
        assert later_writer.runs(limit=1) == [current]


def test_ids_and_ends_are_given_once(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="id of its own"):
        begin(warehouse)
    warehouse.finish_run(RUN, "failed", "no luck \udcff", 0, later(1))
    summary = warehouse.run_summary(RUN)
    assert summary
    assert summary.message == "no luck \\udcff"
    with pytest.raises(WarehouseError, match="not running"):
        warehouse.finish_run(RUN, "finished", None, 0, later(2))
    assert warehouse.run_summary(RUN) == summary


def test_readers_keep_the_copy_they_opened_and_new_ones_get_the_new(warehouse: Warehouse, tmp_path: Path) -> None:
    target = tmp_path / "out" / "published.duckdb"
    load(warehouse, [numbered(1)])
    warehouse.publish(target)
    with held_elsewhere(target, "reader") as ask:
        for number in (2, 3, 4):
            load(warehouse, [numbered(number)], number)
            warehouse.publish(target)
            assert ask() == "1\n"
            with Warehouse.open_published(target) as reader:
                assert reader.query("SELECT count(*) AS n FROM articles").to_pylist() == [{"n": number}]
    assert [each.name for each in target.parent.iterdir()] == [target.name]


def test_the_published_copy_is_for_reading_only(warehouse: Warehouse, tmp_path: Path) -> None:
    target = tmp_path / "published.duckdb"
    (tmp_path / "published.duckdb.wal").write_bytes(b"left by somebody who wrote to the copy before")
    warehouse.publish(target)
    assert stat.S_IMODE(target.stat().st_mode) & 0o222 == 0
    with Warehouse.open_published(target) as reader, pytest.raises(WarehouseError, match="read-only"):
        reader.query("DELETE FROM articles")


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_copy_that_fails_leaves_the_one_before(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    target = tmp_path / "out" / "published.duckdb"
    load(warehouse, [numbered(1)])
    warehouse.publish(target)
    before = target.read_bytes()
    load(warehouse, [numbered(2)], 2)

    def full(descriptor: int) -> None:
        raise OSError(fault, os.strerror(fault))

    with monkeypatch.context() as patched, pytest.raises(WarehouseFull, match="disk is full"):
        patched.setattr(os, "fsync", full)
        warehouse.publish(target)
    assert target.read_bytes() == before
    assert [each.name for each in target.parent.iterdir()] == [target.name]
    warehouse.publish(target)
    assert target.read_bytes() != before


def test_the_warehouse_is_not_replaced_by_itself(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="cannot be the one that runs write to"):
        warehouse.publish(warehouse.path)
    assert load(warehouse, [numbered(1)]).loaded == 1


def test_closing_twice_is_closing_once(path: Path) -> None:
    warehouse = Warehouse.open(path)
    warehouse.close()
    warehouse.close()


def test_a_failed_commit_tells_the_first_error(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    execute = Connection.execute

    def failing(self: Connection, sql: str, parameters: Any = None) -> int:
        if sql == "COMMIT":
            execute(self, "ROLLBACK")
            raise OSError("disk gone")
        return execute(self, sql, parameters)

    monkeypatch.setattr(Connection, "execute", failing)
    with pytest.raises(OSError, match="disk gone"):
        load(warehouse, [dataclasses.replace(numbered(1))])


def test_a_warehouse_is_its_owners_and_the_published_copy_as_public_as_the_umask_lets_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with Warehouse.open(tmp_path / "db" / "work.duckdb") as warehouse:
            begin(warehouse)
            load(warehouse, [numbered(3)])
            made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "db").iterdir()}
            assert "work.duckdb.wal" in made, "the log holds articles too"
            assert set(made.values()) == {0o600}
            warehouse.publish(tmp_path / "public" / "published.duckdb")
            (tmp_path / "beside").touch()
        (tmp_path / "after").touch()
        modes = [
            stat.S_IMODE((tmp_path / name).stat().st_mode)
            for name in ("public", "public/published.duckdb", "beside", "after")
        ]
        assert modes == [0o755, 0o444, 0o600, 0o644]
    finally:
        os.umask(before)


def test_the_folder_of_a_process_at_work_is_left_and_that_of_a_killed_one_removed(tmp_path: Path) -> None:
    """Two first runs at once: the second one took the first one's half-made database for left over."""
    target = tmp_path / "work.duckdb"
    left_over = tmp_path / ".work.duckdb.making-killed"
    left_over.mkdir()
    with unfinished_beside(target, "making") as first:
        first.touch()
        with unfinished_beside(target, "making") as second:
            assert (first.exists(), left_over.exists(), second == first) == (True, False, False)
        assert first.exists()
    assert list(tmp_path.iterdir()) == []


def test_of_two_first_runs_at_once_one_waits_for_nothing_and_the_other_says_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "db" / "work.duckdb"
    command = [sys.executable, "-c", HOLDER, str(path), "writer"]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    while all(process.poll() is None for process in both):
        time.sleep(0.05)  # the loser ends by itself, the winner holds the file
    said = [process.communicate()[1] for process in both]
    ended = {process.returncode: text for process, text in zip(both, said, strict=True)}
    assert ended[0] == ""
    assert "WarehouseBusy" in ended[1]
    assert [one.name for one in path.parent.iterdir()] == ["work.duckdb"]
