# -*- test-case-name: tests.web.test_routes -*-
"""
Responses: always with a length, never cached unless the caller says so.

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.info.page.page import CONTENT_TYPE, Page
from gigasetd.web.http.channel import Request

HTML = b"text/html; charset=utf-8"
JSON = b"application/json"
PLAIN = b"text/plain; charset=utf-8"


def send(request: Request, body: bytes, kind: bytes, code: int = 200) -> bytes:
    """
    Set the response's head.

    @return: C{body}, for Klein to write.
    """
    request.setResponseCode(code)
    request.setHeader(b"Content-Type", kind)
    request.setHeader(b"Content-Length", b"%d" % len(body))
    request.setHeader(b"Cache-Control", b"no-store")
    return body


def sendPage(request: Request, page: Page, code: int = 200) -> bytes:
    """
    Send a handset's page, as L{send}.
    """
    return send(request, page.encode(), CONTENT_TYPE, code)


def sendText(request: Request, text: str, code: int) -> bytes:
    """
    Send a sentence, as L{send}.
    """
    return send(request, text.encode("utf-8") + b"\n", PLAIN, code)


def sendNothing(request: Request) -> bytes:
    """
    Send 204, which has neither body nor length (RFC 9110 section 8.6).
    """
    request.setResponseCode(204)
    return b""
