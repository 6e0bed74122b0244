# -*- test-case-name: tests.web.pages.test_access -*-
"""
The style sheet and the little script of the pages for people.

Layer 3 (I/O).
"""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

from twisted.web.http import CACHED

from gigasetd.web.http.channel import Request
from gigasetd.web.http.response import send, sendText

KINDS = {
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}


class StaticFiles:
    """
    All of them, read once.
    """

    def __init__(self) -> None:
        folder = files("gigasetd.web") / "static"
        self._files = {
            one.name: one.read_bytes()
            for one in folder.iterdir()
            if one.name.rpartition(".")[2] in KINDS
        }

    def file(self, request: Request, name: str) -> bytes:
        """
        One of them; a browser asks each time whether it is still the same.
        """
        data = self._files.get(name)
        if data is None:
            return sendText(request, "There is no such page.", 404)
        request.setHeader(b"X-Content-Type-Options", b"nosniff")
        tag = b'"%s"' % sha256(data).hexdigest()[:16].encode("ascii")
        same = request.setETag(tag) is CACHED
        body = send(request, b"" if same else data, KINDS[name.rpartition(".")[2]])
        request.setHeader(b"Cache-Control", b"no-cache")
        if same:
            request.setResponseCode(304)
            request.responseHeaders.removeHeader(b"Content-Length")
        return body
