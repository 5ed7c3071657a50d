"""One run, as a process of its own, that meets a fault at a chosen step; run by ``test_day_of_faults.py``.

It either says ``there`` and waits at the step until it is killed, or goes on with a disk that has no room left: a limit
on the size of files, which the system enforces on every write, DuckDB's too.
"""

import resource
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import patch

from flows.batching import Batch
from flows.run import Steps, run
from flows.settings import load_settings
from flows.settle import Settled

ROOM_BYTES = 4096
"""Of every file on the full disk: less than any of ours has."""

STEPS = Steps()


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow over a few bytes."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def wait_for_the_kill() -> None:
    print("there", flush=True)
    sys.stdin.read()


def killed_between_batches(batch: Batch, *args: Any, **options: Any) -> Settled:
    if batch.number == 2:
        wait_for_the_kill()
    return STEPS.settle(batch, *args, **options)


def half_a_copy(source: BinaryIO, copy: BinaryIO, _block: int) -> None:
    copy.write(source.read(ROOM_BYTES * 5))
    copy.flush()
    wait_for_the_kill()


def killed_while_publishing(*args: Any) -> None:
    with patch.object(shutil, "copyfileobj", half_a_copy):
        STEPS.publish(*args)


def killed_when_published(*args: Any) -> None:
    STEPS.publish(*args)
    wait_for_the_kill()


def full_while_fetching(*args: Any) -> Any:
    with full_disk():
        return STEPS.fetch(*args)


def full_while_loading(batch: Batch, *args: Any, **options: Any) -> Settled:
    if batch.number < 2:
        return STEPS.settle(batch, *args, **options)
    with full_disk():
        return STEPS.settle(batch, *args, **options)


def full_while_publishing(*args: Any) -> None:
    with full_disk():
        STEPS.publish(*args)


def full_to_the_end(*args: Any) -> Any:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, hard))
    return STEPS.look_again(*args)


FAULTS = {
    "killed between batches": Steps(settle=killed_between_batches),
    "killed while publishing": Steps(publish=killed_while_publishing),
    "killed when published": Steps(publish=killed_when_published),
    "full while fetching": Steps(fetch=full_while_fetching),
    "full while loading": Steps(settle=full_while_loading),
    "full while publishing": Steps(publish=full_while_publishing),
    "full to the end": Steps(look_again=full_to_the_end),
}


def main(config: Path, fault: str, *inputs: str) -> None:
    run(load_settings(config_file=config), inputs, steps=FAULTS[fault])


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
