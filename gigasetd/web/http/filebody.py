# -*- test-case-name: tests.web.http.test_filebody -*-
"""
Sends a file to a phone: in pieces, as fast as the phone reads, and in ranges
(RFC 9110 section 14).

Not L{twisted.web.static.File}: it serves directories and what links lead to, and
waits for a slow reader without end.

Layer 3 (I/O).
"""

from __future__ import annotations

import re
from typing import Any

from twisted.internet.interfaces import IPushProducer
from twisted.web.http import CACHED
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from gigasetd.provisioning.firmwarefiles import OpenFile
from gigasetd.web.http.channel import Request
from gigasetd.web.http.response import send

PIECE = 16384  #: bytes of one read; a connection buffers two of them
PATIENCE = 60.0  #: seconds that a phone has to read one piece
SLOWEST = 4096  #: bytes a second that a phone reads in the long run

_RANGE = re.compile(rb"bytes=(\d{0,18})-(\d{0,18})")


class Unsatisfiable(ValueError):
    """
    The range begins behind the end of the file.
    """


def span(header: bytes, size: int) -> tuple[int, int] | None:
    """
    Parse C{Range}.

    @param size: bytes of the file.
    @return: the first byte and the end (exclusive); C{None} for the whole
        file, also for several ranges and for an invalid header.
    @raise Unsatisfiable: there are no such bytes.
    """
    match = _RANGE.fullmatch(header.strip())
    if not match or not (match[1] or match[2]):
        return None
    if not match[1]:
        first, end = max(0, size - int(match[2])), size
    else:
        first, end = int(match[1]), min(size, int(match[2] or size) + 1)
        if match[2] and int(match[2]) < first:
            return None
    if first >= end:
        raise Unsatisfiable
    return first, end


class FileResource(Resource):
    """
    The response with a file.
    """

    isLeaf = True

    def __init__(self, opened: OpenFile, reactor: Any) -> None:
        super().__init__()
        self._opened = opened
        self._reactor = reactor

    def render(self, request: Any) -> Any:
        """
        Send the head, and start sending the file.
        """
        file, size, changed = self._opened
        request.setHeader(b"Accept-Ranges", b"bytes")
        if request.setLastModified(changed) is CACHED:
            file.close()
            return b""
        try:
            part = self._range(request, size)
        except Unsatisfiable:
            file.close()
            request.setHeader(b"Content-Range", b"bytes */%d" % size)
            return send(request, b"", b"text/plain", 416)
        first, end = part or (0, size)
        if part:
            request.setResponseCode(206)
            contentRange = b"bytes %d-%d/%d" % (first, end - 1, size)
            request.setHeader(b"Content-Range", contentRange)
        request.setHeader(b"Content-Type", b"application/octet-stream")
        request.setHeader(b"Content-Length", b"%d" % (end - first))
        if request.method == b"HEAD" or first == end:
            file.close()
            return b""
        file.seek(first)
        FileProducer(request, self._opened, end - first, self._reactor).start()
        return NOT_DONE_YET

    def _range(self, request: Request, size: int) -> tuple[int, int] | None:
        # If-Range: the phone's first part may be of an older file.
        headers = request.requestHeaders
        if headers.hasHeader(b"If-Range"):
            return None
        return span((headers.getRawHeaders(b"Range") or [b""])[0], size)


@implementer(IPushProducer)
class FileProducer:
    """
    Writes a file as fast as the connection takes it.
    """

    def __init__(self, request: Any, opened: OpenFile, left: int, reactor: Any) -> None:
        self._request = request
        self._file = opened.file
        self._left = left
        self._paused = False
        self._timeout = reactor.callLater(PATIENCE, self._abort)
        # Else a client that reads a piece a minute would keep its place for hours.
        self._end = reactor.callLater(PATIENCE + left / SLOWEST, self._abort)

    def start(self) -> None:
        """
        Register with the request and write the first pieces.
        """
        self._request.notifyFinish().addBoth(lambda _: self.stopProducing())
        self._request.registerProducer(self, True)
        self.resumeProducing()

    def resumeProducing(self) -> None:
        """
        Write pieces until the transport's buffer is full.
        """
        self._paused = False
        if self._left:
            self._timeout.reset(PATIENCE)
        while self._left and not self._paused:
            self._send(self._file.read(min(PIECE, self._left)))

    def _send(self, data: bytes) -> None:
        if not data:
            self._abort()  # The file is shorter now than its Content-Length.
            return
        self._left -= len(data)
        self._request.write(data)
        if not self._left and not self._file.closed:
            self._request.unregisterProducer()
            self._request.finish()

    def pauseProducing(self) -> None:
        """
        Stop writing: the transport's buffer is full.
        """
        self._paused = True

    def stopProducing(self) -> None:
        """
        Close the file: all is sent, or the phone has disconnected.
        """
        self._left = 0
        self._file.close()
        for call in (self._timeout, self._end):
            if call.active():
                call.cancel()

    def _abort(self) -> None:
        self.stopProducing()
        self._request.channel.forceAbortClient()
