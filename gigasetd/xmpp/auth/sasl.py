# -*- test-case-name: tests.xmpp.auth.test_sasl -*-
"""
What all log-ins share (RFC 6120 section 6), and PLAIN (RFC 4616).

Layer 0 (values).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error
from hmac import compare_digest
from typing import NamedTuple

from scramp.core import ScramException, saslprep

SASL = "urn:ietf:params:xml:ns:xmpp-sasl"

LONGEST = 4096
"""Characters of one message of a log-in."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class LoginError(Exception):
    """
    A log-in failed.

    @ivar condition: of the failure (RFC 6120 section 6.5).
    @ivar text: what a person may be told, C{""} for nothing.
    """

    def __init__(self, condition: str = "not-authorized", text: str = "") -> None:
        super().__init__(text or condition)
        self.condition = condition
        self.text = text


class Plain(NamedTuple):
    """
    What PLAIN tells.
    """

    authzid: str  #: whom to act for, "" for oneself
    name: str
    password: str


def decode(text: str) -> str:
    """
    Read one message, which C{=} stands for where it is empty.

    @raise LoginError: it is no base64, or no UTF-8.
    """
    if text == "=":
        return ""
    if len(text) > LONGEST or len(text) % 4 or not _BASE64.fullmatch(text):
        raise LoginError("incorrect-encoding")
    try:
        return b64decode(text, validate=True).decode("utf-8")
    except (Error, UnicodeDecodeError):
        raise LoginError("incorrect-encoding") from None


def encode(message: bytes) -> str:
    """
    Write one message.
    """
    return b64encode(message).decode("ascii") or "="


def parsePlain(message: str) -> Plain:
    """
    Read the one message of PLAIN.

    @raise LoginError: it has another form.
    """
    parts = message.split("\0")
    if len(parts) != 3 or not parts[1] or not parts[2]:
        raise LoginError("malformed-request")
    return Plain(*parts)


def prepared(text: str) -> str:
    """
    A password as both sides compare it (RFC 4013); one that the profile does
    not allow is taken as it stands, since somebody has set it.
    """
    try:
        return str(saslprep(text)) or text
    except ScramException:
        return text


def same(one: str, other: str) -> bool:
    """
    Whether two passwords are the same, in a time that does not tell.
    """
    first = prepared(one).encode("utf-8", "surrogatepass")
    return compare_digest(first, prepared(other).encode("utf-8", "surrogatepass"))
