# -*- test-case-name: tests.info.fetch.test_download -*-
"""
One question to a web server: bounded in time and size, redirected by hand, and
with an owner's address only to where all the world may go.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from OpenSSL.SSL import Error as SSLError
from service_identity import VerificationError
from treq.client import HTTPClient
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.web.client import (
    Agent,
    HTTPConnectionPool,
    ResponseFailed,
    ResponseNeverReceived,
)
from twisted.web.http_headers import Headers

from gigasetd.info.fetch.addresspolicy import Target, checkAddress
from gigasetd.info.fetch.body import BoundedBody, CompressedAgent
from gigasetd.info.fetch.guardedresolver import EndpointFactory
from gigasetd.info.sources.interface import SourceError

REDIRECTS = 3
HEADERS = 65536  #: bytes that are expected at most beside a body
LATE = "no answer in time"
MOVED = frozenset({301, 302, 303, 307, 308})


class HttpResponse(NamedTuple):
    """
    What a server has said.
    """

    code: int
    headers: dict[str, str]  #: names in small letters
    body: bytes  #: as it came, compressed where the headers say so


class DownloadLimits(NamedTuple):
    """
    What a question may cost; times in seconds.
    """

    connecting: float = 5.0
    time: float = 15.0
    size: int = 1 << 20  #: bytes


class Downloader:
    """
    Asks.

    @ivar agent: the C{User-Agent} that we go by.
    """

    def __init__(
        self,
        reactor: Any,
        bounds: DownloadLimits,
        agent: str,
        private: bool,
        policy: Any = None,
    ) -> None:
        """
        @param private: whether owners' addresses may lead anywhere.
        @param policy: whom to believe, L{None} for whom the system does.
        """
        self._policy = policy
        self.agent = agent
        self._reactor = reactor
        self._bounds = bounds
        self._private = private
        self._trusted = self._client(False)
        self._guarded = self._client(True)

    def _client(self, guarded: bool) -> CompressedAgent:
        """
        An agent, which keeps no connection: a question is rare.
        """
        pool = HTTPConnectionPool(self._reactor, persistent=False)
        bounds = self._bounds
        # The body once as it is and once for its frame, and the headers.
        most = 2 * bounds.size + HEADERS
        ways = EndpointFactory(
            self._reactor, guarded, bounds.connecting, most, self._policy
        )
        return CompressedAgent(Agent.usingEndpointFactory(self._reactor, ways, pool))

    async def ask(
        self,
        url: str,
        headers: Mapping[str, str],
        guarded: bool,
        kinds: Sequence[str],
        follow: bool = True,
    ) -> HttpResponse:
        """
        Ask for an address.

        @param kinds: media types that are of use.
        @param follow: whether to go where one is sent; else that is the answer.
        @raise BadSource: there is no answer, or one that is too large.
        """
        told = Headers({"User-Agent": [self.agent], "Accept": [_accepted(kinds)]})
        for name, value in headers.items():
            told.setRawHeaders(name, [value])
        asking = Deferred.fromCoroutine(
            self._follow(
                url, told, guarded and not self._private, REDIRECTS if follow else 0
            )
        )
        alarm = self._reactor.callLater(self._bounds.time, asking.cancel)
        try:
            return await asking
        except EXPECTED_ERRORS as error:
            inTime = alarm.active()
            raise SourceError(_reason(error) if inTime else LATE) from None
        finally:
            if alarm.active():
                alarm.cancel()

    async def _follow(
        self, url: str, headers: Headers, guarded: bool, most: int
    ) -> HttpResponse:
        """
        Ask, and where sent elsewhere, ask there.
        """
        target = checkAddress(url, guarded)
        for _ in range(most + 1):
            answer = await self._once(target, headers, guarded)
            location = answer.headers.get("location")
            if answer.code not in MOVED or not location or not most:
                return answer
            further = target.further(location)
            # Of another host nobody has said that it is to be trusted.
            elsewhere = checkAddress(further, False).host != target.host
            guarded = guarded or (elsewhere and not self._private)
            target = checkAddress(further, guarded)
        raise SourceError("sent on too often")

    async def _once(
        self, target: Target, headers: Headers, guarded: bool
    ) -> HttpResponse:
        """
        Ask once, with no cookie of before.
        """
        client = HTTPClient(self._guarded if guarded else self._trusted)
        response: Any = await client.request(
            "GET", target.url, headers=headers, allow_redirects=False, unbuffered=True,
            reactor=self._reactor,
        )  # fmt: skip
        body = BoundedBody(self._bounds.size)
        response.deliverBody(body)
        return HttpResponse(response.code, _plain(response.headers), await body.whole)


EXPECTED_ERRORS = (
    CancelledError, ResponseFailed, ResponseNeverReceived, DNSLookupError,
    ConnectError, ConnectionClosed, ValueError,
)  # fmt: skip
"""What ends a question without an answer."""


def _reason(error: BaseException) -> str:
    """
    Why there is no answer, for people.
    """
    if isinstance(error, SourceError):
        return str(error)
    if isinstance(error, DNSLookupError):
        return "no such server"
    if isinstance(error, ConnectError):
        return "the server cannot be reached"
    reasons = getattr(error, "reasons", ())
    if any(reason.check(SSLError, VerificationError) for reason in reasons):
        return "no secure connection"
    return "the answer broke off"


def _accepted(kinds: Sequence[str]) -> str:
    """
    C{Accept}, for some media types.
    """
    return ", ".join((*kinds, "*/*;q=0.1"))


def _plain(headers: Headers) -> dict[str, str]:
    """
    Headers as a table of texts.
    """
    return {
        name.decode("latin-1").lower(): b",".join(values).decode("latin-1")
        for name, values in headers.getAllRawHeaders()
    }
