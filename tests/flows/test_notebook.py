"""The published copy from Python: what the command line reads, as objects that show themselves safely."""

import dataclasses
import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.notebook import Published, ShownSource, UnknownId, open_published
from tests.warehouse.loads import NOW, begin, cut_of, load, numbered, rejected
from transforms.records import ScoreEvidence
from warehouse import QueryError, Warehouse
from warehouse.disclosures import SheetRow
from warehouse.scores import CredibilityRow

ATTACK = "<script>alert('x')</script>\u202e"
BASE = numbered(0)
FOREIGN = numbered(1, language="uk", published_on=dt.date(2024, 6, 1), domain="bayherald.example")
HOSTILE = numbered(2, title=ATTACK, text=ATTACK, url="javascript:alert(1)", authors=(ATTACK,), published_on=None)


@pytest.fixture(scope="module")
def path(empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebook")
    shutil.copyfile(empty_warehouse, folder / "work.duckdb")
    with Warehouse.open(folder / "work.duckdb") as warehouse:
        begin(warehouse)
        raw, rejection = rejected(1)
        refused = (raw, dataclasses.replace(rejection, detail=ATTACK))
        load(warehouse, [BASE, FOREIGN, HOSTILE], quarantined=[refused, rejected(2, "too large")])
        warehouse.publish(folder / "published.duckdb")
    return folder / "published.duckdb"


@pytest.fixture(scope="module")
def published(path: Path) -> Iterator[Published]:
    with open_published(path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [FOREIGN, BASE, HOSTILE]),
        ({"limit": 1}, [FOREIGN]),
        ({"language": "uk"}, [FOREIGN]),
        ({"source": "BayHerald.example"}, [FOREIGN]),
        ({"since": "2024-05-04"}, [FOREIGN]),
        ({"until": dt.date(2024, 5, 31)}, [BASE]),
        ({"since": "2024-05-03", "until": "2024-05-03", "source": "harbourpost.example"}, [BASE]),
        ({"source": "x' OR true --"}, []),
    ],
)
def test_articles_are_an_arrow_table_of_what_is_wanted(
    published: Published, wanted: dict[str, str], found: list[object]
) -> None:
    table = published.articles(**wanted)  # type: ignore[arg-type]
    assert table["doc_id"].to_pylist() == [one.doc_id for one in found]  # type: ignore[attr-defined]
    assert "text" in table.column_names
    assert "minhash" not in table.column_names


def test_an_article_and_its_explanation_say_the_same(published: Published) -> None:
    stored, explained = published.article(BASE.doc_id), published.explain(BASE.article_id)
    assert stored.article == explained.article
    assert stored.article.text == BASE.text
    assert [part.cut for line in explained.lines for part in line if part.cut] == [cut_of(BASE)] == list(stored.cuts)
    assert f'<del><bdi dir="auto">{cut_of(BASE).text.strip()}</bdi></del>' in explained._repr_html_()


def test_what_is_not_known_is_said(published: Published) -> None:
    for ask in (published.article, published.explain, published.source):
        with pytest.raises(UnknownId, match="nobody"):
            ask("nobody.example")
    with pytest.raises(ValueError, match="soon"):
        published.articles(since="soon")


def test_quarantine_is_filtered_as_on_the_command_line(published: Published) -> None:
    assert [row.reason for row in published.quarantine(reason="too large")] == ["too large"]
    assert len(published.quarantine(stage="extract")) == 2
    assert "Nothing in quarantine" in published.quarantine(run="other")._repr_html_()


def test_sql_takes_parameters_as_values(published: Published) -> None:
    by_name = "SELECT count(*) AS n FROM articles WHERE domain = $domain"
    assert published.sql(by_name, {"domain": "bayherald.example"}).to_pylist() == [{"n": 1}]
    assert published.sql(by_name, {"domain": "' OR true --"}).to_pylist() == [{"n": 0}]
    assert published.sql("SELECT ? + ? AS n", [1, 2]).to_pylist() == [{"n": 3}]
    assert published.sql("SELECT 1 AS n").to_pylist() == [{"n": 1}]


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("DELETE FROM articles", None),
        ("FROM read_text($file)", {"file": "/etc/hostname"}),
        ("FROM query(?)", ["FROM read_text('/etc/hostname')"]),
        ("COPY articles TO 'a.csv'", None),
        ("SET threads = 1", None),
        ("SELECT $absent", {"other": 1}),
        ("SELECT $one", {"one": object()}),
    ],
)
def test_sql_reads_the_published_copy_and_nothing_else(published: Published, query: str, parameters: object) -> None:
    with pytest.raises(QueryError):
        published.sql(query, parameters)  # type: ignore[arg-type]


def safe(html: str) -> bool:
    return not any(part in html for part in ("<script", 'javascript:alert(1)"', "\u202e")) and "&lt;script&gt;" in html


def test_what_a_notebook_shows_is_escaped(published: Published) -> None:
    shown = (published.article(HOSTILE.doc_id), published.explain(HOSTILE.doc_id), published.quarantine())
    assert all(safe(one._repr_html_()) for one in shown)


def test_a_source_shows_its_interval_and_evidence_escaped() -> None:
    row = CredibilityRow(
        *("harbourpost.example", "scored", ATTACK, 0.7, 0.6, 0.8, 0.01, 1, 9, 9, 0),
        *(None, None, None, None, "test", NOW),
    )
    evidence = ScoreEvidence("harbourpost.example", "ratings", ATTACK, 0.9, 0.5, 0.25, ATTACK)
    fact = SheetRow("harbourpost.example", "disclosure", "contact", ATTACK, "link", ATTACK, NOW, NOW, 1, False)
    html = ShownSource(row, (), (evidence,), (), (), (fact,))._repr_html_()
    assert safe(html)
    assert "0.60 to 0.80" in html


def test_a_source_without_a_score_has_its_facts(published: Published) -> None:
    sheet = published.source("https://harbourpost.example/news")
    assert sheet.credibility is None
    assert "contact" in {fact.fact for fact in sheet.facts}
    assert "not scored yet" in sheet._repr_html_()


def test_the_settings_name_the_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_PUBLISHED", str(path))
    with open_published() as opened:
        assert opened.articles().num_rows == 3
