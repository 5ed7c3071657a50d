"""``copydesk serve``: a Prefect server, a worker and the reports' web server, begun, watched and ended as one.

Server and worker are processes of their own with their state in a folder of ours; nothing of the user's own Prefect is
touched. What is due when belongs to :mod:`flows.scheduled.deployments`; printing to the caller.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import functools
import http.server
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, NoReturn

import httpx
import psutil

from flows.scheduled.guard import ANY_ADDRESS_MARK, PROTECTION, Guard
from flows.scheduled.places import Places
from flows.settings import Settings, child_environment
from transforms.errors import CopydeskError

START_SECONDS = 180.0
"""The first start makes the server's database: 10 s on a free machine, a minute on a loaded one."""

END_SECONDS = 30.0
"""For a run to write down that it was stopped; what still lives then is killed."""

LOOK_SECONDS = 0.5
LOG_TAIL = 15

ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  (compared with, not listened on)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

PASSWORD_FILE = "password"  # noqa: S105  (the name of the file)


class ServeError(CopydeskError):
    """The service cannot begin or go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is, and beside it the reports."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    """Host names, beside its own, under which people reach it: of a proxy before it, or of the machine."""

    @property
    def page(self) -> str:
        """What to open in a browser."""
        return f"http://{self._reachable}:{self.port}"

    @property
    def reports_port(self) -> int:
        """The next one."""
        return self.port + 1

    @property
    def reports(self) -> str:
        """Where reports are shown."""
        return f"http://{self._reachable}:{self.reports_port}"

    @property
    def guard(self) -> Guard:
        """Who judges what may be answered."""
        listens_widely = self.host in ANY_ADDRESS
        own = _LOOPBACK if listens_widely or self.host in _LOOPBACK else (self.host,)
        return Guard(frozenset(name.lower() for name in (*own, *self.names)), any_address=listens_widely)

    @property
    def _reachable(self) -> str:
        if self.host in ANY_ADDRESS:
            return "127.0.0.1"
        return f"[{self.host}]" if ":" in self.host else self.host


def serve(
    settings: Settings,
    overrides: Mapping[str, Any],
    address: Address,
    *,
    config: Path | None = None,
    is_private: bool = False,
    tell: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM, then end everything that was begun.

    Args:
        overrides: settings from the command line; server, worker and runs get them too.
        config: the settings file that was named.
        is_private: whether only the person who starts it reads what is told, so that it may hold the password.
        tell: takes what people are to read, a line at a time.

    Raises:
        ServeError: a port or the folder is taken, or one of the processes ended by itself.
        KeyboardInterrupt: the service was told to end, and has.
    """
    folder = _private_folder(settings.prefect_folder.resolve())
    password = _password(folder)
    environment = child_environment(
        {
            **overrides,
            "reports_url": overrides.get("reports_url") or settings.reports_url or address.reports,
            "run_folders": Places.of(settings, config).roots,
        },
        _prefect_environment(folder, address, password),
    )
    with contextlib.ExitStack() as ending:
        ending.enter_context(_ended_by_signals())
        ending.enter_context(_alone(folder))
        ending.enter_context(_reports_shown(settings.reports, address))
        _require_free(address.host, address.port)
        tell("Starting the server (the first time takes a little longer) ...")
        command = (*_SERVER, *address.guard.names, *([ANY_ADDRESS_MARK] if address.guard.any_address else []))
        server = ending.enter_context(_Process.begun(command, environment, folder / "server.log"))
        server.wait_until(lambda: _answers(f"{address.page}/api/health"))
        tell(f"Page:     {address.page}")
        tell(f"Sign in:  {sign_in(address, password) if is_private else f'with what is in {folder / PASSWORD_FILE}'}")
        tell(f"Reports:  {address.reports}")
        tell(f"Logs:     {folder}")
        tell("Scheduled, in UTC:")
        command = (*_WORKER, *([str(config.resolve())] if config else []))
        worker = ending.enter_context(_Process.begun(command, environment, folder / "worker.log", output=None))
        _watch(server, worker)


_SERVER = (sys.executable, "-m", "flows.scheduled.server")
_WORKER = (sys.executable, "-m", "flows.scheduled.worker")


def sign_in(address: Address, password: str) -> str:
    """An address that signs in whoever opens it: its fragment, which browsers send to nobody, has the password."""
    return f"{address.page}/sign-in#{base64.b64encode(password.encode()).decode()}"


def _private_folder(folder: Path) -> Path:
    """A folder that only its owner can look into: Prefect's database and logs name inputs and hold parameters.

    Raises:
        ServeError: it belongs to somebody else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        folder.chmod(0o700)
    except OSError as error:
        raise ServeError(
            f"{folder} cannot be closed to others ({error.strerror}): name a prefect_folder of your own"
        ) from error
    return folder


def _password(folder: Path) -> str:
    """``USER:SECRET``, as Prefect's API asks for it; made by the first start, so that browsers stay signed in."""
    path = folder / PASSWORD_FILE
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"copydesk:{secrets.token_urlsafe(32)}")
    password = path.read_text(encoding="ascii", errors="replace").strip()
    if not password:
        raise ServeError(f"{path} is empty: delete it to have a new password made")
    return password


def _prefect_environment(folder: Path, address: Address, password: str) -> dict[str, str]:
    """Prefect's settings: our server and folder, nobody told anything, old runs forgotten after 90 days."""
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_API_URL": f"{address.page}/api",
        "PREFECT_UI_URL": address.page,
        "PREFECT_SERVER_API_HOST": address.host,
        "PREFECT_SERVER_API_PORT": str(address.port),
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": address.page,  # its own alone, which needs no permission
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_UI_V2_ENABLED": "false",  # that page calls amplitude.com; the older one calls nobody
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_CLI_PROMPT": "false",
        "PYTHONUNBUFFERED": "1",
    }


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM end the service as Ctrl-C does."""

    def end(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second service out of the folder; the lock goes with this process, however it ends."""
    with (folder / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise ServeError(
                f"copydesk serve is running with the folder {folder} already (process {lock.read().strip()}): "
                "end that one, or name another prefect_folder and warehouse"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _not_free(host, port, error) from error


def _not_free(host: str, port: int, error: OSError) -> ServeError:
    return ServeError(
        f"port {port} of {host} cannot be used ({error.strerror}): end the program that listens there, "
        "or give another one with --port"
    )


class _ReportPages(http.server.SimpleHTTPRequestHandler):
    """The files of a folder, for reading, without a word on the terminal."""

    def __init__(self, *args: Any, guard: Guard, **more: Any) -> None:
        self._guard = guard
        super().__init__(*args, **more)

    def send_head(self) -> BytesIO | BinaryIO | None:
        """The head of an answer, and the file that is its body."""
        headers = [(name.lower(), value) for name, value in self.headers.items()]
        if refusal := self._guard.refusal(self.command, headers):
            self.send_error(refusal.status, refusal.why)
            return None
        return super().send_head()

    def end_headers(self) -> None:
        """Let nothing be guessed, kept, or taken into another page."""
        for name, value in PROTECTION:
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def _reports_shown(folder: Path, address: Address) -> Iterator[None]:
    """A web server for the reports, in a thread: a page from the web may not link to files."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = functools.partial(_ReportPages, directory=str(folder.resolve()), guard=address.guard)
    try:
        server = http.server.ThreadingHTTPServer((address.host, address.reports_port), pages)
    except OSError as error:
        raise _not_free(address.host, address.reports_port, error) from error
    thread = threading.Thread(target=server.serve_forever, name="reports", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True, slots=True)
class _Process:
    """A process of the service, and where it writes what it says."""

    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    @contextlib.contextmanager
    def begun(
        cls, command: tuple[str, ...], environment: Mapping[str, str], log: Path, *, output: int | None = -1
    ) -> Iterator[_Process]:
        """Begin it in a session of its own, so that Ctrl-C ends it in our order; ended with the block.

        Args:
            output: None for standard output to where ours goes; else it goes to the log too.
        """
        with log.open("ab") as file:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output if output is None else file,
                stderr=file,
                start_new_session=True,
            )
        try:
            yield cls(process, log)
        finally:
            _end(process)

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait for it to be ready.

        Raises:
            ServeError: it ended, or took too long.
        """
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            self.require_alive()
            if time.monotonic() > deadline:
                raise ServeError(f"no answer within {START_SECONDS:.0f} s; {self._last_words()}")
            time.sleep(LOOK_SECONDS)

    def require_alive(self) -> None:
        """Raise ServeError where it has ended."""
        if (code := self.process.poll()) is not None:
            raise ServeError(f"a process of the service ended with code {code}; {self._last_words()}")

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_TAIL:]
        return "\n".join([f"the end of {self.log}:", *lines])


def _watch(*processes: _Process) -> None:
    while True:
        for process in processes:
            process.require_alive()
        time.sleep(LOOK_SECONDS)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has begun, also what would not go by itself."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    for left in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()
    process.kill()
    process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=LOOK_SECONDS * 4).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
