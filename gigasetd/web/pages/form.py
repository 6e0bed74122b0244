# -*- test-case-name: tests.web.pages.test_access -*-
"""
What a browser posts, taken exactly or not at all: unlike phones, browsers
make no mistakes that would have to be forgiven.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import unquote_to_bytes

from gigasetd.errors import BadValue

MOST = 200  #: fields of a form
KIND = "application/x-www-form-urlencoded"

_BROKEN = "This form cannot be understood."


class ForgedForm(BadValue):
    """
    A form that did not come from one of our pages, or from one that was open
    for too long.
    """

    http = 403


class NotAForm(BadValue):
    """
    Something else than a form was posted.
    """

    http = 415


def fields(kind: str, body: bytes) -> dict[str, str]:
    """
    The fields of a form.

    @param kind: the C{Content-Type}.
    @raise BadValue: it is no form, a name is there twice, or something is
        not UTF-8.
    """
    if kind.partition(";")[0].strip().lower() != KIND:
        raise NotAForm("Only forms are taken here.")
    pairs = [part.partition(b"=") for part in body.split(b"&") if part]
    if len(pairs) > MOST:
        raise BadValue(_BROKEN)
    found: dict[str, str] = {}
    for name, _, value in pairs:
        key = _text(name)
        if key in found:
            raise BadValue(_BROKEN)
        found[key] = _text(value)
    return found


def _text(raw: bytes) -> str:
    """
    One name or value, lines ended as we end them.
    """
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise BadValue(_BROKEN) from None
    return text.replace("\r\n", "\n").replace("\0", "")


def same(told: str, expected: str) -> bool:
    """
    Compare a secret, in a time that does not tell how much of it was right.
    """
    return compare_digest(told.encode("utf-8", "replace"), expected.encode())


def foreign(headers: Mapping[str, str]) -> bool:
    """
    Whether a browser says that another site made it send this request.

    Over plain HTTP it tells no C{Sec-Fetch-Site}, and C{null} for C{Origin}
    since our pages ask it to tell nobody where it was: then the form's own
    token decides alone.

    @param headers: C{sec-fetch-site}, C{origin} and C{host}, C{""} for none.
    """
    if headers["sec-fetch-site"]:
        return headers["sec-fetch-site"] not in ("same-origin", "none")
    origin = headers["origin"]
    if not origin or origin == "null":
        return False
    return origin.partition("://")[2].lower() != headers["host"].lower()
