# -*- test-case-name: tests.web.http.test_errors -*-
"""
Answers to requests that are refused before they reach a page, and the repair
of request lines that need not be refused.

Layer 0 (values).
"""

from __future__ import annotations

import re

from gigasetd.info.page.page import CONTENT_TYPE, Info, Text

REASONS = {
    400: (b"Bad Request", "This request cannot be understood."),
    405: (b"Method Not Allowed", "This page accepts only GET, HEAD and POST."),
    413: (b"Content Too Large", "This request is too long."),
    414: (b"URI Too Long", "This address is too long."),
    429: (b"Too Many Requests", "Too many requests. Try again later."),
    431: (b"Request Header Fields Too Large", "This request has too many headers."),
}
"""Status code -> its reason phrase (RFC 9110, 6585), and a sentence."""

PHRASES = {code: phrase for code, (phrase, _) in REASONS.items()}

_HEADERS = {405: b"Allow: GET, HEAD, POST\r\n", 429: b"Retry-After: 1\r\n"}

_UNSAFE = re.compile(rb"[^!-~]")


def refusal(code: int) -> bytes:
    """
    Encode a whole response, with a page that a handset can show.
    """
    phrase, sentence = REASONS[code]
    body = Info("", [Text(sentence)]).encode()
    more = _HEADERS.get(code, b"")
    head = b"HTTP/1.1 %d %s\r\nConnection: close\r\n%sContent-Type: %s\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    return head % (code, phrase, more, CONTENT_TYPE) + length + body


def escaped(line: bytes) -> bytes:
    """
    Percent-encode what a request line's target may not hold.
    """
    # COMPAT: some phones send spaces and ISO 8859-1 letters as they are; a
    # page serves them better than a 400.
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rpartition(b" ")
    target = _UNSAFE.sub(lambda match: b"%%%02X" % ord(match[0]), target)
    return b"%s %s %s" % (method, target, version) if target else line
