# -*- test-case-name: tests.info.fetch.test_download -*-
"""
Receives a response body up to a size, still compressed.

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
    Wraps an agent so that its responses stay compressed.
    """

    # treq would decompress each chunk whole, which may be a thousand times larger.
    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def request(self, *args: Any, **named: Any) -> Deferred[Any]:
        return self._agent.request(*args, **named).addCallback(self._hideEncoding)

    def _hideEncoding(self, response: Any) -> Any:
        # treq decompresses what has this header; decode reads the saved copy.
        encodings = response.headers.getRawHeaders("content-encoding")
        if encodings:
            response.headers.removeHeader("content-encoding")
            response.headers.setRawHeaders(SAVED_ENCODING, encodings)
        return response


class BoundedBody(Protocol):
    """
    Collects a body up to a size.

    @ivar whole: fires with the body, or fails with L{SourceError}.
    """

    def __init__(self, limit: int) -> None:
        self.whole: Deferred[bytes] = Deferred(lambda _: self._abort())
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def dataReceived(self, data: bytes) -> None:
        self._size += len(data)
        self._parts.append(data)
        if self._size > self._limit and not self.whole.called:
            self.whole.errback(SourceError("the response is too large"))
            self._abort()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self.whole.called:
            return
        if reason.check(ResponseDone, PotentialDataLoss):
            self.whole.callback(b"".join(self._parts))
        else:
            self.whole.errback(SourceError("the response is incomplete"))

    def _abort(self) -> None:
        transport: Any = self.transport
        if transport is not None:
            transport.loseConnection()
