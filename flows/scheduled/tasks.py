"""How steps become Prefect tasks, and how writers wait for each other.

Tens of tasks a run: each costs Prefect 30 ms, and a burst of tiny ones stalls a local server. Only tasks that do I/O
retry, and each can be repeated. What the steps do does not belong here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import ParamSpec, TypeVar

from prefect import State, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency

from transforms.errors import CopydeskError
from warehouse import WarehouseBusy, WarehouseFull

P = ParamSpec("P")
R = TypeVar("R")

IO_RETRIES = 3
IO_RETRY_SECONDS = [1.0, 5.0, 20.0]
"""A locked or full disk is often free again within half a minute; after that a person has to look."""

WRITER = "copydesk-writer"
"""The global concurrency limit that all deployments that write share, for DuckDB lets one process write a file.

Not the deployment's limit, which does not know the other deployments; not a work pool's, which holds only for runs of
that pool, would count the report too, and keeps the slot of a worker that died. A slot here is a lease.
"""

LEASE_SECONDS = 60.0
"""After which the slot of a run that was killed is free again; a run that lives renews it."""


def machine_trouble(_task: object, _run: object, state: State[object]) -> bool:
    """Retry what a later try can mend; a contract that cannot be evaluated or a defect stays as it is."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, WarehouseBusy | WarehouseFull | OSError)


def io_task(name: str, step: Callable[P, R]) -> Callable[P, R]:
    """A step that does I/O and can be repeated, as a task that is tried again with growing pauses."""
    return task(
        name=name,
        retries=IO_RETRIES,
        retry_delay_seconds=IO_RETRY_SECONDS,
        retry_condition_fn=machine_trouble,
        cache_policy=NO_CACHE,
    )(step)


def plain_task(name: str, step: Callable[P, R]) -> Callable[P, R]:
    """A step that cannot be repeated, as a task."""
    return task(name=name, cache_policy=NO_CACHE)(step)


WAIT_SECONDS = 6 * 3600.0
"""After which a run gives up waiting: no run of ours writes that long, so a person has to look."""


class WriterStuck(CopydeskError):
    """The slot of the writer did not become free."""


@contextmanager
def one_writer() -> Iterator[None]:
    """Wait until no other run of a deployment writes, and keep the others waiting meanwhile.

    DuckDB's own lock stays the last word; this lets runs queue where that one would refuse them.

    Raises:
        WriterStuck: another one has it for hours.
    """
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(WRITER, limit=1)
    slot = concurrency(
        WRITER,
        strict=True,
        timeout_seconds=WAIT_SECONDS,
        lease_duration=LEASE_SECONDS,
        raise_on_lease_renewal_failure=False,  # one that fails shall not end a run that DuckDB's lock protects anyway
    )
    with ExitStack() as held:
        try:
            held.enter_context(slot)
        except TimeoutError as error:
            raise WriterStuck(
                f"waited {WAIT_SECONDS / 3600:.0f} hours for {WRITER}; where no run is writing, free it with "
                f"`prefect gcl update {WRITER} --active-slots 0`"
            ) from error
        yield
