# -*- test-case-name: tests.info.fetch.test_download -*-
"""
What comes back from a web server, up to a size, and compressed as it came.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import Agent, ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import IAgent
from zope.interface import implementer

from gigasetd.info.fetch.decompress import SAVED_ENCODING
from gigasetd.info.sources.interface import SourceError


@implementer(IAgent)
class CompressedAgent:
    """
    An agent whose answers stay compressed, whatever treq would like: it would
    unpack each piece whole, which may be a thousand times as large.
    """

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def request(self, *args: Any, **named: Any) -> Deferred[Any]:
        """
        Ask.
        """
        return self._agent.request(*args, **named).addCallback(self._aside)

    def _aside(self, response: Any) -> Any:
        """
        Hide the encoding from treq.
        """
        encodings = response.headers.getRawHeaders("content-encoding")
        if encodings:
            response.headers.removeHeader("content-encoding")
            response.headers.setRawHeaders(SAVED_ENCODING, encodings)
        return response


class BoundedBody(Protocol):
    """
    Takes a body, up to a size.

    @ivar whole: fires with it.
    """

    def __init__(self, most: int) -> None:
        self.whole: Deferred[bytes] = Deferred(lambda _: self._abort())
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0

    def dataReceived(self, data: bytes) -> None:
        """
        Take a part.
        """
        self._size += len(data)
        self._parts.append(data)
        if self._size > self._most and not self.whole.called:
            self.whole.errback(SourceError("too large"))
            self._abort()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """
        The body has ended.
        """
        if self.whole.called:
            return
        if reason.check(ResponseDone, PotentialDataLoss):
            self.whole.callback(b"".join(self._parts))
        else:
            self.whole.errback(SourceError("the answer broke off"))

    def _abort(self) -> None:
        """
        Read no further.
        """
        transport: Any = self.transport
        if transport is not None:
            transport.loseConnection()
