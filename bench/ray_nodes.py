"""Ray nodes of one core each as processes of this machine, for benches and tests; all are ended in the end.

Each node has a loopback address of its own (127.0.0.2, .3, ...), which Linux has without being asked. What runs on the
nodes does not belong here.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import psutil

RAY = Path(sys.executable).with_name("ray")
STORE_BYTES = 80_000_000
"""Least that Ray takes for its object store; parcels do not go through it."""

START_SECONDS = 300.0
"""A quiet machine takes five."""


class RayNodes:
    """A cluster that begins with its head; use as a context manager.

    Args:
        count: nodes, the head among them.
        pinned: hold each node to a core of its own. Ray only counts the tasks of a node of one core; its processes
            would take two where they are free.
    """

    def __init__(self, count: int, *, pinned: bool = False) -> None:
        self._count = count
        self._pinned = pinned
        self._folder = Path(tempfile.mkdtemp(prefix="ray"))  # short, for the paths of sockets are short
        self._token = self._folder / "token"
        self._token.write_text(secrets.token_hex(32), encoding="ascii")
        self._token.chmod(0o600)
        self._nodes: list[subprocess.Popen[Any]] = []
        self.address = f"127.0.0.2:{_free_port()}"

    @property
    def pids(self) -> list[int]:
        """Of the first process of each node, the head's first; all others of the node are below it."""
        return [node.pid for node in self._nodes]

    @property
    def environment(self) -> dict[str, str]:
        """Variables for whoever joins the cluster."""
        return {
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self._token),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_health_check_period_ms": "500",  # a node that was killed is found out in seconds
            "RAY_health_check_failure_threshold": "3",
        }

    def __enter__(self) -> Self:
        try:
            for _ in range(self._count):
                self.start()
        except BaseException:  # an interrupt too must leave no node running
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for number in reversed(range(len(self._nodes))):
            self.kill(number)
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self, number: int) -> None:
        """End a node and everything that it started, without a word of warning."""
        node = self._nodes[number]
        with suppress(psutil.NoSuchProcess):
            family = [*psutil.Process(node.pid).children(recursive=True), psutil.Process(node.pid)]
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(family, START_SECONDS)
        node.wait()

    def start(self) -> int:
        """Add a node; returns its number, 0 for the head."""
        number = len(self._nodes)
        port = self.address.rpartition(":")[2]
        head = ["--head", f"--port={port}", f"--ray-client-server-port={_free_port()}", "--include-dashboard=false"]
        own = [f"--temp-dir={self._folder}", *head] if number == 0 else [f"--address={self.address}"]
        command = [str(RAY), "start", "--block", "--num-cpus=1", f"--object-store-memory={STORE_BYTES}", *own]
        log = self._folder / f"node-{number}.log"
        with log.open("wb") as output:
            node = subprocess.Popen(
                [*command, f"--node-ip-address=127.0.0.{number + 2}"],
                env={**os.environ, **self.environment},  # noqa: TID251  (a process of ours, with what it needs beside)
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._nodes.append(node)
        if self._pinned:
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(node.pid, {cores[number % len(cores)]})  # before it starts others, which inherit it
        _wait_for(log, node)
        return number


def _wait_for(log: Path, node: subprocess.Popen[Any]) -> None:
    """Until the node says that it runs."""
    waited = 0.0
    while b"Ray runtime started" not in log.read_bytes():
        try:
            code = node.wait(0.2)
        except subprocess.TimeoutExpired:
            waited += 0.2
            if waited < START_SECONDS:
                continue
            raise
        raise RuntimeError(f"the Ray node ended with code {code}: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.2", 0))
        return int(probe.getsockname()[1])
