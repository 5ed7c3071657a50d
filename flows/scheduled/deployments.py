"""The four deployments as ``copydesk serve`` makes them; ``prefect.yaml`` has the same for a server of one's own.

When each is due is a setting. Starting servers and workers does not belong here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Schedule
from prefect.server.schemas.schedules import CronSchedule as DatedSchedule
from prefect.types.entrypoint import EntrypointType
from pydantic import ValidationError

from flows.scheduled.ingest import ingest
from flows.scheduled.maintain import maintain
from flows.scheduled.report import report
from flows.scheduled.rescore import rescore
from flows.settings import Settings, SettingsError

TIMEZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Plan:
    """A flow, what it is for, and when it is due."""

    flow: Flow[Any, Any]
    description: str
    setting: str
    schedule: CronSchedule | None
    """None where it runs only when somebody asks for it."""

    async def next_due(self) -> dt.datetime | None:
        """When it fires next, UTC."""
        if self.schedule is None:
            return None
        dates = DatedSchedule(cron=self.schedule.cron, timezone=TIMEZONE)
        [due] = await dates.get_dates(1, start=dt.datetime.now(dt.UTC))
        return due


_FLOWS: tuple[tuple[Flow[Any, Any], str], ...] = (
    (ingest, "Take what has arrived in the inputs to the warehouse, and report on the run."),
    (rescore, "Find copies and stories among what is new, and score the sources that changed."),
    (report, "Write the report of the last run and the one over time."),
    (maintain, "Prune what is too old, compact the database, verify the books and a sample."),
)


def plans(settings: Settings) -> list[Plan]:
    """The four of them.

    Raises:
        SettingsError: a schedule is not one.
    """
    return [
        Plan(flow, description, f"{flow.name}_cron", read_schedule(f"{flow.name}_cron", settings))
        for flow, description in _FLOWS
    ]


def read_schedule(setting: str, settings: Settings) -> CronSchedule | None:
    """The schedule of a setting; None where it is empty.

    Raises:
        SettingsError: it is not a cron expression.
    """
    cron: str = getattr(settings, setting)
    if not cron.strip():
        return None
    try:
        return CronSchedule(cron=cron, timezone=TIMEZONE)
    except ValidationError as error:
        raise SettingsError(
            f"{setting} = {cron!r} is not a cron expression: give minute, hour, day, month and weekday, such as "
            "'0 * * * *' for every hour, or nothing for never"
        ) from error


async def deployment(plan: Plan, config: Path | None) -> RunnerDeployment:
    """A deployment for a runner of this machine."""
    parameters = {"parameters": {"config": str(config)}} if config else {}
    return await plan.flow.ato_deployment(
        name=plan.flow.name,
        schedule=Schedule(cron=plan.schedule.cron, timezone=TIMEZONE) if plan.schedule else None,
        description=plan.description,
        parameters=parameters,
        # The next one waits without a process of its own. That no two deployments write is another limit's work.
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
