"""A warehouse of its own for each test, with a run begun."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.loads import begin
from warehouse import Warehouse


@pytest.fixture
def path(tmp_path: Path, empty_warehouse: Path) -> Path:
    """Where a new warehouse is; copied, for the migrations take a tenth of a second."""
    path = tmp_path / "work.duckdb"
    shutil.copyfile(empty_warehouse, path)
    return path


@pytest.fixture
def warehouse(path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(path) as opened:
        begin(opened)
        yield opened
