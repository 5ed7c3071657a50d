"""A settings object with databases of its own for each test, and a webhook that remembers what it was told."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest

from flows.settings import Settings, load_settings


class MakeSettings(Protocol):
    """Settings with databases in the test's own folder."""

    def __call__(self, **changes: Any) -> Settings: ...


@pytest.fixture(scope="module", autouse=True)
def _copied_warehouses(copied_warehouses: None) -> None:
    """How a warehouse is made is tested elsewhere."""


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    def make(**changes: Any) -> Settings:
        databases = {"warehouse": tmp_path / "db" / "work.duckdb", "published": tmp_path / "db" / "published.duckdb"}
        return load_settings({"workers": 1, **databases, **changes}, environment={})

    return make


@dataclass
class Webhook:
    """A web server that remembers what it was told, and answers 404 under ``/gone``."""

    url: str
    told: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    class Listener(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            gone = self.path.endswith("/gone")
            self.send_response(404 if gone else 204)
            self.end_headers()
            if gone:
                self.wfile.write(b"no such hook\n")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    made = Webhook(f"http://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()
