# -*- test-case-name: tests.config.test_networks -*-
"""
A set of IP networks, and whether an address lies in one of them.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Union

REMEMBERED = 8192
"""How many answers are kept, so that a scan from many addresses stays small."""

LOCAL = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "::1/128",
    "fe80::/10",
    "fc00::/7",
)
"""The private, link-local and loopback ranges (RFC 1918, 3927, 4193, 4291)."""


def readAddress(host: object) -> Union[IPv4Address, IPv6Address, None]:
    """
    Read an address; an IPv4 one mapped into IPv6 (as a dual-stack socket
    shows it) becomes plain IPv4.

    @return: L{None} when C{host} is no text of an address.
    """
    if not isinstance(host, str):
        return None
    try:
        address = ip_address(host)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def unmapped(host: str) -> str:
    """
    An address in the text form that is compared and logged: plain IPv4 where a
    dual-stack socket shows it mapped into IPv6 (RFC 4291 section 2.5.5.2).

    @param host: as a socket tells it; a zone (C{%eth0}) stays.
    """
    mapped = host.startswith("::ffff:") and "." in host
    return host.removeprefix("::ffff:") if mapped else host


class Networks:
    """
    Never changes once made; equal to another one of the same texts.

    @ivar texts: the networks as they were given, C{address/prefix}.
    """

    __slots__ = ("_known", "_ranges", "texts")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """
        @raise ValueError: one of the texts is no network, or has bits set
            behind its prefix.
        """
        self.texts = tuple(texts)
        networks = [ip_network(text) for text in self.texts]
        self._ranges = [
            (one.version, int(one.network_address), int(one.broadcast_address))
            for one in networks
        ]
        self._known: dict[str, bool] = {}

    def contains(self, host: str) -> bool:
        """
        Whether the address lies in one of the networks; C{False} for
        anything that is no address.
        """
        if not isinstance(host, str):
            return False
        known = self._known.get(host)
        return self._look(host) if known is None else known

    def _look(self, host: str) -> bool:
        """
        Find out and remember; all is forgotten when too much was asked.
        """
        address = readAddress(host)
        found = address is not None and self._covers(address.version, int(address))
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        if len(host) <= 64:
            self._known[host] = found
        return found

    def _covers(self, version: int, value: int) -> bool:
        """
        Whether an address, as a number, is in a range of its own version.
        """
        return any(
            version == of and first <= value <= last for of, first, last in self._ranges
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Networks) and self.texts == other.texts

    def __hash__(self) -> int:
        return hash(self.texts)

    def __repr__(self) -> str:
        return f"Networks({list(self.texts)!r})"
