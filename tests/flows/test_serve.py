"""``copydesk serve``: a run really fires on schedule, leaves its traces, and nothing stays behind."""

import os
import re
import signal
import socket
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

    def ask(self, path: str, **body: Any) -> Any:
        answer = httpx.post(f"http://127.0.0.1:{self.port}/api/{path}", json=body, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def runs(self, flow: str, *states: str) -> list[dict[str, Any]]:
        filters = {"flows": {"name": {"any_": [flow]}}, "flow_runs": {"state": {"name": {"any_": list(states)}}}}
        found: list[dict[str, Any]] = self.ask("flow_runs/filter", **filters)
        return found

    def start(self, flow: str) -> str:
        """Ask for a run, as the button of the page does."""
        [deployment] = self.ask("deployments/filter", flows={"name": {"any_": [flow]}})
        return str(self.ask(f"deployments/{deployment['id']}/create_flow_run")["id"])

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
    assert [process for process in family if process.is_running()] == []
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


def test_pages_of_the_web_may_not_use_the_server() -> None:
    address = Address("127.0.0.1", 4200)
    assert address.origins == "http://127.0.0.1:4200,http://localhost:4200"
    assert (Address("0.0.0.0", 80).page, Address("::1", 80).page) == ("http://127.0.0.1:80", "http://[::1]:80")
