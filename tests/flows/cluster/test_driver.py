"""What a cluster needs is found out before a run begins, with the remedy; Ray is not needed to be told."""

import importlib.util
import re
import socket
from pathlib import Path

import pytest

from flows.cluster import driver
from flows.cluster.driver import ClusterOptions, require_answer, require_reachable
from flows.run import run
from flows.settings import SettingsError
from tests.flows.conftest import MakeSettings


@pytest.mark.parametrize("given", [{}, {"ray_address": "127.0.0.1:1"}, {"shared_storage": "shared"}])
def test_a_cluster_needs_address_and_storage(make_settings: MakeSettings, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"needs ray_address.*and shared_storage"):
        ClusterOptions.of(make_settings(runner="ray", **given))


def test_a_run_that_cannot_have_its_cluster_makes_no_database(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    settings = make_settings(runner="ray", ray_address="127.0.0.1:1", shared_storage="shared")
    with pytest.raises(SettingsError, match=r"requirements-ray\.lock"):
        run(settings, ["samples"])
    assert not settings.warehouse.exists()


@pytest.mark.parametrize("address", ["head", "head:port", "ray://", "auto"])
def test_an_address_that_is_none_says_what_one_looks_like(address: str) -> None:
    with pytest.raises(SettingsError, match="HOST:PORT"):
        require_answer(address)


def test_a_cluster_that_is_not_there_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        require_answer(f"127.0.0.1:{port}")
        require_answer(f"ray://127.0.0.1:{port}")
    with pytest.raises(SettingsError, match="nothing answers there"):
        require_answer(f"127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("server", "nodes", "fit"),
    [
        ("http://127.0.0.1:4200/api", ["127.0.0.2", "127.0.0.3"], True),
        ("http://localhost:4200/api", ["10.0.0.1"], True),
        ("http://127.0.0.1:4200/api", ["10.0.0.1", "10.0.0.2"], False),
        ("http://prefect.example:4200/api", ["10.0.0.1", "10.0.0.2"], True),
    ],
)
def test_other_machines_need_a_prefect_server_that_they_reach(
    monkeypatch: pytest.MonkeyPatch, server: str, nodes: list[str], fit: bool
) -> None:
    monkeypatch.setattr(driver, "_own_address", lambda: "10.0.0.1")
    if fit:
        require_reachable(server, nodes)
    else:
        with pytest.raises(SettingsError, match="PREFECT_API_URL"):
            require_reachable(server, nodes)


def test_the_lock_with_ray_is_the_lock_and_more() -> None:
    root = Path(__file__).parents[3]
    locks = [(root / name).read_text("utf-8") for name in ("requirements.lock", "requirements-ray.lock")]
    pins = [set(re.findall(r"^[\w.-]+==\S+", lock, re.MULTILINE)) for lock in locks]
    assert pins[0] < pins[1]
