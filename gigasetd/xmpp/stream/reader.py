# -*- test-case-name: tests.xmpp.stream.test_reader -*-
"""
The reading half of a stream: parses what arrives, in turns of at most 10 ms, and
no faster than the configured rate.

One read may hold hundreds of requests with long answers; other clients are
served between the turns, and all streams together have their time
(L{gigasetd.process.readturns}).

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from twisted.logger import Logger

from gigasetd.xmpp.stanza.parser import Event, XmlLimits, XmlParser
from gigasetd.xmpp.stream.context import StreamContext
from gigasetd.xmpp.stream.state import Pipelined
from gigasetd.xmpp.stream.streamhost import StreamHost
from gigasetd.xmpp.stream.writer import StreamWriter

log = Logger()

TURN = 0.01
"""Seconds after which other streams have their turn."""

DRAIN = 0.1
"""Seconds until a client that reads slowly is looked at again."""

FIRST, LATER = 4096, 16384
"""Bytes of one read, before and after the log-in: what waits for its turn is kept
in memory, and the rest in the system's buffers."""


def _parsed(parser: XmlParser, data: bytes) -> Iterator[Event]:
    # Parsed in the turn that it waits for, not on arrival.
    yield from parser.feed(data)


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
        # For the next turn: events, and the parser that they come from.
        self._rest: tuple[XmlParser, Iterator[Event]] | None = None
        self._queued = False
        self._read, self._until = 0, 0.0  # bytes until that moment
        self._stopped = self._held = self._unlimited = False
        writer.limitReads(FIRST)

    # what the stream says

    def restart(self, limits: XmlLimits) -> None:
        """
        Expect a new header (RFC 6120 section 4.3.3); what the client has sent
        behind the element that led to this is an error.
        """
        self._parser = XmlParser(limits)
        self._widen(limits)

    def limit(self, limits: XmlLimits) -> None:
        """
        Go on by other limits, without a new header.
        """
        self._parser.limits = limits
        self._widen(limits)

    def _widen(self, limits: XmlLimits) -> None:
        if limits is self._context.after:
            self._writer.limitReads(LATER)

    def hold(self) -> None:
        """
        Read nothing until L{proceed}.
        """
        self._held = True
        self._transport.pauseProducing()

    def proceed(self) -> None:
        """
        Resume reading after L{hold}.
        """
        self._held = False
        self._resume()

    def hurry(self) -> None:
        """
        Read without a limit of the rate: only the end is still expected.
        """
        self._unlimited = True

    def stop(self) -> None:
        """
        Ignore all further bytes, and free the parser, which can hold 180 kB:
        strangers may leave the connection open for seconds more.
        """
        self._stopped, self._rest = True, None
        self._parser.close()

    def free(self) -> None:
        """
        Let go of the stream, as the connection is lost.
        """
        self.stop()
        del self._host, self._transport, self._writer

    # turns

    def feed(self, data: bytes) -> None:
        """
        Parse what has arrived, and begin a turn with it; have it wait where the
        streams have had their time.
        """
        if self._stopped:
            return
        context, parser = self._context, self._parser
        if self._rest is None and context.turns.free():
            now = context.now()
            self._turn(parser, _parsed(parser, data), len(data))
            context.turns.spend(context.now() - now)
            return
        self._read += len(data)
        if self._rest is not None:
            # TLS had it already when reading was stopped.
            parser, events = self._rest
            self._later(parser, chain(events, _parsed(parser, data)))
        else:
            self._later(parser, _parsed(parser, data))

    def _turn(self, parser: XmlParser, events: Iterator[Event], count: int) -> None:
        host, writer = self._host, self._writer
        written, now = writer.written, self._context.now()
        try:
            self._hear(parser, events, now)
        except Exception:
            self._context.counts["crashes"] += 1
            log.failure("a stream could not be served")
            host.close("internal-server-error")
        if self._parser is not parser and self._rest is None:
            parser.close()
        host.turned(now)
        # A long answer to a short request counts as if it had been read.
        self._measure(count + writer.written - written, now)

    def _hear(self, parser: XmlParser, events: Iterator[Event], now: float) -> None:
        received = self._host.received
        for event in events:
            if self._parser is not parser:
                received(Pipelined(), now)
                break
            received(event, now)
            # A stream that begins anew looks first whether more was sent.
            if self._parser is parser and self._context.now() - now > TURN:
                self._later(parser, events)
                break
        else:
            if self._parser is not parser and parser.rest:
                received(Pipelined(), now)

    def _later(self, parser: XmlParser, events: Iterator[Event]) -> None:
        if not self._stopped:
            self._rest = parser, events
            self._transport.pauseProducing()
            self._queue()

    def _queue(self) -> None:
        if not (self._queued or self._stopped):
            self._queued = True
            self._context.turns.wait(self._host.source, self._more)

    def _more(self) -> None:
        self._queued = False
        if self._rest is None or self._stopped or self.throttled:
            return
        if self._writer.crowded():
            # The answers to the last turn are still unread.
            self._context.reactor.callLater(DRAIN, self._queue)
            return
        (parser, events), self._rest = self._rest, None
        self._turn(parser, events, 0)
        self._resume()

    def _resume(self) -> None:
        if self._rest is not None:
            self._queue()
        elif not (self._held or self._stopped or self.throttled):
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
        if self.throttled and not self._stopped:
            self.throttled = False
            self._resume()
