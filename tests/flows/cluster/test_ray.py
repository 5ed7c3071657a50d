"""Two Ray nodes on this machine: the same tables as without them, and nothing is lost with a node."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bench.ray_nodes import RayNodes
from flows.run import run
from flows.settings import Settings
from tests.flows.conftest import MakeSettings
from tests.news import make_articles, write_jsonl
from warehouse import Warehouse

pytestmark = [
    pytest.mark.ray,
    pytest.mark.skipif(find_spec("prefect_ray") is None, reason="Ray is not installed: `make test-all` adds it"),
    pytest.mark.skipif(sys.platform != "linux", reason="nodes with addresses of their own on one machine need Linux"),
]

ROOT = Path(__file__).parents[3]
IDS_OF_RUNS = ("run_id", "reclean_id", "cause")

FLOW = """
import sys
from flows.scheduled.ingest import ingest
from flows.scheduled.parameters import IngestParameters
ingest(IngestParameters(inputs=(sys.argv[1],), config=sys.argv[2], report=False))
"""


@pytest.fixture(scope="module")
def nodes() -> Iterator[RayNodes]:
    with RayNodes(2) as started:
        yield started


def environment(nodes: RayNodes, folder: Path) -> dict[str, str]:
    prefect = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300"}
    return {**os.environ, **nodes.environment, **prefect}


def tables(settings: Settings) -> dict[str, list[Any]]:
    """Every row of every table, without what differs between any two runs: their ids, and when something was done."""
    found = {}
    with Warehouse.open_published(settings.published) as published:
        for table in published.query("SELECT table_name AS name FROM duckdb_tables()")["name"].to_pylist():
            names = published.query(f'SELECT * FROM "{table}" LIMIT 0').column_names
            told = [name for name in names if name not in IDS_OF_RUNS and (name == "fetched_at" or name[-3:] != "_at")]
            found[table] = published.query(f'SELECT {", ".join(told)} FROM "{table}" ORDER BY ALL').to_pylist()
    assert found["articles"]
    assert found["stripped_lines"]
    return found


def lose_a_node(nodes: RayNodes, third: int, shared: Path, flow: subprocess.Popen[bytes]) -> list[Path]:
    """Kill the third node while all three write a parcel; returns what was unfinished then and still is."""
    while flow.poll() is None:
        writing = list(shared.glob("*/*.processed.parquet.*.part"))
        if len(writing) > third:
            nodes.kill(third)
            return [path for path in writing if path.exists()]
        with suppress(subprocess.TimeoutExpired):
            flow.wait(0.02)
    return []


def ray_settings(nodes: RayNodes, make: MakeSettings, folder: Path, **changes: Any) -> Settings:
    databases = {"warehouse": folder / "ray.duckdb", "published": folder / "ray-published.duckdb"}
    ray = {"runner": "ray", "ray_address": nodes.address, "shared_storage": str(folder / "shared")}
    return make(**databases, **ray, **changes)


def write_config(path: Path, settings: Settings) -> Path:
    kept = {"warehouse", "published", "runner", "ray_address", "shared_storage", "parcel_documents", "batch_documents"}
    values: Mapping[str, Any] = settings.model_dump(mode="json", include=kept)
    path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), encoding="utf-8")
    return path


def test_the_same_tables_as_on_one_machine(tmp_path: Path, make_settings: MakeSettings, nodes: RayNodes) -> None:
    news = write_jsonl(tmp_path / "news.jsonl", [*make_articles(250), *make_articles(20)])
    inputs = [str(news), str(ROOT / "samples")]
    local = make_settings(batch_documents=120)
    run(local, inputs)
    settings = ray_settings(nodes, make_settings, tmp_path, batch_documents=120, parcel_documents=70)
    command = [str(Path(sys.executable).with_name("copydesk")), "run", *inputs, "--json"]
    command += ["--config", str(write_config(tmp_path / "ray.toml", settings))]
    finished = subprocess.run(command, env=environment(nodes, tmp_path), capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert tables(settings) == tables(local)
    assert list((tmp_path / "shared").iterdir()) == []


def test_a_node_that_is_lost_in_the_middle_costs_nothing(
    tmp_path: Path, make_settings: MakeSettings, nodes: RayNodes
) -> None:
    news = write_jsonl(tmp_path / "news.jsonl", make_articles(3000))
    settings = ray_settings(nodes, make_settings, tmp_path, parcel_documents=300)
    config = write_config(tmp_path / "ray.toml", settings)
    of_another_warehouse = tmp_path / "shared" / "20250101T000000-abcdef"
    of_another_warehouse.mkdir(parents=True)
    third = nodes.start()
    log = tmp_path / "flow.log"
    with log.open("wb") as output:
        command = [sys.executable, "-c", FLOW, str(news), str(config)]
        flow = subprocess.Popen(command, cwd=tmp_path, env=environment(nodes, tmp_path), stdout=output, stderr=output)
        unfinished = lose_a_node(nodes, third, tmp_path / "shared", flow)
        flow.wait()
    assert flow.returncode == 0, log.read_text(encoding="utf-8")
    assert unfinished, "the node was not at work when it was killed"
    local = make_settings()
    run(local, [str(news)])
    assert tables(settings) == tables(local)
    with Warehouse.open_published(settings.published) as published:
        [summary] = published.query("SELECT state, read, loaded FROM runs").to_pylist()
        assert published.query("FROM ledger_check").num_rows == 0
    assert summary == {"state": "finished", "read": 3000, "loaded": 3000}
    assert list((tmp_path / "shared").iterdir()) == [of_another_warehouse]
