"""Whether what the settings name can be used: schedules, rule packs, contract, corrections, inputs, folders.

Whether a value has the right form is known when settings are loaded; see :mod:`flows.settings`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from flows.fetching.plan import is_fetched
from flows.settings import Settings
from flows.tools import read_contract, read_tool_parts
from transforms.errors import UsageError


def check_settings(settings: Settings) -> list[str]:
    """A sentence with key, value and remedy for each thing that cannot be used; empty where all can.

    Nothing is made and no news is read.
    """
    checks: tuple[Callable[[Settings], object], ...] = (read_tool_parts, read_contract, _overrides, _schedules, _inputs)
    told = [_told(check, settings) for check in checks]
    return [problem for problem in [*told, *_folders(settings)] if problem]


def _told(check: Callable[[Settings], object], settings: Settings) -> str | None:
    try:
        check(settings)
    except UsageError as error:
        return str(error)
    return None


def _overrides(settings: Settings) -> None:
    from flows.score import load_score_tools, read_overrides

    read_overrides(settings, load_score_tools().names)


def _schedules(settings: Settings) -> None:
    from flows.scheduled.deployments import plans

    plans(settings)


def _inputs(settings: Settings) -> None:
    """Those on this machine; what is elsewhere is asked when it is read."""
    from flows.reading import InputError

    missing = [name for name in settings.inputs if not _elsewhere(name) and not _there(name)]
    if missing:
        raise InputError(f"inputs = {missing[0]!r}: no such file or folder; make it, or name another one")


def _elsewhere(name: str) -> bool:
    return "://" in name or is_fetched(name)


def _there(name: str) -> bool:
    return name == "-" or Path(name).exists() or any(mark in name for mark in "*?[")


def _folders(settings: Settings) -> list[str | None]:
    folders = {
        "warehouse": settings.warehouse.parent,
        "published": settings.published.parent,
        "reports": settings.reports,
        "prefect_folder": settings.prefect_folder,
    }
    return [_unwritable(key, folder) for key, folder in folders.items()]


def _unwritable(key: str, folder: Path) -> str | None:
    there = next(path for path in [folder, *folder.absolute().parents] if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return None
    return f"{key}: the folder {there} cannot be written to; allow it, or name another place"
