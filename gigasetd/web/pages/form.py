# -*- test-case-name: tests.web.pages.test_form -*-
"""
Forms that browsers post, parsed strictly: unlike phones, browsers make no
mistakes that would have to be forgiven.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import unquote_to_bytes

from gigasetd.errors import BadValue

MOST = 200  #: fields of a form
KIND = "application/x-www-form-urlencoded"

_BROKEN = "This form cannot be read."


class ForgedForm(BadValue):
    """
    A form that is not from one of this server's pages, or from an expired one.
    """

    http = 403


class NotAForm(BadValue):
    """
    A body of another type.
    """

    http = 415


def parseForm(kind: str, body: bytes) -> dict[str, str]:
    """
    Parse a posted form.

    @param kind: the C{Content-Type}.
    @raise NotAForm: the body is of another type.
    @raise BadValue: it has too many fields, a name twice, or text that is not
        UTF-8.
    """
    if kind.partition(";")[0].strip().lower() != KIND:
        raise NotAForm("Only forms can be posted here.")
    pairs = [part.partition(b"=") for part in body.split(b"&") if part]
    if len(pairs) > MOST:
        raise BadValue(_BROKEN)
    fields: dict[str, str] = {}
    for name, _, value in pairs:
        key = _text(name)
        if key in fields:
            raise BadValue(_BROKEN)
        fields[key] = _text(value)
    return fields


def _text(raw: bytes) -> str:
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise BadValue(_BROKEN) from None
    return text.replace("\r\n", "\n").replace("\0", "")


def isSame(attempt: str, secret: str) -> bool:
    """
    Compare with a secret in constant time.
    """
    return compare_digest(attempt.encode("utf-8", "replace"), secret.encode())


def isCrossSite(headers: Mapping[str, str]) -> bool:
    """
    Tell whether a browser says that another site made it send this request.

    @param headers: C{sec-fetch-site}, C{origin} and C{host}, C{""} for none.
    """
    # Over plain HTTP browsers send no Sec-Fetch-Site, and "null" as Origin
    # since our pages say "no-referrer": then the form's token decides alone.
    if headers["sec-fetch-site"]:
        return headers["sec-fetch-site"] not in ("same-origin", "none")
    origin = headers["origin"]
    if not origin or origin == "null":
        return False
    return origin.partition("://")[2].lower() != headers["host"].lower()
