"""How much processor time something takes, asked so that a busy machine cannot make a test fail.

Processor time does not count what other processes do, but they share its caches and, on a virtual machine, its cores:
the same work now and then takes several times as long. So the best of several tries counts.
"""

import time
from collections.abc import Callable

TRIES = 5


def processor_seconds(work: Callable[[], object]) -> float:
    """What a piece of work takes of this process's processor time."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def takes_less_than(seconds: float, work: Callable[[], object]) -> bool:
    """Whether a piece of work can be done in less processor time; tried again only where it was not."""
    return any(processor_seconds(work) < seconds for _ in range(TRIES))


def grows_less_than(factor: float, small: Callable[[], object], large: Callable[[], object]) -> bool:
    """Whether the large piece of work can be done in ``factor`` times the processor time of the small one.

    Less than five milliseconds cannot be measured well and count as five.
    """
    return any(processor_seconds(large) < factor * max(processor_seconds(small), 0.005) for _ in range(TRIES))
