"""A node's task without Ray: the same results as a worker process of this machine, and only with the same code."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.cluster import node
from flows.cluster.faults import NodeDiffers
from flows.cluster.node import Kit, process_parcel, this_build
from flows.cluster.parcels import (
    RAW_SCHEMA,
    ParcelReader,
    ParcelWriter,
    processed_name,
    raw_name,
    raw_rows,
    shard_result,
)
from flows.cluster.storage import SharedFolder
from flows.settings import load_settings
from flows.tools import read_tool_parts
from flows.workers import WorkerLimits, Workers
from tests.builders import make_raw
from tests.misbehaving import misbehave
from transforms.records import RawDocument

TEXT = b"The council voted on Monday to rebuild the bridge over the river, officials said. " * 8
LIMITS = WorkerLimits(1, 600, 2048)


def documents(*names: str) -> list[RawDocument]:
    return [make_raw(doc_id=name, content=TEXT + name.encode()) for name in names]


@pytest.fixture
def kit() -> Iterator[Kit]:
    yield Kit(read_tool_parts(load_settings(environment={})), LIMITS, this_build())
    if node._workers.cache_info().currsize:
        node._workers.cache_clear()


@pytest.fixture
def shared(tmp_path: Path) -> SharedFolder:
    return SharedFolder.at(str(tmp_path / "run"))


def put(shared: SharedFolder, *shards: list[RawDocument]) -> None:
    with ParcelWriter(shared, raw_name(7), RAW_SCHEMA) as writer:
        for shard in shards:
            writer.write(raw_rows(shard))


def test_a_parcel_comes_to_what_a_worker_here_makes_of_it(
    kit: Kit, shared: SharedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards = [documents("c", "a"), documents("b"), documents("e"), [make_raw(doc_id="f", content=b"\x00")]]
    put(shared, *shards)
    with Workers(kit.parts, LIMITS) as workers:
        monkeypatch.setattr(node, "_workers", lambda packed: workers)
        assert [process_parcel(shared.url, 7, b"") for _ in range(2)] == [5, 5]
        expected = [workers.result(workers.submit(shard), shard) for shard in shards]
    with ParcelReader(shared, processed_name(7)) as processed:
        assert [shard_result(shard, processed.shard(at)) for at, shard in enumerate(shards)] == expected
    assert shared.names() == sorted([raw_name(7), processed_name(7)])


def test_a_document_that_kills_its_worker_on_a_node_is_lost_alone(
    kit: Kit, shared: SharedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard = [make_raw(doc_id=name, content=name.encode()) for name in ("fine", "die", "well")]
    put(shared, shard)
    with Workers(kit.parts, LIMITS, misbehave) as workers:
        monkeypatch.setattr(node, "_workers", lambda packed: workers)
        process_parcel(shared.url, 7, b"")
    with ParcelReader(shared, processed_name(7)) as processed:
        rejections = shard_result(shard, processed.shard(0)).rejections
    assert [rejection.reason for rejection in rejections] == ["well", "crashed", "well"]


def test_a_node_with_other_code_or_libraries_is_refused(kit: Kit, shared: SharedFolder) -> None:
    put(shared, documents("a"))
    other = replace(kit, build={**kit.build, "trafilatura": "0.1"})
    with pytest.raises(NodeDiffers, match=r"trafilatura \d.*, not 0\.1.*same lock"):
        process_parcel(shared.url, 7, other.packed())


def test_a_kit_is_unpacked_once_in_a_process(kit: Kit) -> None:
    packed = kit.packed()
    assert node._workers(packed) is node._workers(packed)


def test_a_changed_module_of_any_package_below_is_another_build(tmp_path: Path) -> None:
    (tmp_path / "below" / "deeper").mkdir(parents=True)
    (tmp_path / "below" / "deeper" / "module.py").write_text("FACT = 1\n")
    before = list(node._modules(tmp_path))
    (tmp_path / "below" / "deeper" / "module.py").write_text("FACT = 2\n")
    assert [name for name, _ in before] == ["below/deeper/module.py"]
    assert list(node._modules(tmp_path)) != before
