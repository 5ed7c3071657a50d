"""Published warehouses that the report tests only read, made once."""

from pathlib import Path

import pytest

from flows.report import write_overview_report, write_run_report
from tests.flows.report.warehouses import add_days, add_hostile_run, add_run, publish
from warehouse import Warehouse


@pytest.fixture(scope="session")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight usual runs."""
    folder = tmp_path_factory.mktemp("days")
    with Warehouse.open(folder / "work.duckdb") as warehouse:
        add_days(warehouse)
        return publish(warehouse, folder)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run of hostile documents."""
    folder = tmp_path_factory.mktemp("hostile")
    with Warehouse.open(folder / "work.duckdb") as warehouse:
        add_hostile_run(warehouse, 0)
        return publish(warehouse, folder)


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run that read nothing."""
    folder = tmp_path_factory.mktemp("nothing")
    with Warehouse.open(folder / "work.duckdb") as warehouse:
        add_run(warehouse, 0, empty=True)
        return publish(warehouse, folder)


@pytest.fixture(scope="session")
def reports(days: Path, hostile: Path, nothing: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of reports of each of them, with everything that the latest run makes."""
    folders = {}
    for name, published in (("days", days), ("hostile", hostile), ("nothing", nothing)):
        folders[name] = tmp_path_factory.mktemp(f"reports-{name}")
        write_run_report(published, folders[name])
        write_overview_report(published, folders[name])
    return folders
