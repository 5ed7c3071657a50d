"""Where runs that are started from Prefect's page may read and write.

Whoever may use the page can give a run any path. What the settings name is the owner's word; a parameter must stay
below it.
"""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flows.fetching.plan import FEED, SITEMAP, URLS
from flows.settings import Settings, SettingsError

WRITTEN = ("warehouse", "published", "reports", "fetched")
"""Settings that name a file or folder to which runs write."""

_READ = ("rules_folder", "contract", "overrides")
_ADDRESS = "://"


@dataclass(frozen=True, slots=True)
class Places:
    """Folders, files and address prefixes below which everything lies that a run may be given."""

    roots: tuple[str, ...]
    """Absolute paths without links in them, and prefixes of addresses."""
    inputs: frozenset[str] = frozenset()
    """Inputs that the settings name, as they are written there."""

    @classmethod
    def of(cls, settings: Settings, config: Path | None = None) -> Places:
        """The working folder, what ``run_folders`` names, and every place in the settings or that holds them.

        Args:
            config: the settings file, where one was named.
        """
        named = [config, *(getattr(settings, name) for name in (*WRITTEN, *_READ))]
        local = [str(Path(path).resolve()) for path in (Path(), *named) if path is not None]
        written = [one if _ADDRESS in one else str(Path(one).resolve()) for one in settings.run_folders]
        read = [_fixed(one) for one in settings.inputs]
        return cls(tuple(dict.fromkeys([*local, *written, *read])), frozenset(settings.inputs))

    def require(self, name: str, path: Path) -> None:
        """Make sure that a path lies below one of the roots, links followed.

        Raises:
            SettingsError: it does not; the message names the setting that would allow it.
        """
        whole = path.resolve()
        if not any(_ADDRESS not in root and whole.is_relative_to(root) for root in self.roots):
            raise _outside(name, str(path))

    def require_input(self, text: str) -> None:
        """Make sure that an input is one of the settings' own, lies below a root, or is a feed or sitemap of the web.

        Feeds and sitemaps are asked for by the fetcher, which refuses private addresses itself.

        Raises:
            SettingsError: it does not; the message names the setting that would allow it.
        """
        if text in self.inputs or text.startswith((FEED, SITEMAP)):
            return
        fixed = _fixed(text.removeprefix(URLS))
        if _ADDRESS not in fixed:
            if ".." in Path(text).parts and glob.has_magic(text):  # a link below the pattern could lead out
                raise _outside("inputs", text)
            self.require("inputs", Path(fixed))
        elif ".." in fixed or not any(_ADDRESS in root and _is_below(fixed, root) for root in self.roots):
            raise _outside("inputs", text)


def _fixed(text: str) -> str:
    """The part of an input before a pattern begins: an absolute path without links, or the address as it is."""
    if _ADDRESS in text or "::" in text:
        return text if _ADDRESS in text else f"{text}{_ADDRESS}"  # ``zip::FILE`` is read by a driver
    parts: list[str] = []
    for part in Path(text).parts:
        if glob.has_magic(part) and not Path(text).exists():
            break
        parts.append(part)
    return str(Path(*parts).resolve())


def _is_below(address: str, root: str) -> bool:
    """Whether an address begins with a prefix, up to the end of one of its parts."""
    if "::" in address or urlsplit(address).scheme in ("file", "local"):
        return False
    return address == root or address.startswith(f"{root.rstrip('/')}/")


def _outside(name: str, value: str) -> SettingsError:
    return SettingsError(
        f"{name} = {value!r} (given to the run) is outside of the places that runs may be given: the working folder "
        "and what the settings name. Add its folder to the setting run_folders"
    )
