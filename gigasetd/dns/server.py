# -*- test-case-name: tests.dns.test_service -*-
"""
DNS over UDP and TCP: receive queries, send answers.

Not L{twisted.names.server}: it decodes every query and answer in full, see
L{gigasetd.dns.message}.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import DatagramProtocol, Factory, connectionDone
from twisted.logger import Logger
from twisted.protocols.basic import Int16StringReceiver
from twisted.protocols.policies import TimeoutMixin
from twisted.python.failure import Failure

from gigasetd.config.networks import unmapped
from gigasetd.dns.cache import AnswerCache
from gigasetd.dns.forwarder import Forwarder, NoAnswer
from gigasetd.dns.message import (
    SERVFAIL,
    MalformedMessage,
    Question,
    finished,
    parseQuestion,
    plain,
)
from gigasetd.dns.policy import Resolver
from gigasetd.dns.records import addressed
from gigasetd.process.interfaces import addressTowards
from gigasetd.ratelimit.amplification import room
from gigasetd.ratelimit.bucket import RateLimiter
from gigasetd.ratelimit.shares import ShareLimits, Shares

LONGEST = 4096
"""Bytes of a query."""

IDLE = 10.0
"""Seconds that a TCP connection may be idle."""

STREAMS = ShareLimits(most=64, share=8, waiting=8, reserve=32)
"""TCP connections; half of the places are for the local networks."""

PENDING = 16
"""Pending queries of one TCP connection."""

Send = Callable[[bytes], None]

log = Logger()


class DnsResponder:
    """
    Answers for all listeners.

    @ivar counts: queries by what became of them.
    """

    def __init__(
        self,
        resolver: Resolver,
        cache: AnswerCache,
        upstream: Forwarder,
        allowance: RateLimiter,
        now: Callable[[], float],
    ) -> None:
        self.counts = dict.fromkeys(
            (
                *("questions", "malformed", "limited", "reserve_refused", "cached"),
                *("forwarded", "faults"),
            ),
            0,
        )
        self.resolver = resolver
        self.cache = cache
        self.upstream = upstream
        self.allowance = allowance
        self.now = now

    def receive(
        self,
        data: bytes,
        host: str,
        local: Callable[[], str],
        limited: bool,
        send: Send,
    ) -> None:
        """
        Answer one message, now or later.

        @param local: returns our address that was queried.
        @param limited: whether the answer travels as a datagram.
        @param send: called once at most.
        """
        if not self.allowance.admits(host, self.now()):
            self.counts["limited"] += 1
            return
        self.counts["questions"] += 1
        try:
            question = parseQuestion(data)
            limit = question.limit if limited else 0xFFFF
            if limited and not self.resolver.near(host):
                # Its address may be forged: it has to ask again by TCP.
                limit = min(limit, room(len(data)))
            self._answer(question, host, local, limit, send)
        except MalformedMessage as wrong:
            self.counts["malformed"] += 1
            if wrong.answer:
                send(wrong.answer)
        except Exception:
            self.counts["faults"] += 1
            log.failure("a DNS query failed")

    def _answer(
        self,
        question: Question,
        host: str,
        local: Callable[[], str],
        limit: int,
        send: Send,
    ) -> None:
        # From the override, the cache, or upstream.
        decision = self.resolver.decide(question, host, local)
        if isinstance(decision, bytes):
            send(finished(decision, question, limit=limit))
            return
        cached = self.cache.get(question, self.now())
        if cached is not None:
            self.counts["cached"] += 1
            send(finished(cached, question, limit=limit))
            return
        self.counts["forwarded"] += 1
        answer: Deferred[Any] = self.upstream.ask(question)
        answer.addCallbacks(self._keep, _failed, (question,), errbackArgs=(question,))
        answer.addCallback(lambda reply: send(finished(reply, question, limit=limit)))
        answer.addErrback(self._fault)

    def _keep(self, reply: bytes, question: Question) -> bytes:
        self.cache.put(question, reply, self.now())
        return addressed(reply, question)

    def _fault(self, failure: Failure) -> None:
        self.counts["faults"] += 1
        log.failure("a DNS answer failed", failure)


def _failed(failure: Failure, question: Question) -> bytes:
    failure.trap(NoAnswer)
    return plain(question, SERVFAIL)


class DnsDatagrams(DatagramProtocol):
    """
    One UDP listener.
    """

    noisy = False

    def __init__(self, answers: DnsResponder, interface: str) -> None:
        self._answers = answers
        self._interface = interface

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """
        Answer a query.
        """
        host = unmapped(addr[0].partition("%")[0])
        self._answers.receive(
            datagram,
            host,
            lambda: self._interface or addressTowards(host),
            True,
            lambda reply: self._send(reply, addr),
        )

    def _send(self, reply: bytes, addr: Any) -> None:
        # An unreachable client is ignored.
        transport: Any = self.transport
        if transport is None:
            return
        with suppress(OSError):
            transport.write(reply, addr)


class DnsStream(Int16StringReceiver, TimeoutMixin):
    """
    One TCP connection (RFC 7766).
    """

    MAX_LENGTH = LONGEST
    factory: DnsStreams
    transport: Any

    def __init__(self, host: str) -> None:
        self.host = host
        self._pending = 0
        self._open = True

    def connectionMade(self) -> None:
        """
        Start the idle timeout.
        """
        factory = self.factory
        factory.streams.add(self)
        factory.shares.opened(factory.answers.allowance.source(self.host))
        self.setTimeout(IDLE)

    def stringReceived(self, string: bytes) -> None:
        """
        Answer a query.
        """
        if self._pending >= PENDING:
            self.transport.abortConnection()
            return
        self.resetTimeout()
        self._pending += 1
        local = unmapped(self.transport.getHost().host.partition("%")[0])
        self.factory.answers.receive(
            string, self.host, lambda: local, False, self._reply
        )

    def _reply(self, reply: bytes) -> None:
        self._pending -= 1
        if self._open:
            self.sendString(reply)

    def timeoutConnection(self) -> None:
        """
        Abort, also for a client that does not read its answers.
        """
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._open = False
        self.setTimeout(None)
        factory = self.factory
        factory.streams.discard(self)
        factory.shares.closed(factory.answers.allowance.source(self.host), False)

    def callLater(self, period: float, func: Any) -> Any:
        """
        Use the reactor of the listener, for L{TimeoutMixin}.
        """
        return self.factory.reactor.callLater(period, func)


class DnsStreams(Factory):
    """
    One TCP listener.

    @ivar streams: the open connections.
    """

    noisy = False

    def __init__(self, answers: DnsResponder, reactor: Any) -> None:
        self.answers = answers
        self.reactor = reactor
        self.streams: set[DnsStream] = set()
        self.shares = Shares(answers.resolver.near, answers.counts)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        Accept a connection, unless there are too many.
        """
        host = unmapped(getattr(addr, "host", "").partition("%")[0])
        source = self.answers.allowance.source(host)
        if not self.shares.admits(host, source, STREAMS):
            self.answers.counts["limited"] += 1
            return None
        stream = DnsStream(host)
        stream.factory = self
        return stream

    def close(self) -> None:
        """
        Abort all connections.
        """
        for stream in list(self.streams):
            stream.transport.abortConnection()
