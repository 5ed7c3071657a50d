"""Exports: whole files or none, in every format, never over what is there unless it is asked for."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from tests.credibility import tones
from tests.warehouse.conftest import Publish
from tests.warehouse.loads import NOW, load, numbered
from transforms.credibility.signals import count_signals
from transforms.stories.near_duplicates import Copy
from transforms.text.structure import place, to_json
from warehouse import ExportError, QueryError, Warehouse, WarehouseError
from warehouse.credibility import CredibilityStore
from warehouse.disclosures import SourceDisclosure
from warehouse.export import NOTE, Export, Exported, export
from warehouse.jsonld import news_article
from warehouse.stories import Relations

HOSTILE = ("../../x", "a/b", "a=b", "line\nbreak", "")


@pytest.fixture(scope="module")
def published(publish: Publish) -> Path:
    languages = ["en", "en", "uk"]
    articles = [numbered(number, language=language) for number, language in enumerate(languages)]
    return publish(lambda warehouse: load(warehouse, articles))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def write(published: Path, target: Path, **wanted: Any) -> Exported:
    return export(published, Export(target, **wanted))


def test_a_table_goes_to_a_parquet_file(published: Path, out: Path) -> None:
    done = write(published, out / "articles.parquet")
    table = pq.read_table(out / "articles.parquet")
    assert (done.rows, done.files, done.format) == (table.num_rows, 1, "parquet") == (3, 1, "parquet")
    assert done.bytes == (out / "articles.parquet").stat().st_size
    assert table.column("authors").type.value_type == "string"
    assert pq.ParquetFile(out / "articles.parquet").metadata.row_group(0).column(0).compression == "ZSTD"
    assert [file.name for file in out.iterdir()] == ["articles.parquet"]


def test_json_lines_and_csv_say_the_same(published: Path, out: Path) -> None:
    query = "SELECT url, authors, loaded_at, language FROM articles ORDER BY url"
    write(published, out / "a.jsonl", query=query)
    write(published, out / "a.csv", query=query)
    lines = [json.loads(line) for line in (out / "a.jsonl").read_text("utf-8").splitlines()]
    with (out / "a.csv").open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert [line["url"] for line in lines] == [row["url"] for row in rows] == sorted(line["url"] for line in lines)
    assert lines[0]["loaded_at"] == rows[0]["loaded_at"]
    assert lines[0]["loaded_at"].endswith("Z")
    assert isinstance(lines[0]["authors"], list)


def test_a_folder_has_a_file_named_by_us_and_a_note(published: Path, out: Path) -> None:
    write(published, out / "one", table="sources", format="jsonl")
    assert sorted(file.name for file in (out / "one").iterdir()) == [NOTE, "sources.jsonl"]
    write(published, out / "two", query="SELECT 1 AS one")
    assert sorted(file.name for file in (out / "two").iterdir()) == [NOTE, "query.parquet"]
    assert json.loads((out / "two" / NOTE).read_text("utf-8"))["query"] == "SELECT 1 AS one"


@pytest.mark.parametrize("form", ["parquet", "jsonl", "csv"])
def test_partitions_are_folders_by_value(published: Path, out: Path, form: Any) -> None:
    done = write(published, out / "set", partition_by=("language",), format=form)
    files = sorted(str(file.relative_to(out)) for file in out.rglob(f"*.{form}"))
    assert files == [f"set/language=en/0.{form}", f"set/language=uk/0.{form}"]
    assert (done.rows, done.files) == (3, 2)


def test_partitions_are_read_back_as_they_were(published: Path, out: Path) -> None:
    write(published, out / "set", partition_by=("language", "domain"))
    table = ds.dataset(out / "set", partitioning="hive").to_table()
    assert sorted(table.column("language").to_pylist()) == ["en", "en", "uk"]


def test_values_cannot_leave_the_folder(published: Path, out: Path) -> None:
    values = ", ".join(f"('{value}', 1)" for value in HOSTILE)
    done = write(published, out / "set", query=f"FROM (VALUES {values}) AS t(a, b)", partition_by=("a",))
    assert done.rows == len(HOSTILE)
    assert [file.name for file in out.iterdir()] == ["set"]
    assert all(file.parent.parent == out / "set" for file in out.rglob("*.parquet"))


def test_a_file_that_is_there_stays_unless_forced(published: Path, out: Path) -> None:
    (out / "a.csv").write_text("mine")
    with pytest.raises(ExportError, match="--force replaces it"):
        write(published, out / "a.csv")
    assert (out / "a.csv").read_text() == "mine"
    write(published, out / "a.csv", replace=True)
    assert (out / "a.csv").read_text("utf-8").startswith("article_id,")


def test_a_folder_that_was_exported_can_be_replaced_whole(published: Path, out: Path) -> None:
    write(published, out / "set", partition_by=("language",))
    write(published, out / "set", table="runs", replace=True)
    assert sorted(file.name for file in (out / "set").iterdir()) == [NOTE, "runs.parquet"]
    assert [file.name for file in out.iterdir()] == ["set"]


def test_a_folder_of_other_things_is_never_replaced(published: Path, out: Path) -> None:
    (out / "thesis").mkdir()
    (out / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(ExportError, match="not made by an export"):
        write(published, out / "thesis", replace=True)
    assert (out / "thesis" / "chapter.txt").read_text() == "mine"


def test_a_query_that_breaks_leaves_what_was(published: Path, out: Path) -> None:
    write(published, out / "a.csv", table="runs")
    before = (out / "a.csv").read_bytes()
    with pytest.raises(QueryError, match="stop"):
        write(published, out / "a.csv", query="SELECT url, error('stop') FROM articles", replace=True)
    assert (out / "a.csv").read_bytes() == before
    assert [file.name for file in out.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"target": "a.csv", "format": "jsonl"}, "the name says csv"),
        ({"target": "a.csv", "partition_by": ("language",)}, "is a folder"),
        ({"target": "a.csv", "table": "artcles"}, "did you mean articles"),
        ({"target": "a.csv", "table": "x; DROP TABLE articles"}, "no table or view"),
        ({"target": "set", "partition_by": ("langage",)}, "did you mean language"),
        ({"target": "set", "query": "SELECT 1 AS a", "partition_by": ("a",)}, "every column"),
        ({"target": "folder.csv"}, "this is a folder"),
        ({"target": "file"}, "this is a file"),
    ],
)
def test_what_cannot_be_exported_is_refused(published: Path, out: Path, wanted: dict[str, Any], problem: str) -> None:
    (out / "folder.csv").mkdir()
    (out / "file").write_text("mine")
    with pytest.raises(ExportError, match=problem):
        write(published, out / wanted.pop("target"), replace=True, **wanted)
    assert sorted(file.name for file in out.iterdir()) == ["file", "folder.csv"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; SELECT 2",
        "DELETE FROM articles",
        "SELECT 1) TO 'elsewhere.csv' --",
        "COPY articles TO 'elsewhere.csv'",
        "FROM read_text('/etc/hostname')",
        "SELECT 1 /*",
        "",
    ],
)
def test_only_one_query_of_the_database_is_exported(published: Path, out: Path, query: str) -> None:
    with pytest.raises(QueryError):
        write(published, out / "a.csv", query=query)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("query", ["SELECT 1 AS a;", "SELECT 1 AS a -- all", "WITH x AS (SELECT 1 AS a) FROM x"])
def test_the_end_of_a_query_does_not_matter(published: Path, out: Path, query: str) -> None:
    assert write(published, out / "a.csv", query=query).rows == 1


def test_a_folder_that_cannot_be_written_is_told(published: Path, out: Path) -> None:
    (out / "file").write_text("no folder")
    with pytest.raises(WarehouseError, match="file"):
        write(published, out / "file" / "a.csv")


TEXT = "The pans\nThey lie behind the dyke.\n- Two pans"


@pytest.fixture
def structured(warehouse: Warehouse, tmp_path: Path) -> Path:
    blocks = place(TEXT, [("heading", 2, 1), ("paragraph", 0, 1), ("list_item", 1, 1)])
    told = {"title": 'Salt: "white* gold"', "standfirst": "How a town lived.", "authors": ("Tom Okafor",)}
    load(warehouse, [numbered(1, text=TEXT, blocks=to_json(blocks), **told), numbered(2)])
    warehouse.publish(tmp_path / "published.duckdb")
    return tmp_path / "published.duckdb"


@pytest.fixture
def with_rights(warehouse: Warehouse, tmp_path: Path) -> Path:
    """Articles 0 to 3: permitted, declined, research only, nothing said; all of one source but the last."""
    answers = [(True, True), (False, False), (None, True), (None, None)]
    said = [
        numbered(number, permits_ai_training=training, permits_research=research)
        for number, (training, research) in enumerate(answers)
    ]
    elsewhere = numbered(4, domain="bayherald.example", permits_ai_training=True)
    load(warehouse, [*said, elsewhere])
    warehouse.add_disclosures(
        [
            SourceDisclosure("bayherald.example", fact, value, "robots.txt", "line", NOW, NOW, 0)
            for fact, value in (("file", "published"), ("AI training declined", "GPTBot"))
        ]
    )
    warehouse.publish(tmp_path / "published.duckdb")
    return tmp_path / "published.duckdb"


def test_markdown_is_a_file_for_each_article(structured: Path, out: Path) -> None:
    done = write(structured, out / "notes", format="markdown", query="FROM articles ORDER BY url")
    assert (done.rows, done.files, done.format) == (2, 2, "markdown")
    doc_ids = [numbered(2).doc_id]
    assert (out / "notes" / f"{doc_ids[0]}.md").is_file()
    [file] = [file for file in (out / "notes").glob("*.md") if file.stem not in doc_ids]
    head, text = file.read_text("utf-8").split("---\n\n", 1)
    assert head.startswith(f'---\ndoc_id: "{file.stem}"\ntitle: "Salt: \\"white* gold\\""\nauthors: ["Tom Okafor"]\n')
    assert "published_on: 2024-05-03\n" in head
    assert text == (
        '# Salt: "white\\* gold"\n\n*How a town lived.*\n\n## The pans\n\nThey lie behind the dyke.\n\n- Two pans\n'
    )


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"target": "notes.md"}, "name a folder"),
        ({"target": "notes.csv"}, "name a folder"),
        ({"target": "notes", "partition_by": ("language",)}, "no partitions"),
        ({"target": "notes", "table": "sources"}, "doc_id is missing"),
        ({"target": "notes", "query": "SELECT '../x' AS doc_id, 'a' AS text"}, "cannot be the name of a file"),
        ({"target": "notes", "query": "SELECT 'x' AS doc_id, unnest(['a', 'b']) AS text"}, "comes twice"),
    ],
)
def test_markdown_that_cannot_be_written_is_refused(
    structured: Path, out: Path, wanted: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ExportError, match=problem):
        write(structured, out / wanted.pop("target"), format="markdown", **wanted)
    assert list(out.iterdir()) == []


def test_a_view_has_the_parts_of_texts(structured: Path, out: Path) -> None:
    query = "SELECT position, kind, level, text, start_offset FROM article_blocks ORDER BY position"
    write(structured, out / "parts.jsonl", query=query)
    rows = [json.loads(line) for line in (out / "parts.jsonl").read_text("utf-8").splitlines()]
    assert [tuple(row.values()) for row in rows] == [
        (1, "heading", 2, "The pans", 0),
        (2, "paragraph", 0, "They lie behind the dyke.", 9),
        (3, "list_item", 1, "- Two pans", 35),
    ]


@pytest.mark.parametrize(("purpose", "numbers"), [("ai-training", [0]), ("research", [0, 2])])
@pytest.mark.parametrize("query", [None, "SELECT doc_id, url FROM articles -- all"])
def test_only_what_is_expressly_permitted_is_exported(
    with_rights: Path, out: Path, purpose: Any, numbers: list[int], query: str | None
) -> None:
    write(with_rights, out / "a.jsonl", permitted_for=purpose, query=query)
    urls = sorted(json.loads(line)["url"] for line in (out / "a.jsonl").read_text().splitlines())
    assert urls == [f"https://harbourpost.example/{number}" for number in numbers]


def test_cuts_of_permitted_articles_are_permitted(with_rights: Path, out: Path) -> None:
    assert write(with_rights, out / "a.csv", table="stripped_lines", permitted_for="ai-training").rows == 1


def test_rows_whose_rights_cannot_be_known_are_not_exported_as_permitted(with_rights: Path, out: Path) -> None:
    with pytest.raises(ExportError, match="needs a column doc_id"):
        write(with_rights, out / "a.csv", query="SELECT text FROM articles", permitted_for="research")


def test_the_note_of_a_folder_says_what_was_permitted(with_rights: Path, out: Path) -> None:
    write(with_rights, out / "set", permitted_for="research")
    assert json.loads((out / "set" / NOTE).read_text())["permitted_for"] == "research"


FULL = {
    "title": "</script><script>alert(1)</script>",
    "authors": ("Tom Okafor", "Ana Ruiz"),
    "organisation_authors": ("Harbour Desk",),
    "published_at": NOW,
    "publisher": "Harbour Post",
    "agency": "Reuters",
    "dateline": "MARENHOLM",
    "section": "Sea",
    "tags": ("ferries",),
    "is_paywalled": True,
    "rights": "json-ld license: https://creativecommons.org/licenses/by/4.0/\nmeta tdm-reservation: 0\n"
    "header tdm-policy: https://harbourpost.example/tdm",
}
BARE = {
    **dict.fromkeys(("url", "domain", "title", "publisher", "agency", "dateline", "published_on", "modified_on")),
    "authors": (),
    "language": "und",
}


@pytest.fixture(scope="module")
def for_jsonld(publish: Publish) -> Path:
    """An article with every fact, one with hardly any, and an opinion that is free to read."""
    articles = [numbered(0, **FULL), numbered(1, **BARE), numbered(2, is_opinion=True, is_paywalled=False)]
    return publish(lambda warehouse: load(warehouse, articles))


def objects(published: Path, file: Path, **wanted: Any) -> list[dict[str, Any]]:
    write(published, file, **wanted)
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_jsonld_has_every_fact_under_its_schema_org_name(for_jsonld: Path, out: Path) -> None:
    query = "FROM articles WHERE section IS NOT NULL"
    [article] = objects(for_jsonld, out / "a.jsonld", query=query)
    stored = numbered(0, **FULL)
    assert article == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "identifier": stored.doc_id,
        "url": stored.url,
        "mainEntityOfPage": stored.url,
        "headline": FULL["title"],
        "articleBody": stored.text,
        "articleSection": "Sea",
        "keywords": ["ferries"],
        "wordCount": stored.word_count,
        "dateline": "MARENHOLM",
        "inLanguage": "en",
        "author": [
            {"@type": "Person", "name": "Tom Okafor"},
            {"@type": "Person", "name": "Ana Ruiz"},
            {"@type": "Organization", "name": "Harbour Desk"},
        ],
        "datePublished": "2024-05-04T06:30:00Z",
        "publisher": {"@type": "Organization", "name": "Harbour Post", "identifier": "harbourpost.example"},
        "sourceOrganization": {"@type": "Organization", "name": "Reuters"},
        "isAccessibleForFree": False,
        "license": ["https://creativecommons.org/licenses/by/4.0/"],
        "usageInfo": [
            {"@type": "CreativeWork", "text": "meta tdm-reservation: 0"},
            "https://harbourpost.example/tdm",
        ],
    }
    assert "<" not in (out / "a.jsonld").read_text("utf-8")


def test_jsonld_leaves_out_what_is_not_known(for_jsonld: Path, out: Path) -> None:
    [article] = objects(for_jsonld, out / "a.jsonld", query="FROM articles WHERE url IS NULL")
    assert set(article) == {"@context", "@type", "identifier", "articleBody", "wordCount"}
    [named] = objects(for_jsonld, out / "b.jsonld", query="SELECT 'a' AS doc_id, 'b' AS text")
    assert named == {"@context": "https://schema.org", "@type": "NewsArticle", "identifier": "a", "articleBody": "b"}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"is_opinion": True}, "OpinionNewsArticle"),
        ({"is_opinion": True, "is_sponsored": True}, "AdvertiserContentArticle"),
        ({"is_opinion": False, "is_sponsored": False, "is_article": True}, "NewsArticle"),
        ({"is_opinion": True, "is_article": False}, "Article"),
    ],
)
def test_jsonld_names_the_kind_that_the_page_declares(row: dict[str, bool], kind: str) -> None:
    article = news_article({"dateline": "MARENHOLM", **row})
    assert article["@type"] == kind
    assert ("dateline" in article) == kind.endswith("NewsArticle")


def test_jsonld_says_free_and_the_day_where_no_time_is_known(for_jsonld: Path, out: Path) -> None:
    [article] = objects(for_jsonld, out / "a.jsonld", query="FROM articles WHERE is_opinion")
    assert article["isAccessibleForFree"] is True
    assert article["datePublished"] == "2024-05-03"


def test_a_copy_in_jsonld_is_based_on_the_article_that_ran_first(warehouse: Warehouse, tmp_path: Path) -> None:
    both = first, copy = numbered(0), numbered(1, domain="bayherald.example", url="https://bayherald.example/1")
    load(warehouse, both)
    counted = [count_signals(one.doc_id, one.domain or "", None, "en", None, one.text, tones()) for one in both]
    CredibilityStore(warehouse).load_signals(counted, NOW)
    places = [Copy(one.article_id, "g", place, "habit", False) for place, one in enumerate(both, start=1)]
    Relations(warehouse).replace_groups(places)
    warehouse.publish(tmp_path / "published.duckdb")
    articles = objects(tmp_path / "published.duckdb", tmp_path / "a.jsonld")
    assert {article["url"]: article.get("isBasedOn") for article in articles} == {first.url: None, copy.url: first.url}


def test_a_folder_of_jsonld_holds_only_what_is_permitted(with_rights: Path, out: Path) -> None:
    write(with_rights, out / "set", format="jsonld", permitted_for="ai-training")
    assert sorted(file.name for file in (out / "set").iterdir()) == [NOTE, "articles.jsonld"]
    [line] = (out / "set" / "articles.jsonld").read_text().splitlines()
    assert json.loads(line)["url"] == "https://harbourpost.example/0"


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"target": "a.jsonld", "table": "sources"}, "doc_id is missing"),
        ({"target": "a.jsonld", "query": "SELECT doc_id, text, 'Ana' AS authors FROM articles"}, "authors is string"),
        ({"target": "a.jsonld", "format": "jsonl"}, "the name says jsonld"),
        ({"target": "a.jsonld", "partition_by": ("language",)}, "no partitions"),
        ({"target": "set", "format": "jsonld", "partition_by": ("language",)}, "no partitions"),
    ],
)
def test_jsonld_that_cannot_be_written_is_refused(
    published: Path, out: Path, wanted: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ExportError, match=problem):
        write(published, out / wanted.pop("target"), **wanted)
    assert list(out.iterdir()) == []
