# -*- test-case-name: tests.process.test_udpreader -*-
"""
Read a UDP socket on the reactor, as many datagrams a wake as arrive.

Written by hand, since Twisted's C{listenUDP} costs a SIP registration about 50
microseconds more: it checks each address that it sends to, and ends every wake
by a read that finds nothing.  This reader tries as many reads as the last wake
found datagrams, and twice as many while all of them succeed.

Ports that are not on a hot path (DNS, RTP of the echo call) use C{listenUDP}.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from twisted.logger import Logger
from zope.interface import implementer

MOST = 64
"""Datagrams that one wake reads at most, so that others get their turn."""

SIZE = 65535
"""Bytes of the largest datagram."""

BURST = 0.0005
"""Seconds between two wakes of one burst.  Only a burst doubles the budget:
after single datagrams it would cost a read that finds nothing each time."""

Datagram = tuple[bytes, Any]
"""The octets, and the sender's address as the socket's family writes it."""

log = Logger()


@implementer(IReadDescriptor)
class UDPReader:
    """
    Reads one socket; owns it from L{start} on.

    @ivar closed: whether the socket is closed.
    """

    def __init__(
        self,
        bound: socket.socket,
        received: Callable[[list[Datagram], float], None],
        now: Callable[[], float],
        reactor: Any,
        name: str,
        size: int = SIZE,
    ) -> None:
        """
        @param received: called once a wake, with the datagrams and the time.
        @param name: what the reactor's own log lines call this reader.
        @param size: bytes of a datagram; the rest is cut off.
        """
        bound.setblocking(False)
        self.closed = False
        self._socket = bound
        self._received = received
        self._now = now
        self._reactor = reactor
        self._name = name
        self._size = size
        self._budget = 1
        self._woken = 0.0

    def start(self) -> None:
        """
        Start reading.
        """
        self._reactor.addReader(self)

    def stop(self) -> None:
        """
        Close the socket.
        """
        self._reactor.removeReader(self)
        self._close()

    def _close(self) -> None:
        self.closed = True
        self._socket.close()

    def fileno(self) -> int:
        """
        The socket's descriptor.
        """
        return self._socket.fileno()

    def logPrefix(self) -> str:
        """
        What the reactor's own log lines call this reader.
        """
        return self._name

    def connectionLost(self, reason: Any) -> None:
        """
        The reactor ends, or gave the descriptor up.
        """
        self._close()

    def doRead(self) -> None:
        """
        Read up to the budget, then hand all of it over.
        """
        now = self._now()
        datagrams = self._read(now)
        if not datagrams:
            return
        try:
            self._received(datagrams, now)
        except Exception:
            # The reactor removes a reader that raises: it would be deaf.
            log.failure("datagrams of {name} could not be handled", name=self._name)

    def _read(self, now: float) -> list[Datagram]:
        receive, size = self._socket.recvfrom, self._size
        budget, count = self._budget, 0
        datagrams = []
        while count < budget:
            try:
                datagrams.append(receive(size))
            except BlockingIOError:
                break
            except OSError:
                # A peer's ICMP error about something sent earlier.
                pass
            count += 1
        if count < budget:
            self._budget = max(1, count)
        elif now - self._woken < BURST:
            self._budget = min(MOST, 2 * budget)
        self._woken = now
        return datagrams
