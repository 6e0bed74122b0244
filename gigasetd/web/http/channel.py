# -*- test-case-name: tests.web.http.test_channel -*-
"""
HTTP connections, limited in number, rate, size and time.

A request above a limit is counted, answered with a page that a phone can show,
and disconnected.  A connection has one request answered in a reactor turn, and
the next one is read when the client has taken the answer.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from twisted.web import http, server
from twisted.web.resource import IResource

from gigasetd.ratelimit.bucket import RateLimiter
from gigasetd.web.http.connections import ConnectionTable, NoRoom
from gigasetd.web.http.errors import PHRASES, escaped, refusal
from gigasetd.web.http.limits import HttpLimits
from gigasetd.web.http.origins import Origin, Origins
from gigasetd.web.http.query import splitTarget
from gigasetd.web.http.turns import RequestTurns

MOST_HEADERS = 100
METHODS = (b"GET", b"HEAD", b"POST")

BUFFER = 16384
"""Bytes that are read at once, and bytes that wait to be sent above which no
further request is read; Twisted's 65536 hold a thousand requests."""

YIELD = 1.0  #: seconds in which a connection that gives way sends what waits


class Request(server.Request):
    """
    A request, with a normalised path.

    @ivar path: as L{gigasetd.web.http.query.plainPath}.
    @ivar query: what follows the question mark, undecoded.
    @ivar clientHost: the client's address, C{""} for an unknown one, once
        L{gigasetd.web.http.clients} has determined it.
    """

    channel: HttpChannel
    content: IO[bytes]
    site: HttpSite
    clientHost: str | None = None

    def handleContentChunk(self, data: bytes) -> None:
        """
        Take a piece of the body; refuse a body above the limit.
        """
        if self.channel.refused:
            return
        if self.content.tell() + len(data) > self.channel.site.limits.longest:
            self.channel.refuse(413)
            return
        super().handleContentChunk(data)

    def process(self) -> None:
        """
        Answer the request, whatever its target and method look like.
        """
        # Klein decodes path and method without looking whether they are
        # UTF-8: it gets only what it can decode.
        self.site = self.channel.site
        self.site.counts["requests"] += 1
        if not self.site.admits(self):
            self.channel.refuse(429)
            return
        self.path, self.query = splitTarget(self.uri)
        if self.method not in METHODS:
            self.channel.refuse(405)
            return
        self.setHeader(b"Date", http.datetimeToString())
        self.prepath = []
        self.postpath = self.path[1:].split(b"/")
        try:
            body = self.site.shortcut(self)
            if body is None:
                self.render(self.site.resource)
            else:
                self.write(body)
                self.finish()
        except BaseException:
            self.processingFailed(Failure())

    def connectionLost(self, reason: Failure) -> None:
        """
        Let go of the producer, which refers to this request.
        """
        super().connectionLost(reason)
        self.producer = None

    def setResponseCode(self, code: int, message: bytes | None = None) -> None:
        """
        Set the status; Twisted has no name for some.
        """
        super().setResponseCode(code, message or PHRASES.get(code))

    def getRequestHostname(self) -> bytes:
        """
        Ignore C{Host}: the path alone decides.
        """
        return b"gigasetd"


class HttpChannel(http.HTTPChannel):
    """
    A connection.

    The timeout runs from the connection, or from the last response, to the
    end of the next request: it limits idle connections and slow senders alike.

    @ivar origin: where it comes from.
    @ivar refused: whether a refusal was sent and further bytes are ignored.
    """

    site: HttpSite
    origin: Origin
    transport: Any
    requestFactory = Request
    maxHeaders = MOST_HEADERS
    refused = False
    _served = False
    _queued = False

    def connectionMade(self) -> None:
        """
        Join the connections of the site.
        """
        limits = self.site.limits
        self.totalHeadersSize = self.MAX_LENGTH = limits.longest
        self.transport.bufferSize = BUFFER
        self.site.channels.add(self)
        super().connectionMade()
        self.setTimeout(min(limits.silent, limits.idle))

    def dataReceived(self, data: bytes) -> None:
        """
        Parse received bytes, without restarting the timeout.
        """
        # HTTPChannel restarts it with every byte: a slow sender would never
        # time out.
        if self.refused:
            return
        busy = self.site.turns.over and not self._handlingRequest
        if busy or self.paused:
            self._buffer += data
            self._hold()
        else:
            self._parse(data)

    def proceed(self) -> None:
        """
        Parse what was held back, in a new turn.
        """
        self._queued = False
        closing = self.refused or self.transport.disconnecting
        if closing or self not in self.site.channels:
            return
        # Where responses wait to be sent, resumeProducing calls again.
        if not self._waitingForTransport:
            self.paused = False
            self._networkProducer.resumeProducing()
            self._parse(b"")

    def _parse(self, data: bytes) -> None:
        begun = self.site.reactor.seconds()
        LineReceiver.dataReceived(self, data)
        self.site.turns.spend(max(0.0, self.site.reactor.seconds() - begun))

    def _hold(self) -> None:
        # Nothing more is read, so that at most BUFFER bytes are held back.
        if self.paused:
            return
        self.paused = True
        self._networkProducer.pauseProducing()
        if not self._waitingForTransport:
            self._queue()

    def _queue(self) -> None:
        if not self._queued:
            self._queued = True
            self.site.turns.wait(self)

    def resumeProducing(self) -> None:
        """
        Go on: the client has taken what was to be sent.
        """
        if self.paused and self._buffer:
            self._waitingForTransport = False
            self._queue()
        else:
            self.paused = False
            super().resumeProducing()

    def lineReceived(self, line: bytes) -> None:
        """
        Parse one line of the head; escape the target of the first one.
        """
        if line and not self._receivedHeaderSize:
            line = escaped(line)
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        """
        Refuse a request line or header above the limit.
        """
        self.refuse(431 if self.requests else 414)

    def allHeadersReceived(self) -> None:
        """
        Refuse a head that allows two readings, and a body above the limit.
        """
        if not self._isClear():
            self.refuse(400)
        elif self.length is not None and self.length > self.site.limits.longest:
            self.refuse(413)
        else:
            super().allHeadersReceived()

    def _isClear(self) -> bool:
        # RFC 9112 sections 3.2 and 6.1.  A proxy before us might read such a head
        # otherwise and take a request for the body of another.
        headers = self.requests[-1].requestHeaders
        hosts = headers.getRawHeaders(b"Host", ())
        if len(hosts) > 1 or (not hosts and self._version == b"HTTP/1.1"):
            return False
        codings = headers.getRawHeaders(b"Transfer-Encoding", ())
        return not codings or [each.lower() for each in codings] == [b"chunked"]

    def allContentReceived(self) -> None:
        """
        Answer, unless the request was refused.
        """
        if not self.refused:
            self._served = True
            self.site.channels.answers(self)
            super().allContentReceived()

    def refuse(self, code: int) -> None:
        """
        Send a refusal and close the connection.

        @param code: one of L{gigasetd.web.http.errors.REASONS}.
        """
        if self.refused:
            return
        self.refused = True
        self.site.counts["requests_limited" if code == 429 else "bad_requests"] += 1
        self.site.channels.idles(self)
        self.transport.write(refusal(code))
        self.loseConnection()
        self.setTimeout(self.site.limits.idle)

    def _respondToBadRequestAndDisconnect(self) -> None:
        # Twisted calls this for malformed heads and for too many headers.
        many = self._receivedHeaderCount > self.maxHeaders
        long = self._receivedHeaderSize > self.totalHeadersSize
        self.refuse(431 if many or long else 400)

    def requestDone(self, request: Any) -> None:
        """
        Hold back the next request until the client has taken this response and
        the reactor has turned; limit the time for both.
        """
        # HTTPChannel would answer all requests that it has read in one turn, and
        # buffer the responses without limit.
        ahead, self._dataBuffer = b"".join(self._dataBuffer), []
        self._savedTimeOut = self.site.limits.idle
        super().requestDone(request)
        self.site.channels.idles(self)
        if not self.persistent:
            self.setTimeout(self._savedTimeOut)
            return
        self._buffer = ahead + self._buffer
        if self._buffer or self._waitingForTransport:
            self._hold()

    def timeoutConnection(self) -> None:
        """
        Close the connection; abort it when it is closing already.
        """
        self.site.counts["timed_out"] += 1
        if self.transport.disconnecting:
            self.forceAbortClient()
        else:
            self.hangUp()

    def giveWay(self) -> None:
        """
        Close the connection, because another needs its place.
        """
        self.site.left(self)
        if self._served and not self.transport.disconnecting:
            self.hangUp(YIELD)
        else:
            self.forceAbortClient()

    def hangUp(self, patience: float = http.HTTPChannel.abortTimeout) -> None:
        """
        Close the connection, and abort it where that takes too long.
        """
        if self._abortingCall is None and not self.transport.disconnecting:
            wait = patience
            self._abortingCall = self.callLater(wait, self.forceAbortClient)
            self.loseConnection()

    def forceAbortClient(self) -> None:
        """
        Abort the connection.
        """
        # Unlike HTTPChannel's, without the client's address in the log.
        call, self._abortingCall = self._abortingCall, None
        if call is not None and call.active():
            call.cancel()
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        """
        Remove the channel from the site's connections.
        """
        super().connectionLost(reason)
        self.site.left(self)
        # An unfinished request and its decoder refer to this channel: they would
        # stay until the next full garbage collection, which is hours away.
        self.requests.clear()
        self._transferDecoder = None


Shortcut = Callable[[Request], bytes | None]
"""Answers a request from a cache, C{None} where it cannot."""

COUNTS = (
    "connections",
    "connections_refused",
    "connections_limited",
    "connections_gave_way",
    "requests",
    "requests_limited",
    "bad_requests",
    "timed_out",
)

PER_REQUEST = 2
"""Connections for each request of an allowance: a client that makes one for each
request is answered 429 before its connections are refused."""


class HttpSite(server.Site):
    """
    All connections, and the resource that answers them.

    @ivar shortcut: answers some requests from a cache, before the resource,
        whose routing takes several times as long; C{None} for all others.
    @ivar clientAddress: returns the address of a request's client, which may
        be behind a trusted proxy.
    @ivar counts: connections and requests, by name; exported as metrics.
    @ivar channels: the open connections.
    @ivar origins: tells where a connection comes from.
    @ivar limits: of connections and requests; L{limit} changes them.
    """

    protocol = HttpChannel  # type: ignore[assignment]
    requestFactory = Request
    noisy = False

    def __init__(
        self,
        resource: IResource,
        limits: HttpLimits,
        origins: Origins,
        shortcut: Shortcut,
        clientAddress: Callable[[Request], str],
        reactor: Any,
    ) -> None:
        super().__init__(
            resource,
            timeout=limits.idle,
            reactor=reactor,
            parsePOSTFormSubmission=False,
        )
        self.shortcut = shortcut
        self.clientAddress = clientAddress
        self.limits = limits
        self.channels = ConnectionTable(limits.connections)
        self.turns = RequestTurns(reactor)
        self.counts = dict.fromkeys(COUNTS, 0)
        self.origins = origins
        self._requests = RateLimiter(limits.rate)
        self._connections = RateLimiter(limits.rate * PER_REQUEST)
        self._emptied: Deferred[None] | None = None

    def limit(self, limits: HttpLimits) -> None:
        """
        Apply other limits to what comes.
        """
        self.limits, self.timeOut = limits, limits.idle
        self.channels.limits = limits.connections
        self._requests.rate = limits.rate
        self._connections.rate = limits.rate * PER_REQUEST

    def admits(self, request: Request) -> bool:
        """
        Take a request off the allowance of its client's source.

        @return: whether it had one left.
        """
        origin, client = request.channel.origin, self.clientAddress(request)
        if origin.proxy and client:
            origin = self.origins.of(client)
        # An unknown client came by a proxy that is not trusted: whatever that
        # proxy's address is exempt from is not for its clients.
        if origin.exempt and client:
            return True
        return self._requests.admits(origin.source, self.reactor.seconds())

    def startFactory(self) -> None:
        """
        Open no access log: it would tell who asked for what.
        """

    def stopFactory(self) -> None:
        """
        Close no access log.
        """

    def log(self, request: http.Request) -> None:
        """
        Log no access.
        """

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        Make the channel of a new connection.

        @return: C{None} where the source has used up its allowance, or there is
            no room.
        """
        origin = self.origins.of(getattr(addr, "host", ""))
        now = self.reactor.seconds()
        if not (origin.exempt or self._connections.admits(origin.source, now)):
            self.counts["connections_limited"] += 1
            return None
        try:
            self._makeRoom(origin)
        except NoRoom:
            self.counts["connections_refused"] += 1
            return None
        self.counts["connections"] += 1
        channel = super().buildProtocol(addr)
        channel.origin = origin
        return channel

    def _makeRoom(self, origin: Origin) -> None:
        yielding = self.channels.yielding(origin)
        if yielding is not None:
            self.counts["connections_gave_way"] += 1
            yielding.giveWay()

    def left(self, channel: HttpChannel) -> None:
        """
        Remove a closed connection.
        """
        self.channels.remove(channel)
        if not self.channels and self._emptied is not None:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def close(self, patience: float) -> Deferred[None]:
        """
        Close all connections.

        @param patience: seconds after which they are aborted.
        @return: fires when the last connection is closed.
        """
        self.turns.close()
        if not self.channels:
            return succeed(None)
        emptied: Deferred[None] = Deferred()
        self._emptied = emptied
        late = self.reactor.callLater(patience, self._abort)
        emptied.addBoth(lambda _: late.cancel() if late.active() else None)
        for channel in self.channels:
            channel.hangUp()
        return emptied

    def _abort(self) -> None:
        for channel in self.channels:
            channel.forceAbortClient()
