"""The data files that the packages bring along: one place that knows where they lie."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

WINGS = ("page", "junk", "text", "stories", "credibility")
"""The sub-packages of ``transforms``; each keeps its data files in a folder ``data``."""


def bundled(wing: str, name: str) -> Traversable:
    """A data file or folder of a wing of ``transforms``, such as ``bundled("junk", "line_hints.toml")``."""
    return resources.files("transforms") / wing / "data" / name


def bundled_text(wing: str, name: str) -> str:
    """The text of a data file of a wing of ``transforms``."""
    return bundled(wing, name).read_text(encoding="utf-8")


def toml_texts(folder: Traversable) -> dict[str, str]:
    """The texts of the TOML files in a folder, by name without suffix, in the order of their names."""
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {
        entry.name.removesuffix(".toml"): entry.read_text(encoding="utf-8")
        for entry in entries
        if entry.name.endswith(".toml")
    }
