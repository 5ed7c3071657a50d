"""A settings object with databases of its own for each test."""

from pathlib import Path
from typing import Any, Protocol

import pytest

from flows.settings import Settings, load_settings


class MakeSettings(Protocol):
    """Settings with databases in the test's own folder."""

    def __call__(self, **changes: Any) -> Settings: ...


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    def make(**changes: Any) -> Settings:
        databases = {"warehouse": tmp_path / "db" / "work.duckdb", "published": tmp_path / "db" / "published.duckdb"}
        return load_settings({"workers": 2, **databases, **changes}, environment={})

    return make
