# -*- test-case-name: tests.discovery.test_interface -*-
"""
One network interface and its subnets; the address by which this server is reached
from there.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_interface
from typing import NamedTuple

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
WEB = 80  #: the port that a URL need not name


class Outgoing(NamedTuple):
    """
    A datagram to send.
    """

    data: bytes
    to: tuple[str, int] | None = None  #: L{None} for the whole group
    within: float = 0.0  #: seconds within which to send it, at random


class ListenAddress(NamedTuple):
    """
    The address of a listener.
    """

    host: str  #: an address of ours, or one of L{EVERYWHERE}
    port: int


class NetworkLink(NamedTuple):
    """
    A network interface.

    @ivar v4: our addresses there as C{address/prefix}.
    @ivar v6: the same of IPv6, without a zone.
    """

    name: str
    scope: int  #: the interface's number
    v4: tuple[str, ...] = ()
    v6: tuple[str, ...] = ()

    def addresses(self) -> frozenset[str]:
        """
        Return our own addresses there.
        """
        return frozenset(map(_bare, (*self.v4, *self.v6)))

    def holds(self, host: str) -> bool:
        """
        Return whether an address belongs to one of this link's subnets.

        @param host: as a socket writes it, with or without a zone.
        """
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return False
        if address.version == 6 and address.is_link_local:
            return bool(self.v6)
        texts = self.v4 if address.version == 4 else self.v6
        return any(address in ip_interface(text).network for text in texts)

    def reach(self, place: ListenAddress) -> str:
        """
        Return our address by which a listener is reached from this link, IPv4
        first, C{""} where it is not.

        A link-local IPv6 address is useless in a URL.
        """
        four = [_bare(text) for text in self.v4]
        six = [_bare(text) for text in self.v6 if not ip_interface(text).is_link_local]
        if place.host == EVERYWHERE[0]:
            return next(iter(four), "")
        if place.host == EVERYWHERE[1]:
            return next(iter((*four, *six)), "")
        return place.host if place.host in (*four, *six) else ""

    def reached(self, places: Sequence[ListenAddress]) -> list[str]:
        """
        Return our addresses there that have a listener, link-local ones too.
        """
        hosts = {place.host for place in places}
        four = [_bare(text) for text in self.v4]
        six = [_bare(text) for text in self.v6]
        if EVERYWHERE[1] in hosts:
            return [*four, *six]
        if EVERYWHERE[0] in hosts:
            hosts |= set(four)
        return [address for address in (*four, *six) if address in hosts]


def _bare(text: str) -> str:
    return text.partition("/")[0]


def rootUrl(places: Sequence[ListenAddress], link: NetworkLink, public: str) -> str:
    """
    Return the URL of our web server without a path, C{""} where it is not
    reached.

    @param places: its listeners; port 80 is preferred.
    @param link: the link of the client.
    @param public: C{server.public_address}, C{""} for none.
    """
    for place in sorted(places, key=_isOther):
        host = public or link.reach(place)
        if host:
            return f"http://{_quoted(host)}{_port(place.port)}"
    return ""


def _isOther(place: ListenAddress) -> bool:
    return place.port != WEB


def _quoted(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(port: int) -> str:
    return "" if port == WEB else f":{port}"
