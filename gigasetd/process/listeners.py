# -*- test-case-name: tests.process.test_listeners -*-
"""
The sockets of all C{*.listen} keys, bound here or handed over by systemd.

A service calls L{bind} for each listener, then serves the socket with
L{serveStreams} or L{serveDatagrams}.  SIP and STUN read their UDP sockets
themselves (L{gigasetd.sip.udp}).

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from typing import Any

from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort
from twisted.internet.protocol import DatagramProtocol
from twisted.logger import Logger

from gigasetd.config.endpoint import Endpoint
from gigasetd.process.systemd import socketNamed
from gigasetd.telemetry.log import logListening

log = Logger()

TRANSPORTS = {socket.SOCK_DGRAM: "udp", socket.SOCK_STREAM: "tcp"}
DIRECTIVES = {"udp": "ListenDatagram", "tcp": "ListenStream"}
"""What a socket unit calls them (systemd.socket(5))."""

BACKLOG = 511
"""Connections that may wait to be accepted: after a restart every phone and
every chat client connects at once."""

IP_MULTICAST_ALL = 49
"""Linux's ip(7); Python has no name for it."""


def bind(
    service: str,
    listen: Endpoint,
    transports: Collection[str] = ("udp", "tcp"),
    buffer: int = 0,
) -> socket.socket:
    """
    Open the socket of one listener, and log where it is bound.

    @param service: the service's name in the log.
    @param transports: C{"udp"}, C{"tcp"} or both: what the service can serve.
        The configuration has checked it, except for systemd's sockets.
    @param buffer: bytes of UDP receive buffer to ask for; C{0} leaves the
        system's.
    @return: a socket that does not block; a stream socket listens.
    @raise CannotListenError: it cannot be bound, or systemd has handed over
        none that fits.
    """
    if listen.transport == "systemd":
        bound = _inherited(listen.name, transports)
    else:
        bound = _bound(listen)
    # systemd hands sockets over blocking, unless NonBlocking= says otherwise.
    bound.setblocking(False)
    if bound.type == socket.SOCK_DGRAM:
        _tune(bound, buffer)
    host, port = bound.getsockname()[:2]
    transport = "tls" if listen.transport == "tls" else TRANSPORTS[bound.type]
    logListening(service, transport, host, port)
    return bound


def serveStreams(bound: socket.socket, factory: Any, reactor: Any) -> Any:
    """
    Accept connections on a socket from L{bind}.

    @return: the L{IListeningPort}, which owns the socket now.
    """
    with bound:
        port: IListeningPort = reactor.adoptStreamPort(
            bound.fileno(), bound.family, factory
        )
    return port


def serveDatagrams(
    bound: socket.socket, protocol: DatagramProtocol, reactor: Any, longest: int
) -> Any:
    """
    Receive datagrams on a socket from L{bind}.

    @param longest: bytes of a datagram beyond which it is cut.
    @return: the L{IListeningPort}, which owns the socket now.
    """
    with bound:
        port: IListeningPort = reactor.adoptDatagramPort(
            bound.fileno(), bound.family, protocol, longest
        )
    return port


def _bound(listen: Endpoint) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.interface else socket.AF_INET
    udp = listen.transport == "udp"
    bound = socket.socket(family, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
    try:
        if not udp:
            # A restart must not wait for the connections of the last run.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(_address(listen))
        if not udp:
            bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise CannotListenError(listen.interface, listen.port, error) from None
    return bound


def _address(listen: Endpoint) -> Any:
    # bind() itself would drop the scope of a link-local address.
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    resolved = socket.getaddrinfo(listen.interface, listen.port, flags=flags)
    return resolved[0][4]


def _inherited(name: str, transports: Collection[str]) -> socket.socket:
    try:
        handed = socketNamed(name)
    except OSError as error:
        raise CannotListenError("systemd", name, error) from None
    inet = handed.family in (socket.AF_INET, socket.AF_INET6)
    if inet and TRANSPORTS.get(handed.type) in transports:
        return handed
    handed.close()
    allowed = " or ".join(f"{DIRECTIVES[each]}=PORT" for each in transports)
    reason = f"its socket is of another type; its unit needs {allowed}"
    raise CannotListenError("systemd", name, reason)


def _tune(bound: socket.socket, buffer: int) -> None:
    # Other programs of this machine join groups (SIP PnP) on the same port;
    # without this we get their datagrams, too.
    bound.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
    if not buffer:
        return
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    # Linux doubles what is set, and reports that (socket(7)).
    granted = bound.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
    if granted < buffer:
        log.info(
            "the system grants {granted} of {wanted} bytes of UDP receive buffer;"
            " a burst of registrations may need more: sysctl net.core.rmem_max",
            granted=granted,
            wanted=buffer,
        )
