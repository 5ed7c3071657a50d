"""The ingest flow: :mod:`flows.run` with its outer steps as Prefect tasks, and its summary and report as artifacts.

Two tasks a batch. What a run does belongs to :mod:`flows.run`, how steps become tasks to :mod:`flows.scheduled`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed, Failed

from flows.run import Progress, Steps, run
from flows.scheduled.artifacts import leave_report, leave_summary
from flows.scheduled.notify import tell_of_end
from flows.scheduled.parameters import IngestParameters
from flows.scheduled.report import WRITE_RUN_REPORT
from flows.scheduled.tasks import io_task, one_writer, plain_task
from flows.summary import summary_values
from flows.tools import read_contract
from flows.waiting import next_step, sentence

_STEPS = Steps()
_STEPS_AS_TASKS = Steps(
    open_warehouse=io_task("open warehouse", _STEPS.open_warehouse),
    next_batch=plain_task("read and process", _STEPS.next_batch),
    settle=io_task("validate and load", _STEPS.settle),
    look_again=io_task("learn templates and look again", _STEPS.look_again),
    publish=io_task("publish", _STEPS.publish),
    fetch=io_task("fetch", _STEPS.fetch),
)
_DEFAULTS = IngestParameters()


@flow(name="ingest", on_failure=[tell_of_end], on_crashed=[tell_of_end])
def ingest(parameters: IngestParameters = _DEFAULTS) -> Any:
    """Raw news in, contracted articles out: one run over the inputs.

    Returns:
        The run's summary as plain values; as a failed state named Held where a contract held a batch back, Waiting
        where something of an earlier run waits for a person, or Unreadable where nothing could be read of an input; and
        as a completed one named Nothing there where all inputs are empty folders.
    """
    settings = parameters.settings()
    logger = get_run_logger()

    def log(progress: Progress) -> None:
        logger.info("%d documents read, %d settled", progress.read, progress.ledger.read)

    named = parameters.chosen_inputs(settings)
    inputs = [name for name in named if not _is_empty_folder(name)]
    if not inputs:
        return Completed(name="Nothing there", message=f"no file in {', '.join(named)}")
    with one_writer():
        result = run(settings, inputs, on_progress=log, steps=_STEPS_AS_TASKS)
    leave_summary(result, settings)
    if parameters.report:
        path = WRITE_RUN_REPORT(
            settings.published, settings.reports, result.summary.run_id, contract=read_contract(settings)
        )
        leave_report(path, settings, "run-report", f"Report of run {result.summary.run_id}")
    values = summary_values(result)
    if not result.waiting and not result.fruitless:
        return values
    unread = [f"Nothing could be read of {one.input}: {one.why}" for one in result.fruitless]
    message = " ".join([*unread, *(f"{sentence(one)} {next_step(one)}" for one in result.waiting)])
    name = "Held" if result.held else "Waiting" if result.waiting else "Unreadable"
    return Failed(name=name, message=message, data=values)  # red, and the hook tells people


def _is_empty_folder(name: str) -> bool:
    """Whether it is a folder that news is put into, and there is none now; a misspelt name is another matter."""
    folder = Path(name)
    return folder.is_dir() and not any(
        path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        for path in folder.rglob("*")
    )
