# -*- test-case-name: tests.xmpp.auth.test_sasl -*-
"""
What all SASL mechanisms share (RFC 6120 section 6), and PLAIN (RFC 4616).

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
"""Characters of one SASL message."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class LoginError(Exception):
    """
    A log-in has failed.

    @ivar condition: of the failure (RFC 6120 section 6.5).
    @ivar text: for people, C{""} for none.
    """

    def __init__(self, condition: str = "not-authorized", text: str = "") -> None:
        super().__init__(text or condition)
        self.condition = condition
        self.text = text


class Plain(NamedTuple):
    """
    The message of PLAIN.
    """

    authzid: str  #: the authorization identity, "" for none
    name: str
    password: str


def decode(text: str) -> str:
    """
    Decode one message; C{=} stands for an empty one.

    @raise LoginError: it is not base64 of UTF-8.
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
    Encode one message.
    """
    return b64encode(message).decode("ascii") or "="


def parsePlain(message: str) -> Plain:
    """
    Parse the message of PLAIN.

    @raise LoginError: it is malformed.
    """
    parts = message.split("\0")
    if len(parts) != 3 or not parts[1] or not parts[2]:
        raise LoginError("malformed-request")
    return Plain(*parts)


def prepared(text: str) -> str:
    """
    Prepare a password for comparison (RFC 4013).

    A password that the profile forbids is returned unchanged: it may have been
    set elsewhere.
    """
    try:
        return str(saslprep(text)) or text
    except ScramException:
        return text


def same(password: str, other: str) -> bool:
    """
    Whether two passwords are the same; the time reveals nothing.
    """
    first = prepared(password).encode("utf-8", "surrogatepass")
    return compare_digest(first, prepared(other).encode("utf-8", "surrogatepass"))
