# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
One client's stream, from the header to the end (RFC 6120).

What may come when is the table in L{gigasetd.xmpp.stream.state}; each step of it is a
method here.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure
from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Peer
from gigasetd.xmpp.auth.result import Channel
from gigasetd.xmpp.auth.wire import Entry
from gigasetd.xmpp.stanza.parser import Event, Fault, Parser
from gigasetd.xmpp.stream import header as greeting
from gigasetd.xmpp.stream.reader import Hearing
from gigasetd.xmpp.stream.state import STEPS, Input, State

if TYPE_CHECKING:
    from gigasetd.xmpp.stream.factory import Streams


class Stream(Hearing):
    """
    @ivar port: the port that it comes from.
    @ivar phone: whether it comes from where old phones are.
    @ivar old: whether it has no version.
    @ivar id: what we call it in our header.
    @ivar mechanism: by which it was proved whose it is.
    """

    def __init__(
        self, streams: Streams, number: int, host: str, port: int, secure: bool
    ) -> None:
        super().__init__(streams, number, host)
        self.port, self.secure = port, secure
        self.phone = streams.isPhone(host)
        self.old = False
        self.mechanism = self.id = ""
        self._entry: Entry | None = None

    # what the transport tells

    def take(self, event: Event | None, input: Input, now: float) -> None:
        """
        Take the step that the table names.
        """
        if self.waits() and input in _ASKING:
            # Nobody may say more before the log-in is decided.
            self.pipelined()
            return
        getattr(self, "_" + STEPS[self.state, input])(event, now)

    def connectionLost(self, reason: Failure = Failure(Exception())) -> None:
        """
        The connection is gone.
        """
        if self._entry is not None:
            self._entry.drop()
        super().connectionLost(reason)

    def fail(
        self, condition: str, text: str = "", detail: Element | None = None
    ) -> None:
        """
        End with an error.
        """
        if self._entry is not None:
            self._entry.leave()
        super().fail(condition, text, detail)

    def waits(self) -> bool:
        """
        Whether a log-in is being decided.
        """
        return self._entry is not None and self._entry.busy

    def pipelined(self) -> None:
        """
        Something came before the answer that had to be awaited: whatever it
        is, it was not meant for the stream that begins now, and somebody else
        may have put it there (RFC 6120 section 5.3.3).
        """
        self._streams.counts["pipelined"] += 1
        self._broken = True
        self.fail("policy-violation", "you must wait for an answer here")

    # the steps

    def _greet(self, event: Any, now: float) -> None:
        """
        Answer a header.
        """
        try:
            header = greeting.Header(event)
            self._check(header)
        except Fault as fault:
            self._fault(fault, now)
            return
        self.old = header.old
        self.id = self._streams.token()
        domain, to = self._streams.domain, header.sender
        self.put(greeting.header(domain, self.id, self.old, to))
        self._greeted = True
        if self.account:
            self.state = State.BIND
            self.put(greeting.features(*self._streams.features(self)))
        else:
            self._offer()

    def _check(self, header: greeting.Header) -> None:
        """
        Whether a header is one that we serve.

        @raise Fault: it is not.
        """
        names = self._streams.names if self.phone else (self._streams.domain,)
        if header.to not in names:
            raise Fault("host-unknown")
        if header.old and (self.account or not self.phone):
            raise Fault("unsupported-version")

    def _offer(self) -> None:
        """
        Say how one can log in.
        """
        streams = self._streams
        bindings = streams.bindings(self.transport) if self.secure else {}
        channel = Channel(self.host, self.phone, self.secure, bindings)
        if self._entry is None:
            self._entry = Entry(self, streams, channel)
        else:
            self._entry.over(channel)
        names = self._entry.mechanisms()
        self.state = State.AUTH if names else State.TLS
        if self.old:
            return
        offered = [] if self.secure else [greeting.starttls(required=not names)]
        if names:
            offered.append(greeting.mechanisms(names, bindings))
        if self.phone:
            offered.append(greeting.oldAuth())
        offered.append(greeting.limits(streams.before.stanza, 0))
        self.put(greeting.features(*offered))

    def _startTLS(self, event: Any, now: float) -> None:
        """
        Go on encrypted, and forget all that was said in the open.
        """
        if self.secure:
            self._forbid(event, now)
            return
        self.put(greeting.tls("proceed"))
        self.outlet.flush()
        self.outlet.secured()
        self.secure = True
        self.restart()
        self.transport.startTLS(self._streams.creator(self.phone))

    def restart(self) -> None:
        """
        The stream begins anew (RFC 6120 section 4.3.3).
        """
        streams = self._streams
        self.state = State.HEADER
        self._greeted = self.old = False
        self._parser = Parser(streams.after if self.account else streams.before)

    def _demandTLS(self, event: Any, now: float) -> None:
        """
        Nobody logs in in the open here.
        """
        self.put(greeting.failure("encryption-required"))

    def _refuseOld(self, event: Any, now: float) -> None:
        """
        Nor by XEP-0078.
        """
        self._streams.refuse(self, event, "not-allowed")

    def _forbid(self, event: Any, now: float) -> None:
        """
        One has to log in first.
        """
        self.fail("not-authorized")

    def _begin(self, event: Any, now: float) -> None:
        self._entered().begin(event, now)

    def _respond(self, event: Any, now: float) -> None:
        self._entered().respond(event, now)

    def _abort(self, event: Any, now: float) -> None:
        self._entered().abort(now)

    def _old(self, event: Any, now: float) -> None:
        self._entered().old(event, now)

    def _entered(self) -> Entry:
        """
        The log-in, which there is in this state.
        """
        assert self._entry is not None
        return self._entry

    def passed(self, number: str, mechanism: str, resource: str, now: float) -> None:
        """
        The log-in is done.

        @param resource: bound by it already, C{""} for none.
        """
        self._entry = None
        self.account, self.mechanism = number, mechanism
        if resource:
            self.state = State.ACTIVE
            self._parser.limits = self._streams.after
            self.due = now + self._streams.section.keepalive
        else:
            self.restart()
        legacy = self.old or bool(resource) or mechanism == "DIGEST-MD5"
        peer = Peer(number, self.number, legacy, resource, self.secure, self.host)
        self._streams.admitted(self, peer, now)

    def _serve(self, event: Any, now: float) -> None:
        """
        The rules decide.
        """
        self._streams.received(self, event, now)

    def bound(self, now: float) -> None:
        """
        The rules have given it a resource.
        """
        self.state = State.ACTIVE
        self.due = now + self._streams.section.keepalive


_ASKING = frozenset(Input) - {Input.END, Input.FAULT, Input.LATE}
