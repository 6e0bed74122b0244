# -*- test-case-name: tests.sip.echo.test_rtpports -*-
"""
The RTP session of one echo call: two sockets, the greeting, the RTCP reports.

Layer 3 (I/O).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.error import InvalidAddressError
from twisted.internet.protocol import DatagramProtocol
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from gigasetd.sip.actions import Media
from gigasetd.sip.echo import rtcp
from gigasetd.sip.echo.rtp import Address, RTPEcho

log = Logger()

TICK = 0.02
"""Seconds between two packets of the greeting."""


class RTPPort(DatagramProtocol):
    """
    One of a session's two sockets.
    """

    noisy = False

    def __init__(self, receive: Callable[[bytes, str, int], None]) -> None:
        self._receive = receive

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """
        Hand a datagram on; IPv6 addresses have four parts.
        """
        self._receive(datagram, addr[0], addr[1])

    def send(self, data: bytes, target: Address) -> None:
        """
        Send a packet; a failure only loses the packet.
        """
        if self.transport is None:
            return
        try:
            self.transport.write(data, target)
        except (OSError, InvalidAddressError) as error:
            log.debug("RTP not sent: {error}", error=type(error).__name__)


class RTPSession:
    """
    The sockets, the greeting and the reports of one call.
    """

    def __init__(self, reactor: Any, media: Media) -> None:
        ssrc, timestamp = secrets.randbits(32), secrets.randbits(32)
        now = reactor.seconds()
        self._seconds = reactor.seconds
        self.echo = RTPEcho(media, ssrc, secrets.randbits(15), timestamp, now)
        self.rtp, self.rtcp = self.newPorts()
        self.ports: tuple[Any, ...] = ()
        self._control: Address | None = None
        self._greeting = LoopingCall(self._greet)
        self._greeting.clock = reactor

    def newPorts(self) -> tuple[RTPPort, RTPPort]:
        """
        Make new protocols for a pair of ports.

        Each can be bound only once: a port that is given up takes its transport
        away later.
        """
        return RTPPort(self._receive), RTPPort(self._receiveControl)

    def start(self, rtp: RTPPort, control: RTPPort, ports: tuple[Any, Any]) -> None:
        """
        Start the greeting: the sockets are bound.
        """
        self.rtp, self.rtcp, self.ports = rtp, control, ports
        self._greeting.start(TICK, now=False)

    def _receive(self, data: bytes, host: str, port: int) -> None:
        reply = self.echo.receive(data, host, port, self._seconds())
        if reply is not None:
            self.rtp.send(*reply)

    def _receiveControl(self, data: bytes, host: str, port: int) -> None:
        # The sender's port is where our reports go (RFC 4961).
        source = self.echo.source
        if source is not None and source[0] == host and rtcp.valid(data):
            self._control = (host, port)

    def _greet(self) -> None:
        reply = self.echo.greet(self._seconds())
        if reply is not None:
            self.rtp.send(*reply)
        elif self.echo.greeted:
            self._greeting.stop()

    def _target(self) -> Address | None:
        # Reports go nowhere before the first packet of the peer.
        source = self.echo.source
        if source is None:
            return None
        if self._control is not None and self._control[0] == source[0]:
            return self._control
        return (source[0], source[1] + 1) if source[1] < 65535 else None

    def report(self) -> None:
        """
        Send a receiver report.
        """
        target, echo = self._target(), self.echo
        if target is not None:
            self.rtcp.send(
                rtcp.report(echo.ssrc, echo.peerSource, echo.lost(), echo.highest),
                target,
            )

    def close(self) -> Deferred[Any]:
        """
        Send a BYE and close the sockets.

        @return: fires when the ports are free.
        """
        if self._greeting.running:
            self._greeting.stop()
        target = self._target()
        if target is not None:
            self.rtcp.send(rtcp.goodbye(self.echo.ssrc), target)
        return closed(self.ports)


def closed(ports: tuple[Any, ...]) -> Deferred[Any]:
    """
    Close ports; fire when they are free.
    """
    waits = [port.stopListening() for port in ports]
    return gatherResults([wait for wait in waits if wait is not None])
