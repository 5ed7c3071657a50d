"""A run over the samples does with every document what tests/samples/expected.json says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.run import RunResult, run
from flows.settings import load_settings
from transforms.records import Ledger
from warehouse import Warehouse

ROOT = Path(__file__).parents[2]
EXPECTED: dict[str, Any] = json.loads((ROOT / "tests" / "samples" / "expected.json").read_text("utf-8"))
DOCUMENTS: list[dict[str, Any]] = EXPECTED["documents"]
LOADED = [entry for entry in DOCUMENTS if entry["outcome"] == "loaded"]

RULE_PACKS = {"en", "de", "uk", "hi", "fr", "ar", "ja", "ru", "pt", "es", "it", "nl", "ko", "tr", "sv", "zh-cn", "pl"}
"""Languages whose junk lines must all go; the others' are measured when they have rules."""

PROVENANCE_KINDS = {
    "bylines": "byline",
    "credits": "photo_credit",
    "contributors": "contributor",
    "corrections": "correction",
    "related": "related_link",
}

Place = tuple[str, int | None]
Row = dict[str, Any]


class SampleRun:
    """What a run over an empty warehouse left in it, by the place of each document."""

    def __init__(self, published: Path, result: RunResult) -> None:
        self.result = result
        with Warehouse.open_published(published) as warehouse:
            shared = "doc_id, article_id, origin, origin_row, title, language, domain, publisher, agency, published_on"
            columns = f"{shared}, authors, repairs, text, revision"
            sql = f"SELECT {columns} FROM articles UNION ALL SELECT {columns} FROM article_revisions"
            self.articles = by_place(warehouse.query(sql).to_pylist())
            self.quarantine = by_place(warehouse.query("SELECT * EXCLUDE (raw_content) FROM quarantine").to_pylist())
            self.duplicates = by_place(warehouse.query("SELECT * FROM duplicates").to_pylist())
            self.provenance: list[Row] = warehouse.query("SELECT doc_id, kind, value FROM provenance").to_pylist()

    def values(self, doc_id: str, kind: str) -> list[str]:
        return [fact["value"] for fact in self.provenance if (fact["doc_id"], fact["kind"]) == (doc_id, kind)]


def place(entry: Row) -> Place:
    return entry["origin"], entry["row"]


def by_place(rows: list[Row]) -> dict[Place, Row]:
    return {(row["origin"], row["origin_row"]): row for row in rows}


def name(entry: Row) -> str:
    return f"{entry['origin']}:{entry['row']}"


@pytest.fixture(scope="module")
def samples(samples_run: tuple[Path, RunResult]) -> SampleRun:
    folder, result = samples_run
    return SampleRun(folder / "warehouse" / "published.duckdb", result)


def test_the_ledger_is_the_expected_one(samples: SampleRun) -> None:
    assert samples.result.summary.ledger == Ledger(**EXPECTED["ledger"])
    assert samples.result.held == ()


@pytest.mark.parametrize("entry", DOCUMENTS, ids=name)
def test_every_document_ends_as_expected(entry: Row, samples: SampleRun) -> None:
    if entry["outcome"] == "loaded":
        assert place(entry) in samples.articles
    elif entry["outcome"] == "duplicate":
        kept = samples.articles[place(entry["of"])]
        assert samples.duplicates[place(entry)]["kept_doc_id"] == kept["doc_id"]
    else:
        left = samples.quarantine[place(entry)]
        assert (left["stage"], left["reason"]) == (entry["stage"], entry["reason"])


@pytest.mark.parametrize("entry", LOADED, ids=name)
def test_the_facts_about_an_article(entry: Row, samples: SampleRun) -> None:
    row = samples.articles[place(entry)]
    found = row | {"published_on": str(row["published_on"])}
    keys = ("title", "language", "domain", "agency", "published_on", "authors")
    wanted = {key: entry[key] for key in keys if key in entry}
    assert {key: found[key] for key in wanted} == wanted
    assert bool(row["repairs"]) == entry.get("repaired", False)


@pytest.mark.parametrize("entry", LOADED, ids=name)
def test_the_text_of_an_article_is_whole(entry: Row, samples: SampleRun) -> None:
    text = samples.articles[place(entry)]["text"]
    assert [string for string in entry["stay"] if string not in text] == []
    assert [string for string in entry.get("never", ()) if string in text] == []
    assert entry["title"] not in text.splitlines()


@pytest.mark.parametrize("entry", [entry for entry in LOADED if entry["language"] in RULE_PACKS], ids=name)
def test_the_junk_is_gone_and_read(entry: Row, samples: SampleRun) -> None:
    row = samples.articles[place(entry)]
    gone = [*entry["gone"], *entry.get("gone_inside", ())]
    assert [string for string in gone if string in row["text"]] == []
    assert not set(entry.get("gone_lines", ())) & set(row["text"].splitlines())
    assert row["publisher"] == entry.get("publisher", row["publisher"])
    for key, kind in PROVENANCE_KINDS.items():
        values = samples.values(row["doc_id"], kind)
        assert [one for one in entry.get(key, ()) if not any(one in value for value in values)] == [], kind


def test_a_rewritten_document_is_a_revision_of_the_first(samples: SampleRun) -> None:
    [later] = [entry for entry in DOCUMENTS if "revision_of" in entry]
    new, old = samples.articles[place(later)], samples.articles[place(later["revision_of"])]
    assert new["article_id"] == old["article_id"]
    assert new["revision"] == old["revision"] + 1


def test_the_samples_again_change_nothing(after_the_samples: Path) -> None:
    ledger = run(load_settings({"workers": 2}, environment={}), ["samples"]).summary.ledger
    assert ledger.read == ledger.unchanged == EXPECTED["ledger"]["read"]
