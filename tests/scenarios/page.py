# -*- test-case-name: tests.scenarios.test_http -*-
"""
The body of an HTTP response.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss


class Body(Protocol):
    """
    Collects a body; Twisted's C{readBody} warns if the body came with the head.
    """

    def __init__(self) -> None:
        self.whole: Deferred[bytes] = Deferred()
        self._pieces: list[bytes] = []

    def dataReceived(self, data: bytes) -> None:
        """
        Take a piece.
        """
        self._pieces.append(data)

    def connectionLost(self, reason: Failure) -> None:
        """
        Deliver the body, if it is complete.
        """
        if reason.check(ResponseDone, PotentialDataLoss):
            self.whole.callback(b"".join(self._pieces))
        else:
            self.whole.errback(reason)


def bodyOf(response: Any) -> Deferred[bytes]:
    """
    Read a response's body.
    """
    body = Body()
    response.deliverBody(body)
    return body.whole
