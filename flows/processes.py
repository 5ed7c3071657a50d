"""Worker processes: started, handed their shards, stopped in time, and replaced where they die.

A thread of this process serves each worker process through a pipe of its own. Workers share nothing, neither locks nor
queues nor memory, so that the death of any process (a worker, the fork server, the resource tracker) costs the shard of
one worker at most, and is noticed at once, for the pipe ends. What a worker does with a shard, and what becomes of a
shard that was lost, belong to :mod:`flows.workers`.

Limits of time count the processor time of the worker: they do not depend on any clock, nor on what else runs.
"""

from __future__ import annotations

import fcntl
import functools
import os
import queue
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver, get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

import psutil

from transforms.errors import CopydeskError

PATIENCE = 10.0
"""A worker may take this many times its limit of processor time by the clock: one that waits for ever uses none."""

LEAST_PATIENCE_SECONDS = 60.0
"""... but so long in any case, for what it needs little time for takes long on a machine that does much else."""

START_SECONDS = 120.0
"""A worker that is not ready by then does not start: it takes one second, on a busy machine a few."""

START_TRIES = 5
"""A worker or the fork server can be killed while it starts; where none starts five times, the machine is at fault."""

START_PAUSE_SECONDS = 0.2
"""After a try that failed, and twice, three times this after the next ones: a fork server takes a moment to die, and
answers no more meanwhile."""

STOP_SECONDS = 1.0
"""Waiting for a thread to end; one that starts a process at the moment ends by itself a little later."""

EXIT_OUT_OF_MEMORY = 71
"""Of a worker that could not even take its shard, or hand its answer over."""

_READY = "ready"
_MARK = "copydesk.lock"

ResultT = TypeVar("ResultT")


class WorkersLost(CopydeskError):
    """No worker process can start on this machine; no document is to blame."""


class ShardLost(Exception):
    """A worker process was lost with its shard."""

    def __init__(self, stage: str | None) -> None:
        super().__init__(stage)
        self.stage = stage
        """The last stage that the worker told of; None where it was asked to tell none."""


class WorkerDied(ShardLost):
    """The worker process ended by itself, or was killed."""

    def __init__(self, stage: str | None, exit_code: int | None) -> None:
        super().__init__(stage)
        self.exit_code = exit_code


class TookTooLong(ShardLost):
    """The worker used up its processor time, or waited for something that does not come."""


@dataclass(frozen=True, slots=True)
class _Task(Generic[ResultT]):
    work: Callable[[Sequence[Any]], ResultT]
    documents: Sequence[Any]
    seconds: float
    future: Future[ResultT]


class ProcessPool:
    """Worker processes that take shards as they come; each starts with the first shard that it takes.

    Args:
        count: processes at a time.
        prepare: called once in each process, before its first shard, with what tells this process of a stage.
        tells_stages: whether ``prepare`` is handed that; else it is handed None.
    """

    def __init__(
        self, count: int, prepare: Callable[[Callable[[str], None] | None], None], *, tells_stages: bool
    ) -> None:
        self._tasks: queue.SimpleQueue[_Task[Any] | None] = queue.SimpleQueue()
        self._servers = [_Server(self._tasks, prepare, tells_stages) for _ in range(count)]

    def submit(
        self, work: Callable[[Sequence[Any]], ResultT], documents: Sequence[Any], seconds: float
    ) -> Future[ResultT]:
        """Hand a shard to the next free process, which may use so many seconds of processor time for it.

        The future raises:
            WorkersLost: no process can start.
            WorkerDied, TookTooLong: the process was lost.
            Exception: what ``work`` raised.
        """
        future: Future[ResultT] = Future()
        self._tasks.put(_Task(work, documents, seconds, future))
        return future

    def stop(self) -> None:
        """Kill every process; what is not done is cancelled."""
        for server in self._servers:
            server.stop()
        with suppress(queue.Empty):
            while task := self._tasks.get_nowait():
                task.future.cancel()
        for _ in self._servers:
            self._tasks.put(None)

    def join(self) -> None:
        """Wait, once stopped, until all is gone."""
        for server in self._servers:
            server.thread.join(STOP_SECONDS)


class _Server:
    """A thread that takes one shard after the other to a worker process of its own."""

    def __init__(
        self,
        tasks: queue.SimpleQueue[_Task[Any] | None],
        prepare: Callable[[Callable[[str], None] | None], None],
        tells_stages: bool,
    ) -> None:
        self._tasks = tasks
        self._prepare = prepare
        self._tells_stages = tells_stages
        self._worker: _Worker | None = None
        self._stopped = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Kill the process; the thread notices by its pipe."""
        self._stopped.set()
        if worker := self._worker:
            worker.kill()

    def _serve(self) -> None:
        _leave_interrupts_to_this_process()
        while (task := self._tasks.get()) is not None:
            if task.future.set_running_or_notify_cancel():
                self._do(task)
        self._end_worker()

    def _do(self, task: _Task[Any]) -> None:
        try:
            answer = self._ready_worker().do(task)
        except BaseException as error:  # noqa: BLE001  (whoever waits for the shard is told, whatever it is)
            self._end_worker()
            task.future.set_exception(error)
            return
        if isinstance(answer, BaseException):
            task.future.set_exception(answer)
        else:
            task.future.set_result(answer)

    def _ready_worker(self) -> _Worker:
        """The process, or a new one where there is none, or it died with nothing to do."""
        if self._worker and self._worker.alive:
            return self._worker
        problems: list[str] = []
        while len(problems) < START_TRIES and not self._stopped.is_set():
            self._end_worker()
            try:
                return self._started()
            except WorkerDied as error:
                problems.append(f"it ended with exit code {error.exit_code}")
            except TookTooLong:
                problems.append(f"it was not ready after {START_SECONDS:.0f} s")
            except (OSError, EOFError) as error:  # the fork server died, or cannot make a process
                problems.append(str(error) or type(error).__name__)
            self._stopped.wait(len(problems) * START_PAUSE_SECONDS)
        raise WorkersLost(
            f"no worker process can start on this machine: {'; '.join(dict.fromkeys(problems))}. Its own error, where "
            "it could print one, stands above. Look for a lack of memory, of processes (ulimit -u) or of room for "
            "temporary files."
        )

    def _started(self) -> _Worker:
        with _books:
            if self._stopped.is_set():  # else a new fork server would begin to load its modules
                raise WorkerDied(None, None)
            self._worker = _Worker.start(self._prepare, self._tells_stages)
        if self._stopped.is_set():  # it was not there to be killed when the others were
            self._worker.kill()
        self._worker.wait_until_ready()
        return self._worker

    def _end_worker(self) -> None:
        if self._worker:
            self._worker.end()
            self._worker = None


@dataclass(slots=True)
class _Worker:
    """A worker process and this end of the pipe to it."""

    process: BaseProcess
    connection: Connection

    @classmethod
    def start(  # by a thread that holds the books
        cls, prepare: Callable[[Callable[[str], None] | None], None], tells_stages: bool
    ) -> _Worker:
        ours, theirs = _CONTEXT.Pipe()
        try:
            process = _CONTEXT.Process(target=_work, args=(theirs, prepare, tells_stages), daemon=True)
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(process, ours)

    @property
    def alive(self) -> bool:
        return not self.connection.poll()  # it says nothing that was not asked for: there can only be its end

    def wait_until_ready(self) -> None:
        self._answer(START_SECONDS)

    def do(self, task: _Task[Any]) -> Any:
        try:
            self.connection.send((task.work, task.documents, task.seconds))
        except OSError as error:
            self._raise_died(None, error)
        return self._answer(max(task.seconds * PATIENCE, LEAST_PATIENCE_SECONDS))

    def kill(self) -> None:
        self.process.kill()

    def end(self) -> None:
        self.process.kill()
        with _books:
            self.process.join(STOP_SECONDS)
        self.connection.close()

    def _answer(self, seconds: float) -> Any:
        """What the worker answers, or the exception that it raised."""
        stage = None
        deadline = time.monotonic() + seconds
        try:
            while self.connection.poll(max(0.0, deadline - time.monotonic())):
                answer = self.connection.recv()
                if not isinstance(answer, _Stage):
                    return answer
                stage = answer.name
        except (OSError, EOFError) as error:
            self._raise_died(stage, error)
        raise TookTooLong(stage)

    def _raise_died(self, stage: str | None, error: Exception) -> NoReturn:
        with _books:
            self.process.join(STOP_SECONDS)
        if self.process.exitcode == -signal.SIGPROF:
            raise TookTooLong(stage) from error
        if self.process.exitcode == EXIT_OUT_OF_MEMORY:
            raise MemoryError from error
        raise WorkerDied(stage, self.process.exitcode) from error


@dataclass(frozen=True, slots=True)
class _Stage:
    """What a worker tells while it is at work."""

    name: str


_CONTEXT = get_context("forkserver")
_books = threading.Lock()
"""Held where multiprocessing writes or reads its list of processes and exit codes, which is not made for threads."""


def start_fork_server(preload: str) -> None:
    """Let the fork server begin to load a module, which takes seconds, while this process does something else."""
    _claim_temporary_folder()
    _CONTEXT.set_forkserver_preload([preload])
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    _leave_interrupts_to_this_process()
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def kill_fork_server() -> None:
    """For a process that ends in a hurry: it may have modules to load yet. The next worker to start has another one."""
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if any("multiprocessing.forkserver" in argument for argument in child.cmdline()):
                child.kill()


def _leave_interrupts_to_this_process() -> None:
    """Let no process that this thread starts be interrupted, from its first instruction on: they inherit the mask.

    Ctrl-C at a terminal reaches every process of ours; what it means is this one's to say.
    """
    resource_tracker.ensure_running()  # unblocks interrupts when it starts
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


@functools.cache
def _claim_temporary_folder() -> int:
    """Mark the folder that multiprocessing has for its sockets as in use, and remove those of killed processes.

    multiprocessing removes its folder at the end of a process, if that one comes to its end. The lock goes with it in
    any case.
    """
    ours = Path(get_temp_dir())
    for mark in ours.parent.glob(f"pymp-*/{_MARK}"):
        with suppress(OSError), mark.open("rb") as left:  # in use, of another user, or another run removes it just now
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(mark.parent)
    held = os.open(ours / _MARK, os.O_CREAT | os.O_EXCL | os.O_RDONLY, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


def _work(connection: Connection, prepare: Callable[[Callable[[str], None] | None], None], tells_stages: bool) -> None:
    """What a worker process does from its start until its pipe ends: so none outlives the process that started it."""
    try:
        prepare((lambda stage: connection.send(_Stage(stage))) if tells_stages else None)
        connection.send(_READY)
        while True:
            connection.send(_answer(*connection.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except MemoryError:
        os._exit(EXIT_OUT_OF_MEMORY)


def _answer(work: Callable[[Sequence[Any]], Any], documents: Sequence[Any], seconds: float) -> Any:
    signal.setitimer(signal.ITIMER_PROF, seconds)  # nobody handles its signal, which ends the process
    try:
        return work(documents)
    except Exception as error:  # noqa: BLE001  (raised again where the shard came from)
        error.add_note("".join(traceback.format_exception(error)))
        return error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
