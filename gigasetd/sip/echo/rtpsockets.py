# -*- test-case-name: tests.sip.echo.test_rtpports -*-
"""
The two sockets of one echo call, its greeting and its reports.

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
from gigasetd.sip.echo.rtp import Address, Reflector

log = Logger()

TICK = 0.02
"""Seconds between two packets of the greeting."""


class Half(DatagramProtocol):
    """
    One of a call's two sockets.
    """

    noisy = False

    def __init__(self, hear: Callable[[bytes, str, int], None]) -> None:
        self._hear = hear

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """
        Pass a datagram on; IPv6 addresses have four parts.
        """
        self._hear(datagram, addr[0], addr[1])

    def say(self, data: bytes, target: Address) -> None:
        """
        Send, if the network lets us; a lost packet is no fault of a call.
        """
        if self.transport is None:
            return
        try:
            self.transport.write(data, target)
        except (OSError, InvalidAddressError) as error:
            log.debug("RTP not sent: {error}", error=type(error).__name__)


class Line:
    """
    The sockets, the greeting and the reports of one call.
    """

    def __init__(self, reactor: Any, media: Media) -> None:
        ssrc, timestamp = secrets.randbits(32), secrets.randbits(32)
        now = reactor.seconds()
        self._seconds = reactor.seconds
        self.echo = Reflector(media, ssrc, secrets.randbits(15), timestamp, now)
        self.rtp, self.rtcp = self.halves()
        self.ports: tuple[Any, ...] = ()
        self._control: Address | None = None
        self._greeting = LoopingCall(self._greet)
        self._greeting.clock = reactor

    def halves(self) -> tuple[Half, Half]:
        """
        New protocols for a pair of ports; each bears being bound only once,
        for a port that is given up takes its transport away later.
        """
        return Half(self._hear), Half(self._hearControl)

    def start(self, rtp: Half, control: Half, ports: tuple[Any, Any]) -> None:
        """
        The sockets are bound: greet.
        """
        self.rtp, self.rtcp, self.ports = rtp, control, ports
        self._greeting.start(TICK, now=False)

    def _hear(self, data: bytes, host: str, port: int) -> None:
        """
        RTP came.
        """
        reply = self.echo.receive(data, host, port, self._seconds())
        if reply is not None:
            self.rtp.say(*reply)

    def _hearControl(self, data: bytes, host: str, port: int) -> None:
        """
        RTCP came: its sender's port is where ours goes (RFC 4961).
        """
        source = self.echo.source
        if source is not None and source[0] == host and rtcp.valid(data):
            self._control = (host, port)

    def _greet(self) -> None:
        """
        Play the next 20 milliseconds.
        """
        reply = self.echo.greet(self._seconds())
        if reply is not None:
            self.rtp.say(*reply)
        elif self.echo.greeted:
            self._greeting.stop()

    def _target(self) -> Address | None:
        """
        Where RTCP goes: nowhere before the peer was heard.
        """
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
            self.rtcp.say(
                rtcp.report(echo.ssrc, echo.peerSource, echo.lost(), echo.highest),
                target,
            )

    def close(self) -> Deferred[Any]:
        """
        Say goodbye and give the ports back.

        @return: fires when they are free.
        """
        if self._greeting.running:
            self._greeting.stop()
        target = self._target()
        if target is not None:
            self.rtcp.say(rtcp.goodbye(self.echo.ssrc), target)
        return closed(self.ports)


def closed(ports: tuple[Any, ...]) -> Deferred[Any]:
    """
    Fires when ports are free.
    """
    waits = [port.stopListening() for port in ports]
    return gatherResults([wait for wait in waits if wait is not None])
