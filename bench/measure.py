"""Measuring a command from outside: wall time, processor time and peak memory of its whole process tree.

What is measured and what the figures mean belongs to the benches.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

SAMPLE_SECONDS = 0.1
"""Between two readings of memory; a peak shorter than this can be missed."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one command took."""

    seconds: float
    cpu_seconds: float
    """User and system time of the whole process tree; of what a process took after the last sample, nothing."""
    peak_megabytes: float
    """Highest sum over the process tree of proportional set sizes: shared pages are counted once."""
    output: str


def measure(command: Sequence[str]) -> Measurement:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: it ended with an error; its output is attached.
    """
    started = time.perf_counter()
    peak = 0.0
    cpu: dict[int, float] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        watched = psutil.Process(process.pid)
        while True:
            peak = max(peak, _sample(watched, cpu))
            try:
                output, _ = process.communicate(timeout=SAMPLE_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
    seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Measurement(seconds, sum(cpu.values()), peak, output)


def _sample(process: psutil.Process, cpu: dict[int, float]) -> float:
    """Note each process's time so far, and return the megabytes of the tree."""
    total = 0
    try:
        tree = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for member in tree:
        try:
            times = member.cpu_times()
            cpu[member.pid] = times.user + times.system
            memory = member.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return total / 1e6
