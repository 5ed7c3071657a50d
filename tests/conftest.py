"""Holds for every test: no telemetry, no time limit on an example, and nothing skipped where that is asked for."""

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"

settings.register_profile("copydesk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("copydesk")  # how long an example takes says more about the machine than about the code


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require",
        action="append",
        default=[],
        metavar="MARKER",
        help="fail a test with this marker where it would be skipped, and where no test has the marker",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for marker in config.getoption("--require"):
        if not any(item.get_closest_marker(marker) for item in items):
            raise pytest.UsageError(f"--require {marker}: no test that was collected has this marker")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    required = [marker for marker in item.config.getoption("--require") if item.get_closest_marker(marker)]
    if report.skipped and required and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but --require {required[0]} asks for it: {report.longreprtext}"
    return report
