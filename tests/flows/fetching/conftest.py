"""A site and a way to fetch from it for each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.flows.fetching.site import Fetcher, Site


class MakeFetcher(Protocol):
    """A fetcher into the test's own folder, by other settings where some are given."""

    def __call__(self, **changes: Any) -> Fetcher: ...


@pytest.fixture
def site() -> Iterator[Site]:
    started = Site()
    yield started
    started.close()


@pytest.fixture
def make_fetcher(site: Site, tmp_path: Path) -> MakeFetcher:
    def make(**changes: Any) -> Fetcher:
        return Fetcher(site, tmp_path, **changes)

    return make


@pytest.fixture
def fetch(make_fetcher: MakeFetcher) -> Fetcher:
    return make_fetcher()
