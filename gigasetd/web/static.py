# -*- test-case-name: tests.web.test_static -*-
"""
The static files of people's pages: style sheet, scripts and icon.

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
    The files of the package, read once.
    """

    def __init__(self) -> None:
        folder = files("gigasetd.web") / "static"
        self._files = {
            file.name: file.read_bytes()
            for file in folder.iterdir()
            if file.name.rpartition(".")[2] in KINDS
        }

    def file(self, request: Request, name: str) -> bytes:
        """
        Answer with a file, or 304 when the browser has it already.
        """
        data = self._files.get(name)
        if data is None:
            return sendText(request, "Page not found.", 404)
        request.setHeader(b"X-Content-Type-Options", b"nosniff")
        tag = b'"%s"' % sha256(data).hexdigest()[:16].encode("ascii")
        unchanged = request.setETag(tag) is CACHED
        kind = KINDS[name.rpartition(".")[2]]
        body = send(request, b"" if unchanged else data, kind)
        # Cached, but revalidated each time: an update shows at once.
        request.setHeader(b"Cache-Control", b"no-cache")
        if unchanged:
            request.setResponseCode(304)
            request.responseHeaders.removeHeader(b"Content-Length")
        return body
