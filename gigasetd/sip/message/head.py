# -*- test-case-name: tests.sip.message.test_head -*-
"""
Separate the head of a message from its body, and repair it (RFC 3261 sections
7 and 25).

Layer 0 (values).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FOLD = re.compile(r"\r\n[ \t]+")
_STRAY = re.compile(r"\0|(?<!\r)\n|\r(?!\n)")
_EMPTY_LINE = re.compile(r"\n\r?\n")


class MalformedSIP(Exception):
    """
    The octets are no SIP message, or one that cannot be answered.
    """


class MessageFault(NamedTuple):
    """
    What is wrong with a message: the error response to it.
    """

    code: int  #: 400, 413, 505 ...
    phrase: str  #: the reason phrase


class MessageLimits(NamedTuple):
    """
    The largest message that is parsed.
    """

    headers: int = 200  #: header fields
    head: int = 16384  #: bytes up to the empty line
    body: int = 65536  #: bytes of the body


_TOO_LARGE = MessageFault(400, "Message Too Large")


def divide(
    text: str, limits: MessageLimits
) -> tuple[list[str], str, MessageFault | None]:
    """
    Separate the lines of the head, still folded, from the body.

    @return: the lines, the body, and the fault if there is one.
    @raise MalformedSIP: the first line has no end in time.
    """
    head, blank, body = text.partition("\r\n\r\n")
    lines = head.split("\r\n")
    breaks = len(lines) - 1
    if (
        not blank
        or len(head) > limits.head
        or "\0" in head
        or head.count("\n") != breaks
        or head.count("\r") != breaks
    ):
        return _repair(text, limits)
    return lines, body, _TOO_LARGE if len(body) > limits.body else None


def _repair(
    text: str, limits: MessageLimits
) -> tuple[list[str], str, MessageFault | None]:
    # A head that is too long, has no end, or holds octets that no head may hold;
    # those become blanks.  RFC 3261 allows a NUL behind a backslash in a quoted
    # string.  We don't: a database's text cannot hold one.
    head, blank, body = _ends(text)
    fault = None if blank else MessageFault(400, "Header Without End")
    if len(body) > limits.body:
        fault = _TOO_LARGE
    if len(head) > limits.head:
        fault = _TOO_LARGE
        end = head.rfind("\r\n", 0, limits.head)
        if end < 0:
            raise MalformedSIP("the first line is too long")
        head = head[:end]
    clean = _STRAY.sub(" ", head)
    if clean != head:
        fault = fault or MessageFault(400, "Control Character In Header")
    return clean.split("\r\n"), body, fault


def _ends(text: str) -> tuple[str, str, str]:
    # Head, empty line, body; the lines of the head end with CRLF.
    if text.partition("\n")[0].endswith("\r"):
        head, blank, body = text.partition("\r\n\r\n")
        return head if blank else head.removesuffix("\r\n"), blank, body
    # COMPAT: hand-written and embedded senders end lines with LF alone.
    end = _EMPTY_LINE.search(text)
    head, body = (text[: end.start()], text[end.end() :]) if end else (text, "")
    head = head.removesuffix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
    return head, end[0] if end else "", body


def unfolded(lines: list[str]) -> list[str]:
    """
    Return the lines with each continuation joined to the line before (RFC
    3261 section 7.3.1).
    """
    return _FOLD.sub(" ", "\r\n".join(lines)).split("\r\n")
