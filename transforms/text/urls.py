"""Canonical URLs and registered domains: when two addresses are one page, and whose site it is.

Nothing is fetched: what cannot be told from the characters of a URL is not known here. The list of tracking parameters
is data (``transforms/text/data/tracking_parameters.toml``), read by ``flows`` and parsed by :func:`parse_url_rules`.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import idna
import tldextract

from transforms.errors import DataFileError

MAX_URL_CHARACTERS = 4_096
"""Longer than any server accepts (common limits are 2,048 to 8,192); such a URL is data, not an address."""

MAX_HOST_CHARACTERS = 253
"""RFC 1035, section 2.3.4."""

MIN_NAME_CHARACTERS = 3
"""Shorter parameter names mean different things on different sites, and a bare ``*`` would cut every query."""

_MAX_REWRITES = 4
"""AMP caches can wrap each other; real URLs need one unwrapping."""

_DEFAULT_PORTS = {None, 80, 443}

_FOLDED_LABELS = ("www.", "m.", "mobile.", "amp.")
"""Host labels that choose a rendering, not a page."""

_AMP_PATH_ENDS = ("/amp", ".amp", ".amp.html", "/amp.html")

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\Z")
_PLAIN = re.compile(r"[A-Za-z0-9/_.~!$&'()*+,;=:@-]*\Z")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_SAFE = "%/_.~!$&'()*+,;=:@-"
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_AMP_CACHE_HOST = ".cdn.ampproject.org"
_AMP_CACHE_PATH = re.compile(r"/(?:amp|[civ])/(s/)?([^/?#]+\.[^/?#]+)(/.*)?\Z", re.DOTALL)
"""``/c/s/host/path`` of the AMP project's cache and ``/amp/s/host/path`` of Google's viewer."""

_SUFFIX_LIST = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
"""The Public Suffix List that comes with tldextract, never fetched or written; with private suffixes, as a hosted blog
is not its platform."""


class UrlRuleError(DataFileError):
    """A rule in the tracking parameter file that is incomplete or breaks its own examples."""


@dataclass(frozen=True, slots=True)
class UrlRules:
    """Names of the query parameters that do not choose the page, in lower case."""

    names: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def drops(self, name: str) -> bool:
        """Whether a parameter of this name is cut."""
        lowered = name.lower()
        return lowered in self.names or lowered.startswith(self.prefixes)


def parse_url_rules(text: str) -> UrlRules:
    """Rules from the text of a tracking parameter file, checked against the examples in it.

    Raises:
        UrlRuleError: the text is not TOML, an entry lacks a key, or an example does not come out as it must.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UrlRuleError(f"tracking parameters are not TOML: {error}") from error
    entries = data.get("parameter", [])
    names = [_checked_name(entry) for entry in entries]
    rules = UrlRules(
        names=frozenset(name for name in names if not name.endswith("*")),
        prefixes=tuple(sorted(name[:-1] for name in names if name.endswith("*"))),
    )
    for entry in entries:
        _check_drops(entry, rules)
    for meaning in data.get("meaning", []):
        _check_keeps(meaning, rules)
    return rules


@lru_cache(maxsize=4_096)
def canonical_url(url: str, rules: UrlRules = UrlRules()) -> str | None:
    """The one form of a web address that all its variants share; its own canonical form.

    https for http, host in lower-case ASCII without ``www.``/``m.``/``mobile.``/``amp.``, no user, default port or
    fragment, AMP caches and paths undone, escapes normalised (RFC 3986, section 6.2.2), tracking parameters cut and
    the others sorted, no trailing slash but the root's.

    Args:
        url: an absolute or scheme-relative URL; at most MAX_URL_CHARACTERS.
        rules: which query parameters to cut.

    Returns:
        The canonical URL, or None for what is not http(s) or no URL at all.
    """
    parts = _split(url)
    for _ in range(_MAX_REWRITES):
        inner = _inside_amp_cache(parts) if parts else None
        if inner is None:
            break
        parts = _split(inner)
    host = _host_of(parts) if parts else None
    if parts is None or host is None:
        return None
    port = parts.port if parts.port not in _DEFAULT_PORTS else None
    query = _canonical_query(parts.query, rules) if parts.query else ""
    found = f"https://{_folded_host(host)}{f':{port}' if port else ''}{_canonical_path(parts.path)}{query}"
    return found if len(found) <= MAX_URL_CHARACTERS else None


def registered_domain(url_or_host: str) -> str | None:
    """The registered domain (eTLD+1) of a URL or a host name, in lower-case ASCII; None for IP addresses and others.

    Private suffixes count: ``a.blogspot.com`` and ``b.blogspot.com`` are two sources.
    """
    text = url_or_host.strip()
    if len(text) > MAX_URL_CHARACTERS:
        return None
    if "//" not in text[:12]:
        text = "//" + text
    try:
        host = _host_of(urlsplit(text))
    except ValueError:
        return None
    return _domain_of_host(host) if host else None


@lru_cache(maxsize=65_536)
def _domain_of_host(host: str) -> str | None:
    found = _SUFFIX_LIST.extract_str(host)
    if found.suffix or not found.domain:
        return found.top_domain_under_public_suffix or None
    # "If no rules match, the prevailing rule is '*'": the last label is the suffix (publicsuffix.org/list, algorithm)
    labels = host.split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 and not labels[-1].isdigit() else None


def _split(url: str) -> SplitResult | None:
    """The parts of an http(s) URL with a usable port; None for anything else."""
    url = url.strip()
    if len(url) > MAX_URL_CHARACTERS:
        return None
    try:
        parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
        usable = parts.scheme in ("http", "https") and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if usable else None


def _host_of(parts: SplitResult) -> str | None:
    """The host in lower-case ASCII (IDNA), without a final dot; None where it is none."""
    host = (parts.hostname or "").rstrip(".")
    if not host or len(host) > MAX_HOST_CHARACTERS:
        return None
    if "[" in parts.netloc:
        return _ip_literal(host)
    if _HOST.match(host):
        return host
    try:
        encoded = idna.encode(host, uts46=True).decode("ascii").lower()
    except UnicodeError:
        return None
    return encoded if _HOST.match(encoded) else None


def _ip_literal(host: str) -> str | None:
    try:
        return f"[{ipaddress.IPv6Address(host.partition('%')[0])}]"
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def _folded_host(host: str) -> str:
    """The host without labels that choose a rendering, as long as a registered domain remains."""
    while host.startswith(_FOLDED_LABELS):
        rest = host.partition(".")[2]
        if _domain_of_host(rest) is None:
            break
        host = rest
    return host


def _inside_amp_cache(parts: SplitResult) -> str | None:
    """The URL that an AMP cache's or viewer's URL stands for; None where it is an ordinary URL."""
    host = parts.hostname or ""
    viewer = host.startswith("www.google.") and parts.path.startswith("/amp/")
    if not viewer and not host.endswith(_AMP_CACHE_HOST):
        return None
    match = _AMP_CACHE_PATH.match(parts.path)
    if not match:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{match[2]}{match[3] or '/'}{query}"


def _canonical_path(path: str) -> str:
    path = _without_amp(_normal_escapes(path))
    return path.rstrip("/") or "/"


def _without_amp(path: str) -> str:
    """The path of the page whose AMP rendering this path names."""
    path = path.rstrip("/")
    while path.endswith(_AMP_PATH_ENDS):
        for end in _AMP_PATH_ENDS:
            path = path.removesuffix(end).rstrip("/")
    while path.startswith("/amp/"):
        path = path[4:]
    return path


def _canonical_query(query: str, rules: UrlRules) -> str:
    kept = [
        pair
        for pair in _normal_escapes(query).split("&")
        if pair and not rules.drops(pair.partition("=")[0]) and not _asks_for_amp(pair)
    ]
    return "?" + "&".join(sorted(kept)) if kept else ""


def _asks_for_amp(pair: str) -> bool:
    return pair.lower() in ("outputtype=amp", "view=amp", "type=amp", "mode=amp")


def _normal_escapes(text: str) -> str:
    """Escapes in upper case, none where none is needed, and one wherever one is."""
    if _PLAIN.match(text):
        return text
    return quote(_ESCAPE.sub(_normal_escape, text), safe=_SAFE + "?", errors="surrogatepass")


def _normal_escape(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is None:
        return "%25"
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else f"%{digits.upper()}"


def _checked_name(entry: dict[str, Any]) -> str:
    name = entry.get("name")
    if not isinstance(name, str) or not entry.get("reason") or not entry.get("drop"):
        raise UrlRuleError(f"tracking parameter {name!r} needs a name, a reason and queries to drop")
    if name != name.lower() or len(name) < MIN_NAME_CHARACTERS:
        raise UrlRuleError(f"tracking parameter {name!r} must be in lower case and of {MIN_NAME_CHARACTERS} characters")
    return name


def _check_drops(entry: dict[str, Any], rules: UrlRules) -> None:
    for query in entry["drop"]:
        rest = _canonical_query(query, rules)
        if rest:
            raise UrlRuleError(f"tracking parameter {entry['name']!r}: {query!r} should be dropped, {rest!r} is left")


def _check_keeps(entry: dict[str, Any], rules: UrlRules) -> None:
    if not entry.get("keep") or not entry.get("reason"):
        raise UrlRuleError("a [[meaning]] entry of the tracking parameters needs keep and reason")
    for query in entry["keep"]:
        if _canonical_query(query, rules).removeprefix("?") != query:
            raise UrlRuleError(f"the tracking parameters cut something from {query!r}, which must stay whole")
