# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
A stream's connection, and the ways in which it ends (RFC 6120 section 4.4).

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.words.xish.domish import Element

from gigasetd.xmpp.stream import header as greeting
from gigasetd.xmpp.stream.state import State
from gigasetd.xmpp.stream.writer import Outlet

if TYPE_CHECKING:
    from gigasetd.xmpp.stream.factory import Streams


class Line(Protocol):
    """
    @ivar number: its name, never used again.
    @ivar host: where it comes from.
    @ivar state: where it is.
    @ivar secure: whether by TLS.
    @ivar account: whose it is, C{""} before the log-in.
    @ivar due: when something has to have come.
    @ivar outlet: what is written.
    """

    transport: Any
    outlet: Outlet

    def __init__(self, streams: Streams, number: int, host: str) -> None:
        self.number, self.host = number, host
        self.state = State.HEADER
        self.secure = False
        self.account = ""
        self.due = streams.now() + streams.section.login_timeout
        self._streams: Any = streams  # which knows whole streams only
        self._greeted = False
        self._told = False  # whether the rules know of the end
        self._broken = False  # whether nothing that comes can be read
        self._ending = False  # whether it ends when all is written

    def connectionMade(self) -> None:
        """
        The connection is there.
        """
        section = self._streams.section
        self.outlet = Outlet(self.transport, section.max_unread)
        self.outlet.tune(section.keepalive)
        self._streams.opened(self)

    def connectionLost(self, reason: Failure = Failure(Exception())) -> None:
        """
        The connection is gone.
        """
        self._broken = True
        if reason.check(SSL.Error):
            self._streams.counts["tls_failed"] += 1
        self.outlet.drop()
        self._lose(clean=self._ending)
        self.state = State.CLOSING
        self._streams.closed(self)

    # the steps

    def _end(self, event: Any, now: float) -> None:
        """
        The client says good-bye; as long as the system has not taken all that
        it was sent, nobody knows what it will have got.
        """
        self._deliver()
        if self.account and self._streams.desk.writers.waits(self):
            self._broken = self._ending = True
            self.due = now + self._streams.section.close_timeout
            return
        self._lose(clean=True)
        self.put(greeting.END)
        self._leaving(now)
        self._leave(event, now)

    def drained(self) -> None:
        """
        The system has taken all that was written.
        """
        if self._ending and self.state is not State.CLOSING:
            self._ending = False
            self._end(None, self._streams.now())

    def _fault(self, event: Any, now: float) -> None:
        """
        What came cannot be read on.
        """
        self._streams.counts["faults"] += 1
        self._broken = True
        self.fail(event.condition, event.text)

    def _expire(self, event: Any, now: float) -> None:
        """
        The log-in took too long.
        """
        self._streams.counts["expired"] += 1
        self.fail("connection-timeout")

    def _poke(self, event: Any, now: float) -> None:
        """
        It was silent: a blank makes TCP find out whether anybody is there.
        """
        if self.outlet.waiting():
            self._streams.counts["unread"] += 1
            self.transport.abortConnection()
            return
        self.put(" ")
        self.due = now + self._streams.section.keepalive

    def _leave(self, event: Any, now: float) -> None:
        """
        Both have said good-bye, or one cannot be understood.
        """
        self._broken = True
        self.outlet.flush()
        self.transport.loseConnection()

    def _cut(self, event: Any, now: float) -> None:
        """
        It did not leave by itself.
        """
        self.transport.abortConnection()

    def _ignore(self, event: Any, now: float) -> None:
        """
        It comes too late.
        """

    # for others

    def put(self, text: str) -> None:
        """
        Write something of the stream's own.
        """
        self._streams.put(self, text)

    def fail(
        self, condition: str, text: str = "", detail: Element | None = None
    ) -> None:
        """
        End with an error.

        @param detail: what an extension has to say to it.
        """
        if self.state is State.CLOSING:
            return
        self._deliver()
        self._lose(clean=False)
        self.outlet.drop()
        if not self._greeted:
            streams = self._streams
            self.put(greeting.header(streams.domain, streams.token()))
        self.put(greeting.error(condition, text, detail))
        now = self._streams.now()
        self._leaving(now)
        self._leave(None, now)

    def finish(self) -> None:
        """
        End in good order: the client is to say good-bye too.
        """
        if self.state is State.CLOSING:
            return
        self._deliver()
        self._lose(clean=True)
        self.put(greeting.END)
        self._leaving(self._streams.now())

    def _leaving(self, now: float) -> None:
        """
        From here on it only ends.
        """
        self.state = State.CLOSING
        self.due = now + self._streams.section.close_timeout

    def _deliver(self) -> None:
        """
        Write what was put before the end, which still arrives: the rules are
        to know that first, lest they keep it for the next stream as well.
        """
        if self.account:
            self._streams.flush()

    def _lose(self, clean: bool) -> None:
        """
        The rules are told of the end, once.
        """
        if not self._told:
            self._told = True
            if self.account:
                self._streams.lost(self, clean)
