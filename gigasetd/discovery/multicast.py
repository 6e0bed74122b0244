# -*- test-case-name: tests.discovery.test_namespaces -*-
"""
Sockets for one multicast group on one link, and the list of links.

Each link has sockets of its own, bound to the group's address: a unicast datagram
does not arrive here at all, and the socket of a datagram tells its link.

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

SIZE = 4096  #: bytes of a datagram that are read; no query is longer
REMEMBERED = 32  #: datagrams of ours that we recognise when they come back
IP_MULTICAST_ALL = 49  #: Linux; Python has no name for it


class MulticastGroup(NamedTuple):
    """
    A multicast address and port.
    """

    service: str  #: its name in the log
    address: str
    port: int
    hops: int  #: the TTL of what we send

    @property
    def isSix(self) -> bool:
        """
        Whether it is of IPv6.
        """
        return ":" in self.address


def links(wanted: Sequence[str]) -> frozenset[NetworkLink]:
    """
    Return the links that exist now.

    @param wanted: names of interfaces; none of them means all but loopback.
    """
    every = map(_link, ifaddr.get_adapters())
    return frozenset(
        link
        for link in every
        if (link.v4 or link.v6)
        and (link.name in wanted if wanted else not _isLoopback(link))
    )


def _link(adapter: Any) -> NetworkLink:
    four = [f"{ip.ip}/{ip.network_prefix}" for ip in adapter.ips if ip.is_IPv4]
    six = [f"{ip.ip[0]}/{ip.network_prefix}" for ip in adapter.ips if ip.is_IPv6]
    name = str(adapter.name)
    return NetworkLink(
        name, adapter.index or 0, tuple(sorted(four)), tuple(sorted(six))
    )


def _isLoopback(link: NetworkLink) -> bool:
    return all(ip_address(address).is_loopback for address in link.addresses())


def groupSocket(group: MulticastGroup, link: NetworkLink) -> socket.socket:
    """
    Open a socket that receives a group's datagrams on one link, and sends from its
    port.

    @raise OSError: another program holds the port exclusively, or the link does
        not support groups.
    """
    family = socket.AF_INET6 if group.isSix else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        # Other programs here (avahi, a media server) join the same groups.
        # Not SO_REUSEPORT: by that, Linux (6.18) gives a datagram to any one
        # of our sockets and not to that of the link it came by.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        (_joinSix if group.isSix else _joinFour)(bound, group, link)
    except OSError:
        bound.close()
        raise
    return bound


def _joinFour(bound: socket.socket, group: MulticastGroup, link: NetworkLink) -> None:
    # ip(7), C{ip_mreqn}.
    own = socket.inet_aton(link.v4[0].partition("/")[0])
    chosen = struct.pack("@4s4si", b"\0\0\0\0", own, link.scope)
    member = struct.pack(
        "@4s4si", socket.inet_aton(group.address), b"\0\0\0\0", link.scope
    )
    level = socket.IPPROTO_IP
    # Only this socket's own membership, not what other programs joined.
    bound.setsockopt(level, IP_MULTICAST_ALL, 0)
    bound.setsockopt(level, socket.IP_MULTICAST_IF, chosen)
    bound.setsockopt(level, socket.IP_MULTICAST_TTL, group.hops)
    bound.setsockopt(level, socket.IP_TTL, group.hops)
    bound.bind((group.address, group.port))
    bound.setsockopt(level, socket.IP_ADD_MEMBERSHIP, member)


def _joinSix(bound: socket.socket, group: MulticastGroup, link: NetworkLink) -> None:
    # ipv6(7).
    level = socket.IPPROTO_IPV6
    member = socket.inet_pton(socket.AF_INET6, group.address)
    bound.setsockopt(level, socket.IPV6_V6ONLY, 1)
    bound.setsockopt(level, socket.IPV6_MULTICAST_IF, link.scope)
    bound.setsockopt(level, socket.IPV6_MULTICAST_HOPS, group.hops)
    bound.setsockopt(level, socket.IPV6_UNICAST_HOPS, group.hops)
    bound.bind((group.address, group.port, 0, link.scope))
    bound.setsockopt(
        level, socket.IPV6_JOIN_GROUP, member + struct.pack("@I", link.scope)
    )


def unicastSocket(address: str) -> socket.socket:
    """
    Open a socket at a free port of one IPv4 address.

    @raise OSError: the address has gone.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        bound.bind((address, 0))
    except OSError:
        bound.close()
        raise
    return bound


Receive = Callable[[bytes, str, int], None]
"""Called with a datagram, its sender's address (with a zone) and port."""


class MulticastSocket:
    """
    Receives and sends by one socket.
    """

    def __init__(
        self,
        bound: socket.socket,
        received: Receive,
        counts: MutableMapping[str, int],
        reactor: Any,
    ) -> None:
        self._socket = bound
        self._receive = received
        self._counts = counts
        self._sent: deque[bytes] = deque(maxlen=REMEMBERED)
        self.port: int = bound.getsockname()[1]
        self._reader = UDPReader(
            bound, self._received, reactor.seconds, reactor, "discovery", SIZE
        )
        self._reader.start()

    def _received(self, datagrams: list[Datagram], now: float) -> None:
        for data, address in datagrams:
            self._counts["heard"] += 1
            # Not our own datagrams, and nothing after a close.
            if data not in self._sent and not self._reader.closed:
                self._receive(data, address[0], address[1])

    def send(self, data: bytes, host: str, port: int) -> None:
        """
        Send one datagram; a failure is counted, as UDP may lose any.
        """
        self._sent.append(data)
        try:
            self._socket.sendto(data, (host, port))
            self._counts["sent"] += 1
        except OSError:
            self._counts["unsent"] += 1

    def close(self) -> None:
        """
        Close the socket.
        """
        self._reader.stop()
