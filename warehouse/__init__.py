"""DuckDB, and nothing else touches it: migrations, named queries, loads, the published copy.

Judging documents does not belong here.
"""

from warehouse.connection import STORAGE_VERSION, WarehouseOptions
from warehouse.errors import (
    AmbiguousId,
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
from warehouse.reader import KnownText, PublishedWarehouse, QuarantineFilter, StoredArticle
from warehouse.store import Warehouse

__all__ = [
    "STORAGE_VERSION",
    "AmbiguousId",
    "BatchLoad",
    "KnownText",
    "NotAWarehouse",
    "PublishedWarehouse",
    "QuarantineFilter",
    "QuarantineRow",
    "QueryError",
    "SchemaMismatch",
    "StoredArticle",
    "UnbalancedLedger",
    "Warehouse",
    "WarehouseBusy",
    "WarehouseError",
    "WarehouseFull",
    "WarehouseOptions",
]
