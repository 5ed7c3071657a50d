"""The Prefect flow: the same run as the command's, in tens of tasks, with its summary as an artifact."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

from tests.flows.fetching.site import Site
from tests.news import make_articles, write_jsonl

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    with prefect_test_harness(server_startup_timeout=180):
        yield


def test_the_flow_loads_counts_and_leaves_its_summary(tmp_path: Path) -> None:
    from flows.ingest import ingest
    from flows.scheduled.parameters import IngestParameters

    config = tmp_path / "copydesk.toml"
    config.write_text(f"reports = '{tmp_path / 'reports'}'", encoding="utf-8")
    source = write_jsonl(tmp_path / "news.jsonl", make_articles(10))
    databases = {"warehouse": tmp_path / "work.duckdb", "published": tmp_path / "published.duckdb"}
    values = ingest(IngestParameters(inputs=(str(source),), config=config, **databases))
    assert (values["read"], values["loaded"], values["state"]) == (10, 10, "finished")
    assert databases["published"].exists()
    with get_client(sync_client=True) as client:
        artifacts = client.read_artifacts()
        task_runs = client.read_task_runs()
    left = {artifact.key: str(artifact.data) for artifact in artifacts}
    assert sorted(left) == ["contract-results", "run-report", "run-summary"]
    assert values["run_id"] in left["run-summary"]
    assert str(tmp_path / "reports") in left["run-report"]
    names = sorted(task_run.name.rsplit("-", 1)[0] for task_run in task_runs)
    batch = ["read and process", "read and process", "validate and load"]
    assert names == ["learn templates and look again", "open warehouse", "publish", *batch, "write the run's report"]


def test_feeds_are_fetched_in_a_task_of_their_own(tmp_path: Path) -> None:
    from flows.ingest import ingest
    from flows.scheduled.parameters import IngestParameters

    site = Site()
    try:
        page = site.page("/a", str(next(iter(make_articles(1)))["text"]), host="127.0.0.1")
        feed = site.feed("/feed.xml", page, host="127.0.0.1")
        config = tmp_path / "copydesk.toml"
        folders = f"reports = '{tmp_path / 'reports'}'\nfetched = '{tmp_path / 'fetched'}'"
        config.write_text(f"{folders}\nfetch_private_hosts = '127.0.0.1'\nfetch_delay_seconds = 0.1", encoding="utf-8")
        databases = {"warehouse": tmp_path / "work.duckdb", "published": tmp_path / "published.duckdb"}
        values = ingest(IngestParameters(inputs=(f"feed:{feed}",), config=config, report=False, **databases))
    finally:
        site.close()
    assert (values["read"], values["fetched"]["pages"]) == (1, 1)
    with get_client(sync_client=True) as client:
        assert [run.name for run in client.read_task_runs() if run.name.startswith("fetch")]


def test_a_busy_warehouse_is_tried_again_and_a_defect_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE

    from flows.scheduled.tasks import machine_trouble
    from warehouse import WarehouseBusy

    tries: list[str] = []

    def fail_once(error: Exception) -> str:
        tries.append(type(error).__name__)
        if tries.count(type(error).__name__) == 1:
            raise error
        return "done"

    retried = task(retries=2, retry_delay_seconds=0, retry_condition_fn=machine_trouble, cache_policy=NO_CACHE)(
        fail_once
    )

    @flow
    def outer(error: Exception) -> str:
        return retried(error)

    assert outer(WarehouseBusy("another run is writing")) == "done"
    with pytest.raises(ValueError, match="a defect"):
        outer(ValueError("a defect"))
    assert tries == ["WarehouseBusy", "WarehouseBusy", "ValueError"]


def test_prefect_yaml_is_what_serve_makes() -> None:
    import yaml

    from flows.scheduled.deployments import DEPLOYMENT, plans
    from flows.settings import Settings

    root = Path(__file__).parents[2]
    deployments = yaml.safe_load((root / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    for planned, written in zip(plans(Settings()), deployments, strict=True):
        path, _, name = written["entrypoint"].partition(":")
        assert f"def {name}(" in (root / path).read_text(encoding="utf-8")
        assert planned.schedule is not None
        assert (written["name"], name) == (DEPLOYMENT, planned.flow.name)
        assert written["description"] == planned.description
        assert [schedule["cron"] for schedule in written["schedules"]] == [planned.schedule.cron]
        assert written["concurrency_limit"]["limit"] == 1
