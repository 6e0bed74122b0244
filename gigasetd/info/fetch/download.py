# -*- test-case-name: tests.info.fetch.test_download -*-
"""
Fetches one URL: bounded in time and size, follows redirects itself, and checks
each hop of an owner's address.

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
HEADERS = 65536  #: bytes of a response beside its body
LATE = "no response in time"
MOVED = frozenset({301, 302, 303, 307, 308})


class HttpResponse(NamedTuple):
    """
    An HTTP response.
    """

    code: int
    headers: dict[str, str]  #: names in lower case
    body: bytes  #: as received, compressed where the headers say so


class DownloadLimits(NamedTuple):
    """
    Limits of one request; times in seconds.
    """

    connecting: float = 5.0
    time: float = 15.0
    size: int = 1 << 20  #: bytes


class Downloader:
    """
    An HTTP client for sources.

    @ivar agent: the C{User-Agent} header.
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
        @param private: whether owners' addresses may lead to private networks.
        @param policy: TLS policy, L{None} for the system's certificates.
        """
        self._policy = policy
        self.agent = agent
        self._reactor = reactor
        self._bounds = bounds
        self._private = private
        self._trusted = self._client(False)
        self._guarded = self._client(True)

    def _client(self, guarded: bool) -> CompressedAgent:
        # Requests are rare, so connections are not kept open.
        pool = HTTPConnectionPool(self._reactor, persistent=False)
        bounds = self._bounds
        # Twice the body, because chunked encoding may double it.
        most = 2 * bounds.size + HEADERS
        endpoints = EndpointFactory(
            self._reactor, guarded, bounds.connecting, most, self._policy
        )
        agent = Agent.usingEndpointFactory(self._reactor, endpoints, pool)
        return CompressedAgent(agent)

    async def get(
        self,
        url: str,
        headers: Mapping[str, str],
        guarded: bool,
        kinds: Sequence[str],
        follow: bool = True,
    ) -> HttpResponse:
        """
        Fetch a URL with GET.

        @param kinds: accepted media types.
        @param follow: whether to follow redirects; otherwise the redirect is
            returned.
        @raise SourceError: there is no response, or it is too large.
        """
        sent = Headers({"User-Agent": [self.agent], "Accept": [_accepted(kinds)]})
        for name, value in headers.items():
            sent.setRawHeaders(name, [value])
        fetching = Deferred.fromCoroutine(
            self._follow(
                url, sent, guarded and not self._private, REDIRECTS if follow else 0
            )
        )
        alarm = self._reactor.callLater(self._bounds.time, fetching.cancel)
        try:
            return await fetching
        except EXPECTED_ERRORS as error:
            inTime = alarm.active()
            raise SourceError(_reason(error) if inTime else LATE) from None
        finally:
            if alarm.active():
                alarm.cancel()

    async def _follow(
        self, url: str, headers: Headers, guarded: bool, most: int
    ) -> HttpResponse:
        target = checkAddress(url, guarded)
        for _ in range(most + 1):
            response = await self._request(target, headers, guarded)
            location = response.headers.get("location")
            if response.code not in MOVED or not location or not most:
                return response
            url = target.redirect(location)
            # The operator trusts the host in the configuration, not where it leads.
            elsewhere = checkAddress(url, False).host != target.host
            guarded = guarded or (elsewhere and not self._private)
            target = checkAddress(url, guarded)
        raise SourceError("too many redirects")

    async def _request(
        self, target: Target, headers: Headers, guarded: bool
    ) -> HttpResponse:
        # A new client for each request: treq's clients store and send cookies.
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
"""What treq and Twisted raise when there is no response."""


def _reason(error: BaseException) -> str:
    if isinstance(error, SourceError):
        return str(error)
    if isinstance(error, DNSLookupError):
        return "unknown host name"
    if isinstance(error, ConnectError):
        return "the server cannot be reached"
    reasons = getattr(error, "reasons", ())
    if any(reason.check(SSLError, VerificationError) for reason in reasons):
        return "the TLS connection failed"
    return "the response is incomplete"


def _accepted(kinds: Sequence[str]) -> str:
    return ", ".join((*kinds, "*/*;q=0.1"))


def _plain(headers: Headers) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): b",".join(values).decode("latin-1")
        for name, values in headers.getAllRawHeaders()
    }
