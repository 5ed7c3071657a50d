"""The junk-rule packs that are in force: the bundled ones and the user's own.

Apart from :mod:`flows.tools`, which loads everything that a document's way needs, so that a command about rules alone
starts at once.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from flows.bundled import bundled, bundled_text, toml_texts
from flows.settings import Settings, SettingsError
from transforms.junk.rules import Rulebook, parse_rules


def read_packs(settings: Settings) -> dict[str, str]:
    """The texts of all packs by name; a user's own stand under their file names and come last.

    Raises:
        SettingsError: the folder of own packs is missing or a pack in it cannot be read.
    """
    return toml_texts(bundled("junk", "junk_lines")) | _own_packs(settings.rules_folder)


def read_rulebook(settings: Settings) -> Rulebook:
    """The rules of all packs.

    Raises:
        SettingsError: as :func:`read_packs`.
        RuleError: a wrong rule in a pack of the user's own.
    """
    return parsed_packs(tuple(read_packs(settings).items()))


@functools.lru_cache(maxsize=1)
def parsed_packs(packs: tuple[tuple[str, str], ...]) -> Rulebook:
    """The rules of packs, held against their examples where they are not the bundled ones; once in a process.

    Raises:
        RuleError: a rule is wrong; the message names pack, rule, key and remedy.
    """
    return parse_rules(dict(packs), tomllib.loads(bundled_text("junk", "checked_packs.toml"))["version"])


def own_file(path: Path, key: str) -> str:
    """The text of a user's own file; ``key`` is the setting that names it.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{key}: {path} cannot be read: {error}") from error


def _own_packs(folder: Path | None) -> dict[str, str]:
    if folder is None:
        return {}
    if not folder.is_dir():
        raise SettingsError(f"rules_folder = {str(folder)!r} is not a folder: name one that holds *.toml rule packs")
    return {path.name: own_file(path, "rules_folder") for path in sorted(folder.glob("*.toml"))}
