# -*- test-case-name: tests.ratelimit.test_source -*-
"""
What a source is, for every limit: an IPv4 address or an IPv6 /64, unless the
operator sets other prefixes.

A home or a rented server has a whole IPv6 /64 at least, and may send from each of
its 2^64 addresses.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network

from gigasetd.config.networks import readAddress

REMEMBERED = 8192
"""Addresses whose source is cached; bounds the memory that a scan costs."""
LONGEST = 64  #: characters of an address that is cached


def sourceOf(host: str, ipv4: int = 32, ipv6: int = 64) -> str:
    """
    Name the source that an address belongs to.

    @param host: the text of an address; a scope is ignored, and an IPv4 address
        mapped into IPv6 counts as IPv4.
    @param ipv4: the bits of an IPv4 address that name its source.
    @param ipv6: the bits of an IPv6 address that name its source.
    @return: an address, or a network as C{address/prefix}; C{host} itself where
        it is no address.
    """
    address = readAddress(host.partition("%")[0])
    if address is None:
        return host
    prefix = ipv4 if address.version == 4 else ipv6
    # All links share fe80::/64, so it names no home (RFC 4291 section 2.5.6).
    if prefix == address.max_prefixlen or address.is_link_local:
        return str(address)
    return str(ip_network((address, prefix), strict=False))


def pairSource(pair: str, source: Callable[[str], str]) -> str:
    """
    Name the source of an address that is one half of a pair.

    @param pair: C{"ADDRESS SUBJECT"}.
    @return: C{"SOURCE SUBJECT"}.
    """
    host, space, subject = pair.partition(" ")
    return source(host) + space + subject


class Sources(dict[str, str]):
    """
    Address -> its source, by the configured prefixes; a cache that fills itself.

    @ivar of: returns the source of an address, as L{sourceOf}.  It is called for
        each packet, so it is a plain look-up.
    """

    def __init__(self, ipv4: int = 32, ipv6: int = 64) -> None:
        super().__init__()
        self._prefixes = ipv4, ipv6
        self.of: Callable[[str], str] = self.__getitem__

    def divide(self, ipv4: int, ipv6: int) -> None:
        """
        Set other prefixes.
        """
        self._prefixes = ipv4, ipv6
        self.clear()

    def __missing__(self, host: str) -> str:
        source = sourceOf(host, *self._prefixes)
        if len(self) >= REMEMBERED:
            self.clear()
        if len(host) <= LONGEST:
            self[host] = source
        return source
