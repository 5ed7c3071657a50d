"""The named SQL statements of ``warehouse/queries``, read from the package once each."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def statement(name: str) -> str:
    """The text of ``queries/<name>.sql``."""
    return (resources.files("warehouse") / "queries" / f"{name}.sql").read_text("utf-8")
