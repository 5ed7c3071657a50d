"""Holds for every test: no telemetry, no time limit on an example, and nothing skipped where that is asked for."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.shortcuts import copy_new_warehouses, take_stages_here
from warehouse import Warehouse

os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"

settings.register_profile("copydesk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("copydesk")  # how long an example takes says more about the machine than about the code


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require",
        action="append",
        default=[],
        choices=("browser", "ray"),
        help="fail a test with this marker where it would be skipped",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    required = [marker for marker in item.config.getoption("--require") if item.get_closest_marker(marker)]
    if report.skipped and required and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in spite of --require={required[0]}: {call.excinfo and call.excinfo.value}"
    return report


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with every migration and no row."""
    path = tmp_path_factory.mktemp("warehouse") / "empty.duckdb"
    Warehouse.open(path).close()
    return path


@pytest.fixture(scope="module")
def copied_warehouses(empty_warehouse: Path) -> Iterator[None]:
    """New warehouses of this module are copies of an empty one."""
    with pytest.MonkeyPatch.context() as patched:
        copy_new_warehouses(patched, empty_warehouse)
        yield


@pytest.fixture(scope="module")
def stages_here() -> Iterator[None]:
    """The stages of this module's runs are taken in the test's own process."""
    with pytest.MonkeyPatch.context() as patched:
        take_stages_here(patched)
        yield
