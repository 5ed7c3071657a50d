"""The gold page sets of ../shared: pages, folds by site, and the scorer that came with them.

Folds are by registered domain, so that no page is measured with a model that has seen its site. What is measured or
learned on the pages does not belong here.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from flows.settings import load_settings
from flows.tools import build_tools, read_tool_parts
from transforms.extract import ExtractOptions
from transforms.records import RawDocument
from transforms.text.urls import registered_domain

SETS = ("wcxb-dev", "fundus", "trafeval")
FOLDS = 5


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page with what a person found on it."""

    raw: RawDocument
    gold: dict[str, Any]
    fold: int
    """0..FOLDS-1; all pages of one site are in the same."""


def has_pages(shared: Path) -> bool:
    """Whether the gold pages and their scorer are there."""
    return (shared / "tools" / "score_pages.py").is_file() and (shared / "data" / "pages").is_dir()


def load_scorer(shared: Path) -> ModuleType:
    """``score_pages.py`` as a module."""
    spec = importlib.util.spec_from_file_location("score_pages", shared / "tools" / "score_pages.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"no scorer in {shared / 'tools'}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gold_pages(shared: Path, name: str) -> Iterator[GoldPage]:
    """The pages of one set, in the order of its gold file."""
    folder = shared / "data" / "pages" / name
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            gold = json.loads(line)
            content = gzip.decompress((folder / "pages" / f"{gold['id']}.html.gz").read_bytes())
            raw = RawDocument(doc_id=gold["id"], content=content, media_type="text/html", origin=name, url=gold["url"])
            yield GoldPage(raw, gold, fold_of(gold))


def fold_of(gold: dict[str, Any]) -> int:
    """The fold of a page's site."""
    return int(hashlib.sha256(site_of(gold).encode()).hexdigest(), 16) % FOLDS


def site_of(gold: dict[str, Any]) -> str:
    """A page's registered domain; its publisher or the page itself where it has no URL."""
    return (gold["url"] and registered_domain(gold["url"])) or gold.get("publisher") or gold["id"]


def extract_options() -> ExtractOptions:
    """The extract stage's options as a run has them."""
    return build_tools(read_tool_parts(load_settings(environment={}))).extract_options
