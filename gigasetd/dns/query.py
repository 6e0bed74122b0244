# -*- test-case-name: tests.dns.test_query -*-
"""
One query to an upstream resolver, over UDP or TCP.

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
        Fire with a received message, unless it answers another question; C{None}
        gives up.
        """
        fits = data is None or (
            answers(data, self._question, self._ident)
            and not int.from_bytes(data[2:4], "big") & OPCODE
        )
        if fits and not self.answer.called:
            self.answer.callback(data)


class UdpQuery(DatagramProtocol, UpstreamQuery):
    """
    A query over UDP; its socket is connected, so that only the resolver's answers
    arrive.
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
        Send the query.
        """
        transport: Any = self.transport
        try:
            transport.connect(*self._server)
            transport.write(self._query)
        except OSError:
            self.give(None)

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        self.give(datagram)

    def connectionRefused(self) -> None:
        self.give(None)

    def close(self) -> None:
        """
        Close the socket.
        """
        transport: Any = self.transport
        if transport is not None:
            transport.stopListening()


class TcpQuery(Int16StringReceiver, UpstreamQuery):
    """
    A query over TCP.
    """

    def __init__(self, query: bytes, question: Question, ident: int) -> None:
        UpstreamQuery.__init__(self, question, ident)
        self._query = query

    def connectionMade(self) -> None:
        """
        Send the query.
        """
        self.sendString(self._query)

    def stringReceived(self, string: bytes) -> None:
        self.give(string)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.give(None)

    def close(self) -> None:
        """
        Close the connection.
        """
        transport: Any = self.transport
        if transport is not None:
            transport.abortConnection()
