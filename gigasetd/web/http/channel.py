# -*- test-case-name: tests.web.http.test_channel -*-
"""
The HTTP connections: bounded in number, size and time.

What exceeds a bound is counted, answered once with a page that a phone can
show, and cut off.

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
    One request, with a path and a name of our own making.
    """

    channel: HttpChannel
    content: IO[bytes]
    site: HttpSite

    def handleContentChunk(self, data: bytes) -> None:
        """
        Take a piece of the body in, as long as it is not too much.
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

        Klein decodes path and method without asking whether it can; nothing
        but what it understands gets through to it.
        """
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
            body = self.site.quick(self)
            if body is None:
                self.render(self.site.resource)
            else:
                self.write(body)
                self.finish()
        except BaseException:
            self.processingFailed(Failure())

    def getRequestHostname(self) -> bytes:
        """
        Always the same: the path decides what is asked, never C{Host}.
        """
        return b"gigasetd"


class HttpChannel(http.HTTPChannel):
    """
    One connection.

    The timeout runs from the connection, or from the last answer, to the end
    of the next request: it bounds idle connections and slow senders alike.

    @ivar refused: whether what comes is ignored, since all is said.
    """

    site: HttpSite
    transport: Any
    requestFactory = Request
    maxHeaders = MOST_HEADERS
    refused = False

    def connectionMade(self) -> None:
        """
        Join the connections that the site waits for when it stops.
        """
        self.totalHeadersSize = self.MAX_LENGTH = self.site.longest
        self.site.channels.add(self)
        super().connectionMade()

    def dataReceived(self, data: bytes) -> None:
        """
        Read on, without giving the sender more time for it.
        """
        if not self.refused:
            LineReceiver.dataReceived(self, data)

    def lineReceived(self, line: bytes) -> None:
        """
        Read one line of the head.
        """
        if line and not self._receivedHeaderSize:
            line = escaped(line)
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        """
        A request line or header is longer than all of it may be.
        """
        self.refuse(431 if self.requests else 414)

    def allHeadersReceived(self) -> None:
        """
        Refuse a body that says beforehand that it is too long.
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
        Say no and hang up.
        """
        if self.refused:
            return
        self.refused = True
        self.site.counts["bad_requests"] += 1
        self.transport.write(refusal(code))
        self.loseConnection()
        self.setTimeout(self.site.timeOut)

    def _respondToBadRequestAndDisconnect(self) -> None:
        """
        What Twisted calls for whatever it cannot read or finds too much.
        """
        many = self._receivedHeaderCount > self.maxHeaders
        long = self._receivedHeaderSize > self.totalHeadersSize
        self.refuse(431 if many or long else 400)

    def requestDone(self, request: Any) -> None:
        """
        Give the peer as long to take the last answer as to ask again.
        """
        super().requestDone(request)
        if not self.persistent:
            self.setTimeout(self.site.timeOut)

    def timeoutConnection(self) -> None:
        """
        The time is over: hang up; who does not even let that happen is cut.
        """
        self.site.counts["timed_out"] += 1
        if self.transport.disconnecting:
            self.forceAbortClient()
        else:
            self.hangUp()

    def hangUp(self) -> None:
        """
        Close the connection, soon without waiting for the peer.
        """
        if self._abortingCall is None and not self.transport.disconnecting:
            wait = self.abortTimeout
            self._abortingCall = self.callLater(wait, self.forceAbortClient)
            self.loseConnection()

    def forceAbortClient(self) -> None:
        """
        Drop the connection, without telling the log who it was.
        """
        call, self._abortingCall = self._abortingCall, None
        if call is not None and call.active():
            call.cancel()
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        """
        Leave the connections that the site waits for.
        """
        super().connectionLost(reason)
        self.site.left(self)


def _nothing(request: Request) -> bytes | None:
    """
    All answers come from the resource.
    """
    return None


class HttpSite(server.Site):
    """
    Every connection and what it is answered from.

    @ivar quick: gives an answer that is at hand, before the resource is asked,
        which finds its way in several times as long; C{None} for none.

    @ivar counts: what happened so far, by name; exported as metrics.
    @ivar channels: the open connections.
    @ivar longest: bytes of a request's head, and of its body.
    @ivar most: connections at one time.
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
        self.quick = _nothing
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
        Nothing to open: there is no access log, since it would hold who asked
        for what.
        """

    def stopFactory(self) -> None:
        """
        Nothing to close.
        """

    def log(self, request: http.Request) -> None:
        """
        Not logged, as above.
        """

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        A channel for a new connection; none where there are too many.
        """
        if len(self.channels) >= self.most:
            self.counts["connections_refused"] += 1
            return None
        self.counts["connections"] += 1
        return super().buildProtocol(addr)

    def left(self, channel: HttpChannel) -> None:
        """
        A connection is gone.
        """
        self.channels.discard(channel)
        if not self.channels and self._emptied is not None:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def close(self, patience: float) -> Deferred[None]:
        """
        Hang up everywhere.

        @param patience: seconds after which nobody is waited for any longer.
        @return: fires when the last connection is gone.
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
        """
        Drop what is still open.
        """
        for channel in list(self.channels):
            channel.forceAbortClient()
