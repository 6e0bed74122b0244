# -*- test-case-name: tests.xmpp.stream.test_reader -*-
"""
What a stream hears: octets, dealt with in turns that are short.

What was read at once may hold hundreds of questions, and each may have a long
answer; everybody else is served between them.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from twisted.logger import Logger
from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.parser import Event, Parser
from gigasetd.xmpp.stream.connection import Line
from gigasetd.xmpp.stream.state import Input, State, inputOf

if TYPE_CHECKING:
    from gigasetd.xmpp.stream.factory import Streams

log = Logger()

SERVED = frozenset({State.BIND, State.ACTIVE})

TURN = 0.02
"""Seconds after which it is somebody else's turn."""

DRAIN = 0.1
"""Seconds that a client gets to read before it is looked at again."""


class Hearing(Line):
    """
    A stream, as far as its steps are not concerned.
    """

    def __init__(self, streams: Streams, number: int, host: str) -> None:
        super().__init__(streams, number, host)
        self._parser = Parser(streams.before)
        self._rest: Iterator[Event] | None = None  # for the next turn
        self._read, self._until = 0, 0.0  # bytes until that moment

    # what is a stream's own

    def take(self, event: Event | None, input: Input, now: float) -> None:
        """
        Take the step that something leads to.
        """
        raise NotImplementedError

    def waits(self) -> bool:
        """
        Whether something is being found out, and nothing else heard.
        """
        raise NotImplementedError

    def pipelined(self) -> None:
        """
        Something came before the answer that had to be awaited.
        """
        raise NotImplementedError

    # what the transport tells

    def dataReceived(self, data: bytes) -> None:
        """
        Read on, unless there is nothing more to hear.
        """
        if self._broken:
            return
        events = iter(self._parser.feed(data))
        if self._rest is None:
            self._turn(events, len(data))
        else:
            # TLS had it already when reading was stopped.
            self._read += len(data)
            self._rest = chain(self._rest, events)

    def _turn(self, events: Iterator[Event], count: int) -> None:
        """
        Deal with some of what was read, and answer it.

        @param count: bytes that were read.
        """
        streams, written = self._streams, self.outlet.written
        now = streams.now()
        try:
            self._hear(events, self._parser, now)
        except Exception:
            streams.counts["crashes"] += 1
            log.failure("a stream could not be served")
            self.fail("internal-server-error")
        streams.flush()
        self._measure(count + self.outlet.written - written, now)

    def _hear(self, events: Iterator[Event], parser: Parser, now: float) -> None:
        """
        Take each step that some octets lead to, for as long as a turn takes.
        """
        streams = self._streams
        for event in events:
            if self._parser is not parser:
                self.pipelined()
                break
            if type(event) is Element and self.state in SERVED:
                streams.received(self, event, now)
                if streams.now() - now > TURN and self.state is State.ACTIVE:
                    self._later(events)
                    break
            else:
                self.take(event, inputOf(event), now)
        else:
            if self._parser is not parser and parser.rest:
                self.pipelined()
        if self.state is State.ACTIVE:
            self.due = now + streams.section.keepalive

    def _later(self, events: Iterator[Event]) -> None:
        """
        Go on when everybody else has had his turn.
        """
        self._rest = events
        self.transport.pauseProducing()
        self._streams.reactor.callLater(0, self._more)

    def _more(self) -> None:
        """
        The next turn, unless nobody reads the answers to the last.
        """
        if self._rest is None or self._broken or self._streams.holdsUp(self):
            return
        if self.outlet.crowded():
            self._streams.reactor.callLater(DRAIN, self._more)
            return
        events, self._rest = self._rest, None
        self._turn(events, 0)
        if self._rest is None and not self._streams.holdsUp(self):
            self.resume()

    def _measure(self, count: int, now: float) -> None:
        """
        Read no more than is allowed a second; a long answer to a short
        question counts as if it had been read.
        """
        if now >= self._until:
            self._until, self._read = now + 1.0, 0
        self._read += count
        if self._read > self._streams.section.max_rate:
            self._streams.throttle(self)

    def resume(self) -> None:
        """
        Go on after L{Streams.throttle}.
        """
        if self._rest is not None:
            self._more()
        elif not (self.waits() or self._broken):
            self.transport.resumeProducing()
