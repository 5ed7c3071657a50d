"""What Prefect runs on a schedule, and ``copydesk serve``, which runs Prefect.

Thin: a flow here turns a composition of plain functions into tasks, says what happened as artifacts, and tells people
where something is wrong. What is done belongs to :mod:`flows.run`, :mod:`flows.relate`, :mod:`flows.score`,
:mod:`flows.report` and :mod:`flows.maintain`. The flow ``ingest`` stands in :mod:`flows.scheduled.ingest`.
"""
