"""The report stage: what happened to the data, as pages for people.

A page is one file that needs nothing else: it opens without a network, asks nobody, and prints. Asking the database is
``warehouse.reporting``'s work.
"""

from flows.report.gather import UnknownRun
from flows.report.write import overview_path, run_report_path, write_overview_report, write_run_report

__all__ = ["UnknownRun", "overview_path", "run_report_path", "write_overview_report", "write_run_report"]
