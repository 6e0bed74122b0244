# -*- test-case-name: tests.web.http.test_filebody -*-
"""
A file on its way to a phone: in pieces, as fast as it takes them, from the
byte that it asks for (RFC 9110 section 14).

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

PIECE = 65536  #: bytes that are read at once
PATIENCE = 60.0  #: seconds in which a phone must take one piece

_RANGE = re.compile(rb"bytes=(\d{0,18})-(\d{0,18})")


class Unsatisfiable(ValueError):
    """
    There is nothing where the range begins.
    """


def span(header: bytes, size: int) -> tuple[int, int] | None:
    """
    The bytes that are asked for.

    @return: first and behind the last; C{None} for all of them, which is the
        answer to several ranges, too, and to what is none.
    @raise Unsatisfiable: there are no such bytes.
    """
    found = _RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, end = max(0, size - int(found[2])), size
    else:
        first, end = int(found[1]), min(size, int(found[2] or size) + 1)
        if found[2] and int(found[2]) < first:
            return None
    if first >= end:
        raise Unsatisfiable
    return first, end


class FileResource(Resource):
    """
    The answer that holds a file.
    """

    isLeaf = True

    def __init__(self, opened: OpenFile, reactor: Any) -> None:
        super().__init__()
        self._opened = opened
        self._reactor = reactor

    def render(self, request: Any) -> Any:
        """
        Begin to send it.
        """
        file, size, changed = self._opened
        request.setHeader(b"Accept-Ranges", b"bytes")
        if request.setLastModified(changed) is CACHED:
            file.close()
            return b""
        try:
            asked = self._asked(request, size)
        except Unsatisfiable:
            file.close()
            request.setHeader(b"Content-Range", b"bytes */%d" % size)
            return send(request, b"", b"text/plain", 416)
        first, end = asked or (0, size)
        if asked:
            request.setResponseCode(206)
            told = b"bytes %d-%d/%d" % (first, end - 1, size)
            request.setHeader(b"Content-Range", told)
        request.setHeader(b"Content-Type", b"application/octet-stream")
        request.setHeader(b"Content-Length", b"%d" % (end - first))
        if request.method == b"HEAD" or first == end:
            file.close()
            return b""
        file.seek(first)
        FileProducer(request, self._opened, end - first, self._reactor).start()
        return NOT_DONE_YET

    def _asked(self, request: Request, size: int) -> tuple[int, int] | None:
        """
        As L{span}; all where the phone's first part may be of another file.
        """
        headers = request.requestHeaders
        if headers.hasHeader(b"If-Range"):
            return None
        return span((headers.getRawHeaders(b"Range") or [b""])[0], size)


@implementer(IPushProducer)
class FileProducer:
    """
    Reads on as long as the connection has room.
    """

    def __init__(self, request: Any, opened: OpenFile, left: int, reactor: Any) -> None:
        self._request = request
        self._file = opened.file
        self._left = left
        self._paused = False
        self._late = reactor.callLater(PATIENCE, self._cut)

    def start(self) -> None:
        """
        Begin.
        """
        self._request.notifyFinish().addBoth(lambda _: self.stopProducing())
        self._request.registerProducer(self, True)
        self.resumeProducing()

    def resumeProducing(self) -> None:
        """
        Send pieces until there is no more room for one.
        """
        self._paused = False
        if self._left:
            self._late.reset(PATIENCE)
        while self._left and not self._paused:
            self._send(self._file.read(min(PIECE, self._left)))

    def _send(self, data: bytes) -> None:
        """
        Send one piece, the last one with the end.
        """
        if not data:
            self._cut()  # The file has become shorter than what was promised.
            return
        self._left -= len(data)
        self._request.write(data)
        if not self._left and not self._file.closed:
            self._request.unregisterProducer()
            self._request.finish()

    def pauseProducing(self) -> None:
        """
        The phone is slow.
        """
        self._paused = True

    def stopProducing(self) -> None:
        """
        Nothing more is read: all is sent, or the phone is gone.
        """
        self._left = 0
        self._file.close()
        if self._late.active():
            self._late.cancel()

    def _cut(self) -> None:
        """
        Hang up on who takes nothing.
        """
        self.stopProducing()
        self._request.channel.forceAbortClient()
