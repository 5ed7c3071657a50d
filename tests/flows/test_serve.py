"""``copydesk serve``: a run really fires on schedule, leaves its traces, and nothing stays behind."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from flows.scheduled.serve import Address, ServeError, serve
from flows.settings import load_settings
from tests.flows.conftest import Webhook
from tests.news import make_articles, write_jsonl
from warehouse import Warehouse

Found = TypeVar("Found")

START_SECONDS = 600.0
FIRE_SECONDS = 600.0
"""A minute until it is due and some for the work, many times over: the machine may be busy."""

PATIENCE_SECONDS = 180.0
"""For anything else, which takes a second or a few."""


def wait_for(look: Callable[[], Found | None], seconds: float, what: str) -> Found:
    """Look until there is something to be seen."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        threading.Event().wait(0.2)
    return found


def lives(process: psutil.Process) -> bool:
    """Whether it has not ended; one that has, and that the machine's first process never fetches, has."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def free_port() -> int:
    """A port that is free, as is the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@dataclass(frozen=True)
class Service:
    """A service that runs, the folder that it runs in, and its page."""

    process: subprocess.Popen[str]
    folder: Path
    port: int
    said: str

    @property
    def password(self) -> str:
        return (self.folder / "warehouse" / "prefect" / "password").read_text()

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, **body: Any) -> Any:
        user, _, secret = self.password.partition(":")

        def answer() -> httpx.Response | None:
            got = httpx.post(f"{self.page}/api/{path}", json=body, auth=(user, secret), timeout=PATIENCE_SECONDS)
            return None if got.status_code == 503 else got  # SQLite is locked; Prefect's own client asks again too

        return wait_for(answer, PATIENCE_SECONDS, "the server answers").raise_for_status().json()

    def attack(self, path: str, *, method: str = "GET", reports: bool = False, **more: Any) -> httpx.Response:
        """A request as the page of another site, or a program without the password, sends it."""
        url = f"http://127.0.0.1:{self.port + reports}/{path}"
        return httpx.request(method, url, timeout=PATIENCE_SECONDS, **more)

    def runs(self, flow: str, *states: str) -> list[dict[str, Any]]:
        filters = {"flows": {"name": {"any_": [flow]}}, "flow_runs": {"state": {"name": {"any_": list(states)}}}}
        found: list[dict[str, Any]] = self.ask("flow_runs/filter", **filters)
        return found

    def deployment(self, flow: str) -> str:
        [found] = self.ask("deployments/filter", flows={"name": {"any_": [flow]}})
        return str(found["id"])

    def start(self, flow: str, **parameters: Any) -> str:
        """Ask for a run, as the button of the page does."""
        body = {"parameters": {"parameters": parameters}} if parameters else {}
        return str(self.ask(f"deployments/{self.deployment(flow)}/create_flow_run", **body)["id"])

    def process_of(self, run_id: str) -> psutil.Process | None:
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if process.environ().get("PREFECT__FLOW_RUN_ID") == run_id:
                    return process
            except psutil.Error:
                continue
        return None


@pytest.fixture(scope="module")
def service(webhook: Webhook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder, port = tmp_path_factory.mktemp("service"), free_port()
    write_jsonl(folder / "news" / "news.jsonl", make_articles(10))
    command = [sys.executable, "-m", "flows.cli", "serve", "--port", str(port), "--input", "news"]
    command += ["--cron-ingest", "* * * * *", "--cron-rescore", "", "--cron-report", "", "--cron-maintain", "0 4 * * 0"]
    ours = {"COPYDESK_NOTIFY_URL": webhook.url, "COPYDESK_WORKERS": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")} | ours
    output = folder / "said.txt"
    with output.open("w") as said:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT, text=True
        )

    def begun() -> str | None:
        assert process.poll() is None, output.read_text()
        text = output.read_text()
        return text if "maintain" in text else None

    try:
        yield Service(process, folder, port, wait_for(begun, START_SECONDS, "the service begins"))
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE_SECONDS)


@pytest.mark.server
def test_it_says_where_the_page_is_and_when_runs_are_due(service: Service) -> None:
    assert f"http://127.0.0.1:{service.port}\n" in service.said
    due = dict(
        re.findall(r"^ +(\w+) .*?(next at \d{4}-\d\d-\d\d \d\d:\d\d UTC|when you ask for it)$", service.said, re.M)
    )
    assert list(due) == ["ingest", "rescore", "report", "maintain"]
    assert due["rescore"] == "when you ask for it"
    assert due["maintain"].endswith("04:00 UTC")
    page = httpx.get(f"http://127.0.0.1:{service.port}/", follow_redirects=True, timeout=PATIENCE_SECONDS)
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.server
def test_a_run_whose_process_is_killed_is_crashed_and_somebody_is_told(service: Service, webhook: Webhook) -> None:
    """First of the runs: the minute until the scheduled one is due passes meanwhile."""
    run_id = service.start("rescore")
    process = wait_for(lambda: service.process_of(run_id), PATIENCE_SECONDS, "a run that was asked for begins")
    process.kill()
    wait_for(lambda: service.runs("rescore", "Crashed") or None, PATIENCE_SECONDS, "the run is known to have crashed")
    told = wait_for(
        lambda: next((one for one in webhook.told if one["subject"] == "Copydesk: rescore crashed"), None),
        PATIENCE_SECONDS,
        "the webhook is told",
    )
    assert told["text"] == f"{told['subject']}\n{told['body']}"


@pytest.mark.server
def test_a_scheduled_run_fires_by_itself_and_leaves_its_traces(service: Service) -> None:
    def completed() -> dict[str, Any] | None:
        assert service.runs("ingest", "Failed", "Crashed") == []
        return next(iter(service.runs("ingest", "Completed")), None)

    run = wait_for(completed, FIRE_SECONDS, "an ingest fires and completes")
    assert run["auto_scheduled"] is True
    with Warehouse.open_published(service.folder / "warehouse" / "published.duckdb") as published:
        first = published.runs()[-1]
        assert (first.state, first.read, first.loaded) == ("finished", 10, 10)
        assert published.query("FROM ledger_check").num_rows == 0
    artifacts = service.ask("artifacts/filter", flow_runs={"id": {"any_": [run["id"]]}})
    left = {artifact["key"]: str(artifact["data"]) for artifact in artifacts if artifact["key"]}
    assert sorted(left) == ["contract-results", "run-report", "run-summary"]
    assert first.run_id in left["run-summary"]
    [link] = set(re.findall(r"http://[^)\s]+", left["run-report"]))
    report = httpx.get(link, timeout=PATIENCE_SECONDS)
    assert (report.status_code, first.run_id in report.text) == (200, True)


EVIL = "http://evil.example"


@pytest.mark.server
@pytest.mark.parametrize("reports", [False, True])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "user@127.0.0.1", "", "192.0.2.1"])
def test_neither_server_answers_under_a_name_of_somebody_else(service: Service, reports: bool, host: str) -> None:
    answer = service.attack("", reports=reports, headers={"Host": f"{host}:{service.port}"})
    assert (answer.status_code, "<html" in answer.text and "Copydesk" in answer.text) == (421, False)


@pytest.mark.server
@pytest.mark.parametrize("reports", [False, True])
def test_neither_server_answers_to_the_page_of_another_site(service: Service, reports: bool) -> None:
    for headers in (
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{service.port + 2}"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ):
        assert service.attack("index.html", reports=reports, headers=headers).status_code == 403
    page = service.attack("", reports=reports)
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.server
def test_another_site_cannot_start_a_run(service: Service) -> None:
    """A ``no-cors`` POST of a Blob without a type needs no permission of the server, so the browser just sends it."""
    before = len(service.runs("rescore", "Scheduled", "Pending", "Running", "Late", "Completed", "Failed", "Crashed"))
    path = f"api/deployments/{service.deployment('rescore')}/create_flow_run"
    user, _, secret = service.password.partition(":")
    blob = b'{"parameters": {"parameters": {"warehouse": "news/news.jsonl"}}}'
    basic = httpx.BasicAuth(user, secret)
    assert service.attack(path, method="POST", content=blob, headers={"Origin": EVIL}).status_code == 403
    assert service.attack(path, method="POST", content=blob, auth=basic, headers={"Origin": EVIL}).status_code == 403
    assert service.attack(path, method="POST", content=blob, auth=basic).status_code == 415
    plain = {"Content-Type": "text/plain;application/json"}
    assert service.attack(path, method="POST", content=blob, auth=basic, headers=plain).status_code == 415
    assert service.attack(path, method="POST", json={}).status_code == 401
    wrong = httpx.BasicAuth("copydesk", "guess")
    assert service.attack(path, method="POST", json={}, auth=wrong).status_code == 401
    assert service.attack("api/admin/database/clear", method="POST", json={"confirm": True}).status_code == 401
    after = len(service.runs("rescore", "Scheduled", "Pending", "Running", "Late", "Completed", "Failed", "Crashed"))
    assert after == before


@pytest.mark.server
@pytest.mark.parametrize("path", ["events/out", "logs/out"])
def test_another_site_cannot_listen_to_a_websocket(service: Service, path: str) -> None:
    url = f"ws://127.0.0.1:{service.port}/api/{path}"
    protocol = [Subprotocol("prefect")]
    for origin in (EVIL, "null", f"http://localhost:{service.port}"):
        with pytest.raises(InvalidStatus, match="403"):
            connect(url, origin=Origin(origin), subprotocols=protocol)
    with pytest.raises(InvalidStatus, match="403"):
        connect(url, additional_headers={"Sec-Fetch-Site": "cross-site"}, subprotocols=protocol)
    for token in (None, "copydesk:guess"):
        with connect(url, origin=Origin(service.page), subprotocols=protocol) as socket:
            socket.send(json.dumps({"type": "auth", "token": token}))
            with pytest.raises(ConnectionClosedError, match="1008"):
                socket.recv(PATIENCE_SECONDS)
    with connect(url, origin=Origin(service.page), subprotocols=protocol) as socket:
        socket.send(json.dumps({"type": "auth", "token": service.password}))
        assert json.loads(socket.recv(PATIENCE_SECONDS)) == {"type": "auth_success"}


@pytest.mark.server
def test_a_run_cannot_be_sent_to_files_elsewhere(
    service: Service, tmp_path_factory: pytest.TempPathFactory, webhook: Webhook
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "letter.txt"
    elsewhere.write_text("Dear reader")
    run_id = service.start("rescore", published=str(elsewhere))

    def failed() -> dict[str, Any] | None:
        return next((run for run in service.runs("rescore", "Failed") if run["id"] == run_id), None)

    message = wait_for(failed, PATIENCE_SECONDS, "the run fails")["state"]["message"]
    assert "run_folders" in message
    assert elsewhere.read_text() == "Dear reader"


@pytest.mark.server
def test_what_the_service_keeps_is_its_owners(service: Service) -> None:
    private = service.folder / "warehouse" / "prefect"
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert stat.S_IMODE((private / "password").stat().st_mode) == 0o600
    assert service.password not in service.said, "standard output is a file here, and may be a log that others read"
    page = service.attack("sign-in")
    assert "localStorage.setItem" in page.text
    assert service.attack("sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.server
def test_a_second_service_in_the_folder_is_refused(service: Service) -> None:
    settings = load_settings({"prefect_folder": service.folder / "warehouse" / "prefect"}, environment={})
    with pytest.raises(ServeError, match=rf"process {service.process.pid}\): end that one"):
        serve(settings, {}, Address("127.0.0.1", free_port()), tell=lambda line: None)


@pytest.mark.server
def test_sigterm_ends_all_of_it(service: Service) -> None:
    family = psutil.Process(service.process.pid).children(recursive=True)
    assert len(family) >= 2
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(PATIENCE_SECONDS) == 130
    assert [process for process in family if lives(process)] == []
    for port in (service.port, service.port + 1):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("taken", [0, 1])
def test_a_port_that_is_taken_is_named_with_a_remedy(tmp_path: Path, taken: int) -> None:
    port = free_port()
    settings = load_settings({"prefect_folder": tmp_path / "p", "reports": tmp_path / "r"}, environment={})
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + taken))
        other.listen()
        with pytest.raises(ServeError, match=rf"port {port + taken} of 127.0.0.1 .* --port"):
            serve(settings, {}, Address("127.0.0.1", port), tell=lambda line: None)
    handler = signal.getsignal(signal.SIGTERM)
    assert handler is signal.SIG_DFL, "as it was before"


def test_where_the_page_is() -> None:
    assert (Address("0.0.0.0", 80).page, Address("::1", 80).page) == ("http://127.0.0.1:80", "http://[::1]:80")


def test_a_folder_of_somebody_else_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    settings = load_settings({"prefect_folder": tmp_path / "p", "reports": tmp_path / "r"}, environment={})
    with pytest.raises(ServeError, match="prefect_folder of your own"):
        serve(settings, {}, Address("127.0.0.1", free_port()), tell=lambda line: None)


def test_the_password_is_made_once_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    settings = load_settings({"prefect_folder": tmp_path / "p", "reports": tmp_path / "r"}, environment={})
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        for _ in range(2):
            with pytest.raises(ServeError, match="--port"):
                serve(settings, {}, Address("127.0.0.1", port), tell=lambda line: None)
            password = (tmp_path / "p" / "password").read_text()
            assert re.fullmatch(r"copydesk:[\w-]{43}", password)
    (tmp_path / "p" / "password").write_text("")
    with pytest.raises(ServeError, match="is empty"):
        serve(settings, {}, Address("127.0.0.1", port), tell=lambda line: None)
