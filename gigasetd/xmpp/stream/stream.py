# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
One client's stream, from the header to the end (RFC 6120): a reader, a writer
and the steps of L{gigasetd.xmpp.stream.state.STEPS}.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from OpenSSL import SSL
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Peer
from gigasetd.xmpp.auth.loginexchange import LoginExchange
from gigasetd.xmpp.auth.result import Channel, LoginPassed
from gigasetd.xmpp.stanza.parser import Event, StreamFault
from gigasetd.xmpp.stanza.stanza import answerable, errorReply, serialize
from gigasetd.xmpp.stream import header as wire
from gigasetd.xmpp.stream.context import StreamContext
from gigasetd.xmpp.stream.reader import StreamReader
from gigasetd.xmpp.stream.state import (
    STEPS,
    Input,
    Pipelined,
    StreamState,
    inputOf,
)
from gigasetd.xmpp.stream.writer import StreamWriter

SERVED = frozenset({StreamState.BIND, StreamState.ACTIVE})

STANZAS = frozenset({"message", "presence", "iq"})

MANY = 4
"""Times C{max_login_stanza}: what a client may send before it has logged in."""

_AWAIT = frozenset(Input) - {Input.END, Input.FAULT, Input.LATE}
"""What may not come while a log-in is being decided."""


class PeerAddress(NamedTuple):
    """
    Where a stream comes from.
    """

    host: str
    port: int
    source: str  #: what the address counts for


class ClientStream(Protocol):
    """
    One client's stream.

    @ivar number: its name in this process, never used again.
    @ivar host: the client's address.
    @ivar source: what it counts for in every limit.
    @ivar port: the client's port.
    @ivar phone: whether that address is in the networks of phones.
    @ivar state: what is expected next.
    @ivar due: when something must have come.
    @ivar secure: whether it is encrypted.
    @ivar old: whether its header has no version.
    @ivar id: the stream id in our header.
    @ivar account: the account's number, C{""} before the log-in.
    @ivar mechanism: how the client logged in.
    """

    transport: Any
    reader: StreamReader
    writer: StreamWriter

    def __init__(
        self,
        context: StreamContext,
        number: int,
        address: PeerAddress,
        secure: bool,
        changed: Callable[[ClientStream, bool], None],
    ) -> None:
        """
        @param changed: called when the connection is made and when it has logged
            in (with C{True}), and when it is lost.
        """
        self.number, self.secure = number, secure
        self.host, self.port, self.source = address
        self.phone = context.isPhone(address.host)
        self.state = StreamState.HEADER
        # First for a header; TLS begins in this time, too.
        self._began = context.now()
        section = context.section
        self.due = self._began + min(section.header_timeout, section.login_timeout)
        self._spoken = 0  # bytes before the log-in
        self.old = False
        self.account = self.mechanism = self.id = ""
        self._context, self._executor = context, context.executor
        self._changed = changed
        self._login: LoginExchange | None = None
        self._greeted = False  # whether our header was sent
        self._lost = False  # whether the rules know of the end
        self._ending = False  # whether it ends when all is written

    # Twisted's Protocol

    def connectionMade(self) -> None:
        """
        Make the reader and the writer.
        """
        section = self._context.section
        writer = self._executor.open(
            self.number, self, self.transport, section.max_unread
        )
        writer.tune(section.keepalive)
        self.writer = writer
        self.reader = StreamReader(self, self._context, self.transport, writer)
        self._changed(self, True)

    def dataReceived(self, data: bytes) -> None:
        """
        Pass octets to the reader.
        """
        if not self.account:
            self._spoken += len(data)
            if self._spoken > MANY * self._context.section.max_login_stanza:
                self._excess()
        self.reader.feed(data)

    def connectionLost(self, reason: Failure = Failure(Exception())) -> None:
        """
        Report the loss to the rules.
        """
        if self._login is not None:
            self._login.drop()
        self.reader.stop()
        if reason.check(SSL.Error):
            self._context.counts["tls_failed"] += 1
        self.writer.drop()
        self._lose(clean=self._ending)
        self.state = StreamState.CLOSING
        self._executor.forget(self.number)
        self._changed(self, False)

    def dissolve(self) -> None:
        """
        Let go of all parts, some time after the connection was lost: no cycle may
        keep them until the next full garbage collection, which is hours away.
        """
        self.reader.free()
        self._login = None
        del self.reader, self.writer, self.transport, self._changed

    def _excess(self) -> None:
        # No log-in takes so much.  The connection stays open, unread, until its time
        # is up: a flood of new connections would cost more.
        self._context.counts["flooded"] += 1
        self.reader.stop()
        self.transport.pauseProducing()

    # StreamHost

    def received(self, event: Event, now: float) -> None:
        """
        As L{gigasetd.xmpp.stream.streamhost.StreamHost.received}.
        """
        if type(event) is Element and self.state in SERVED:
            self._serve(event, now)
        else:
            self._step(event, inputOf(event), now)

    def turned(self, now: float) -> None:
        """
        As L{gigasetd.xmpp.stream.streamhost.StreamHost.turned}.
        """
        if self.state is StreamState.ACTIVE:
            self.due = now + self._context.section.keepalive
        self._executor.flush()

    def flushed(self) -> None:
        """
        As L{gigasetd.xmpp.stream.streamhost.StreamHost.flushed}.
        """
        if not self.account:
            return
        executor = self._executor
        executor.ask(executor.rules.flushed, self.number, self._context.now())
        if self._ending and self.state is not StreamState.CLOSING:
            self._ending = False
            self._end(None, self._context.now())

    def close(
        self, condition: str = "", text: str = "", detail: Element | None = None
    ) -> None:
        """
        As L{gigasetd.xmpp.stream.streamhost.StreamHost.close}.
        """
        if self._login is not None:
            self._login.leave()
        if self.state is StreamState.CLOSING:
            return
        self._deliver()
        self._lose(clean=not condition)
        if condition:
            self._fail(condition, text, detail)
        else:
            # The client is to end its side too.
            self.writer.put(wire.END)
            self._closing(self._context.now())

    # steps

    def expire(self, now: float) -> None:
        """
        Act on what did not come until L{due}.
        """
        self._step(None, Input.LATE, now)

    def _step(self, event: Event | None, input: Input, now: float) -> None:
        if self._login is not None and self._login.busy and input in _AWAIT:
            event, input = Pipelined(), Input.EARLY
        getattr(self, "_" + STEPS[self.state, input])(event, now)

    def _serve(self, element: Element, now: float) -> None:
        executor = self._executor
        done = executor.ask(executor.rules.received, self.number, element, now)
        if not done:
            if element.name in STANZAS and answerable(element):
                self._refuse(element, "internal-server-error")
        elif self.state is StreamState.BIND and executor.rules.isBound(self.number):
            self._activate(now)

    def _activate(self, now: float) -> None:
        self.state = StreamState.ACTIVE
        self.due = now + self._context.section.keepalive

    def _refuse(self, iq: Element, condition: str) -> None:
        self.writer.put(serialize(errorReply(iq, condition)))

    def _ignore(self, event: Any, now: float) -> None:
        pass

    # steps: header and TLS

    def _greet(self, event: Any, now: float) -> None:
        try:
            header = wire.StreamHeader(event)
            self._check(header)
        except StreamFault as fault:
            self._fault(fault, now)
            return
        context = self._context
        if not self.account:
            self.due = self._began + context.section.login_timeout
        self.old, self.id = header.old, context.token()
        self._sendHeader(header.sender)
        if self.account:
            self.state = StreamState.BIND
            self.writer.put(wire.features(*self._features()))
        else:
            self._offer()

    def _check(self, header: wire.StreamHeader) -> None:
        """
        Insist that we serve what a header asks for.

        @raise StreamFault: we do not.
        """
        context = self._context
        names = context.names if self.phone else (context.domain,)
        if header.to not in names:
            raise StreamFault("host-unknown")
        if header.old and (self.account or not self.phone):
            raise StreamFault("unsupported-version")

    def _sendHeader(self, to: str = "") -> None:
        self._greeted = True
        domain = self._context.domain
        self.writer.put(wire.header(domain, self.id, self.old, to))

    def _features(self) -> list[str]:
        """
        List what may be done after the log-in.
        """
        elements = self._executor.rules.features(self.number)
        # A silent client is not cut off, only probed: no limit of idle time.
        limits = wire.limits(self._context.after.stanza, idle=0)
        return [*map(serialize, elements), limits]

    def _offer(self) -> None:
        """
        Offer TLS and the mechanisms that may be used on this connection.
        """
        context = self._context
        bindings = context.tls.bindings(self.transport) if self.secure else {}
        channel = Channel(self.host, self.phone, self.secure, bindings)
        if self._login is None:
            halves = self.reader, self.writer
            self._login = LoginExchange(context, channel, *halves, self._passed)
        else:
            self._login.over(channel)
        names = self._login.mechanisms()
        self.state = StreamState.AUTH if names else StreamState.TLS
        if self.old:
            return
        offered = [] if self.secure else [wire.starttls(required=not names)]
        if names:
            offered.append(wire.mechanisms(names, bindings))
        if self.phone:
            offered.append(wire.oldAuth())
        offered.append(wire.limits(context.before.stanza, idle=0))
        self.writer.put(wire.features(*offered))

    def _startTLS(self, event: Any, now: float) -> None:
        if self.secure:
            self._forbid(event, now)
            return
        self.writer.put(wire.tls("proceed"))
        self.writer.flush()
        self.writer.secured()
        self.secure = True
        self._restart()
        self.transport.startTLS(self._context.tls.creator(self.phone))

    def _restart(self) -> None:
        # RFC 6120 section 4.3.3: nothing that was said before counts.
        self.state = StreamState.HEADER
        self._greeted = self.old = False
        context = self._context
        self.reader.restart(context.after if self.account else context.before)

    def _demandTLS(self, event: Any, now: float) -> None:
        self.writer.put(wire.failure("encryption-required"))

    def _refuseOld(self, event: Any, now: float) -> None:
        self._refuse(event, "not-allowed")

    def _forbid(self, event: Any, now: float) -> None:
        self.close("not-authorized")

    # steps: log-in

    def _begin(self, event: Any, now: float) -> None:
        self._exchange().begin(event, now)

    def _respond(self, event: Any, now: float) -> None:
        self._exchange().respond(event, now)

    def _abort(self, event: Any, now: float) -> None:
        self._exchange().abort(now)

    def _old(self, event: Any, now: float) -> None:
        self._exchange().old(event, self.id, now)

    def _exchange(self) -> LoginExchange:
        assert self._login is not None, "there is one in the state AUTH"
        return self._login

    def _passed(self, result: LoginPassed, resource: str, now: float) -> None:
        """
        Go on as an account's stream.

        @param resource: bound by the log-in already, C{""} for none.
        """
        self._login = None
        self.account, self.mechanism = result.number, result.mechanism
        self._changed(self, True)
        if resource:
            self.reader.limit(self._context.after)
            self._activate(now)
        else:
            self._restart()
        # Only phones log in by one of these.
        legacy = self.old or bool(resource) or self.mechanism == "DIGEST-MD5"
        peer = Peer(self.account, self.number, legacy, resource, self.secure, self.host)
        self._executor.ask(self._executor.rules.opened, peer, now)

    # steps: the end (RFC 6120 section 4.4)

    def _end(self, event: Any, now: float) -> None:
        self._deliver()
        if self.account and self._executor.flusher.waits(self.writer):
            # Until the system has taken all, it is unknown what arrives.
            self._ending = True
            self.reader.stop()
            self.due = now + self._context.section.close_timeout
            return
        self._lose(clean=True)
        self.writer.put(wire.END)
        self._closing(now)
        self._leave(event, now)

    def _fault(self, event: Any, now: float) -> None:
        self._context.counts["faults"] += 1
        self.reader.stop()
        self.close(event.condition, event.text)

    def _pipelined(self, event: Any, now: float) -> None:
        self._context.counts["pipelined"] += 1
        self.reader.stop()
        self.close(event.condition, event.text)

    def _expire(self, event: Any, now: float) -> None:
        self._context.counts["expired"] += 1
        self.close("connection-timeout")

    def _poke(self, event: Any, now: float) -> None:
        if self.writer.waiting():
            self._context.counts["unread"] += 1
            self.writer.abort()
            return
        # White space makes TCP find out whether the client is still there.
        self.writer.put(" ")
        self.due = now + self._context.section.keepalive

    def _leave(self, event: Any, now: float) -> None:
        self.reader.stop()
        self.writer.flush()
        self.transport.loseConnection()

    def _cut(self, event: Any, now: float) -> None:
        self.writer.abort()

    def _fail(self, condition: str, text: str, detail: Element | None) -> None:
        self.writer.drop()
        if not self._greeted:
            self.id, self.old = self._context.token(), False
            self._sendHeader()
        self.writer.put(wire.error(condition, text, detail))
        now = self._context.now()
        self._closing(now)
        self._leave(None, now)

    def _closing(self, now: float) -> None:
        self.state = StreamState.CLOSING
        self.writer.ended = True
        self.reader.hurry()
        self.due = now + self._context.section.close_timeout

    def _deliver(self) -> None:
        # What was put before the end still arrives; the rules must know that
        # first, or they would keep it for the next stream as well.
        if self.account:
            self._executor.flush()

    def _lose(self, clean: bool) -> None:
        if not self._lost:
            self._lost = True
            if self.account:
                executor, now = self._executor, self._context.now()
                executor.ask(executor.rules.lost, self.number, now, clean)
