"""Any process dies at any moment: the shard of one worker is lost at most, it is noticed, and the next one is taken.

Nothing here waits by a clock: what is waited for happens, or the test hangs.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.processes import ProcessPool, TookTooLong, WorkerDied, WorkersLost, kill_fork_server, start_fork_server

SECONDS = 20.0
TellStage = Callable[[str], None] | None

_tell: list[Callable[[str], None]] = []


def prepare(tell_stage: TellStage) -> None:
    if tell_stage:
        _tell.append(tell_stage)


def prepare_badly(_: TellStage) -> None:
    os._exit(9)


def process_id(_: Sequence[Any]) -> int:
    return os.getpid()


def add(numbers: Sequence[int]) -> int:
    return sum(numbers)


def fail(_: Sequence[Any]) -> None:
    raise KeyError("headline")


def die_in_a_stage(_: Sequence[Any]) -> None:
    for stage in ("extract", "strip"):
        _tell[0](stage)
    os._exit(7)


def work_for_ever(_: Sequence[Any]) -> None:
    while True:
        pass


def wait_for_ever(_: Sequence[Any]) -> None:
    signal.pause()


def ask_for_too_much_memory(_: Sequence[Any]) -> None:
    raise MemoryError


def say_and_wait(names: Sequence[str]) -> str:
    """Tell a process's id in a file, and go on when the file is gone."""
    said = Path(names[0])
    said.with_suffix(".new").write_text(str(os.getpid()), encoding="ascii")
    said.with_suffix(".new").rename(said)
    while said.exists():
        time.sleep(0.01)
    return "done"


@pytest.fixture
def make_pool() -> Iterator[Callable[..., ProcessPool]]:
    made = []

    def make(count: int = 1, preparation: Callable[[TellStage], None] = prepare) -> ProcessPool:
        start_fork_server("tests.flows.test_processes")
        made.append(ProcessPool(count, preparation, tells_stages=True))
        return made[-1]

    yield make
    for pool in made:
        pool.stop()
        pool.join()
    while _workers():
        time.sleep(0.01)


def _workers() -> list[psutil.Process]:
    """Processes that a fork server has begun for this process."""
    return [worker for server in psutil.Process().children() for worker in server.children()]


def kill_and_wait() -> None:
    """kill -9 of the fork server, and wait until it is gone."""
    kill_fork_server()
    while any(child.status() != psutil.STATUS_ZOMBIE for child in _fork_servers()):
        time.sleep(0.01)


def _fork_servers() -> list[psutil.Process]:
    servers = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            servers += [child] if any("forkserver" in argument for argument in child.cmdline()) else []
    return servers


def said(path: Path) -> int:
    while not path.exists():
        time.sleep(0.01)
    return int(path.read_text(encoding="ascii"))


Make = Callable[..., ProcessPool]


def test_shards_are_answered(make_pool: Make) -> None:
    pool = make_pool(2)
    futures = [pool.submit(add, [number, 1], SECONDS) for number in range(20)]
    assert [future.result() for future in futures] == [number + 1 for number in range(20)]


def test_what_work_raises_is_raised_and_costs_no_process(make_pool: Make) -> None:
    pool = make_pool()
    first = pool.submit(process_id, [], SECONDS).result()
    with pytest.raises(KeyError, match="headline") as raised:
        pool.submit(fail, [], SECONDS).result()
    assert "in fail" in "".join(raised.value.__notes__)
    with pytest.raises(MemoryError):
        pool.submit(ask_for_too_much_memory, [], SECONDS).result()
    assert pool.submit(process_id, [], SECONDS).result() == first


def test_a_worker_that_dies_tells_how_and_in_which_stage(make_pool: Make) -> None:
    pool = make_pool()
    with pytest.raises(WorkerDied) as died:
        pool.submit(die_in_a_stage, [], SECONDS).result()
    assert (died.value.stage, died.value.exit_code) == ("strip", 7)
    assert pool.submit(add, [1, 2], SECONDS).result() == 3


def test_a_worker_killed_while_it_has_nothing_to_do_costs_nothing(make_pool: Make) -> None:
    pool = make_pool()
    pid = pool.submit(process_id, [], SECONDS).result()
    os.kill(pid, signal.SIGKILL)
    while psutil.pid_exists(pid):
        time.sleep(0.01)
    assert pool.submit(add, [1, 2], SECONDS).result() == 3


def test_a_worker_killed_at_work_costs_its_own_shard(make_pool: Make, tmp_path: Path) -> None:
    pool = make_pool(2)
    lost, other = (pool.submit(say_and_wait, [str(tmp_path / name)], SECONDS) for name in ("lost", "other"))
    later = pool.submit(add, [1, 2], SECONDS)
    os.kill(said(tmp_path / "lost"), signal.SIGKILL)
    with pytest.raises(WorkerDied) as died:
        lost.result()
    assert died.value.exit_code == -signal.SIGKILL
    assert later.result() == 3
    said(tmp_path / "other")
    (tmp_path / "other").unlink()
    assert other.result() == "done"


@pytest.mark.parametrize("moment", ["before the first shard", "at work", "between shards"])
def test_a_killed_fork_server_is_replaced_and_no_shard_is_lost(make_pool: Make, tmp_path: Path, moment: str) -> None:
    pool = make_pool(2)
    if moment == "before the first shard":
        kill_and_wait()
    waiting = [pool.submit(say_and_wait, [str(tmp_path / str(number))], SECONDS) for number in range(2)]
    for number, future in enumerate(waiting):
        while not (tmp_path / str(number)).exists():
            assert not future.done(), future.exception()
            time.sleep(0.01)
    if moment == "at work":
        kill_and_wait()
    for number in range(2):
        (tmp_path / str(number)).unlink()
    assert [future.result() for future in waiting] == ["done", "done"]
    if moment == "between shards":
        kill_and_wait()
        for worker in [pool.submit(process_id, [], SECONDS).result() for _ in range(4)]:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
    answers = []
    for _ in range(4):  # a worker may be seen to be dead only when it is handed a shard
        with suppress(WorkerDied):
            answers.append(pool.submit(add, [1, 2], SECONDS).result())
    assert set(answers) == {3}


def test_processor_time_is_limited_and_the_worker_replaced(make_pool: Make) -> None:
    pool = make_pool()
    with pytest.raises(TookTooLong):
        pool.submit(work_for_ever, [], 0.2).result()
    assert pool.submit(add, [1, 2], SECONDS).result() == 3


def test_a_worker_that_waits_for_ever_is_stopped(make_pool: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.processes.LEAST_PATIENCE_SECONDS", 0.0)
    pool = make_pool()
    with pytest.raises(TookTooLong):
        pool.submit(wait_for_ever, [], 0.1).result()


def test_a_clock_that_is_set_forward_makes_no_shard_late(
    make_pool: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = make_pool()
    waiting = pool.submit(say_and_wait, [str(tmp_path / "here")], SECONDS)
    said(tmp_path / "here")
    later = time.time() + 1e6
    monkeypatch.setattr("time.time", lambda: later)
    (tmp_path / "here").unlink()
    assert waiting.result() == "done"
    assert pool.submit(add, [1, 2], SECONDS).result() == 3


def test_a_machine_on_which_no_worker_starts_is_told_of(make_pool: Make) -> None:
    pool = make_pool(preparation=prepare_badly)
    with pytest.raises(WorkersLost, match=r"exit code 9\. .*\(ulimit -u\)"):
        pool.submit(add, [1, 2], SECONDS).result()


def test_a_machine_on_which_no_fork_server_starts_is_told_of(make_pool: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = make_pool()

    def refuse() -> None:
        raise OSError("no room on the disk")

    monkeypatch.setattr("multiprocessing.forkserver._forkserver.ensure_running", refuse)
    with pytest.raises(WorkersLost, match="no room on the disk"):
        pool.submit(add, [1, 2], SECONDS).result()


def test_stopping_kills_what_is_at_work_and_cancels_what_waits(make_pool: Make, tmp_path: Path) -> None:
    pool = make_pool()
    working = pool.submit(say_and_wait, [str(tmp_path / "here")], SECONDS)
    waiting = pool.submit(add, [1, 2], SECONDS)
    pid = said(tmp_path / "here")
    pool.stop()
    pool.join()
    with pytest.raises(WorkerDied):
        working.result()
    assert waiting.cancelled()
    while psutil.pid_exists(pid):
        time.sleep(0.01)


ORPHAN = """
import sys
from tests.flows.test_processes import ProcessPool, prepare, process_id, start_fork_server, work_for_ever
start_fork_server("tests.flows.test_processes")
pool = ProcessPool(1, prepare, tells_stages=False)
print(pool.submit(process_id, [], 1.0).result(), flush=True)
pool.submit(work_for_ever, [], 1.0)
sys.stdin.read()
"""


def test_a_worker_outlives_a_killed_parent_by_its_limit_at_most(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as parent:
        assert parent.stdout
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    worker.wait()
    [left] = tmp_path.glob("pymp-*")
    check_that_the_next_process_clears(left, tmp_path)


def check_that_the_next_process_clears(left: Path, folder: Path) -> None:
    """Folders of killed processes go, those of living ones and of other programs stay."""
    others = folder / "pymp-other"
    others.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(others / "listener-x"))
        code = f"""
import tempfile
from pathlib import Path
from flows.processes import start_fork_server
start_fork_server("json")
print(sorted(path.name for path in Path({str(folder)!r}).glob("pymp-*/copydesk.lock")) == ["copydesk.lock"])
"""
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent.parent,
            env=os.environ | {"TMPDIR": str(folder)},
        )
    assert done.stdout == "True\n"
    assert not left.exists()
    assert [path.name for path in folder.iterdir()] == ["pymp-other"]
