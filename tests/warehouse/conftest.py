"""A warehouse of its own for each test, with a run begun."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.warehouse.loads import begin
from warehouse import Warehouse

Publish = Callable[[Callable[[Warehouse], None]], Path]


@pytest.fixture
def path(tmp_path: Path, empty_warehouse: Path) -> Path:
    """Where a new warehouse is; copied, for the migrations take a tenth of a second."""
    path = tmp_path / "work.duckdb"
    shutil.copyfile(empty_warehouse, path)
    return path


@pytest.fixture(scope="module")
def publish(empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """Make a warehouse with a run begun, let it be filled, and publish it, for tests that only read."""

    def filled(fill: Callable[[Warehouse], None]) -> Path:
        folder = tmp_path_factory.mktemp("published")
        shutil.copyfile(empty_warehouse, folder / "work.duckdb")
        with Warehouse.open(folder / "work.duckdb") as opened:
            begin(opened)
            fill(opened)
            opened.publish(folder / "published.duckdb")
        return folder / "published.duckdb"

    return filled


@pytest.fixture
def warehouse(path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(path) as opened:
        begin(opened)
        yield opened
