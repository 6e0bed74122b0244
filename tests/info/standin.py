"""
A web server that stands in for the sources, good and bad ones.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

Answers = Callable[[Any], Any]


class Standin(Resource):
    """
    Answers by path.

    @ivar answers: path -> what answers it: takes the request and returns the
        body.
    @ivar asked: the path and the headers of each request, in order.
    """

    isLeaf = True

    def __init__(self, reactor: Any) -> None:
        super().__init__()
        self.answers: dict[str, Answers] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.running = self.most = 0
        self._reactor = reactor
        self.site = Site(self)
        self._port: Any = None

    def start(self) -> None:
        """
        Listen on a port of loopback.
        """
        self._port = self._reactor.listenTCP(0, self.site, interface="127.0.0.1")

    async def stop(self) -> None:
        """
        Listen no more, and cut off whoever is there.
        """
        await self._port.stopListening()

    def url(self, path: str = "", host: str = "127.0.0.1") -> str:
        """
        The address of a path.
        """
        return f"http://{host}:{self._port.getHost().port}{path}"

    def render(self, request: Any) -> Any:
        """
        Answer, and note it.
        """
        path = request.path.decode()
        headers = {
            name.decode().lower(): values[0].decode()
            for name, values in request.requestHeaders.getAllRawHeaders()
        }
        self.asked.append((path, headers))
        self.running += 1
        self.most = max(self.most, self.running)
        request.notifyFinish().addBoth(self._ended)
        return self.answers[path](request)

    def _ended(self, _: object) -> None:
        self.running -= 1


def document(body: bytes, kind: str = "application/json", **headers: str) -> Answers:
    """
    Answers with a document; C{304} to whoever has it.
    """

    def answer(request: Any) -> bytes:
        request.setHeader("content-type", kind)
        for name, value in headers.items():
            request.setHeader(name.replace("_", "-"), value)
        told = request.requestHeaders
        for name, ours in (
            ("if-none-match", "etag"),
            ("if-modified-since", "last_modified"),
        ):
            if told.getRawHeaders(name) == [headers.get(ours)]:
                request.setResponseCode(304)
                return b""
        return body

    return answer


def refusal(code: int, **headers: str) -> Answers:
    """
    Answers with a status.
    """

    def answer(request: Any) -> bytes:
        request.setResponseCode(code)
        for name, value in headers.items():
            request.setHeader(name.replace("_", "-"), value)
        return b"no"

    return answer


def moved(location: str, code: int = 302) -> Answers:
    """
    Answers that it is elsewhere.
    """
    return refusal(code, location=location)


def silent(request: Any) -> Any:
    """
    Never answers.
    """
    return NOT_DONE_YET


def slow(request: Any) -> Any:
    """
    Begins to answer, and goes no further.
    """
    request.setHeader("content-type", "application/json")
    request.write(b"{")
    return NOT_DONE_YET


def endless(request: Any) -> Any:
    """
    Answers without an end, as fast as is read.
    """
    request.setHeader("content-type", "application/json")
    request.registerProducer(_Endless(request), False)
    return NOT_DONE_YET


def headless(request: Any) -> Any:
    """
    Answers with headers without an end.
    """
    request.channel.transport.write(b"HTTP/1.1 200 OK\r\n")

    def more() -> None:
        if request.channel is not None and request.channel.transport is not None:
            request.channel.transport.write(b"X-Header: " + b"x" * 8000 + b"\r\n")
            request.channel.transport.reactor.callLater(0, more)

    more()
    return NOT_DONE_YET


class _Endless:
    """
    More and more.
    """

    def __init__(self, request: Any) -> None:
        self._request = request

    def resumeProducing(self) -> None:
        """
        Write some.
        """
        self._request.write(b" " * 65536)

    def stopProducing(self) -> None:
        """
        Nobody reads any longer.
        """


def packed(body: bytes, kind: str = "application/json") -> Answers:
    """
    Answers with a document that is compressed.
    """
    return document(gzip.compress(body), kind, content_encoding="gzip")


def brokenOff(request: Any) -> Any:
    """
    Promises more than it says.
    """
    request.setHeader("content-length", "1000")
    request.write(b"{")
    request.channel.loseConnection()
    return NOT_DONE_YET


def held(until: Deferred[None], body: bytes) -> Answers:
    """
    Answers when it is told to.
    """

    def answer(request: Any) -> Any:
        def now(result: None) -> None:
            request.setHeader("content-type", "application/json")
            request.write(body)
            request.finish()

        until.addCallback(now)
        return NOT_DONE_YET

    return answer
