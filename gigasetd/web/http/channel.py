# -*- test-case-name: tests.web.http.test_channel -*-
"""
HTTP connections, limited in number, size and time.

A request above a limit is counted, answered with a page that a phone can show,
and disconnected.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import IO, Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from twisted.web import http, server
from twisted.web.resource import IResource

from gigasetd.web.http.errors import escaped, refusal
from gigasetd.web.http.query import splitTarget

MOST_HEADERS = 100
METHODS = (b"GET", b"HEAD", b"POST")


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
        if self.content.tell() + len(data) > self.channel.site.longest:
            self.channel.refuse(413)
            return
        super().handleContentChunk(data)

    def process(self) -> None:
        """
        Answer the request, whatever its target and method look like.
        """
        # Klein decodes path and method without looking whether they are
        # UTF-8: it gets only what it can decode.
        self.channel.site.counts["requests"] += 1
        self.path, self.query = splitTarget(self.uri)
        if self.method not in METHODS:
            self.channel.refuse(405)
            return
        self.site = self.channel.site
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

    @ivar refused: whether a refusal was sent and further bytes are ignored.
    """

    site: HttpSite
    transport: Any
    requestFactory = Request
    maxHeaders = MOST_HEADERS
    refused = False

    def connectionMade(self) -> None:
        """
        Join the connections that the site closes when it stops.
        """
        self.totalHeadersSize = self.MAX_LENGTH = self.site.longest
        self.site.channels.add(self)
        super().connectionMade()

    def dataReceived(self, data: bytes) -> None:
        """
        Parse received bytes, without restarting the timeout.
        """
        # HTTPChannel restarts it with every byte: a slow sender would never
        # time out.
        if not self.refused:
            LineReceiver.dataReceived(self, data)

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
        Refuse a body whose C{Content-Length} is above the limit.
        """
        if self.length is not None and self.length > self.site.longest:
            self.refuse(413)
            return
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        """
        Answer, unless the request was refused.
        """
        if not self.refused:
            super().allContentReceived()

    def refuse(self, code: int) -> None:
        """
        Send a refusal and close the connection.

        @param code: one of L{gigasetd.web.http.errors.REASONS}.
        """
        if self.refused:
            return
        self.refused = True
        self.site.counts["bad_requests"] += 1
        self.transport.write(refusal(code))
        self.loseConnection()
        self.setTimeout(self.site.timeOut)

    def _respondToBadRequestAndDisconnect(self) -> None:
        # Twisted calls this for malformed heads and for too many headers.
        many = self._receivedHeaderCount > self.maxHeaders
        long = self._receivedHeaderSize > self.totalHeadersSize
        self.refuse(431 if many or long else 400)

    def requestDone(self, request: Any) -> None:
        """
        Limit the time in which the client takes the last response.
        """
        super().requestDone(request)
        if not self.persistent:
            self.setTimeout(self.site.timeOut)

    def timeoutConnection(self) -> None:
        """
        Close the connection; abort it when it is closing already.
        """
        self.site.counts["timed_out"] += 1
        if self.transport.disconnecting:
            self.forceAbortClient()
        else:
            self.hangUp()

    def hangUp(self) -> None:
        """
        Close the connection, and abort it where that takes too long.
        """
        if self._abortingCall is None and not self.transport.disconnecting:
            wait = self.abortTimeout
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
        Leave the site's connections.
        """
        super().connectionLost(reason)
        self.site.left(self)


def _noShortcut(request: Request) -> bytes | None:
    return None


class HttpSite(server.Site):
    """
    All connections, and the resource that answers them.

    @ivar shortcut: answers some requests from a cache, before the resource,
        whose routing takes several times as long; C{None} for all others.
    @ivar counts: connections and requests, by name; exported as metrics.
    @ivar channels: the open connections.
    @ivar longest: bytes of a request's head, and of its body.
    @ivar most: connections at a time.
    """

    protocol = HttpChannel  # type: ignore[assignment]
    requestFactory = Request
    noisy = False

    def __init__(
        self, resource: IResource, longest: int, most: int, timeout: int, reactor: Any
    ) -> None:
        super().__init__(
            resource,
            timeout=timeout,
            reactor=reactor,
            parsePOSTFormSubmission=False,
        )
        self.shortcut = _noShortcut
        self.longest = longest
        self.most = most
        self.channels: set[HttpChannel] = set()
        self.counts = dict.fromkeys(
            (
                "connections",
                "connections_refused",
                "requests",
                "bad_requests",
                "timed_out",
            ),
            0,
        )
        self._emptied: Deferred[None] | None = None

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
        Make the channel of a new connection; C{None} above the limit.
        """
        if len(self.channels) >= self.most:
            self.counts["connections_refused"] += 1
            return None
        self.counts["connections"] += 1
        return super().buildProtocol(addr)

    def left(self, channel: HttpChannel) -> None:
        """
        Forget a closed connection.
        """
        self.channels.discard(channel)
        if not self.channels and self._emptied is not None:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def close(self, patience: float) -> Deferred[None]:
        """
        Close all connections.

        @param patience: seconds after which they are aborted.
        @return: fires when the last connection is closed.
        """
        if not self.channels:
            return succeed(None)
        emptied: Deferred[None] = Deferred()
        self._emptied = emptied
        late = self.reactor.callLater(patience, self._abort)
        emptied.addBoth(lambda _: late.cancel() if late.active() else None)
        for channel in list(self.channels):
            channel.hangUp()
        return emptied

    def _abort(self) -> None:
        for channel in list(self.channels):
            channel.forceAbortClient()
