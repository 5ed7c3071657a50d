"""The flow ``maintain``: :mod:`flows.maintain` with its steps as Prefect tasks."""

from __future__ import annotations

import dataclasses
from typing import Any

from prefect import flow

from flows.maintain import MaintainSteps
from flows.maintain import maintain as maintain_warehouse
from flows.scheduled.artifacts import leave_maintenance
from flows.scheduled.notify import tell_of_end
from flows.scheduled.parameters import MaintainParameters
from flows.scheduled.tasks import io_task, one_writer
from transforms.errors import CopydeskError

_STEPS = MaintainSteps()
_STEPS_AS_TASKS = MaintainSteps(
    prune=io_task("prune", _STEPS.prune),
    compact=io_task("compact", _STEPS.compact),
    verify=io_task("verify", _STEPS.verify),
    publish=io_task("publish", _STEPS.publish),
)
_DEFAULTS = MaintainParameters()


class UnsoundWarehouse(CopydeskError):
    """The verification found something wrong."""


@flow(name="maintain", on_failure=[tell_of_end], on_crashed=[tell_of_end])
def maintain(parameters: MaintainParameters = _DEFAULTS) -> dict[str, Any]:
    """Prune, compact, verify and publish; returns what was done.

    Raises:
        UnsoundWarehouse: the books do not balance, or a sample is not what it was.
    """
    settings = parameters.settings()
    with one_writer():
        result = maintain_warehouse(settings, dry_run=parameters.dry_run, steps=_STEPS_AS_TASKS)
    leave_maintenance(result)
    wrong = [f"{one.verification}: {one.example}" for one in result.verifications if one.problems]
    if wrong:
        raise UnsoundWarehouse(f"{result.problems} problems; {'; '.join(wrong)}; see docs/operate.md")
    return dataclasses.asdict(result)
