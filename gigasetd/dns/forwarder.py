# -*- test-case-name: tests.dns.test_service -*-
"""
Forward queries to the upstream resolvers, one after the other, each for a bounded
time.

Written by hand: L{twisted.names.client.Resolver} decodes every answer and encodes
it again; here answers are passed on byte for byte.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from secrets import randbelow
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import (
    TCP4ClientEndpoint,
    TCP6ClientEndpoint,
    connectProtocol,
)
from twisted.internet.error import CannotListenError, ConnectError

from gigasetd.dns.message import (
    FORMERR,
    HEADER,
    NOERROR,
    NOTIMP,
    NXDOMAIN,
    UNCHECKED,
    WANTED,
    MalformedMessage,
    Question,
    finished,
)
from gigasetd.dns.query import Server, TcpQuery, UdpQuery
from gigasetd.dns.records import code, cut, stripped

PATIENCE = 1.5
"""Seconds that one resolver has to answer."""

ROUNDS = 2
TRIES = 6
"""How often the list is tried, and how many queries in all."""

MOST = 256
"""Pending questions; each has a socket of its own."""

MOST_WAITING = 64
"""Clients that wait for one and the same answer."""


class NoAnswer(Exception):
    """
    No resolver has answered.
    """


class Forwarder:
    """
    Asks the upstream resolvers.

    @ivar servers: returns them, (address, port) each.
    @ivar counts: queries by their result.
    """

    def __init__(self, servers: Callable[[], Sequence[Server]], reactor: Any) -> None:
        self.servers = servers
        self.counts = dict.fromkeys(
            ("asked", "joined", "answered", "failed", "retried", "by_tcp", "surplus"), 0
        )
        self._open = True
        self._reactor = reactor
        self._waiting: dict[Any, list[Deferred[bytes]]] = {}
        self._sockets: set[UdpQuery] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def ask(self, question: Question) -> Deferred[bytes]:
        """
        Forward a question; equal ones that are pending become one.

        @return: fires with an answer without OPT record, its records whole;
            fails with L{NoAnswer}.
        """
        answer: Deferred[bytes] = Deferred()
        waiting = self._waiting.get(question.key)
        room = len(waiting) < MOST_WAITING if waiting else len(self) < MOST
        if not room:
            self.counts["surplus"] += 1
            answer.errback(NoAnswer())
        elif waiting:
            self.counts["joined"] += 1
            waiting.append(answer)
        else:
            self.counts["asked"] += 1
            self._waiting[question.key] = [answer]
            asking = Deferred.fromCoroutine(self._ask(question))
            asking.addBoth(self._fire, question)
        return answer

    def _fire(self, result: Any, question: Question) -> None:
        for answer in self._waiting.pop(question.key, ()):
            answer.callback(result)

    async def _ask(self, question: Question) -> bytes:
        # The first useful answer; else the last one that came.
        last: bytes | None = None
        for server in self._attempts():
            reply = await self._once(server, question)
            if reply is None:
                self.counts["retried"] += 1
                continue
            last = reply
            if code(reply) in (NOERROR, NXDOMAIN):
                break
        if last is None:
            self.counts["failed"] += 1
            raise NoAnswer
        self.counts["answered"] += 1
        return last

    def _attempts(self) -> Iterator[Server]:
        servers = list(self.servers())
        for server in (servers * ROUNDS)[:TRIES]:
            if self._open:
                yield server

    async def _once(self, server: Server, question: Question) -> bytes | None:
        # C{None} where the resolver gives no usable answer.
        reply = await self._exchange(server, question._replace(extended=True))
        if reply is not None and code(reply) in (FORMERR, NOTIMP):
            # COMPAT: resolvers in old routers do not understand an OPT record.
            reply = await self._exchange(server, question._replace(extended=False))
        return reply

    async def _exchange(self, server: Server, question: Question) -> bytes | None:
        ident = randbelow(0x10000)
        query = _query(question, ident)
        reply = await self._overUdp(server, query, question, ident)
        if reply is not None and cut(reply):
            self.counts["by_tcp"] += 1
            reply = await self._overTcp(server, query, question, ident)
        try:
            return None if reply is None else stripped(reply)
        except MalformedMessage:
            return None

    async def _overUdp(
        self, server: Server, query: bytes, question: Question, ident: int
    ) -> bytes | None:
        # From a random port, which an attacker cannot guess.
        socket = UdpQuery(server, query, question, ident)
        self._sockets.add(socket)
        try:
            self._reactor.listenUDP(0, socket, "::" if ":" in server[0] else "", 65535)
            return await _orTimeout(PATIENCE, socket.answer, self._reactor)
        except CannotListenError:
            return None
        finally:
            self._sockets.discard(socket)
            socket.close()

    async def _overTcp(
        self, server: Server, query: bytes, question: Question, ident: int
    ) -> bytes | None:
        host, port = server
        kind = TCP6ClientEndpoint if ":" in host else TCP4ClientEndpoint
        stream = TcpQuery(query, question, ident)
        endpoint = kind(self._reactor, host, port, PATIENCE)
        try:
            await connectProtocol(endpoint, stream)
            return await _orTimeout(PATIENCE, stream.answer, self._reactor)
        except (ConnectError, OSError):
            return None
        finally:
            stream.close()

    def close(self) -> None:
        """
        Give up all pending questions.
        """
        self._open = False
        for socket in list(self._sockets):
            socket.give(None)


def _query(question: Question, ident: int) -> bytes:
    flags = WANTED | (UNCHECKED if question.unchecked else 0)
    return finished(HEADER.pack(ident, flags, 1, 0, 0, 0) + question.wire, question)


async def _orTimeout(
    seconds: float, answer: Deferred[bytes | None], reactor: Any
) -> bytes | None:
    def end() -> None:
        if not answer.called:
            answer.callback(None)

    alarm = reactor.callLater(seconds, end)
    try:
        return await answer
    finally:
        if alarm.active():
            alarm.cancel()
