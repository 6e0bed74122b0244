# -*- test-case-name: tests.web.http.test_headers -*-
"""
Header values and form bodies of a request, as text.

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.web.http.channel import Request

FORM = "application/x-www-form-urlencoded"


def headerValues(request: Request, name: bytes) -> list[str]:
    """
    Return all values of a header, decoded as ISO 8859-1.
    """
    raw = request.requestHeaders.getRawHeaders(name, [])
    return [value.decode("latin-1") for value in raw]


def header(request: Request, name: bytes) -> str:
    """
    Return a header's first value, C{""} when it is absent.
    """
    return next(iter(headerValues(request, name)), "")


def contentType(request: Request) -> str:
    """
    Return the media type of the body in lower case, without its parameters.
    """
    return header(request, b"Content-Type").partition(";")[0].strip().lower()


def formBody(request: Request) -> bytes:
    """
    Return the encoded fields of a posted form, C{b""} for anything else.
    """
    # A form without a Content-Type is accepted: nothing makes phones send one.
    if request.method != b"POST" or contentType(request) not in ("", FORM):
        return b""
    return request.content.read().strip()
