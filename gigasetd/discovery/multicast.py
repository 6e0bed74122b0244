# -*- test-case-name: tests.discovery.test_namespaces -*-
"""
Sockets for one group on one link, and which links there are.

Each link has sockets of its own, bound to the group's address: a datagram
that was sent to us alone does not come in here at all, and whichever socket
hears something knows the link.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
import struct
from collections import deque
from collections.abc import Callable, MutableMapping, Sequence
from ipaddress import ip_address
from typing import Any, NamedTuple

import ifaddr

from gigasetd.discovery.interface import NetworkLink
from gigasetd.process.udpreader import Datagram, UDPReader

SIZE = 4096  #: bytes that are read; no question is longer
REMEMBERED = 32  #: datagrams of ours by which we know ourselves
IP_MULTICAST_ALL = 49  #: Linux; Python has no name for it


class MulticastGroup(NamedTuple):
    """
    Where many listen.
    """

    service: str  #: as the log calls it
    address: str
    port: int
    hops: int  #: how far what we send goes

    @property
    def isSix(self) -> bool:
        """
        Whether it is of IPv6.
        """
        return ":" in self.address


def links(wanted: Sequence[str]) -> frozenset[NetworkLink]:
    """
    The links that there are now.

    @param wanted: names of interfaces; none of them means all but loopback.
    """
    found = map(_link, ifaddr.get_adapters())
    return frozenset(
        link
        for link in found
        if (link.v4 or link.v6)
        and (link.name in wanted if wanted else not _isLoopback(link))
    )


def _link(adapter: Any) -> NetworkLink:
    """
    One interface.
    """
    four = [f"{ip.ip}/{ip.network_prefix}" for ip in adapter.ips if ip.is_IPv4]
    six = [f"{ip.ip[0]}/{ip.network_prefix}" for ip in adapter.ips if ip.is_IPv6]
    name = str(adapter.name)
    return NetworkLink(
        name, adapter.index or 0, tuple(sorted(four)), tuple(sorted(six))
    )


def _isLoopback(link: NetworkLink) -> bool:
    """
    Whether all of it is this machine.
    """
    return all(ip_address(address).is_loopback for address in link.addresses())


def groupSocket(group: MulticastGroup, link: NetworkLink) -> socket.socket:
    """
    A socket that hears the group on that link, and speaks from its port.

    @raise OSError: another program has the port to itself, or the link is of
        a kind that has no groups.
    """
    family = socket.AF_INET6 if group.isSix else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        # Others on this machine (avahi, a media server) hear the same groups.
        # Not SO_REUSEPORT: by that, Linux (6.18) gives a datagram to any one
        # of our sockets and not to that of the link it came by.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        (_joinSix if group.isSix else _joinFour)(opened, group, link)
    except OSError:
        opened.close()
        raise
    return opened


def _joinFour(opened: socket.socket, group: MulticastGroup, link: NetworkLink) -> None:
    """
    IPv4 (ip(7), C{ip_mreqn}).
    """
    own = socket.inet_aton(link.v4[0].partition("/")[0])
    chosen = struct.pack("@4s4si", b"\0\0\0\0", own, link.scope)
    member = struct.pack(
        "@4s4si", socket.inet_aton(group.address), b"\0\0\0\0", link.scope
    )
    level = socket.IPPROTO_IP
    # Not what other programs have joined on other links.
    opened.setsockopt(level, IP_MULTICAST_ALL, 0)
    opened.setsockopt(level, socket.IP_MULTICAST_IF, chosen)
    opened.setsockopt(level, socket.IP_MULTICAST_TTL, group.hops)
    opened.setsockopt(level, socket.IP_TTL, group.hops)
    opened.bind((group.address, group.port))
    opened.setsockopt(level, socket.IP_ADD_MEMBERSHIP, member)


def _joinSix(opened: socket.socket, group: MulticastGroup, link: NetworkLink) -> None:
    """
    IPv6 (ipv6(7)).
    """
    level = socket.IPPROTO_IPV6
    member = socket.inet_pton(socket.AF_INET6, group.address)
    opened.setsockopt(level, socket.IPV6_V6ONLY, 1)
    opened.setsockopt(level, socket.IPV6_MULTICAST_IF, link.scope)
    opened.setsockopt(level, socket.IPV6_MULTICAST_HOPS, group.hops)
    opened.setsockopt(level, socket.IPV6_UNICAST_HOPS, group.hops)
    opened.bind((group.address, group.port, 0, link.scope))
    opened.setsockopt(
        level, socket.IPV6_JOIN_GROUP, member + struct.pack("@I", link.scope)
    )


def unicastSocket(address: str) -> socket.socket:
    """
    A socket at a free port of one IPv4 address.

    @raise OSError: the address has gone.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.bind((address, 0))
    except OSError:
        opened.close()
        raise
    return opened


Receive = Callable[[bytes, str, int], None]
"""Takes a datagram with its sender's address (with a zone) and port."""


class MulticastSocket:
    """
    Reads one socket, and sends by it.
    """

    def __init__(
        self,
        opened: socket.socket,
        hear: Receive,
        counts: MutableMapping[str, int],
        reactor: Any,
    ) -> None:
        self._socket = opened
        self._hear = hear
        self._counts = counts
        self._sent: deque[bytes] = deque(maxlen=REMEMBERED)
        self.port: int = opened.getsockname()[1]
        self._reader = UDPReader(
            opened, self._received, reactor.seconds, reactor, "discovery", SIZE
        )
        self._reader.start()

    def _received(self, datagrams: list[Datagram], now: float) -> None:
        for data, address in datagrams:
            self._counts["heard"] += 1
            # Not what we said ourselves, and nothing after a close.
            if data not in self._sent and not self._reader.closed:
                self._hear(data, address[0], address[1])

    def send(self, data: bytes, host: str, port: int) -> None:
        """
        Send one datagram; what does not go out is lost, as UDP may lose it.
        """
        self._sent.append(data)
        try:
            self._socket.sendto(data, (host, port))
            self._counts["sent"] += 1
        except OSError:
            self._counts["unsent"] += 1

    def close(self) -> None:
        """
        Hear no more.
        """
        self._reader.stop()
