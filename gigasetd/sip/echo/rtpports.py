# -*- test-case-name: tests.sip.echo.test_rtpports -*-
"""
The sockets behind the echo calls: a pair for each, RTP on the even port and
RTCP on the odd one above (RFC 3550 section 11).

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any, Protocol

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.error import CannotListenError
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from gigasetd.sip.actions import Action, ChangeMedia, CloseMedia, Media, OpenMedia
from gigasetd.sip.echo.rtpsockets import Line, closed
from gigasetd.sip.echo.tone import frames

log = Logger()

SILENCE = 30.0
"""Seconds without RTP after which a call is reported as silent."""

REPORT = 5
"""Seconds between two RTCP reports (RFC 3550 section 6.2)."""

TRIES = 50
"""Pairs that are tried before a call is refused."""


class Told(Protocol):
    """
    Who hears what became of a call's media; with assembly's clock in between,
    the echo agent.
    """

    def opened(self, call: str, port: int) -> None:
        """
        The sockets are bound; C{port} is the RTP port.
        """

    def refused(self, call: str) -> None:
        """
        There is no pair of ports left.
        """

    def silent(self, call: str) -> None:
        """
        The peer's RTP was not heard for L{SILENCE} seconds; told again after
        as many more.
        """


class MediaPorts(Service):
    """
    Opens, changes and closes the media of the echo calls.

    @ivar counts: what happened, by name; only ever grows.
    """

    def __init__(
        self,
        reactor: Any,
        ports: tuple[int, int] | None,
        host: str,
        told: Told,
    ) -> None:
        """
        @param ports: the first and last port to use, C{None} for any.
        @param host: the interface to bind, "" or "0.0.0.0" for all.
        """
        self._reactor, self._range, self._host = reactor, ports, host
        self._told = told
        self._lines: dict[str, Line] = {}
        self._next = 0
        self._seconds = 0
        self._watch = LoopingCall(self._tick)
        self._watch.clock = reactor
        self.counts = dict.fromkeys(("opened", "refused", "silent", "dropped"), 0)

    def __len__(self) -> int:
        """
        How many calls have media.
        """
        return len(self._lines)

    def startService(self) -> None:
        """
        Compute the greetings before anybody waits for one, and watch.
        """
        super().startService()
        for encoding in ("PCMA", "PCMU", "G722"):
            frames(encoding)
        self._watch.start(1.0, now=False)

    def stopService(self) -> Deferred[Any]:
        """
        Close every socket.

        @return: fires when they are closed.
        """
        super().stopService()
        if self._watch.running:
            self._watch.stop()
        return gatherResults([self._close(call) for call in list(self._lines)])

    def perform(self, action: Action) -> None:
        """
        Do what the echo agent asks for; other actions are not for us.
        """
        if isinstance(action, OpenMedia):
            self._open(action.media)
        elif isinstance(action, ChangeMedia):
            line = self._lines.get(action.media.call)
            if line is not None:
                line.echo.change(action.media, self._reactor.seconds())
        elif isinstance(action, CloseMedia):
            self._close(action.call)

    def _open(self, media: Media) -> None:
        """
        Bind a pair; what became of it is told a moment later, so that the
        rule that asked has come to its end.
        """
        line = Line(self._reactor, media)
        number = self._bind(line, self._interface(media))
        if number is None:
            self.counts["refused"] += 1
            log.warn("no free pair of RTP ports for an echo call")
            self._reactor.callLater(0, self._told.refused, media.call)
            return
        self.counts["opened"] += 1
        self._lines[media.call] = line
        self._reactor.callLater(0, self._told.opened, media.call, number)

    def _interface(self, media: Media) -> str:
        """
        What to bind: the configured interface, unless the peer speaks the
        other IP.
        """
        six = ":" in (media.peer or media.host)
        if six == (":" in self._host):
            return self._host
        return "::" if six else ""

    def _bind(self, line: Line, interface: str) -> int | None:
        """
        Bind the two sockets of a line.

        @return: the RTP port, C{None} when no pair is free.
        """
        for _ in range(TRIES):
            number = self._pair(line, interface)
            if number is not None:
                return number
        return None

    def _pair(self, line: Line, interface: str) -> int | None:
        """
        Try one pair: the next of the range, else one that the system picks.
        """
        rtp, control = line.halves()
        number = 0 if self._range is None else self._candidate(*self._range)
        even: Any = None
        try:
            even = self._reactor.listenUDP(number, rtp, interface)
            found = even.getHost().port
            if found % 2 or found == 65535:
                closed((even,))
                return None
            odd = self._reactor.listenUDP(found + 1, control, interface)
        except CannotListenError:
            if even is not None:
                closed((even,))
            return None
        line.start(rtp, control, (even, odd))
        return int(found)

    def _candidate(self, first: int, last: int) -> int:
        """
        The next even port of the range that has its odd one in it too.
        """
        even = first + first % 2
        pairs = max(1, (last - even + 1) // 2)
        self._next = (self._next + 1) % pairs
        return even + 2 * self._next

    def _close(self, call: str) -> Deferred[Any]:
        """
        End a call's media, if it has any.
        """
        line = self._lines.pop(call, None)
        if line is None:
            return gatherResults([])
        self.counts["dropped"] += line.echo.dropped
        return line.close()

    def _tick(self) -> None:
        """
        Once a second: who fell silent, and is it time for reports.
        """
        self._seconds += 1
        now = self._reactor.seconds()
        for call, line in list(self._lines.items()):
            if self._seconds % REPORT == 0:
                line.report()
            if now - line.echo.heard >= SILENCE:
                self.counts["silent"] += 1
                line.echo.heard = now
                self._told.silent(call)
