"""Corrections of scores by people: a dated decision with its reason, shown beside the score.

What a correction does to what is shown belongs to the view ``source_credibility``.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

from transforms.credibility.sources import SourceNames
from transforms.errors import DataFileError
from transforms.records import ScoreOverride

_REQUIRED = {"source", "decided_on", "action", "reason"}
_OPTIONAL = {"quality", "link"}
ACTIONS: tuple[str, ...] = get_args(get_type_hints(ScoreOverride)["action"])


class OverrideError(DataFileError):
    """An entry of the override file is wrong; the message names the source, the value and the remedy."""


def parse_overrides(text: str, names: SourceNames) -> tuple[ScoreOverride, ...]:
    """Corrections from the text of an override file.

    Each ``[[override]]`` has ``source``, ``decided_on`` (a date), ``action`` and ``reason``; ``quality`` (0 to 1) with
    the action ``set``; optionally ``link``.

    Raises:
        OverrideError: the text is not TOML, or an entry lacks a key, has an unknown one or a wrong value.
    """
    try:
        entries = tomllib.loads(text).get("override", [])
    except tomllib.TOMLDecodeError as error:
        raise OverrideError(f"overrides: not valid TOML ({error}); mend the file") from error
    return tuple(_override(entry, names) for entry in entries)


def _override(entry: Mapping[str, Any], names: SourceNames) -> ScoreOverride:
    shown = f"override of {entry.get('source')!r}"
    if missing := sorted(_REQUIRED - entry.keys()):
        raise OverrideError(f"{shown}: missing {', '.join(missing)}; add them")
    if unknown := sorted(entry.keys() - _REQUIRED - _OPTIONAL):
        raise OverrideError(f"{shown}: unknown key {', '.join(unknown)}; take it out")
    name = names.name(str(entry["source"]))
    if name is None:
        raise OverrideError(f"{shown}: this is no domain; write one such as harbourpost.example")
    if type(entry["decided_on"]) is not dt.date:
        raise OverrideError(f"{shown}: decided_on must be a date such as 2026-01-31, without quotes")
    if entry["action"] not in ACTIONS or not str(entry["reason"]).strip():
        raise OverrideError(f"{shown}: action must be one of {', '.join(ACTIONS)}, and the reason a sentence")
    quality = entry.get("quality")
    is_number = isinstance(quality, int | float) and not isinstance(quality, bool) and 0 <= quality <= 1
    if (entry["action"] == "set") != (quality is not None) or (quality is not None and not is_number):
        raise OverrideError(
            f"{shown}: quality must be a number from 0 to 1 with the action 'set', and absent otherwise"
        )
    return ScoreOverride(
        source=name.key,
        decided_on=entry["decided_on"],
        action=entry["action"],
        quality=None if quality is None else float(quality),
        reason=str(entry["reason"]),
        link=entry.get("link"),
    )
