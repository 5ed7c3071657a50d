"""Pages made to hang or exhaust a parser cost that page only."""

from collections.abc import Iterator

import pytest

from flows.settings import load_settings
from flows.tools import read_tool_parts
from flows.workers import WorkerLimits, Workers
from tests.builders import make_raw
from tests.flows.impatient import hurry

PARAGRAPH = b"<p>The council voted on Monday to rebuild the bridge over the river, officials said on Tuesday.</p>"
GOOD = (
    b"<html><head><title>Bridge to be rebuilt</title></head><body><article>"
    + PARAGRAPH * 8
    + b"</article></body></html>"
)

HOSTILE = {
    "links in one paragraph": b"<p>" + b"<a href='/x'>more</a> text " * 90_000 + b"</p>",
    "nested links": b"<p>" + b"<a href='/x'>more <i>" * 90_000 + b"</p>",
    "nested lists": b"<ul><li>item" * 45_000,
    "attributes": b"<div " + b"data-a='b' " * 90_000 + b">text</div>",
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(read_tool_parts(load_settings(environment={})), WorkerLimits(1, 600, 2048)) as started:
        yield started


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_that_page_only(name: str, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [GOOD, b"<html><body>" + HOSTILE[name] + b"</body></html>", GOOD.replace(b"Monday", b"Friday")]
    documents = [
        make_raw(doc_id=f"{number:024x}", content=content, media_type="text/html")
        for number, content in enumerate(pages)
    ]
    hurry(monkeypatch, pages[1], 2.0)
    result = workers.result(workers.submit(documents), documents)
    ends = set(result.articles["doc_id"].to_pylist()) | {rejection.doc_id for rejection in result.rejections}
    assert ends == {document.doc_id for document in documents}
    lost = [
        (rejection.reason, rejection.detail)
        for rejection in result.rejections
        if rejection.doc_id != documents[1].doc_id
    ]
    assert lost == []
