# -*- test-case-name: tests.sip.echo.test_rtpports -*-
"""
The sockets of the echo calls: a pair for each, RTP on the even port and RTCP on
the odd one above (RFC 3550 section 11).

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
from gigasetd.sip.echo.rtpsockets import RTPSession, closed
from gigasetd.sip.echo.tone import frames

log = Logger()

SILENCE = 30.0
"""Seconds without RTP after which a call is reported as silent."""

REPORT = 5
"""Seconds between two RTCP reports (RFC 3550 section 6.2)."""

TRIES = 50
"""Pairs that are tried before a call is refused."""


class MediaListener(Protocol):
    """
    Hears what becomes of a call's media.

    L{MediaEvents <gigasetd.sip.echo.mediaevents.MediaEvents>} hands it to the
    echo agent, with the time.
    """

    def opened(self, call: str, port: int) -> None:
        """
        Note that the sockets are bound; C{port} is the RTP port.
        """

    def refused(self, call: str) -> None:
        """
        Note that no pair of ports is free.
        """

    def silent(self, call: str) -> None:
        """
        Note that no RTP came for L{SILENCE} seconds; called again after as many
        more.
        """


class MediaPorts(Service):
    """
    Opens, changes and closes the media of the echo calls.

    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        reactor: Any,
        ports: tuple[int, int] | None,
        host: str,
        listener: MediaListener,
    ) -> None:
        """
        @param ports: the first and last port to use, C{None} for any.
        @param host: the interface to bind, "" or "0.0.0.0" for all.
        """
        self._reactor, self._range, self._host = reactor, ports, host
        self._listener = listener
        self._sessions: dict[str, RTPSession] = {}
        self._next = 0
        self._seconds = 0
        self._watch = LoopingCall(self._tick)
        self._watch.clock = reactor
        self.counts = dict.fromkeys(("opened", "refused", "silent", "dropped"), 0)

    def __len__(self) -> int:
        return len(self._sessions)

    def startService(self) -> None:
        """
        Compute the greetings before the first call, and watch for silence.
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
        return gatherResults([self._close(call) for call in list(self._sessions)])

    def perform(self, action: Action) -> None:
        """
        Carry out an action on media; ignore others.
        """
        if isinstance(action, OpenMedia):
            self._open(action.media)
        elif isinstance(action, ChangeMedia):
            session = self._sessions.get(action.media.call)
            if session is not None:
                session.echo.change(action.media, self._reactor.seconds())
        elif isinstance(action, CloseMedia):
            self._close(action.call)

    def _open(self, media: Media) -> None:
        # The result is reported a moment later, so that the rule that asked has come
        # to its end.
        session = RTPSession(self._reactor, media)
        number = self._bind(session, self._interface(media))
        if number is None:
            self.counts["refused"] += 1
            log.warn("no free pair of RTP ports for an echo call")
            self._reactor.callLater(0, self._listener.refused, media.call)
            return
        self.counts["opened"] += 1
        self._sessions[media.call] = session
        self._reactor.callLater(0, self._listener.opened, media.call, number)

    def _interface(self, media: Media) -> str:
        # The configured interface, unless the peer speaks the other IP version.
        six = ":" in (media.peer or media.host)
        if six == (":" in self._host):
            return self._host
        return "::" if six else ""

    def _bind(self, session: RTPSession, interface: str) -> int | None:
        for _ in range(TRIES):
            number = self._pair(session, interface)
            if number is not None:
                return number
        return None

    def _pair(self, session: RTPSession, interface: str) -> int | None:
        # The next pair of the range, else one that the system picks.
        rtp, control = session.newPorts()
        number = 0 if self._range is None else self._candidate(*self._range)
        even: Any = None
        try:
            even = self._reactor.listenUDP(number, rtp, interface)
            port = even.getHost().port
            if port % 2 or port == 65535:
                closed((even,))
                return None
            odd = self._reactor.listenUDP(port + 1, control, interface)
        except CannotListenError:
            if even is not None:
                closed((even,))
            return None
        session.start(rtp, control, (even, odd))
        return int(port)

    def _candidate(self, first: int, last: int) -> int:
        even = first + first % 2
        pairs = max(1, (last - even + 1) // 2)
        self._next = (self._next + 1) % pairs
        return even + 2 * self._next

    def _close(self, call: str) -> Deferred[Any]:
        session = self._sessions.pop(call, None)
        if session is None:
            return gatherResults([])
        self.counts["dropped"] += session.echo.dropped
        return session.close()

    def _tick(self) -> None:
        # Once a second.
        self._seconds += 1
        now = self._reactor.seconds()
        for call, session in list(self._sessions.items()):
            if self._seconds % REPORT == 0:
                session.report()
            if now - session.echo.lastHeard >= SILENCE:
                self.counts["silent"] += 1
                session.echo.lastHeard = now
                self._listener.silent(call)
