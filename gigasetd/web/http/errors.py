# -*- test-case-name: tests.web.http.test_channel -*-
"""
What is said to a request that is refused before it has a page, and how one
is saved from that.

Layer 0 (values).
"""

from __future__ import annotations

import re

from gigasetd.info.page.page import CONTENT_TYPE, Info, Text

REASONS = {
    400: (b"Bad Request", "This request cannot be understood."),
    405: (b"Method Not Allowed", "This page can only be read."),
    413: (b"Content Too Large", "This request is too long."),
    414: (b"URI Too Long", "This address is too long."),
    431: (b"Request Header Fields Too Large", "This request has too many headers."),
}
"""Status code -> its phrase, and a sentence for the page (RFC 9110, 6585)."""

_UNSAFE = re.compile(rb"[^!-~]")


def refusal(code: int) -> bytes:
    """
    A whole answer that says no.
    """
    phrase, sentence = REASONS[code]
    body = Info("", [Text(sentence)]).encode()
    allow = b"Allow: GET, HEAD, POST\r\n" if code == 405 else b""
    head = b"HTTP/1.1 %d %s\r\nConnection: close\r\n%sContent-Type: %s\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    return head % (code, phrase, allow, CONTENT_TYPE) + length + body


def escaped(line: bytes) -> bytes:
    """
    A request line whose target holds only what a target may hold.

    Some send blanks and letters of ISO 8859-1 as they are; a page serves
    them better than a 400.
    """
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rpartition(b" ")
    target = _UNSAFE.sub(lambda found: b"%%%02X" % ord(found[0]), target)
    return b"%s %s %s" % (method, target, version) if target else line
