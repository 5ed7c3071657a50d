"""Shards to a Ray cluster and back, in place of worker processes: the writer's side of it.

Shards are gathered into parcels on shared storage; a parcel is one Prefect task on Ray, for a task costs a tenth of a
second. A parcel whose node is lost goes to another one, which writes the same file. What comes back is taken in the
order in which the documents were read. Batches, contracts and loading know nothing of it.
"""

from __future__ import annotations

import contextvars
import importlib.util
import ipaddress
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from flows.cluster.faults import ClusterLost
from flows.cluster.node import Kit, process_parcel
from flows.cluster.parcels import (
    RAW_SCHEMA,
    ParcelReader,
    ParcelWriter,
    processed_name,
    raw_documents,
    raw_name,
    raw_rows,
    shard_result,
)
from flows.cluster.storage import SharedFolder
from flows.settings import Settings, SettingsError
from flows.workers import ShardResult
from transforms.records import RawDocument

if TYPE_CHECKING:
    from prefect_ray.task_runners import PrefectRayFuture, RayTaskRunner

RETRIES_AFTER_LOST_NODES = 10
"""Of one parcel. Machines that are rented by the minute go often; a document cannot take its node along."""

PARCELS_AHEAD = 2
"""For each core: one that it works on and one that waits for it."""

ANSWER_SECONDS = 10.0
"""Ray itself would try for three minutes and a half to reach a cluster that is not there."""

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """Where the cluster is and how much of the work a task of it is."""

    address: str
    storage: SharedFolder
    parcel_documents: int
    parcel_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """From the settings, which are held against the world here, before a run begins.

        Raises:
            SettingsError: a setting is missing, Ray is not installed, or nothing answers at the address.
        """
        if settings.ray_address is None or settings.shared_storage is None:
            raise SettingsError(
                "runner = 'ray' needs ray_address, such as '10.0.0.5:6379' or 'ray://10.0.0.5:10001', and "
                "shared_storage, a folder or fsspec URL that every node can read and write"
            )
        if importlib.util.find_spec("prefect_ray") is None:
            raise SettingsError("runner = 'ray' needs Ray, which is not here: pip install -r requirements-ray.lock")
        require_answer(settings.ray_address)
        storage = SharedFolder.at(settings.shared_storage)
        return cls(settings.ray_address, storage, settings.parcel_documents, settings.parcel_megabytes * _MEGABYTE)


def require_answer(address: str) -> None:
    """Find out in seconds whether something listens at a Ray address.

    Raises:
        SettingsError: it is no address, or nothing answers there.
    """
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        if not parts.hostname or not parts.port:
            raise SettingsError(f"ray_address = {address!r} is not of the form HOST:PORT or ray://HOST:PORT")
        socket.create_connection((parts.hostname, parts.port), ANSWER_SECONDS).close()
    except ValueError as error:
        raise SettingsError(f"ray_address = {address!r} is not of the form HOST:PORT or ray://HOST:PORT") from error
    except OSError as error:
        raise SettingsError(
            f"ray_address = {address!r}: nothing answers there ({error}); start one with `ray start --head`"
        ) from error


@dataclass(slots=True)
class _Parcel:
    """A parcel on its way: first being filled, then with the cluster, then read back shard by shard."""

    number: int
    writer: ParcelWriter
    shards: int = 0
    fetched: int = 0
    documents: int = 0
    bytes: int = 0
    future: PrefectRayFuture[int] | None = None
    readers: tuple[ParcelReader, ParcelReader] | None = None
    """Of the documents and of what became of them, once it is back."""

    def add(self, documents: Sequence[RawDocument]) -> int:
        """Write a shard; returns its place."""
        self.writer.write(raw_rows(documents))
        self.shards += 1
        self.documents += len(documents)
        self.bytes += sum(len(document.content) for document in documents)
        return self.shards - 1


@dataclass(frozen=True, slots=True)
class _InParcel:
    """A shard that went to the cluster in a parcel."""

    cluster: Cluster
    parcel: _Parcel
    place: int

    def fetch(self) -> tuple[Sequence[RawDocument], ShardResult]:
        return self.cluster.fetch(self.parcel, self.place)


class Cluster:
    """A Ray cluster as the crew of one run.

    Use as a context manager; leaving it takes the run's files off the storage and lets go of the cluster, which stops
    what it still does for this run. Shards have to be fetched in the order in which they were sent.

    Args:
        kit: what every node needs.
        run_id: names the folder on shared storage.
        is_past: tells whether a name is an earlier run's of the same warehouse, whose folder was left by a kill.
        meanwhile: what this process does while the nodes have their first parcels: an import of seconds that the
            results will need. Later the nodes would wait for it.
    """

    def __init__(
        self,
        options: ClusterOptions,
        kit: Kit,
        run_id: str,
        is_past: Callable[[str], bool],
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        self._options = options
        self._kit = kit
        self._run_id = run_id
        self._folder = options.storage.below(run_id)
        self._is_past = is_past
        self._meanwhile = meanwhile
        self._leave = ExitStack()
        self._open: _Parcel | None = None
        self._parcels = 0
        self._cores = 1

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            storage = self._options.storage
            for name in storage.names():
                if name != self._run_id and self._is_past(name):
                    storage.remove(name)
            stack.callback(storage.remove, self._run_id)
            self._join(stack)
            self._leave = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            self._open.writer.discard()
        self._leave.close()

    @property
    def bytes_ahead(self) -> int:
        """Enough for every core that the cluster had when the last parcel was sent off."""
        return self._cores * PARCELS_AHEAD * self._options.parcel_bytes

    def send(self, documents: Sequence[RawDocument]) -> _InParcel:
        """Put a shard into the parcel that is being filled, and send that off when it is full."""
        if self._open is None:
            self._parcels += 1
            self._open = _Parcel(self._parcels, ParcelWriter(self._folder, raw_name(self._parcels), RAW_SCHEMA))
        parcel = self._open
        place = parcel.add(documents)
        if parcel.documents >= self._options.parcel_documents or parcel.bytes >= self._options.parcel_bytes:
            self._send_off(parcel)
        return _InParcel(self, parcel, place)

    def fetch(self, parcel: _Parcel, place: int) -> tuple[Sequence[RawDocument], ShardResult]:
        """A shard's documents and what became of them; a parcel of which all shards were fetched is removed.

        Raises:
            ClusterLost: the cluster gave the parcel up.
            NodeDiffers, WorkersLost, OSError: from the node.
            DamagedParcel: the node's file does not account for every document.
        """
        if parcel is self._open:
            self._send_off(parcel)
        raw, processed = parcel.readers or self._receive(parcel)
        documents = raw_documents(raw.shard(place))
        result = shard_result(documents, processed.shard(place))
        parcel.fetched += 1
        if parcel.fetched == parcel.shards:
            self._remove(parcel)
        return documents, result

    def _join(self, stack: ExitStack) -> None:
        """Connect to Prefect and to Ray; what is submitted later knows the flow that this is called in, if any."""
        import ray
        from prefect.client.orchestration import get_client
        from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW, temporary_settings
        from prefect_ray.task_runners import RayTaskRunner

        server = str(stack.enter_context(get_client(sync_client=True)).api_url)
        told = {PREFECT_API_URL: server, PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW: "ignore"}
        stack.enter_context(temporary_settings(told))
        quiet = {"log_to_driver": False, "logging_level": "warning"}
        self._runner: RayTaskRunner[int] = RayTaskRunner(self._options.address, quiet)
        stack.enter_context(self._runner)
        require_reachable(server, [str(node["NodeManagerAddress"]) for node in ray.nodes() if node["Alive"]])
        self._packed_kit = ray.put(self._kit.packed())
        self._context = contextvars.copy_context()

    def _send_off(self, parcel: _Parcel) -> None:
        import ray

        parcel.writer.keep()
        self._open = None
        # Outside of the Prefect task that asks for the batch: its parameters are not fit to travel.
        parcel.future = self._context.copy().run(self._submit, parcel.number)
        self._cores = max(1, int(ray.cluster_resources().get("CPU", 0)))

    def _submit(self, number: int) -> PrefectRayFuture[int]:
        from prefect_ray.context import remote_options

        from flows.scheduled.tasks import io_task

        step: Any = io_task("process parcel", process_parcel)
        task = step.with_options(task_run_name="parcel {number}")
        values = {"folder": self._folder.url, "number": number, "kit": self._packed_kit}
        with remote_options(num_cpus=1, max_retries=RETRIES_AFTER_LOST_NODES):
            return self._runner.submit(task, values)

    def _receive(self, parcel: _Parcel) -> tuple[ParcelReader, ParcelReader]:
        import ray

        assert parcel.future is not None
        if parcel.number == 1:
            self._meanwhile()
        try:
            parcel.future.result()
        except ray.exceptions.RayError as error:
            raise ClusterLost(f"parcel {parcel.number} was lost by the Ray cluster: {error}") from error
        raw = ParcelReader(self._folder, raw_name(parcel.number))
        parcel.readers = raw, ParcelReader(self._folder, processed_name(parcel.number))
        return parcel.readers

    def _remove(self, parcel: _Parcel) -> None:
        for reader in parcel.readers or ():
            reader.close()
        for name in (raw_name(parcel.number), processed_name(parcel.number)):
            self._folder.remove(name)


def require_reachable(server: str, nodes: Sequence[str]) -> None:
    """Hold the address of the Prefect server against those of the nodes, which report their tasks to it.

    Raises:
        SettingsError: the server listens on this machine only, and there are others.
    """
    host = urlsplit(server).hostname or ""
    if _is_loopback(host) and not all(_is_loopback(node) or node == _own_address() for node in nodes):
        raise SettingsError(
            f"the Prefect server at {server} cannot be reached from other machines: start one that can "
            "(`prefect server start --host 0.0.0.0`) and set PREFECT_API_URL to its address here"
        )


def _own_address() -> str:
    import ray

    return str(ray.util.get_node_ip_address())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
