# -*- test-case-name: tests.info.fetch.test_addresspolicy -*-
"""
Decides which source addresses may be fetched. An address that an owner entered
must be a public one, so that owners cannot use this server to reach the network
it stands in (server-side request forgery).

Layer 0 (values).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin

from hyperlink import URL, URLParseError

from gigasetd.info.sources.interface import SourceError

PORTS = frozenset({80, 443, 8080, 8443})
"""Ports of web servers; an owner's address cannot reach mail, databases or SIP."""

LONGEST = 2048  #: characters of a URL

_EMBEDDING = (
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 80),  # 6to4, RFC 3056
)
"""IPv6 networks that embed an IPv4 address, and the number of bits after it."""

_RELAYS = IPv4Network("192.88.99.0/24")  #: of 6to4, RFC 7526

_NEVER = (
    IPv6Network("64:ff9b:1::/48"),  # local NAT64, RFC 8215
    IPv6Network("2001::/32"),  # Teredo, RFC 4380
    IPv6Network("::/96"),  # IPv4-compatible, RFC 4291 section 2.5.5.1
    IPv6Network("fec0::/10"),  # site-local, RFC 3879
)


class Target:
    """
    An address that may be fetched.

    @ivar url: in ASCII, as the HTTP client gets it.
    @ivar host: in lower case.
    """

    def __init__(self, url: URL) -> None:
        self.url = url.to_text()
        self.host = url.host.lower()

    def redirect(self, location: str) -> str:
        """
        Resolve a C{Location} header against this address.
        """
        return urljoin(self.url, location)


def checkAddress(text: str, guarded: bool) -> Target:
    """
    Parse a URL and check that it may be fetched.

    @param guarded: whether an owner entered it, not the operator.
    @raise SourceError: it is not a valid URL, or not allowed.
    """
    if len(text) > LONGEST or not text.isprintable() or " " in text.strip():
        raise SourceError("not a valid address")
    try:
        # An address of IPv6 fails here, as it does in treq: a name is needed.
        url = URL.from_text(text.strip()).normalize().to_uri()
        text = url.to_text()
    except (URLParseError, ValueError):
        raise SourceError("not a valid address") from None
    if url.scheme not in ("http", "https") or not url.host or not text.isascii():
        raise SourceError("only http:// and https:// addresses are allowed")
    if url.userinfo and guarded:
        raise SourceError("an address must not contain a password")
    if guarded and url.port not in PORTS:
        ports = ", ".join(map(str, sorted(PORTS)))
        raise SourceError(f"the port must be one of {ports}")
    return Target(url.replace(fragment=""))


def isGlobal(text: str) -> bool:
    """
    Whether an IP address is reachable from the whole internet.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return _isGlobal6(address)
    return _isGlobal4(address)


def _isGlobal6(address: IPv6Address) -> bool:
    # An address that embeds an IPv4 address is as public as that one.
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return _isGlobal4(address.ipv4_mapped)
    for network, shift in _EMBEDDING:
        if address in network:
            return _isGlobal4(IPv4Address(int(address) >> shift & 0xFFFFFFFF))
    if any(address in network for network in _NEVER):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _isGlobal4(address: IPv4Address) -> bool:
    public = address.is_global and address not in _RELAYS
    return public and not (address.is_multicast or address.is_reserved)
