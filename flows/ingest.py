"""The ingest flow: :mod:`flows.run` with its outer steps as Prefect tasks, and its summary as artifacts.

Two tasks a batch, because a task costs Prefect 30 ms and a burst of tiny ones stalls a local server. Only the tasks
that do I/O retry, and each can be repeated: a load is one transaction, a publication one atomic replacement. What a run
does belongs to :mod:`flows.run`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import State, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows.run import Progress, Steps, run
from flows.settings import load_settings
from flows.summary import summary_markdown, summary_values
from warehouse import WarehouseBusy, WarehouseFull

P = ParamSpec("P")
R = TypeVar("R")

IO_RETRIES = 3
IO_RETRY_SECONDS = [1.0, 5.0, 20.0]
"""A locked or full disk is often free again within half a minute; after that a person has to look."""


def machine_trouble(_task: object, _run: object, state: State[object]) -> bool:
    """Retry what a later try can mend; a contract that cannot be evaluated or a defect stays as it is."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, WarehouseBusy | WarehouseFull | OSError)


def _io_task(name: str, step: Callable[P, R]) -> Callable[P, R]:
    return task(
        name=name,
        retries=IO_RETRIES,
        retry_delay_seconds=IO_RETRY_SECONDS,
        retry_condition_fn=machine_trouble,
        cache_policy=NO_CACHE,
    )(step)


_STEPS = Steps()
STEPS_AS_TASKS = Steps(
    open_warehouse=_io_task("open warehouse", _STEPS.open_warehouse),
    next_batch=task(name="read and process", cache_policy=NO_CACHE)(_STEPS.next_batch),
    settle=_io_task("validate and load", _STEPS.settle),
    look_again=_io_task("learn templates and look again", _STEPS.look_again),
    publish=_io_task("publish", _STEPS.publish),
)


@flow(name="ingest")
def ingest(
    inputs: list[str],
    config: Path | None = None,
    warehouse: Path | None = None,
    published: Path | None = None,
) -> dict[str, Any]:
    """Raw news in, contracted articles out: one run over the inputs.

    Args:
        inputs: files, folders, globs or fsspec URLs, seen from the working directory.
        config: a settings file; copydesk.toml in the working directory where none is named.
        warehouse: the database to write to, in place of the settings' one.
        published: the read-only copy to replace, in place of the settings' one.

    Returns:
        The run's summary as plain values; also kept as an artifact.
    """
    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    logger = get_run_logger()

    def log(progress: Progress) -> None:
        logger.info("%d documents read, %d settled", progress.read, progress.ledger.read)

    result = run(settings, inputs, on_progress=log, steps=STEPS_AS_TASKS)
    create_markdown_artifact(
        key="run-summary", markdown=summary_markdown(result, settings), description="What came in and where it went"
    )
    return summary_values(result)
