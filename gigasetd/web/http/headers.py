# -*- test-case-name: tests.web.http.test_headers -*-
"""
Header values and form bodies of a request, as text; what headers show of a
request's sender.

Layer 3 (I/O).
"""

from __future__ import annotations

import re

from gigasetd.devices.useragent import isBrowser
from gigasetd.web.http.channel import Request

FORM = "application/x-www-form-urlencoded"
FORWARDING = frozenset((b"Forwarded", b"X-Real-Ip", b"Via"))
"""Headers of proxies, beside C{X-Forwarded-*}; capitalized as Twisted does."""


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


def forwardingHeader(request: Request) -> str:
    """
    Return the name of a header that a proxy has added, C{""} for none.
    """
    for name, _ in request.requestHeaders.getAllRawHeaders():
        if name in FORWARDING or name.startswith(b"X-Forwarded-"):
            return name.decode("latin-1")
    return ""


def isFromBrowser(request: Request) -> bool:
    """
    Tell whether a browser sent the request.

    No script of a web page can set or remove these headers in every browser, and
    no phone sends them.
    """
    if isBrowser(header(request, b"User-Agent")):
        return True
    for name, _ in request.requestHeaders.getAllRawHeaders():
        if name == b"Origin" or name.startswith(b"Sec-"):
            return True
    return False


def hostHeaders(request: Request) -> list[str]:
    """
    Return the hosts that the client asked for: of C{Host}, and of the target in
    absolute form, which takes precedence (RFC 9112 section 3.2.2).
    """
    hosts = [host for host in headerValues(request, b"Host") if host.strip()]
    target = request.uri.decode("latin-1")
    if not target.startswith("/") and "://" in target[:16]:
        hosts.append(re.split("[/?#]", target.split("://", 1)[1])[0])
    return hosts
