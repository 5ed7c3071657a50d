"""Which addresses may be asked: how a URL may be spelt, and which network addresses may be connected to.

A URL comes from a feed, a page or a redirect, and so from strangers. Its spelling is checked first; what counts is the
second check, of the network address itself, made on the very address that is then connected to, so that neither a
spelling nor a name that changes its address between two look-ups gets past it. HTTP does not belong here.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import httpcore
import idna

from flows.fetching.clock import Deadline
from flows.fetching.ends import Failed
from transforms.text.urls import MAX_HOST_CHARACTERS, MAX_URL_CHARACTERS

Resolve = Callable[[str, int], list[str]]
"""From a host name and a port to network addresses. Raises ``OSError``."""

PORTS = frozenset({80, 443, 8080, 8443})
"""Where web servers are; other ports are other services, which a URL in a feed must not make us talk to."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_ADDRESSES = 4
"""Of one name that are tried, each for the time that a connection may take."""

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_SAFE = "%/?:@!$&'()*+,;=~-._[]|"

_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ALSO_REFUSED = (
    ipaddress.IPv4Network("168.63.129.16/32"),  # Azure's wire server answers its machines there
    ipaddress.IPv4Network("192.0.0.0/24"),  # Oracle's metadata; older Pythons take parts of it for global
    ipaddress.IPv4Network("192.88.99.0/24"),  # relays of 6to4, withdrawn
)


@dataclass(frozen=True, slots=True)
class Url:
    """An address that may be asked for, in one spelling."""

    scheme: str
    host: str
    """Lower-case ASCII; of IPv6 without brackets."""
    port: int
    target: str
    """Path and query, in ASCII."""

    @property
    def root(self) -> str:
        """Scheme, host and port: what a robots.txt speaks for."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def text(self) -> str:
        """The whole address."""
        return self.root + self.target


def joined(base: str, link: str) -> str:
    """A link as an absolute address; what cannot be joined stays as it is, for ``checked_url`` to refuse."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link


def checked_url(text: str, private_hosts: frozenset[str] = frozenset()) -> Url:
    """The URL in one spelling.

    Args:
        private_hosts: names that may be asked on any port.

    Raises:
        Failed: ``address refused``.
    """
    text = text.strip()
    shown = text[:100]
    if len(text) > MAX_URL_CHARACTERS:
        raise _refused(f"{shown!r}... has over {MAX_URL_CHARACTERS:,} characters")
    if any(character < " " or character == "\x7f" for character in text):
        raise _refused(f"{shown!r} has control characters")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _refused(f"{shown!r} is no URL: {error}") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise _refused(f"{shown!r} is no http or https URL")
    if "@" in parts.netloc:
        raise _refused(f"{parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()[:100]!r} has a user name")
    host = _host(parts, shown)
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in PORTS and host not in private_hosts:
        raise _refused(f"{shown!r} asks port {port}; web servers are at {', '.join(map(str, sorted(PORTS)))}")
    return Url(parts.scheme, host, port, _target(parts))


def _refused(finding: str) -> Failed:
    return Failed("address refused", f"{finding}. It was not asked for.")


def _target(parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe=_SAFE, errors="replace")


def _host(parts: SplitResult, shown: str) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if "[" in parts.netloc:
        return _ipv6(host, shown)
    if not host or len(host) > MAX_HOST_CHARACTERS:
        raise _refused(f"{shown!r} names no host")
    if not _HOST.match(host):
        try:
            host = idna.encode(host, uts46=True).decode("ascii").lower().removesuffix(".")
        except UnicodeError as error:
            raise _refused(f"{shown!r} names no valid host") from error
    if not _HOST.match(host):
        raise _refused(f"{shown!r} names no valid host")
    if _NUMBER.match(host.rpartition(".")[2]) and not _is_ipv4(host):
        raise _refused(f"{shown!r} spells a network address in an uncommon way")
    return host


def _ipv6(host: str, shown: str) -> str:
    try:
        return str(ipaddress.IPv6Address("" if "%" in host else host))
    except ValueError as error:
        raise _refused(f"{shown!r} names no valid host") from error


def _is_ipv4(host: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Whether a network address is one of the public Internet, as is every IPv4 address that it carries inside."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public_ipv4(inner)
        return parsed in _GLOBAL_IPV6 and parsed.is_global
    return _is_public_ipv4(parsed)


def _is_public_ipv4(address: ipaddress.IPv4Address) -> bool:
    unusual = address.is_multicast or address.is_reserved or any(address in network for network in _ALSO_REFUSED)
    return address.is_global and not unusual


def resolved(host: str, port: int) -> list[str]:
    """The network addresses of a host, as the machine's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Connects for one request, only to addresses that it has looked up and checked itself, until its deadline."""

    def __init__(self, private_hosts: frozenset[str], resolve: Resolve, deadline: Deadline) -> None:
        self._private_hosts = private_hosts
        self._resolve = resolve
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers.

        Raises:
            Failed: every address of the host is refused.
            httpcore.ConnectError, httpcore.ConnectTimeout: none answers.
        """
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._allowed(host, port):
            try:
                left = self._deadline.clip(timeout)
                stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
                return _BoundedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    def _allowed(self, host: str, port: int) -> list[str]:
        try:
            found = self._resolve(host, port)[:_MAX_ADDRESSES]
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} has no address: {error}") from error
        allowed = found if host in self._private_hosts else [address for address in found if is_public(address)]
        if found and not allowed:
            detail = f"{host} is at {found[0]}, which is no public address. If it is yours, name it in"
            raise Failed("address refused", f"{detail} the setting fetch_private_hosts.")
        return allowed


class _BoundedStream(httpcore.NetworkStream):
    """A connection of which no single step outlasts the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.clip(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.clip(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: object, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.clip(timeout))  # type: ignore[arg-type]
        return _BoundedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
