"""DuckDB, and nothing else touches it: migrations, named queries, loads, the published copy.

Judging documents does not belong here.
"""

from warehouse.cleaning import CleanedBatch, RecleanSummary, RecurringLine, RuleChange
from warehouse.connection import STORAGE_VERSION, WarehouseOptions
from warehouse.errors import (
    AmbiguousId,
    ExportError,
    ForeignCopy,
    NotAWarehouse,
    QueryError,
    SchemaMismatch,
    UnbalancedLedger,
    WarehouseBusy,
    WarehouseError,
    WarehouseFull,
)
from warehouse.load import BatchLoad
from warehouse.quarantine import QuarantineRow
from warehouse.reader import (
    ArticleFilter,
    KnownText,
    PublishedWarehouse,
    QuarantineFilter,
    RejectionReason,
    RuleUse,
    StoredArticle,
    Waiting,
)
from warehouse.store import Warehouse

__all__ = [
    "STORAGE_VERSION",
    "AmbiguousId",
    "ArticleFilter",
    "BatchLoad",
    "CleanedBatch",
    "ExportError",
    "ForeignCopy",
    "KnownText",
    "NotAWarehouse",
    "PublishedWarehouse",
    "QuarantineFilter",
    "QuarantineRow",
    "QueryError",
    "RecleanSummary",
    "RecurringLine",
    "RejectionReason",
    "RuleChange",
    "RuleUse",
    "SchemaMismatch",
    "StoredArticle",
    "UnbalancedLedger",
    "Waiting",
    "Warehouse",
    "WarehouseBusy",
    "WarehouseError",
    "WarehouseFull",
    "WarehouseOptions",
]
