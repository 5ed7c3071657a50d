"""The Prefect flow: the same run as the command's, in tens of tasks, with its summary as an artifact."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError

from flows.run import UnbalancedRun
from flows.scheduled.parameters import IngestParameters
from tests.flows.conftest import MakeSettings, Webhook
from tests.flows.fetching.site import Site
from tests.news import make_articles, write_jsonl
from warehouse import Warehouse

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness  # a server's whole code, which every worker would load

    with prefect_test_harness(server_startup_timeout=600):
        yield


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs may be given what is below the folder that the worker runs in."""
    monkeypatch.chdir(tmp_path)


class MakeParameters(Protocol):
    """Parameters of an ingest with databases, settings file and reports in the test's own folder."""

    def __call__(self, source: Path, **settings: Any) -> IngestParameters: ...


@pytest.fixture
def make_parameters(tmp_path: Path) -> MakeParameters:
    def make(source: Path, **settings: Any) -> IngestParameters:
        config = tmp_path / "copydesk.toml"
        given = {"reports": str(tmp_path / "reports"), "workers": 1} | settings
        config.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in given.items()), encoding="utf-8")
        databases = {"warehouse": tmp_path / "work.duckdb", "published": tmp_path / "published.duckdb"}
        return IngestParameters(inputs=(str(source),), config=config, **databases)

    return make


def test_the_flow_loads_counts_and_leaves_its_summary(tmp_path: Path, make_parameters: MakeParameters) -> None:
    from flows.scheduled.ingest import ingest

    parameters = make_parameters(write_jsonl(tmp_path / "news.jsonl", make_articles(10)))
    values = ingest(parameters)
    assert (values["read"], values["loaded"], values["state"]) == (10, 10, "finished")
    assert (tmp_path / "published.duckdb").exists()
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
    from flows.scheduled.ingest import ingest
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


def test_a_held_batch_ends_the_run_as_held_and_somebody_is_told(
    tmp_path: Path, make_parameters: MakeParameters, webhook: Webhook
) -> None:
    from flows.scheduled.ingest import ingest

    broken = [{"id": f"b{n}", "url": f"https://harbourpost.example/b/{n}", "text": f"Nothing {n}"} for n in range(130)]
    source = write_jsonl(tmp_path / "news.jsonl", [*make_articles(30), *broken])
    state = ingest(make_parameters(source, notify_url=webhook.url), return_state=True)
    assert (state.type.value, state.name) == ("FAILED", "Held")
    values = state.result(raise_on_failure=False)
    assert "batch 1 was held" in values["held"][0]
    [told] = [one for one in webhook.told if values["run_id"] in one["body"]]
    assert told["subject"] == "Copydesk: ingest held"
    assert "160 documents" in told["body"]
    again = ingest(make_parameters(source, notify_url=webhook.url), return_state=True)
    assert (again.type.value, again.name) == ("FAILED", "Waiting")


def test_an_empty_folder_is_no_failure(tmp_path: Path, make_parameters: MakeParameters) -> None:
    from flows.scheduled.ingest import ingest

    (tmp_path / "incoming" / "deeper").mkdir(parents=True)
    (tmp_path / "incoming" / ".keep").touch()
    state = ingest(make_parameters(tmp_path / "incoming"), return_state=True)
    assert (state.type.value, state.name) == ("COMPLETED", "Nothing there")
    assert not (tmp_path / "work.duckdb").exists()
    misspelt = ingest(make_parameters(tmp_path / "incming"), return_state=True)
    assert misspelt.name == "Failed"


def test_books_that_do_not_balance_fail_the_run_and_somebody_is_told(
    tmp_path: Path, make_parameters: MakeParameters, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.scheduled.ingest import ingest

    def unbalanced(_meter: object) -> None:
        raise UnbalancedRun("11 documents were read, but the batches account for 10")

    monkeypatch.setattr("flows.run._Meter.check", unbalanced)
    source = write_jsonl(tmp_path / "news.jsonl", make_articles(10))
    with pytest.raises(UnbalancedRun):
        ingest(make_parameters(source, notify_url=webhook.url))
    [told] = [one for one in webhook.told if "11 documents" in one["body"]]
    assert told["subject"] == "Copydesk: ingest failed"


def test_a_webhook_that_does_not_answer_stops_nobody(
    make_settings: MakeSettings, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    from flows.scheduled.notify import tell

    tell(make_settings(notify_url=f"{webhook.url}-not-there/T0KEN".replace("127.0.0.1", "localhost.invalid")), "a", "b")
    assert "did not take 'a'" in caplog.text
    assert "T0KEN" not in caplog.text


def test_rescore_report_and_maintain_run_as_flows(
    tmp_path: Path, make_parameters: MakeParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.scheduled.ingest import ingest
    from flows.scheduled.maintain import UnsoundWarehouse, maintain
    from flows.scheduled.parameters import MaintainParameters, ReportParameters, RescoreParameters
    from flows.scheduled.report import report
    from flows.scheduled.rescore import rescore

    parameters = make_parameters(write_jsonl(tmp_path / "news.jsonl", make_articles(10)))
    common = parameters.model_dump(include={"config", "warehouse", "published"})
    ingest(parameters.model_copy(update={"report": False}))
    assert not (tmp_path / "reports").exists()
    assert rescore(RescoreParameters(**common))["articles_measured"] == 10
    assert [Path(path).exists() for path in report(ReportParameters(**common))] == [True, True]
    assert maintain(MaintainParameters(**common))["prunings"] == ()
    with Warehouse.open(parameters.warehouse or Path()) as warehouse:
        warehouse._connection.execute("UPDATE batches SET loaded = loaded + 1")
    with pytest.raises(UnsoundWarehouse, match="ledger: "):
        maintain(MaintainParameters(dry_run=True, **common))


def test_writers_wait_for_each_other() -> None:
    from flows.scheduled.tasks import WRITER, one_writer

    with one_writer(), get_client(sync_client=True) as client:
        limit = client.read_global_concurrency_limit_by_name(WRITER)
        assert (limit.limit, limit.active_slots) == (1, 1)
        with pytest.raises(PrefectHTTPStatusError, match="423 Locked"):
            client.increment_concurrency_slots_with_lease([WRITER], 1, "concurrency", 60.0)


def test_the_form_of_each_deployment_explains_itself() -> None:
    from prefect.utilities.callables import parameter_schema

    from flows.scheduled.deployments import plans
    from flows.settings import Settings

    for plan in plans(Settings()):
        schema = parameter_schema(plan.flow)
        assert schema.required == []
        [model] = schema.definitions.values()
        assert all(field["description"] for field in model["properties"].values()), plan.flow.name
        assert model["additionalProperties"] is False
        assert list(model["properties"])[-3:] == ["config", "warehouse", "published"]


def test_prefect_yaml_is_what_serve_makes() -> None:
    import yaml

    from flows.scheduled.deployments import plans
    from flows.settings import Settings

    root = Path(__file__).parents[2]
    deployments = yaml.safe_load((root / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    for planned, written in zip(plans(Settings()), deployments, strict=True):
        path, _, name = written["entrypoint"].partition(":")
        assert f"def {name}(" in (root / path).read_text(encoding="utf-8")
        assert planned.schedule is not None
        assert written["name"] == name == planned.flow.name
        assert written["description"] == planned.description
        assert [schedule["cron"] for schedule in written["schedules"]] == [planned.schedule.cron]
        assert written["concurrency_limit"]["limit"] == 1
