"""The process of ``copydesk serve`` that runs what is due: ``python -m flows.scheduled.worker [CONFIG]``.

It is told by its environment which server is its own. Starting and ending it is :mod:`flows.scheduled.serve`'s work.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.runner import Runner
from prefect.states import Cancelled, Crashed

from flows.scheduled.deployments import Plan, deployment, plans
from flows.settings import load_settings

PROCESSES = 3
"""Runs at a time: one that writes, one that waits for it, and a report, each about 300 MB."""

POLL_SECONDS = 5

_ALIVE = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


async def work(config: Path | None) -> None:
    """Register the deployments, say when they are due, and run them until this process is told to end."""
    planned = plans(load_settings(config_file=config))
    runner = Runner(name="copydesk", limit=PROCESSES, query_seconds=POLL_SECONDS)
    ids = [await runner.aadd_deployment(await deployment(plan, config)) for plan in planned]
    async with get_client() as client:
        await _tidy_up(client, ids)
    for plan in planned:
        sys.stdout.write(f"{await _told(plan)}\n")
    sys.stdout.flush()
    await runner.start()


async def _tidy_up(client: PrefectClient, deployments: Sequence[UUID]) -> None:
    """Give runs of a service that was killed an end, and forget what was due while there was none.

    This is the only worker, so whatever still runs now, runs nowhere, and no slot is rightly taken: the leases that
    would free them were in the memory of the server that was killed. The run that is due next takes in everything that
    the missed ones would have.
    """
    now = dt.datetime.now(dt.UTC)
    for run in await _runs(client, deployments, *_ALIVE):
        await client.set_flow_run_state(
            run.id, Crashed(message="its process was gone when the service began"), force=True
        )
    for limit in await client.read_global_concurrency_limits():
        await client.update_global_concurrency_limit(limit.name, GlobalConcurrencyLimitUpdate(active_slots=0))
    for run in await _runs(client, deployments, StateType.SCHEDULED):
        if run.expected_start_time and run.expected_start_time < now:
            await client.set_flow_run_state(
                run.id, Cancelled(message="it was due while nothing was running"), force=True
            )


async def _runs(client: PrefectClient, deployments: Sequence[UUID], *states: StateType) -> list[FlowRun]:
    return await client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(deployments))),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))),
    )


async def _told(plan: Plan) -> str:
    due = await plan.next_due()
    if plan.schedule is None or due is None:
        return f"  {plan.flow.name:<10}when you ask for it"
    return f"  {plan.flow.name:<10}{plan.schedule.cron:<14}next at {due:%Y-%m-%d %H:%M} UTC"


def main() -> None:
    """Entry point of the process."""
    asyncio.run(work(Path(sys.argv[1]) if len(sys.argv) > 1 else None))


if __name__ == "__main__":
    main()
