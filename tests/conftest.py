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
