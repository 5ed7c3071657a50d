"""The flow ``report``: the report of a run and the one over time, as pages for people.

What stands in them belongs to :mod:`flows.report`.
"""

from __future__ import annotations

from prefect import flow

from flows.report import write_overview_report, write_run_report
from flows.scheduled.artifacts import leave_report
from flows.scheduled.notify import tell_of_end
from flows.scheduled.parameters import ReportParameters
from flows.scheduled.tasks import io_task
from flows.tools import read_contract

WRITE_RUN_REPORT = io_task("write the run's report", write_run_report)
_WRITE_OVERVIEW = io_task("write the report over time", write_overview_report)
_DEFAULTS = ReportParameters()


@flow(name="report", on_failure=[tell_of_end], on_crashed=[tell_of_end])
def report(parameters: ReportParameters = _DEFAULTS) -> list[str]:
    """Write both reports from the published copy, which blocks no run; returns their paths."""
    settings = parameters.settings()
    of_run = WRITE_RUN_REPORT(settings.published, settings.reports, parameters.run_id, contract=read_contract(settings))
    leave_report(of_run, settings, "run-report", "Report of the run")
    over_time = _WRITE_OVERVIEW(settings.published, settings.reports)
    leave_report(over_time, settings, "overview-report", "Report over time")
    return [str(of_run), str(over_time)]
