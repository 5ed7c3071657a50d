"""``copydesk relate`` at a size of your choice: ``python -m bench.relate_scale --articles 200000``.

The articles of ``../shared/data`` are repeated, each time with their commonest letters in another order: so no repeat
is a copy of another, and each has copies and events of its own as the first one has. The command then runs with the
memory for DuckDB that it is given. What is printed is what it found, its times, and the most memory of its process.

Where the repeats stand on the same days (``--apart 0``, as usual here), the days are as crowded as those of a large
warehouse; articles without a date all stand on the day of loading, as they do for users.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console

from bench.measure import measure
from transforms.fingerprint import text_digest
from transforms.records import (
    Article,
    BatchFacts,
    Disclosure,
    LineKeys,
    Provenance,
    StrippedLine,
    to_table,
)
from transforms.text.identity import article_id, document_id
from transforms.text.normalise import normalise_text
from transforms.text.shingles import normalised_shingles, sign
from warehouse import BatchLoad, Warehouse, WarehouseOptions

ARTICLES = Path(__file__).parent.parent.parent / "shared" / "data" / "articles"
COMMONEST = "etaoinshr"
"""Letters that are put in another order; hardly any run of five words has none of them."""
BATCH = 5000
RUN = "relate-scale"

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Make the warehouse, relate it and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000, help="how many")
    parser.add_argument("--megabytes", type=int, default=200, help="memory for DuckDB")
    parser.add_argument("--apart", type=int, default=0, help="days between two repeats")
    parser.add_argument("--input", type=Path, default=ARTICLES, help="folder with *.jsonl.gz of id, domain, title, ...")
    parser.add_argument("--folder", type=Path, help="keep the warehouse here, and take the one that is here already")
    options = parser.parse_args()
    if not options.input.is_dir():
        sys.exit(f"skipped: no data in {options.input}")
    with tempfile.TemporaryDirectory() as temporary:
        warehouse = (options.folder or Path(temporary)) / "work.duckdb"
        if not warehouse.exists():
            started = time.perf_counter()
            write(warehouse, repeated(options.input, options.apart), options.articles)
            console.print(f"{options.articles:,} articles loaded in {time.perf_counter() - started:.0f} s")
        relate(warehouse, options.articles, options.megabytes)


def relate(warehouse: Path, articles: int, megabytes: int) -> None:
    """Run the command and print what it took."""
    os.environ["COPYDESK_DATABASE_MEGABYTES"] = str(megabytes)  # noqa: TID251  (of the command)
    command = [sys.executable, "-m", "flows.cli", "relate", "--anew", "--warehouse", str(warehouse)]
    taken = measure([*command, "--published", str(warehouse.with_name("published.duckdb"))])
    console.print(taken.output.strip())
    console.print(
        f"  {taken.seconds:.0f} s, {articles / taken.seconds:,.0f} articles/s, processor {taken.cpu_seconds:.0f} s; "
        f"most memory {taken.peak_megabytes:,.0f} MB, of which DuckDB may use {megabytes} MB"
    )


def repeated(folder: Path, apart: int) -> Iterator[Article]:
    """The articles of a folder again and again, each repeat with other words and so many days later; without end."""
    for repeat in itertools.count():
        letters = list(COMMONEST)
        random.Random(repeat).shuffle(letters)
        order = "".join(letters) if repeat else COMMONEST
        table = str.maketrans(COMMONEST + COMMONEST.upper(), order + order.upper())
        for file in sorted(folder.glob("*.jsonl.gz")):
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                for line in lines:
                    yield article(json.loads(line), repeat, table, dt.timedelta(repeat * apart))


def article(row: Mapping[str, str], repeat: int, letters: Mapping[int, int], later: dt.timedelta) -> Article:
    """A row of the input as the article of one repeat."""
    text = row["text"].translate(letters).encode("utf-8", "replace").decode()
    url = f"https://{row['domain']}/{repeat}/{row['id']}"
    normalised = normalise_text(text)
    doc_id = document_id(text.encode(), url)
    try:
        day = dt.date.fromisoformat((row.get("date") or "")[:10]) + later
    except ValueError:
        day = None
    return Article(
        article_id=article_id(url, row["domain"], None, doc_id),
        doc_id=doc_id,
        url=url,
        domain=row["domain"],
        publisher=None,
        agency=None,
        title=(row["title"] or "").translate(letters).encode("utf-8", "replace").decode() or None,
        published_on=day,
        dateline=None,
        text=text,
        blocks=None,
        language="en",
        language_confidence=1.0,
        language_by="langdetect",
        language_reason=None,
        word_count=len(text.split()),
        sentence_count=max(1, text.count(". ")),
        stripped_line_count=0,
        stripped_char_count=0,
        is_article=True,
        article_reason="prose",
        text_sha256=text_digest(normalised),
        minhash=sign(normalised_shingles(normalised)),
        input_id=row["id"],
        media_type="text/plain",
        extractor="text",
        fetched_at=None,
        origin="articles.jsonl",
        origin_row=None,
    )


def write(warehouse: Path, articles: Iterator[Article], count: int) -> None:
    """Load so many of the articles, in batches as a run does."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    with Warehouse.open(warehouse, WarehouseOptions(memory_megabytes=1000)) as opened:
        opened.begin_run(RUN, [], "bench", now)
        for number, start in enumerate(range(0, count, BATCH), 1):
            opened.load_batch(_batch(number, list(itertools.islice(articles, min(BATCH, count - start)))), now)
        opened.finish_run(RUN, "finished", None, 0, now)


def _batch(number: int, articles: list[Article]) -> BatchLoad:
    return BatchLoad(
        run_id=RUN,
        batch_number=number,
        read=len(articles),
        unchanged=0,
        articles=to_table(articles, Article),
        cuts=to_table([], StrippedLine),
        provenance=to_table([], Provenance),
        line_keys=to_table([], LineKeys),
        disclosures=to_table([], Disclosure),
        quarantined=[],
        duplicates=[],
        facts=BatchFacts(len(articles), len(articles), 0.0, 0.0, None, 0.0),
        results=[],
    )


if __name__ == "__main__":
    main()
