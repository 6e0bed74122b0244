# -*- test-case-name: tests.info.fetch.test_addresspolicy -*-
"""
Which addresses are asked when an owner gives one: only what all the world can
reach, so that nobody uses this server to look into the network it stands in.

Layer 0 (values).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin

from hyperlink import URL, URLParseError

from gigasetd.info.sources.interface import SourceError

PORTS = frozenset({80, 443, 8080, 8443})
"""What an owner's address may lead to: where web servers are, and neither mail
nor databases nor telephones."""

LONGEST = 2048  #: characters of an address

_EMBEDDING = (
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 80),  # 6to4, RFC 3056
)
"""Networks whose addresses hold one of IPv4, and how many bits are behind it."""

_RELAYS = IPv4Network("192.88.99.0/24")  #: of 6to4, RFC 7526

_NEVER = (
    IPv6Network("64:ff9b:1::/48"),  # local NAT64, RFC 8215
    IPv6Network("2001::/32"),  # Teredo, RFC 4380
    IPv6Network("::/96"),  # IPv4-compatible, RFC 4291 section 2.5.5.1
    IPv6Network("fec0::/10"),  # site-local, RFC 3879
)


class Target:
    """
    An address that may be asked.

    @ivar url: as it goes to the client, in ASCII.
    @ivar host: in small letters.
    """

    def __init__(self, url: URL) -> None:
        self.url = url.to_text()
        self.host = url.host.lower()

    def further(self, location: str) -> str:
        """
        What a redirection leads to.
        """
        return urljoin(self.url, location)


def checkAddress(text: str, guarded: bool) -> Target:
    """
    Read an address.

    @param guarded: whether an owner gave it, and not the operator.
    @raise BadSource: it cannot be asked, or must not.
    """
    if len(text) > LONGEST or not text.isprintable() or " " in text.strip():
        raise SourceError("not an address")
    try:
        # An address of IPv6 fails here, as it does in treq: a name is needed.
        url = URL.from_text(text.strip()).normalize().to_uri()
        text = url.to_text()
    except (URLParseError, ValueError):
        raise SourceError("not an address") from None
    if url.scheme not in ("http", "https") or not url.host or not text.isascii():
        raise SourceError("not an address of the web")
    if url.userinfo and guarded:
        raise SourceError("an address with a password")
    if guarded and url.port not in PORTS:
        raise SourceError("a port that is not asked")
    return Target(url.replace(fragment=""))


def isGlobal(text: str) -> bool:
    """
    Whether an IP address is one of the whole internet.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return _worldwide6(address)
    return _worldwide4(address)


def _worldwide6(address: IPv6Address) -> bool:
    """
    As L{isGlobal}; an address that holds one of IPv4 is as good as that.
    """
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return _worldwide4(address.ipv4_mapped)
    for network, behind in _EMBEDDING:
        if address in network:
            return _worldwide4(IPv4Address(int(address) >> behind & 0xFFFFFFFF))
    if any(address in network for network in _NEVER):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _worldwide4(address: IPv4Address) -> bool:
    """
    As L{isGlobal}.
    """
    known = address.is_global and address not in _RELAYS
    return known and not (address.is_multicast or address.is_reserved)
