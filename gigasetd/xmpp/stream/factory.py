# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
All streams: how many there may be, what the rules want of them, and when.

Bytes in, the rules' answer, what has changed made safe, bytes out, one alarm
at the rules' deadline.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import ServerFactory
from twisted.words.xish.domish import Element

from gigasetd.config.networks import unmapped
from gigasetd.config.sections.xmpp import Xmpp
from gigasetd.registry.model import Scram
from gigasetd.xmpp.actions import Peer
from gigasetd.xmpp.auth.policy import Logins
from gigasetd.xmpp.executor import Desk
from gigasetd.xmpp.reload import limitsAfter, limitsBefore
from gigasetd.xmpp.stanza.stanza import answerable, errorReply, serialize
from gigasetd.xmpp.stream import header as greeting
from gigasetd.xmpp.stream.reader import Hearing
from gigasetd.xmpp.stream.state import Input, State
from gigasetd.xmpp.stream.stream import Stream
from gigasetd.xmpp.stream.tls import Certified

SHOWN = frozenset({"chat", "away", "xa", "dnd"})
"""What C{<show/>} can say (RFC 6121 section 4.7.2.1)."""

STANZAS = frozenset({"message", "presence", "iq"})

SWEEP = 1.0
"""Seconds between two looks at who is late."""


class Streams(ServerFactory):
    """
    @ivar section: the limits, from the configuration.
    @ivar domain: ours.
    @ivar names: what phones may call us besides.
    @ivar before: what a stream's XML may cost before the log-in.
    @ivar after: and after it.
    @ivar certified: what they need of TLS.
    @ivar derive: makes SCRAM's keys aside, by L{gigasetd.xmpp.auth.scram.keysOf}.
    @ivar counts: what went wrong.
    """

    noisy = False

    def __init__(
        self,
        section: Xmpp,
        names: tuple[str, ...],
        logins: Logins,
        desk: Desk,
        certified: Certified,
        derive: Callable[[str, str, str, str], Deferred[Scram]],
        first: int,
        reactor: Any,
    ) -> None:
        """
        @param names: our domain first.
        @param first: the number of the first stream; the start's time is in
            it, so that none is taken for one of an earlier run.
        """
        self.names, self.domain = names, names[0]
        self.logins, self.desk, self.reactor = logins, desk, reactor
        self.derive, self.token, self.now = derive, logins.token, desk.now
        self.certified = certified
        self.bindings, self.creator = certified.bindings, certified.creator
        self.counts = desk.counts
        self.follow(section)
        self._next = first
        self._hosts: Counter[str] = Counter()
        self._throttled: set[Hearing] = set()
        self._sweeper: Any = None
        self._gone: Deferred[None] | None = None

    def follow(self, section: Xmpp) -> None:
        """
        Go by these limits from now on.
        """
        self.section = section
        self.after, self.before = limitsAfter(section), limitsBefore(section)

    def __len__(self) -> int:
        """
        How many streams there are.
        """
        return len(self.desk.streams)

    def __iter__(self) -> Iterator[Stream]:
        return iter(list(self.desk.streams.values()))

    # connections

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        A connection came in.
        """
        return self.build(addr, secure=False)

    def build(self, addr: IAddress | None, secure: bool) -> Stream | None:
        """
        A connection came in.

        @return: its stream; C{None} closes it.
        """
        host = unmapped(str(getattr(addr, "host", "")))
        section = self.section
        full = len(self) >= section.max_streams
        if full or self._hosts[host] >= section.max_streams_per_address:
            self.counts["streams_refused"] += 1
            return None
        if self._gone or not self.logins.hosts.admits(host, self.now()):
            self.counts["streams_refused"] += 1
            return None
        self._next += 1
        return Stream(self, self._next, host, int(getattr(addr, "port", 0)), secure)

    def opened(self, stream: Stream) -> None:
        """
        A connection is up.
        """
        self.desk.streams[stream.number] = stream
        self._hosts[stream.host] += 1
        if self._sweeper is None:
            self._sweeper = self.reactor.callLater(SWEEP, self._sweep)

    def closed(self, stream: Stream) -> None:
        """
        A connection is gone.
        """
        if self.desk.streams.pop(stream.number, None) is None:
            return
        self.desk.writers.forget(stream)
        self._throttled.discard(stream)
        self._hosts[stream.host] -= 1
        if not self._hosts[stream.host]:
            del self._hosts[stream.host]
        if self._gone is not None and not len(self):
            gone, self._gone = self._gone, None
            gone.callback(None)

    def _sweep(self) -> None:
        """
        See who is late.
        """
        self._sweeper = None
        now = self.now()
        for stream in self:
            if stream.due <= now:
                stream.take(None, Input.LATE, now)
        throttled, self._throttled = self._throttled, set()
        for slowed in throttled:
            slowed.resume()
        self.flush()
        if len(self):
            self._sweeper = self.reactor.callLater(SWEEP, self._sweep)

    def closeAll(self) -> Deferred[None]:
        """
        Tell everybody that the server stops.

        @return: fires when the last has gone; who does not go is cut off.
        """
        self._gone = gone = Deferred[None]()
        for stream in self:
            stream.fail("system-shutdown")
        self.flush()
        if not len(self):
            self._gone = None
            gone.callback(None)
        return gone

    def stop(self) -> None:
        """
        No more alarms.
        """
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        self.desk.stop()

    # what streams ask for

    def throttle(self, stream: Hearing) -> None:
        """
        Read nothing from a stream for a moment; the system holds its peer up
        meanwhile.
        """
        if stream not in self._throttled and stream.state is not State.CLOSING:
            self.counts["throttled"] += 1
            self._throttled.add(stream)
            stream.transport.pauseProducing()

    def holdsUp(self, stream: Hearing) -> bool:
        """
        Whether nothing is read from a stream for a moment.
        """
        return stream in self._throttled

    def isPhone(self, host: str) -> bool:
        """
        Whether an address is where old phones are.
        """
        return self.section.phone_networks.contains(host)

    def features(self, stream: Stream) -> list[str]:
        """
        What can be done after the log-in.
        """
        told = self.desk.rules.features(stream.number)
        idle = 0  # a silent client is only asked whether it is there
        return [*greeting.written(told), greeting.limits(self.after.stanza, idle)]

    def put(self, stream: Stream, text: str) -> None:
        """
        Write something of a stream's own.
        """
        self.desk.writers.put(stream, text)

    def flush(self) -> None:
        """
        Write all that has come together.
        """
        self.desk.writers.flush()

    def refuse(self, stream: Stream, iq: Element, condition: str) -> None:
        """
        Answer an iq with an error.
        """
        self.put(stream, serialize(errorReply(iq, condition)))

    def admitted(self, stream: Stream, peer: Peer, now: float) -> None:
        """
        Somebody has logged in.
        """
        self.desk.ask(self.desk.rules.opened, peer, now)

    def received(self, stream: Stream, element: Element, now: float) -> None:
        """
        Something came from somebody who has logged in.
        """
        desk = self.desk
        done = desk.ask(desk.rules.received, stream.number, element, now)
        if not done and element.name in STANZAS and answerable(element):
            self.refuse(stream, element, "internal-server-error")

    def lost(self, stream: Stream, clean: bool) -> None:
        """
        Somebody who had logged in has gone.
        """
        self.desk.ask(self.desk.rules.lost, stream.number, self.now(), clean)

    def holds(self, host: str) -> bool:
        """
        Whether somebody has logged in from an address: it is not banned for
        one bad client beside good ones.
        """
        return any(stream.account and stream.host == host for stream in self)

    def told(self) -> list[dict[str, Any]]:
        """
        All sessions, for the operator.
        """
        return [self._told(one) for one in self.desk.rules.streams(self.now())]

    def _told(self, session: Mapping[str, Any]) -> dict[str, Any]:
        """
        One session, with what only its connection knows.
        """
        stream = self.desk.streams.get(session.get("stream", 0))
        facts = {
            "jid": f"{session['number']}@{self.domain}/{session['resource']}",
            "port": stream.port if stream else 0,
            "mechanism": stream.mechanism if stream else "",
            "show": session["presence"] if session["presence"] in SHOWN else "",
        }
        return facts | {key: session[key] for key in session if key != "stream"}

    def gauges(self) -> dict[str, float]:
        """
        How many streams are in which state.
        """
        states = Counter(stream.state for stream in self)
        told = {f"streams_{one.name.lower()}": states[one] for one in State}
        return {"streams": len(self), **told}
