# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
All client streams: how many there may be, which are late, and their end.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import ServerFactory

from gigasetd.config.networks import unmapped
from gigasetd.ratelimit.shares import ShareLimits, Shares
from gigasetd.xmpp.stream.context import StreamContext
from gigasetd.xmpp.stream.state import StreamState
from gigasetd.xmpp.stream.stream import ClientStream, PeerAddress

SHOWN = frozenset({"chat", "away", "xa", "dnd"})
"""What C{<show/>} can say (RFC 6121 section 4.7.2.1)."""

SWEEP = 1.0
"""Seconds between two looks at the deadlines of all streams."""


def _nowhere(host: str) -> bool:
    return False


class ClientStreamFactory(ServerFactory):
    """
    All client streams.

    @ivar context: what the streams share.
    """

    noisy = False

    def __init__(
        self,
        context: StreamContext,
        first: int,
        local: Callable[[str], bool] = _nowhere,
    ) -> None:
        """
        @param local: whether an address is in C{server.local_networks}.
        @param first: below the number of the first stream; made of the start's
            time, so that no number is used again after a restart.
        """
        self.context = context
        self._next = first
        self._streams: dict[int, ClientStream] = {}
        self._lost: list[ClientStream] = []
        self._shares = Shares(local, context.counts)
        self._sweeper: Any = None
        self._gone: Deferred[None] | None = None

    def __len__(self) -> int:
        return len(self._streams)

    def __iter__(self) -> Iterator[ClientStream]:
        return iter(list(self._streams.values()))

    # connections

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        Make the stream of a connection that begins without TLS.
        """
        return self.build(addr, secure=False)

    def build(self, addr: IAddress | None, secure: bool) -> ClientStream | None:
        """
        Make a connection's stream.

        @return: C{None} closes the connection: there are too many, of its source or
            in all, the address is banned, or the server stops.
        """
        host = unmapped(str(getattr(addr, "host", "")))
        source = self.context.logins.guard.sources.source(host)
        if not self._admits(host, source):
            self.context.counts["streams_refused"] += 1
            return None
        self._next += 1
        address = PeerAddress(host, int(getattr(addr, "port", 0)), source)
        return ClientStream(self.context, self._next, address, secure, self._changed)

    def _admits(self, host: str, source: str) -> bool:
        if self._gone or not self._shares.admits(host, source, self._limits()):
            return False
        return self.context.logins.guard.sources.admits(host, self.context.now())

    def _limits(self) -> ShareLimits:
        section = self.context.section
        return ShareLimits(
            section.max_streams,
            section.max_streams_per_address,
            section.max_logins_per_address,
            min(section.reserved_streams, section.max_streams // 2),
        )

    def _changed(self, stream: ClientStream, connected: bool) -> None:
        if connected and stream.account:
            self._shares.proven(stream.source)
        elif connected:
            self._opened(stream)
        elif self._streams.pop(stream.number, None) is not None:
            self._closed(stream)

    def _opened(self, stream: ClientStream) -> None:
        self._streams[stream.number] = stream
        self._shares.opened(stream.source)
        if self._sweeper is None:
            self._sweeper = self.context.reactor.callLater(SWEEP, self._sweep)

    def _closed(self, stream: ClientStream) -> None:
        self._shares.closed(stream.source, bool(stream.account))
        self._lost.append(stream)
        if self._gone is not None and not len(self):
            gone, self._gone = self._gone, None
            gone.callback(None)

    def _sweep(self) -> None:
        self._sweeper = None
        now = self.context.now()
        # Not when they are lost, since some of their parts may be at work then.
        lost, self._lost = self._lost, []
        for stream in lost:
            stream.dissolve()
        for stream in self:
            if stream.due <= now:
                stream.expire(now)
        # Not before: what these write would look unread to the check above.
        for stream in self:
            stream.reader.unthrottle()
        self.context.executor.flush()
        if len(self):
            self._sweeper = self.context.reactor.callLater(SWEEP, self._sweep)

    def closeAll(self) -> Deferred[None]:
        """
        End every stream, since the server stops.

        @return: fires when the last connection is gone; a client that does not
            go is cut off.
        """
        self._gone = gone = Deferred[None]()
        for stream in self:
            stream.close("system-shutdown")
        self.context.executor.flush()
        if not len(self):
            self._gone = None
            gone.callback(None)
        return gone

    def stop(self) -> None:
        """
        Cancel all timers.
        """
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        self.context.turns.stop()
        self.context.executor.stop()

    # for others

    def isLoggedIn(self, source: str) -> bool:
        """
        Whether a client of a source is logged in: it is not banned for one
        bad client beside good ones.
        """
        return self._shares.isProven(source)

    def sessions(self) -> list[dict[str, Any]]:
        """
        List all sessions for the operator, in the form of C{gigasetctl streams}.
        """
        rules = self.context.executor.rules
        return [self._shown(each) for each in rules.streams(self.context.now())]

    def _shown(self, session: Mapping[str, Any]) -> dict[str, Any]:
        stream = self._streams.get(session.get("stream", 0))
        address = f"{session['number']}@{self.context.domain}/{session['resource']}"
        facts = {
            "jid": address,
            "port": stream.port if stream else 0,
            "mechanism": stream.mechanism if stream else "",
            "show": session["presence"] if session["presence"] in SHOWN else "",
        }
        return facts | {key: session[key] for key in session if key != "stream"}

    def gauges(self) -> dict[str, float]:
        """
        Count the streams, in all and in each state.
        """
        counts = Counter(stream.state for stream in self)
        states = {f"streams_{each.name.lower()}": counts[each] for each in StreamState}
        return {"streams": len(self), **states}
