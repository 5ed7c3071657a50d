"""Published warehouses for report tests: days of small runs, and everything that a hostile document can say."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.builders import make_raw
from tests.warehouse.loads import FACTS, copy_of, cut_of, make_load, numbered
from transforms.records import (
    Article,
    ArticleSignals,
    ContractResult,
    RawDocument,
    Rejection,
    SourceScore,
    StrippedLine,
    to_table,
)
from transforms.text.identity import document_id
from warehouse import Warehouse
from warehouse.credibility import CredibilityStore

START = dt.datetime(2024, 5, 4, 6, 30, tzinfo=dt.UTC)
INPUTS = ["inbox"]
SCRIPT = "<script>document.title='taken'</script>"
IMAGE = '"><img src=x onerror="document.title=\'taken\'">'
TURNED = "harbour \u202egnp.exe"
LINK = "javascript:document.title='taken'"


def run_id(number: int) -> str:
    """Of the run that begins so many hours after the start."""
    return f"{START + dt.timedelta(hours=number):%Y%m%dT%H%M%S}-{number:06x}"


def results(failed: int = 0, checked: int = 10) -> list[ContractResult]:
    """Answers of both suites; ``failed`` articles have no title."""
    met = failed == 0
    return [
        ContractResult("article", "title missing", "warning", met, checked, failed, None, "Titles find articles."),
        ContractResult("article", "text too short", "critical", True, checked, 0, None, "Shorter is a caption."),
        ContractResult("batch", "many quarantined", "warning", True, 1, 0, "0.05", "A third is much."),
    ]


def rejected(number: int, reason: str = "empty", **raw: Any) -> tuple[RawDocument, Rejection]:
    """A document that was sent back."""
    document = make_raw(content=b"%d" % number, doc_id=document_id(b"raw", str(number)), **raw)
    return document, Rejection(document.doc_id, "extract", reason, raw.get("title") or "0 characters of text")


def add_run(
    warehouse: Warehouse,
    number: int,
    articles: Sequence[Article] = (),
    *,
    state: Any = "finished",
    message: str | None = None,
    inputs: Sequence[str] = tuple(INPUTS),
    empty: bool = False,
    **load: Any,
) -> str:
    """A run of one batch; of none where it is ``empty``."""
    begun = START + dt.timedelta(hours=number)
    warehouse.begin_run(run_id(number), list(inputs), "r1", begun)
    if not empty:
        load.setdefault("results", results())
        load.setdefault("facts", dataclasses.replace(FACTS, document_count=len(articles)))
        warehouse.load_batch(make_load(articles, run_id=run_id(number), **load), begun + dt.timedelta(seconds=20))
    warehouse.finish_run(run_id(number), state, message, 1_000, begun + dt.timedelta(seconds=30))
    return run_id(number)


def articles_of(number: int, count: int, **changes: Any) -> list[Article]:
    """Articles that no other run has, all but ``changes`` alike."""
    return [numbered(number * 1_000 + each, published_on=START.date(), **changes) for each in range(count)]


def score_sources(warehouse: Warehouse, articles: Sequence[Article], source: str, **changes: Any) -> None:
    """Give these articles signals and their source a score."""
    values: dict[str, Any] = {field.name: 0 for field in dataclasses.fields(ArticleSignals)}
    signals = [
        ArticleSignals(
            **(values | {"doc_id": one.doc_id, "source": source, "copied_from": None, "language": "en", "version": "v"})
        )
        for one in articles
    ]
    score: dict[str, Any] = {
        "source": source, "status": "scored", "reason": None, "quality": 0.7, "quality_low": 0.4, "quality_high": 0.9,
        "low_quality_chance": 0.2, "rating_families": 1, "own_articles": len(articles),
        "known_articles": len(articles), "copied_articles": 0, "model_version": "m1",
    }  # fmt: skip
    store = CredibilityStore(warehouse)
    store.load_signals(signals, START)
    store.load_scores([source], [SourceScore(**(score | changes))], [], START)


def add_story(warehouse: Warehouse, articles: Sequence[Article], title: str, fact: str) -> None:
    """Let these articles, each of a source of its own, be reports of one story."""
    day = START.date()
    run = warehouse._connection.execute
    story = {"id": articles[0].article_id, "title": title, "day": day, "count": len(articles), "now": START}
    run("INSERT INTO stories VALUES ($id, $title, 'en', $day, $day, $count, $count, $count, $now)", story)
    for number, article in enumerate(articles, start=1):
        names = {"story": articles[0].article_id, "article": article.article_id, "number": number}
        run("INSERT INTO story_articles VALUES ($story, $article, 1.0, $number, 'own report')", names)
        place = {"article": article.article_id, "doc": article.doc_id, "source": f"source{number}.example"}
        run(
            "INSERT INTO related_articles VALUES ($article, $doc, $source, 'en', $day, true, ''::BLOB, $now)",
            place | {"day": day, "now": START},
        )
        said = {
            "story": articles[0].article_id,
            "article": article.article_id,
            "fact": fact,
            "value": f"{fact}{number}",
        }
        run("INSERT INTO story_facts VALUES ($story, 'name', 'differs', $fact, $article, $value, 'A sentence.')", said)


def publish(warehouse: Warehouse, folder: Path) -> Path:
    """The published copy."""
    path = folder / "published.duckdb"
    warehouse.publish(path)
    return path


def add_days(warehouse: Warehouse, runs: int = 8) -> None:
    """Runs of ten articles each, one an hour, of three sources in two languages; some documents fail."""
    for number in range(runs):
        articles = [
            *articles_of(number, 6, domain="harbourpost.example"),
            *articles_of(number + 100, 3, domain="inland.example", language="fr"),
            *articles_of(number + 200, 1, domain="coast.example"),
        ]
        add_run(
            warehouse,
            number,
            articles,
            quarantined=[rejected(number * 10), rejected(number * 10 + 1, "too large")],
            duplicates=[copy_of(articles[0])],
            results=results(failed=number % 3, checked=10),
        )


def add_hostile_run(warehouse: Warehouse, number: int) -> str:
    """A run in which everything that a document can decide is an attack."""
    titles = (SCRIPT, IMAGE, TURNED)
    articles = [
        numbered(number * 1_000 + each, title=title, domain=f"{each}{IMAGE}.example", published_on=START.date())
        for each, title in enumerate(titles)
    ]
    cuts = [dataclasses.replace(cut_of(one), text=f"\n{one.title} {LINK}", reason=SCRIPT) for one in articles]
    done = add_run(
        warehouse,
        number,
        articles,
        message=SCRIPT,
        inputs=[SCRIPT],
        cuts=to_table(cuts, StrippedLine),
        quarantined=[
            rejected(number * 10 + each, reason=title, title=title, url=LINK, origin=f"{IMAGE}.txt")
            for each, title in enumerate(titles)
        ],
        results=[dataclasses.replace(one, observed=SCRIPT) for one in results(failed=2)],
    )
    score_sources(warehouse, articles, f"{IMAGE}.example", reason=SCRIPT)
    add_story(warehouse, articles, title=SCRIPT, fact=IMAGE)
    return done
