"""Whose site an address is: registered domains, accounts on platforms, and the several names of one outlet.

The exceptions are data (``transforms/credibility/data/source_names.toml``). What is thought of a source does not
belong here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import unquote, urlsplit

from transforms.errors import DataFileError
from transforms.text.urls import MAX_URL_CHARACTERS, registered_domain

PLATFORM = "platform: many publish there; its accounts are sources of their own"

Accounts = Literal["subdomain", "path", "both", "none"]

MAX_ACCOUNT_CHARACTERS = 80
"""Longer path parts are titles and tokens; platforms allow account names of 30 to 63 characters."""

_PLATFORM_KEYS = {"domain", "accounts", "reason", "is"}
_ALIAS_KEYS = {"source", "names", "reason"}
_UNSCORED_KEYS = {"why", "sources", "reason"}
_HTTP_LABELS = ("www.", "m.", "mobile.", "amp.")


class SourceNameError(DataFileError):
    """The source name data is wrong; the message names the entry, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class SourceName:
    """The source that an address belongs to."""

    key: str
    """Its one name: a registered domain, or ``name.platform`` or ``platform/name`` for an account on a platform."""
    platform: str | None = None
    """The platform that it publishes on; equal to ``key`` where the address names the platform alone."""
    section: str | None = None
    """The rest of the path, for an address of a source with a site of its own."""
    subdomain: str | None = None
    """Labels before the registered domain other than ``www`` and its like, for a source with a site of its own."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A domain on which many publish."""

    domain: str
    accounts: Accounts
    prefixes: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    """Other hosts under which it shows the same accounts."""


class SourceNames:
    """A checked set of platforms and aliases; immutable after construction."""

    __slots__ = ("_aliases", "_platforms", "_unscored")

    def __init__(
        self,
        platforms: Mapping[str, Platform] | None = None,
        aliases: Mapping[str, str] | None = None,
        unscored: Mapping[str, str] | None = None,
    ) -> None:
        self._platforms = {host: one for one in (platforms or {}).values() for host in (one.domain, *one.also)}
        self._aliases = dict(aliases or {})
        self._unscored = dict(unscored or {})

    def name(self, address: str) -> SourceName | None:
        """The source of a URL or host name, with or without a path; None where it names no domain."""
        parts = _parts(address)
        if parts is None:
            return None
        host, path = parts
        if (found := self._platform_of(host)) is not None:
            return self._on_platform(host, path, *found)
        domain = registered_domain(host)
        if domain is None:
            return None
        named = next((name for name in _suffixes(host) if name in self._aliases), domain)
        key = self._aliases.get(named, named)
        subdomain = host.removesuffix(named).rstrip(".") if host.endswith(named) and host != key else ""
        return SourceName(key, section=path or None, subdomain=subdomain or None)

    def site(self, address: str) -> str | None:
        """The registered domain of a URL or host name; the account on a platform that gives each its own subdomain.

        Accounts that are paths have no site of their own: there it is the platform's.
        """
        parts = _parts(address)
        found = self._platform_of(parts[0]) if parts is not None else None
        if parts is None or found is None or found[1].accounts not in ("subdomain", "both"):
            return registered_domain(address)
        return self._on_platform(parts[0], "", *found).key

    def unscored(self, key: str) -> str | None:
        """Why quality of reporting is not the question for a source, whoever rates it; None where it is.

        A platform as a whole says nothing about who publishes there; satire, works of reference and pages that run the
        reports of others are known by a list with reasons.
        """
        return PLATFORM if key in self._platforms else self._unscored.get(key)

    def _platform_of(self, host: str) -> tuple[str, Platform] | None:
        """The platform of a host, and its own host there."""
        return next(((name, self._platforms[name]) for name in _suffixes(host) if name in self._platforms), None)

    def _on_platform(self, host: str, path: str, its_host: str, platform: Platform) -> SourceName:
        account = host.removesuffix(its_host).rstrip(".")
        if account and platform.accounts in ("subdomain", "both"):
            key = f"{account.rpartition('.')[2]}.{platform.domain}"
            return SourceName(self._aliases.get(key, key), platform.domain)
        segments = [part for part in path.lower().split("/") if part and part not in platform.prefixes]
        if segments and len(segments[0]) <= MAX_ACCOUNT_CHARACTERS and platform.accounts in ("path", "both"):
            key = f"{platform.domain}/{segments[0]}"
            return SourceName(self._aliases.get(key, key), platform.domain)
        return SourceName(platform.domain, platform.domain)


def parse_source_names(text: str) -> SourceNames:
    """Platforms and aliases from the text of ``source_names.toml``, held against the examples in it.

    Raises:
        SourceNameError: the text is not TOML, an entry lacks a key, a name has two meanings, or an example does not
            come out as it says.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceNameError(f"source names: not valid TOML ({error}); mend the file") from error
    platforms = {entry["domain"]: _platform(entry) for entry in data.get("platform", []) if _has(entry, _PLATFORM_KEYS)}
    hosts = {host for one in platforms.values() for host in (one.domain, *one.also)}
    aliases: dict[str, str] = {}
    for entry in data.get("alias", []):
        _has(entry, _ALIAS_KEYS)
        for name in entry["names"]:
            if aliases.setdefault(name, entry["source"]) != entry["source"] or name in hosts:
                raise SourceNameError(f"alias {name!r} of {entry['source']!r}: the name has another meaning already")
    if chained := sorted(aliases.keys() & set(aliases.values())):
        raise SourceNameError(f"alias {chained[0]!r} is itself the source of aliases; name the final source")
    unscored = {
        source: f"{entry['why']}: {entry['reason']}"
        for entry in data.get("unscored", [])
        if _has(entry, _UNSCORED_KEYS)
        for source in entry["sources"]
    }
    if lost := sorted(unscored.keys() & (aliases.keys() | hosts)):
        raise SourceNameError(f"unscored {lost[0]!r} is an alias or a platform; name the final source")
    names = SourceNames(platforms, aliases, unscored)
    for entry in data.get("platform", []):
        for address, wanted in entry["is"].items():
            found = names.name(address)
            if found is None or found.key != wanted:
                raise SourceNameError(f"platform {entry['domain']!r}: {address!r} gives {found}, not {wanted!r}")
    return names


def _suffixes(host: str) -> Iterator[str]:
    """The host, then what is left without its first label, and so on; two labels at least."""
    labels = host.split(".")
    return (".".join(labels[first:]) for first in range(len(labels) - 1))


def _has(entry: Mapping[str, Any], keys: set[str]) -> bool:
    if missing := sorted(keys - entry.keys()):
        raise SourceNameError(f"source names: the entry {dict(entry)!r} lacks {', '.join(missing)}; add them")
    return True


def _platform(entry: Mapping[str, Any]) -> Platform:
    if entry["accounts"] not in get_args(Accounts):
        raise SourceNameError(f"platform {entry['domain']!r}: accounts must be one of {', '.join(get_args(Accounts))}")
    return Platform(
        entry["domain"], entry["accounts"], frozenset(entry.get("prefixes", ())), tuple(entry.get("also", ()))
    )


def _parts(address: str) -> tuple[str, str] | None:
    """Host in lower case without labels that choose a rendering, and path without its outer slashes."""
    text = address.strip()
    if len(text) > MAX_URL_CHARACTERS:
        return None
    if "//" not in text[:12]:
        text = "//" + text
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    for label in _HTTP_LABELS:
        if host.startswith(label) and host.count(".") > 1:
            host = host.removeprefix(label)
    path = parts.path if "%" not in parts.path else unquote(parts.path, errors="replace")
    return (host, path.strip("/")) if host else None
