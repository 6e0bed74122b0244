# -*- test-case-name: tests.dns.test_service -*-
"""
One question on its way to another resolver, over UDP or over TCP.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import DatagramProtocol, connectionDone
from twisted.protocols.basic import Int16StringReceiver
from twisted.python.failure import Failure

from gigasetd.dns.message import OPCODE, Question
from gigasetd.dns.records import answers

Server = tuple[str, int]


class UpstreamQuery:
    """
    Waits for the answer to one question.

    @ivar answer: fires with it, or with C{None} where none will come.
    """

    def __init__(self, question: Question, ident: int) -> None:
        self.answer: Deferred[bytes | None] = Deferred()
        self._question = question
        self._ident = ident

    def give(self, data: bytes | None) -> None:
        """
        Take what came, unless it is something else.
        """
        fits = data is None or (
            answers(data, self._question, self._ident)
            and not int.from_bytes(data[2:4], "big") & OPCODE
        )
        if fits and not self.answer.called:
            self.answer.callback(data)


class UdpQuery(DatagramProtocol, UpstreamQuery):
    """
    One question over UDP; connected, so that nobody but who was asked is
    heard.
    """

    noisy = False

    def __init__(
        self, server: Server, query: bytes, question: Question, ident: int
    ) -> None:
        UpstreamQuery.__init__(self, question, ident)
        self._server = server
        self._query = query

    def startProtocol(self) -> None:
        """
        Ask.
        """
        transport: Any = self.transport
        try:
            transport.connect(*self._server)
            transport.write(self._query)
        except OSError:
            self.give(None)

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """
        Something came.
        """
        self.give(datagram)

    def connectionRefused(self) -> None:
        """
        Nobody is there.
        """
        self.give(None)

    def close(self) -> None:
        """
        Free the port.
        """
        transport: Any = self.transport
        if transport is not None:
            transport.stopListening()


class TcpQuery(Int16StringReceiver, UpstreamQuery):
    """
    One question over TCP.
    """

    def __init__(self, query: bytes, question: Question, ident: int) -> None:
        UpstreamQuery.__init__(self, question, ident)
        self._query = query

    def connectionMade(self) -> None:
        """
        Ask.
        """
        self.sendString(self._query)

    def stringReceived(self, string: bytes) -> None:
        """
        Something came.
        """
        self.give(string)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """
        Nothing more comes.
        """
        self.give(None)

    def close(self) -> None:
        """
        Hang up.
        """
        transport: Any = self.transport
        if transport is not None:
            transport.abortConnection()
