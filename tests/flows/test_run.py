"""Whole runs: every document ends once, the same input changes nothing, a held batch is held whole."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import flows.run
from flows.run import Steps, UnbalancedRun, retry, run
from flows.settings import Settings
from tests.flows.conftest import MakeSettings
from tests.news import make_articles, write_jsonl
from transforms.records import Ledger
from warehouse import Warehouse, WarehouseFull

pytestmark = pytest.mark.usefixtures("stages_here")


def ask(settings: Settings, sql: str) -> list[dict[str, Any]]:
    with Warehouse.open_published(settings.published) as warehouse:
        rows: list[dict[str, Any]] = warehouse.query(sql).to_pylist()
    return rows


def test_every_document_is_loaded_and_counted_over_several_batches(tmp_path: Path, make_settings: MakeSettings) -> None:
    source = write_jsonl(tmp_path / "news.jsonl", make_articles(25))
    settings = make_settings(batch_documents=10)
    result = run(settings, [str(source)])
    assert result.summary.state == "finished"
    assert result.summary.ledger == Ledger(read=25, loaded=25)
    assert ask(settings, "SELECT count(*) AS n FROM articles") == [{"n": 25}]
    assert ask(settings, "SELECT count(*) AS n FROM stripped_lines WHERE kind = 'related link'") == [{"n": 25}]


def test_the_same_input_again_changes_nothing(tmp_path: Path, make_settings: MakeSettings) -> None:
    source = write_jsonl(tmp_path / "news.jsonl", make_articles(12))
    settings = make_settings()
    run(settings, [str(source)])
    before = ask(settings, "SELECT * FROM articles ORDER BY article_id")
    again = run(settings, [str(source)])
    assert again.summary.ledger == Ledger(read=12, unchanged=12)
    assert ask(settings, "SELECT * FROM articles ORDER BY article_id") == before


def test_a_moved_file_keeps_its_documents(tmp_path: Path, make_settings: MakeSettings) -> None:
    articles = list(make_articles(5))
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "here" / "a.jsonl", articles))])
    moved = run(settings, [str(write_jsonl(tmp_path / "there" / "b.jsonl", articles))])
    assert moved.summary.ledger == Ledger(read=5, unchanged=5)


def test_a_changed_document_at_a_known_url_becomes_a_revision(tmp_path: Path, make_settings: MakeSettings) -> None:
    [article] = make_articles(1)
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", [article]))])
    changed = article | {"text": article["text"].replace("Residents had waited", "Many residents had waited")}
    changed["text"] += "\n\nThe mayor thanked everybody who had spoken in the debate and closed the session."
    second = run(settings, [str(write_jsonl(tmp_path / "b.jsonl", [changed]))])
    assert second.summary.ledger == Ledger(read=1, loaded=1)
    assert ask(settings, "SELECT revision, contains(text, 'The mayor thanked') AS new FROM articles") == [
        {"revision": 2, "new": True}
    ]
    assert ask(settings, "SELECT revision FROM article_revisions") == [{"revision": 1}]


def test_the_same_text_elsewhere_is_a_duplicate_and_leaves_the_first(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    [article] = make_articles(1)
    copy = article | {"url": "https://other.example/copy", "id": "copy"}
    settings = make_settings()
    result = run(settings, [str(write_jsonl(tmp_path / "a.jsonl", [article, copy]))])
    assert result.summary.ledger == Ledger(read=2, loaded=1, duplicates=1)
    assert ask(settings, "SELECT url FROM articles") == [{"url": "https://harbourpost.example/news/0/0"}]
    assert ask(settings, "SELECT domain FROM duplicates") == [{"domain": "other.example"}]


def test_a_document_twice_in_one_run_is_a_duplicate_whatever_the_batch(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    articles = list(make_articles(6))
    source = write_jsonl(tmp_path / "a.jsonl", [*articles, *articles])
    for batch_documents in (3, 100):
        settings = make_settings(
            batch_documents=batch_documents,
            warehouse=tmp_path / f"{batch_documents}.duckdb",
            published=tmp_path / f"{batch_documents}p.duckdb",
        )
        assert run(settings, [str(source)]).summary.ledger == Ledger(read=12, loaded=6, duplicates=6)


def test_a_copy_of_a_refused_document_is_refused_with_it(tmp_path: Path, make_settings: MakeSettings) -> None:
    short = {"url": "https://harbourpost.example/short", "text": "Too short to be an article."}
    copy = short | {"url": "https://other.example/short"}
    settings = make_settings()
    result = run(settings, [str(write_jsonl(tmp_path / "a.jsonl", [short, copy]))])
    assert result.summary.ledger == Ledger(read=2, quarantined=2)
    assert ask(settings, "FROM orphaned_duplicates") == []
    details = [row["detail"] for row in ask(settings, "SELECT detail FROM quarantine")]
    assert sum("the same text as" in detail for detail in details) == 1


def test_order_of_documents_changes_no_article(tmp_path: Path, make_settings: MakeSettings) -> None:
    articles = list(make_articles(8))
    columns = "doc_id, title, text, language, word_count, text_sha256"
    tables = []
    for name, ordered in (("forth", articles), ("back", articles[::-1])):
        settings = make_settings(warehouse=tmp_path / f"{name}.duckdb", published=tmp_path / f"{name}p.duckdb")
        run(settings, [str(write_jsonl(tmp_path / f"{name}.jsonl", ordered))])
        tables.append(ask(settings, f"SELECT {columns} FROM articles ORDER BY doc_id"))
    assert tables[0] == tables[1]


def test_a_batch_that_breaks_its_contract_is_held_whole_and_can_be_accepted(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    fit = list(make_articles(30))
    broken = [{"id": f"b{n}", "url": f"https://harbourpost.example/b/{n}", "text": f"Nothing {n}"} for n in range(130)]
    settings = make_settings()
    result = run(settings, [str(write_jsonl(tmp_path / "a.jsonl", fit + broken))])
    assert result.held
    assert result.summary.ledger == Ledger(read=160, quarantined=160)
    held = ask(settings, "SELECT doc_id FROM quarantine WHERE held")
    assert len(held) == 160
    assert ask(settings, "SELECT count(*) AS n FROM articles") == [{"n": 0}]
    accepted = retry(settings, [row["doc_id"] for row in held], accept_batch=True)
    assert accepted.summary.ledger == Ledger(read=160, loaded=30, quarantined=130)
    assert ask(settings, "SELECT count(*) AS n FROM articles") == [{"n": 30}]


def junk(count: int, name: str) -> list[dict[str, Any]]:
    return [
        {"id": f"{name}{n}", "url": f"https://harbourpost.example/{name}/{n}", "text": f"Nothing {name} {n}"}
        for n in range(count)
    ]


def test_a_junk_file_does_not_hold_its_neighbours(tmp_path: Path, make_settings: MakeSettings) -> None:
    articles = list(make_articles(40))
    write_jsonl(tmp_path / "in" / "a.jsonl", articles[:20])
    write_jsonl(tmp_path / "in" / "b.jsonl", [*junk(230, "b"), *articles[38:]])
    copy = {**articles[39], "url": "https://harbourpost.example/copy", "id": "copy"}
    write_jsonl(tmp_path / "in" / "c.jsonl", [*articles[20:38], *junk(2, "c"), copy])
    settings = make_settings()
    result = run(settings, [str(tmp_path / "in")])
    assert [text for text in result.held if "held is only what came from in/b.jsonl" in text]
    assert ask(settings, "SELECT count(*) AS n FROM articles") == [{"n": 38}]
    held = ask(settings, "SELECT origin, count(*) AS n FROM quarantine WHERE held GROUP BY ALL ORDER BY ALL")
    assert held == [{"origin": "in/b.jsonl", "n": 232}, {"origin": "in/c.jsonl", "n": 1}], "and a copy of what is held"
    assert [one.documents for one in result.waiting] == [233]
    assert run(settings, [str(tmp_path / "in")]).summary.unchanged == 273


def test_pages_of_a_folder_are_held_together_and_where_no_file_is_at_fault_all_are(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    write_jsonl(tmp_path / "in" / "a.jsonl", make_articles(20))
    (tmp_path / "in" / "pages").mkdir()
    for number in range(200):
        (tmp_path / "in" / "pages" / f"{number}.txt").write_text(f"Nothing {number}", encoding="utf-8")
    result = run(make_settings(), [str(tmp_path / "in")])
    assert "held is only what came from in/pages" in result.held[0]
    assert result.summary.loaded == 20
    for number in range(20):
        write_jsonl(tmp_path / "small" / f"{number}.jsonl", junk(20, f"s{number}-"))
    write_jsonl(tmp_path / "small" / "z.jsonl", list(make_articles(30, seed=5)))
    settings = make_settings(warehouse=tmp_path / "w2.duckdb", published=tmp_path / "p2.duckdb")
    assert run(settings, [str(tmp_path / "small")]).summary.loaded == 0


def test_a_run_that_loses_a_document_fails(
    tmp_path: Path, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", make_articles(5))
    original = flows.run.Batcher.__iter__

    def losing_one(batcher: Any) -> Any:
        for batch in original(batcher):
            batch.read -= 1
            batch.repeated = []
            batch.documents.popitem()
            batch.results = [dataclasses.replace(r, articles=r.articles.slice(0, 4)) for r in batch.results]
            yield batch

    monkeypatch.setattr(flows.run.Batcher, "__iter__", losing_one)
    settings = make_settings()
    with pytest.raises(UnbalancedRun, match="5 documents were read"):
        run(settings, [str(source)])


def test_a_failed_run_says_so_and_the_next_one_goes_on(tmp_path: Path, make_settings: MakeSettings) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", make_articles(20))
    settings = make_settings(batch_documents=5)
    calls = iter([True, True, False])

    def fails_at_the_third_batch(batches: Any) -> Any:
        if not next(calls):
            raise OSError("disk on fire")
        return next(batches, None)

    with pytest.raises(OSError, match="disk on fire"):
        run(settings, [str(source)], steps=Steps(next_batch=fails_at_the_third_batch))
    result = run(settings, [str(source)])
    states = ask(settings, "SELECT state, message, loaded FROM runs ORDER BY started_at")
    assert [row["state"] for row in states] == ["failed", "finished"]
    assert "disk on fire" in states[0]["message"]
    assert states[0]["loaded"] + result.summary.loaded == 20
    assert ask(settings, "SELECT count(*) AS n FROM articles") == [{"n": 20}]


def test_a_run_that_cannot_even_be_ended_tells_what_went_wrong_first(
    tmp_path: Path, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_is_full(*_: Any) -> None:
        raise WarehouseFull("no room for the end of the run")

    def fails(_batches: Any) -> Any:
        raise OSError("disk on fire")

    source = write_jsonl(tmp_path / "a.jsonl", make_articles(2))
    settings = make_settings()
    with monkeypatch.context() as patched, pytest.raises(OSError, match="disk on fire"):
        patched.setattr(Warehouse, "finish_run", disk_is_full)
        run(settings, [str(source)], steps=Steps(next_batch=fails))
    assert run(settings, [str(source)]).summary.loaded == 2
    states = ask(settings, "SELECT state FROM runs ORDER BY started_at")
    assert states == [{"state": "interrupted"}, {"state": "finished"}]


def test_wrong_input_fails_before_the_database_is_made(tmp_path: Path, make_settings: MakeSettings) -> None:
    from flows.reading import InputError

    settings = make_settings()
    with pytest.raises(InputError):
        run(settings, [str(tmp_path / "nothing-here")])
    assert not settings.warehouse.exists()


def test_run_ids_sort_by_time() -> None:
    early, late = (flows.run.new_run_id(dt.datetime(2025, 1, day, tzinfo=dt.UTC)) for day in (1, 2))
    assert early < late
