"""Cleaning stored articles anew: the same as a fresh run with the rules of today, and back again to the letter."""

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import flows.reclean
from flows.pipeline import STEPS_AGAIN, Processed, extracted_again, process, take_all
from flows.reclean import look_again, reclean
from flows.run import Steps, run
from flows.settings import Settings, load_settings
from flows.tools import Tools, read_tool_parts
from tests.builders import make_raw
from tests.flows.conftest import MakeSettings
from tests.flows.test_run import ask
from tests.news import make_articles, write_jsonl
from tests.shortcuts import bundled_tools, tools_of
from transforms.extract import extract
from transforms.records import ExtractedDocument, MediaType, Rejection, StoredDocument, StrippedLine, TextBlock
from transforms.text.structure import with_paragraphs
from warehouse import Warehouse

pytestmark = pytest.mark.usefixtures("stages_here")

SAMPLES = Path(__file__).parent.parent.parent / "samples"

READ_ALSO = "READ ALSO: Ferry timetable changes from Monday"
"""What the articles of these tests have in common anyhow; a rule cuts it."""

BOX = "The tide tables of the harbour are printed on the last page of the paper."

RULE = """
[[rule]]
id = "tide-box"
kind = "promo"
pattern = "The tide tables of the harbour are .*"
reason = "A box that the paper puts under its stories."
drop = ["The tide tables of the harbour are printed on the last page of the paper."]
keep = ["The tide tables of the harbour have an error, he said."]
"""

GREEDY_RULE = """
[[rule]]
id = "all-of-it"
kind = "promo"
pattern = ".*(?:told the reporters|in session).*"
reason = "Takes every line of the articles of these tests."
drop = ["It was a good day, as Mr Marsh told the reporters."]
keep = ["It was a good day, Mr Marsh told the court."]
"""

CLEANING = "article_id, doc_id, text, authors, publisher, word_count, text_sha256, stripped_line_count, article_reason"


def with_box(count: int, box: str = BOX, seed: int = 0) -> list[dict[str, Any]]:
    """Articles that all have one line more."""
    return [article | {"text": f"{article['text']}\n\n{box}"} for article in make_articles(count, seed)]


def own_pack(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "packs"
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return folder


def texts(settings: Settings) -> dict[str, str]:
    return {row["url"]: row["text"] for row in ask(settings, "SELECT url, text FROM articles")}


def cleaned_state(settings: Settings) -> list[list[dict[str, Any]]]:
    return [
        ask(settings, f"SELECT {CLEANING} FROM articles ORDER BY doc_id"),
        ask(settings, "SELECT * FROM stripped_lines ORDER BY doc_id, start_offset"),
        ask(settings, "SELECT * FROM provenance ORDER BY ALL"),
        ask(settings, "SELECT doc_id, list_sort(keys) AS keys, cut_keys FROM line_keys ORDER BY doc_id"),
    ]


def databases(tmp_path: Path, name: str) -> dict[str, Path]:
    return {"warehouse": tmp_path / f"{name}.duckdb", "published": tmp_path / f"{name}-published.duckdb"}


def test_rules_that_did_not_change_change_nothing(tmp_path: Path, make_settings: MakeSettings) -> None:
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", with_box(3)))])
    before = cleaned_state(settings)
    assert reclean(settings).summary.looked_at == 0
    everything = reclean(settings, everything=True).summary
    assert (everything.looked_at, everything.unchanged, everything.changed) == (3, 3, 0)
    assert cleaned_state(settings) == before


def test_a_rule_that_comes_does_what_a_fresh_run_does_and_goes_without_a_trace(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    source = str(write_jsonl(tmp_path / "a.jsonl", [*with_box(3), *make_articles(3, seed=1)]))
    packs = own_pack(tmp_path, RULE)
    without = make_settings()
    run(without, [source])
    before = cleaned_state(without)

    fresh = make_settings(rules_folder=packs, **databases(tmp_path, "fresh"))
    run(fresh, [source])
    result = reclean(make_settings(rules_folder=packs))
    assert cleaned_state(without) == cleaned_state(fresh)
    summary = result.summary
    assert (summary.looked_at, summary.changed, summary.unchanged, summary.refused) == (6, 3, 3, 0)
    assert (summary.lines_cut, summary.lines_kept) == (3, 0)
    [change] = result.changes
    assert (change.rule_id, change.change, change.lines, change.example) == ("own.toml/tide-box", "cut", 3, BOX)

    back = reclean(without)
    assert cleaned_state(without) == before
    assert (back.summary.changed, back.summary.lines_kept) == (3, 3)
    assert [(change.change, change.lines) for change in back.changes] == [("put back", 3)]
    assert ask(without, "FROM ledger_check") == []
    causes = ask(without, "SELECT cause = 'reclean' AS asked_for, state FROM recleans ORDER BY started_at")
    assert causes == [{"asked_for": number > 0, "state": "finished"} for number in range(3)]


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path: Path, make_settings: MakeSettings) -> None:
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", with_box(3)))])
    with_rule = make_settings(rules_folder=own_pack(tmp_path, RULE))
    before = cleaned_state(settings)
    rehearsal = reclean(with_rule, dry_run=True)
    assert cleaned_state(settings) == before
    assert ask(settings, "FROM recleans") == []
    real = reclean(with_rule)
    assert rehearsal.changes == real.changes
    assert (rehearsal.summary.changed, rehearsal.summary.lines_cut) == (real.summary.changed, real.summary.lines_cut)


def test_only_one_source_is_looked_at_when_asked(tmp_path: Path, make_settings: MakeSettings) -> None:
    here = with_box(2)
    there = [one | {"url": f"https://other.example/{n}", "id": f"o{n}"} for n, one in enumerate(with_box(2, seed=1))]
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", [*here, *there]))])
    result = reclean(make_settings(rules_folder=own_pack(tmp_path, RULE)), domain="other.example")
    assert (result.summary.looked_at, result.summary.changed) == (2, 2)
    assert {url.split("/")[2] for url, text in texts(settings).items() if BOX not in text} == {"other.example"}


def test_articles_that_would_be_sent_back_stay_and_are_named(tmp_path: Path, make_settings: MakeSettings) -> None:
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", make_articles(3)))])
    before = texts(settings)
    result = reclean(make_settings(rules_folder=own_pack(tmp_path, GREEDY_RULE)))
    assert (result.summary.looked_at, result.summary.refused) == (3, 3)
    assert {change.change for change in result.changes} == {"refused"}
    assert texts(settings) == before
    again = reclean(make_settings(rules_folder=own_pack(tmp_path, GREEDY_RULE)))
    assert again.summary.refused == 3


def test_a_line_that_recurs_is_learned_and_cut_in_the_same_run_and_in_the_next(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    settings = make_settings(batch_documents=3)
    first = run(settings, [str(write_jsonl(tmp_path / "a.jsonl", with_box(8)))])
    assert first.looked_again
    assert (first.looked_again.templates_learned, first.looked_again.summary.changed) == (2, 8)
    assert ask(settings, f"SELECT domain, documents, version FROM templates WHERE example = '{BOX}'") == [
        {"domain": "harbourpost.example", "documents": 8, "version": 1}
    ]
    assert not any(BOX in text for text in texts(settings).values())
    second = run(settings, [str(write_jsonl(tmp_path / "b.jsonl", with_box(2, seed=2)))])
    assert second.looked_again is None
    assert not any(BOX in text for text in texts(settings).values())
    assert ask(settings, "SELECT evidence, count(*) AS n FROM stripped_lines WHERE kind = 'template' GROUP BY 1") == [
        {"evidence": "template", "n": 10}
    ]
    assert reclean(settings).summary.looked_at == 0


def test_older_articles_get_new_templates_when_cleaned_anew(tmp_path: Path, make_settings: MakeSettings) -> None:
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", with_box(2)))])
    run(settings, [str(write_jsonl(tmp_path / "b.jsonl", with_box(4, seed=1)))])
    assert sum(BOX in text for text in texts(settings).values()) == 2
    result = reclean(settings)
    assert (result.summary.looked_at, result.summary.changed) == (2, 2)
    assert not any(BOX in text for text in texts(settings).values())


def test_templates_do_not_depend_on_the_order_or_the_batches(tmp_path: Path, make_settings: MakeSettings) -> None:
    articles = [*with_box(6), *with_box(5, "At the council", seed=1), *with_box(6, "At the harbour", seed=2)]
    states = []
    for name, ordered, batch in (("forth", articles, 100), ("back", articles[::-1], 4)):
        settings = make_settings(batch_documents=batch, **databases(tmp_path, name))
        run(settings, [str(write_jsonl(tmp_path / f"{name}.jsonl", ordered))])
        templates = ask(settings, "SELECT * EXCLUDE learned_at FROM templates ORDER BY ALL")
        states.append((cleaned_state(settings), templates))
    assert states[0] == states[1]
    assert {row["example"] for row in states[0][1]} == {BOX, "At the harbour", READ_ALSO}


def test_articles_stored_before_lines_were_counted_are_counted_when_cleaned_anew(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    settings = make_settings()
    source = str(write_jsonl(tmp_path / "a.jsonl", with_box(6)))
    run(settings, [source], steps=Steps(look_again=lambda *_: None))
    fresh = make_settings(**databases(tmp_path, "fresh"))
    run(fresh, [source])
    with Warehouse.open(settings.warehouse) as warehouse:
        for table in ("line_keys", "cleanings"):
            warehouse._connection.execute(f"DELETE FROM {table}")
    result = reclean(settings)
    assert (result.templates_learned, result.summary.looked_at, result.summary.changed) == (2, 12, 6)
    assert cleaned_state(settings) == cleaned_state(fresh)


class Killed(BaseException):
    """What a kill looks like to the process that it does not reach."""


def test_killed_between_transactions_it_goes_on_where_it_was(
    tmp_path: Path, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.reclean, "CHUNK_DOCUMENTS", 2)
    source = str(write_jsonl(tmp_path / "a.jsonl", with_box(3)))
    settings, packs = make_settings(), own_pack(tmp_path, RULE)
    run(settings, [source])
    fresh = make_settings(rules_folder=packs, **databases(tmp_path, "fresh"))
    run(fresh, [source])

    calls = itertools.count()
    load = Warehouse.load_cleaned

    def dying(self: Warehouse, *arguments: Any) -> None:
        if next(calls) == 1:
            raise Killed
        load(self, *arguments)

    monkeypatch.setattr(Warehouse, "load_cleaned", dying)
    with pytest.raises(Killed):
        reclean(make_settings(rules_folder=packs))
    result = reclean(make_settings(rules_folder=packs))
    assert (result.summary.looked_at, result.summary.changed) == (1, 1)
    assert cleaned_state(settings) == cleaned_state(fresh)
    states = ask(settings, "SELECT state, looked_at FROM recleans ORDER BY started_at")
    assert states == [{"state": "interrupted", "looked_at": 2}, {"state": "finished", "looked_at": 1}]


def test_what_a_stopped_run_did_not_look_at_again_the_next_one_does(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    source = str(write_jsonl(tmp_path / "a.jsonl", with_box(6)))
    settings = make_settings()

    def stopped(*_: Any) -> None:
        raise OSError("disk on fire")

    with pytest.raises(OSError, match="disk on fire"):
        run(settings, [source], steps=Steps(look_again=stopped))
    result = run(settings, [source])
    assert result.looked_again
    assert result.looked_again.summary.changed == 6
    assert not any(BOX in text for text in texts(settings).values())


def test_looking_again_twice_changes_nothing(tmp_path: Path, make_settings: MakeSettings) -> None:
    settings = make_settings()
    found = []

    def twice(*arguments: Any) -> Any:
        found.extend([look_again(*arguments), look_again(*arguments)])
        return found[0]

    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", with_box(6)))], steps=Steps(look_again=twice))
    assert found[0]
    assert found[1] is None


def test_bylines_stand_in_for_authors_only_while_they_are_cut(tmp_path: Path, make_settings: MakeSettings) -> None:
    [article] = make_articles(1)
    article["text"] = "By Nora Ashdown\n\n" + article["text"]
    settings = make_settings()
    run(settings, [str(write_jsonl(tmp_path / "a.jsonl", [article]))])
    assert ask(settings, "SELECT authors FROM articles") == [{"authors": ["Nora Ashdown"]}]
    assert reclean(settings, everything=True).summary.unchanged == 1
    assert ask(settings, "SELECT authors FROM articles") == [{"authors": ["Nora Ashdown"]}]


LOST = ("page_kind", "disclosures", "source_hint")
"""What the extract stage finds and the article's row does not keep; only the last one matters, as the domain."""


def _is_cut(part: TextBlock, cuts: Sequence[StrippedLine]) -> bool:
    """Whether nothing but white space is left of a part; what it was goes with it."""
    return any(cut.start_offset <= part.start and part.end <= cut.start_offset + len(cut.text) for cut in cuts)


@pytest.fixture(scope="module")
def sample_tools() -> Tools:
    return bundled_tools()


@pytest.mark.parametrize(
    "sample",
    [*sorted(SAMPLES.glob("text/*.txt")), *sorted(SAMPLES.glob("pages/*.html"))],
    ids=lambda path: str(path.name),
)
def test_what_is_stored_gives_the_extracted_document_again(sample: Path, sample_tools: Tools) -> None:
    media_type: MediaType = "text/html" if sample.suffix == ".html" else "text/plain"
    raw = make_raw(content=sample.read_bytes(), media_type=media_type)
    extracted, end = extract(raw, sample_tools.extract_options), process(raw, sample_tools)
    if isinstance(extracted, Rejection) or isinstance(end, Rejection):
        pytest.skip("no article")
    again = extracted_again(StoredDocument(end.article, end.cuts, end.provenance, has_keys=True))
    lost: dict[str, Any] = {"title_span": None, "blocks": (), "left_out": "", **dict.fromkeys(LOST)}
    assert dataclasses.replace(again, **lost) == dataclasses.replace(extracted, **lost)
    parts = with_paragraphs(extracted.text, extracted.blocks)
    assert again.blocks == tuple(part for part in parts if not _is_cut(part, end.cuts))
    assert headline_of(again) == headline_of(extracted)


def test_what_the_page_said_of_itself_outlives_a_change_of_rules(sample_tools: Tools, tmp_path: Path) -> None:
    [article] = with_box(1)
    end = process(make_raw(content=article["text"].encode()), sample_tools)
    assert isinstance(end, Processed)
    assert end.article.is_article
    by_page = dataclasses.replace(end.article, is_article=False, article_reason="section page: by its own word")
    by_text = dataclasses.replace(end.article, is_article=True)
    with_rule = tools_of(read_tool_parts(load_settings({"rules_folder": own_pack(tmp_path, RULE)}, environment={})))
    for stored in (by_page, by_text):
        once = StoredDocument(stored, end.cuts, end.provenance, has_keys=True)
        again = take_all(once, STEPS_AGAIN, with_rule)
        assert isinstance(again, Processed)
        assert BOX not in again.article.text
        assert (again.article.is_article, again.article.article_reason) == (stored.is_article, stored.article_reason)


def headline_of(document: ExtractedDocument) -> str | None:
    return document.text[slice(*document.title_span)].strip() if document.title_span else None
