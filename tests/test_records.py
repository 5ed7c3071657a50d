"""One definition of every row: record = Arrow schema = live table."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from transforms.records import (
    Article,
    ArticleSignals,
    BatchFacts,
    ContractResult,
    Duplicate,
    Ledger,
    Provenance,
    Rating,
    Rejection,
    RunSummary,
    ScoreEvidence,
    ScoreOverride,
    SourceScore,
    StrippedLine,
    arrow_schema,
)
from transforms.stories.facts import StoryFact
from transforms.stories.grouping import RelatedArticle
from transforms.stories.near_duplicates import Copy, NearDuplicate
from transforms.stories.parts import RunSample, TextPart
from warehouse import Warehouse
from warehouse.disclosures import SourceDisclosure
from warehouse.stories import Story, StoryArticle

LOADED = {"run_id", "batch_number", "loaded_at", "revision"}
SETTLED = {"run_id", "batch_number", "settled_at"}

TABLES = [
    ("articles", [Article], LOADED),
    ("article_revisions", [Article], LOADED | {"superseded_at", "superseded_by"}),
    ("stripped_lines", [StrippedLine], set()),
    ("provenance", [Provenance], set()),
    ("duplicates", [Duplicate], SETTLED),
    ("contract_results", [ContractResult], {"run_id", "batch_number", "checked_at"}),
    ("runs", [RunSummary], set()),
    ("batches", [Ledger, BatchFacts], SETTLED | {"state", "languages"}),
    ("quarantine", [Rejection], None),
    ("related_articles", [RelatedArticle], {"related_at"}),
    ("near_duplicates", [NearDuplicate], set()),
    ("near_duplicate_groups", [Copy], set()),
    ("run_samples", [RunSample], set()),
    ("text_parts", [TextPart], set()),
    ("stories", [Story], {"related_at"}),
    ("story_articles", [StoryArticle], set()),
    ("story_facts", [StoryFact], {"story_id"}),
    ("article_signals", [ArticleSignals], {"measured_at"}),
    ("ratings", [Rating], {"imported_at"}),
    ("source_scores", [SourceScore], {"scored_at"}),
    ("score_evidence", [ScoreEvidence], {"scored_at"}),
    ("score_overrides", [ScoreOverride], {"loaded_at"}),
    ("source_disclosures", [SourceDisclosure], set()),
]


@pytest.mark.parametrize(("table", "records", "more"), TABLES)
def test_a_table_has_the_columns_of_its_records(
    empty_warehouse: Path, table: str, records: list[type[Any]], more: set[str] | None
) -> None:
    with Warehouse.open(empty_warehouse) as warehouse:
        live = warehouse._connection.table(f"SELECT * FROM {table} LIMIT 0").schema
        required = warehouse._connection.rows(
            f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{table}' AND NOT is_nullable"
        )
    stored = pa.schema([field.with_nullable((field.name,) not in required) for field in live])
    wanted = [field for record in records for field in arrow_schema(record)]
    assert [stored.field(field.name) for field in wanted] == wanted
    if more is not None:
        assert set(stored.names) == {field.name for field in wanted} | more
