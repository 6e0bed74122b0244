# -*- test-case-name: tests.config.test_networks -*-
"""
IP addresses and sets of networks.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Union

REMEMBERED = 8192
"""Addresses whose result is cached; bounds the memory that a scan costs."""

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
    Parse an IP address; an IPv4 address mapped into IPv6 becomes plain IPv4.

    @return: L{None} where C{host} is no address.
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
    Rewrite an IPv4 address mapped into IPv6 (RFC 4291 section 2.5.5.2), as a
    dual-stack socket names it, to plain IPv4; return any other C{host}
    unchanged.
    """
    mapped = host.startswith("::ffff:") and "." in host
    return host.removeprefix("::ffff:") if mapped else host


class Networks:
    """
    An immutable set of networks.

    @ivar texts: the networks as the operator wrote them, C{address/prefix}.
    """

    __slots__ = ("_known", "_ranges", "texts")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """
        @raise ValueError: a text is no network, or has bits set behind its
            prefix.
        """
        self.texts = tuple(texts)
        networks = [ip_network(text) for text in self.texts]
        self._ranges = [
            (each.version, int(each.network_address), int(each.broadcast_address))
            for each in networks
        ]
        self._known: dict[str, bool] = {}

    def contains(self, host: str) -> bool:
        """
        Whether an address lies in one of the networks; C{False} for anything
        that is no address.
        """
        if not isinstance(host, str):
            return False
        known = self._known.get(host)
        return self._lookUp(host) if known is None else known

    def _lookUp(self, host: str) -> bool:
        address = readAddress(host)
        inside = address is not None and self._covers(address.version, int(address))
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        if len(host) <= 64:
            self._known[host] = inside
        return inside

    def _covers(self, version: int, value: int) -> bool:
        return any(
            version == of and first <= value <= last for of, first, last in self._ranges
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Networks) and self.texts == other.texts

    def __hash__(self) -> int:
        return hash(self.texts)

    def __repr__(self) -> str:
        return f"Networks({list(self.texts)!r})"
