# -*- test-case-name: tests.xmpp.stream.test_reader -*-
"""
The reading half of a stream: parses what arrives, in turns of at most 20 ms,
and no faster than the configured rate.

One read may hold hundreds of requests with long answers; other clients are
served between the turns.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from twisted.logger import Logger

from gigasetd.xmpp.stanza.parser import Event, XmlLimits, XmlParser
from gigasetd.xmpp.stream.context import StreamContext
from gigasetd.xmpp.stream.host import StreamHost
from gigasetd.xmpp.stream.state import Pipelined
from gigasetd.xmpp.stream.writer import StreamWriter

log = Logger()

TURN = 0.02
"""Seconds after which other streams have their turn."""

DRAIN = 0.1
"""Seconds until a client that reads slowly is looked at again."""


class StreamReader:
    """
    The reading half of a stream.

    @ivar throttled: whether nothing is read until the next sweep.
    """

    def __init__(
        self,
        host: StreamHost,
        context: StreamContext,
        transport: Any,
        writer: StreamWriter,
    ) -> None:
        """
        @param writer: what the host answers by.
        """
        self.throttled = False
        self._host, self._context = host, context
        self._transport, self._writer = transport, writer
        self._parser = XmlParser(context.before)
        self._rest: Iterator[Event] | None = None  # for the next turn
        self._read, self._until = 0, 0.0  # bytes until that moment
        self._stopped = self._held = self._unlimited = False

    # what the stream says

    def restart(self, limits: XmlLimits) -> None:
        """
        Expect a new header (RFC 6120 section 4.3.3); what the client has sent
        behind the element that led to this is an error.
        """
        self._parser = XmlParser(limits)

    def limit(self, limits: XmlLimits) -> None:
        """
        Go on by other limits, without a new header.
        """
        self._parser.limits = limits

    def hold(self) -> None:
        """
        Read nothing until L{proceed}.
        """
        self._held = True
        self._transport.pauseProducing()

    def proceed(self) -> None:
        """
        Read on after L{hold}.
        """
        self._held = False
        self._transport.resumeProducing()

    def hurry(self) -> None:
        """
        Read without a limit of the rate: only the end is still expected.
        """
        self._unlimited = True

    def stop(self) -> None:
        """
        Ignore all that comes.
        """
        self._stopped = True

    # turns

    def feed(self, data: bytes) -> None:
        """
        Parse what has arrived, and begin a turn with it.
        """
        if self._stopped:
            return
        events = iter(self._parser.feed(data))
        if self._rest is None:
            self._turn(events, len(data))
        else:
            # TLS had it already when reading was stopped.
            self._read += len(data)
            self._rest = chain(self._rest, events)

    def _turn(self, events: Iterator[Event], count: int) -> None:
        host, writer = self._host, self._writer
        written, now = writer.written, self._context.now()
        try:
            self._hear(events, now)
        except Exception:
            self._context.counts["crashes"] += 1
            log.failure("a stream could not be served")
            host.close("internal-server-error")
        host.turned(now)
        # A long answer to a short request counts as if it had been read.
        self._measure(count + writer.written - written, now)

    def _hear(self, events: Iterator[Event], now: float) -> None:
        parser, received = self._parser, self._host.received
        for event in events:
            if self._parser is not parser:
                received(Pipelined(), now)
                break
            if received(event, now) and self._context.now() - now > TURN:
                self._later(events)
                break
        else:
            if self._parser is not parser and parser.rest:
                received(Pipelined(), now)

    def _later(self, events: Iterator[Event]) -> None:
        self._rest = events
        self._transport.pauseProducing()
        self._context.reactor.callLater(0, self._more)

    def _more(self) -> None:
        if self._rest is None or self._stopped or self.throttled:
            return
        if self._writer.crowded():
            # The answers to the last turn are still unread.
            self._context.reactor.callLater(DRAIN, self._more)
            return
        events, self._rest = self._rest, None
        self._turn(events, 0)
        if self._rest is None and not self.throttled:
            self._resume()

    def _resume(self) -> None:
        if self._rest is not None:
            self._more()
        elif not (self._held or self._stopped):
            self._transport.resumeProducing()

    # the rate

    def _measure(self, count: int, now: float) -> None:
        if now >= self._until:
            self._until, self._read = now + 1.0, 0
        self._read += count
        if self._read > self._context.section.max_rate:
            self._throttle()

    def _throttle(self) -> None:
        # The system holds the peer up while nothing is read.
        if not (self.throttled or self._unlimited):
            self._context.counts["throttled"] += 1
            self.throttled = True
            self._transport.pauseProducing()

    def unthrottle(self) -> None:
        """
        Read on after a second of too much.
        """
        if self.throttled:
            self.throttled = False
            self._resume()
