"""Shortcuts for tests whose subject is another: stages in the test's own process, new warehouses by copying.

A worker process takes a second to start and the migrations of a new warehouse half a second, which hundreds of tests
would pay for. What workers do is tested in ``tests/flows/test_workers.py`` and by the run over the samples; how a
warehouse is made, in ``tests/warehouse``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import hashlib
import shutil
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import flows.packs
import flows.reclean
import flows.settle
import flows.tools
import flows.workers
import warehouse.store
from expectations import Contract, ContractReport, validate_articles, validate_batch
from flows.settings import load_settings
from flows.tools import ToolParts, Tools, build_tools, read_tool_parts
from flows.workers import Document, ShardResult, Workers
from warehouse import WarehouseOptions
from warehouse.connection import Connection


def take_stages_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let :class:`Workers` take each shard through the stages at once, in this process."""

    def submit(workers: Workers, documents: Sequence[Document]) -> Future[ShardResult]:
        monkeypatch.setattr(flows.workers, "_tools", tools_of(workers.parts))
        future: Future[ShardResult] = Future()
        try:
            future.set_result(workers._work(documents))
        except Exception as error:  # noqa: BLE001  (raised where the result is asked for, as a pool does)
            future.set_exception(error)
        return future

    monkeypatch.setattr(Workers, "submit", submit)
    for module in (flows.tools, flows.packs):
        monkeypatch.setattr(module, "parsed_packs", _parsed)


def judge_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the contract judge no table twice: the same table gives the same report, and takes half a second."""
    for module in (flows.settle, flows.reclean):
        monkeypatch.setattr(module, "validate_articles", _validate_articles)
    monkeypatch.setattr(flows.settle, "validate_batch", _validate_batch)


_reports: dict[tuple[bytes, Contract, dt.date], ContractReport] = {}
_validate_batch = functools.cache(validate_batch)


def _validate_articles(articles: pa.Table, contract: Contract, today: dt.date) -> ContractReport:
    written = pa.BufferOutputStream()
    with pa.ipc.new_stream(written, articles.schema) as stream:
        stream.write_table(articles.combine_chunks())
    key = hashlib.sha256(written.getvalue()).digest(), contract, today
    if key not in _reports:
        _reports[key] = validate_articles(articles, contract, today)
    return _reports[key]


_parsed = functools.lru_cache(maxsize=3)(flows.packs.parsed_packs.__wrapped__)
"""As in a run, which needs the rules of one folder only; a test goes to and fro between the bundled ones and others."""


def bundled_tools() -> Tools:
    """The tools that a worker builds from the data files of this repository."""
    return tools_of(read_tool_parts(load_settings(environment={})))


def tools_of(parts: ToolParts) -> Tools:
    """The tools that a worker builds from these parts; those of the last parts are kept."""
    files = [tuple(texts.items()) for texts in (parts.packs, parts.data, parts.weights)]
    return dataclasses.replace(_built(parts.latest_on, *files), templates=parts.templates)


@functools.lru_cache(maxsize=2)  # the bundled ones, and one with a test's own rules
def _built(latest_on: dt.date, *files: tuple[tuple[str, Any], ...]) -> Tools:
    packs, data, weights = map(dict, files)
    return build_tools(ToolParts(packs, data, weights, latest_on))


def copy_new_warehouses(monkeypatch: pytest.MonkeyPatch, empty: Path) -> None:
    """Let each new warehouse be a copy of an empty one, with an identity of its own."""

    def make(path: Path, options: WarehouseOptions) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(empty, path)
        path.chmod(0o600)
        with Connection(path, options, read_only=False) as connection:
            connection.execute("UPDATE migrations SET applied_at = now()")

    monkeypatch.setattr(warehouse.store, "_make", make)
