"""Holds for every test: no telemetry, no time limit on an example, and nothing skipped where that is asked for."""

import contextlib
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from flows.run import RunResult, run
from flows.settings import load_settings
from tests.shortcuts import copy_new_warehouses, judge_once, take_stages_here
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


@pytest.fixture(scope="session")
def samples_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    """A folder after ``copydesk run samples``, and the result; its tests look at it, others change a copy."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "samples").symlink_to(Path(__file__).parent.parent / "samples")
    with contextlib.chdir(folder):
        return folder, run(load_settings({"workers": 2}, environment={}), ["samples"])


@pytest.fixture
def after_the_samples(samples_run: tuple[Path, RunResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder as the working folder."""
    shutil.copytree(samples_run[0], tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def copied_warehouses(empty_warehouse: Path) -> Iterator[None]:
    """New warehouses of this module are copies of an empty one."""
    with pytest.MonkeyPatch.context() as patched:
        copy_new_warehouses(patched, empty_warehouse)
        yield


@pytest.fixture(scope="module")
def stages_here() -> Iterator[None]:
    """The stages of this module's runs are taken in the test's own process, and no table is judged twice."""
    with pytest.MonkeyPatch.context() as patched:
        take_stages_here(patched)
        judge_once(patched)
        yield
