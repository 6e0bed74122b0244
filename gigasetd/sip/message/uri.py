# -*- test-case-name: tests.sip.message.test_uri -*-
"""
Parse sip, sips and tel URIs, and the name-addr around them (RFC 3261 sections
19.1 and 20.10, RFC 3966).

Layer 0 (values).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gigasetd.auth.quotedstring import unquote
from gigasetd.errors import BadValue
from gigasetd.sip.message.header import QUOTED, number, parameters

_CACHED = 256
"""Longer texts are not cached, so that a peer that sends such cannot fill the
memory."""

_URI = re.compile(
    r"(sips?):"
    r"(?:([^@<>\"\x00-\x20\x7f]*)@)?"
    r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)"
    r"(?::([0-9]{1,5}))?"
    r"((?:;[^?<>\"\x00-\x20\x7f]*)?)"
    r"(?:\?([^<>\"\x00-\x20\x7f]*))?\Z",
    re.IGNORECASE | re.ASCII,
)
_TEL = re.compile(
    r"tel:([+0-9A-F*#.()-]+)((?:;[^?<>\"\x00-\x20\x7f]*)?)\Z",
    re.IGNORECASE | re.ASCII,
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_NO_URI = re.compile(r"[\x00-\x20<>\"\x7f]")


class URI(NamedTuple):
    """
    A parsed URI.
    """

    scheme: str  #: "sip", "sips" or "tel"
    user: str  #: as written, still escaped; "" when absent
    host: str  #: lower case, IPv6 in brackets; "" for tel
    port: int  #: 0 when absent
    params: str  #: ";name=value" text as written
    headers: str  #: what follows the question mark

    def param(self, name: str) -> str | None:
        """
        Return a parameter's value in lower case, C{""} when it has none, C{None}
        when it is absent.
        """
        if not self.params:
            return None
        value = _uriParams(self.params).get(name)
        return None if value is None else value.lower()


class Address(NamedTuple):
    """
    A name-addr or addr-spec with its header parameters (RFC 3261 section
    20.10: without brackets, parameters belong to the header).
    """

    display: str  #: unquoted display name
    uri: str  #: the URI as written
    params: str  #: ";name=value" text as written

    def param(self, name: str) -> str | None:
        """
        As L{URI.param}, with the case of the value, and without quotes.
        """
        if not self.params:
            return None
        value = _headerParams(self.params).get(name)
        return None if value is None else unquote(value)


def unescape(text: str) -> str:
    """
    Decode C{%XX} escapes.
    """
    if "%" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _normal(text: str) -> str:
    # Decodes the escapes that make no difference: a reserved character is not
    # the same as its escape, nor is a percent sign (RFC 3261 section 19.1.4).
    return _ESCAPE.sub(_plain, text) if "%" in text else text


def _plain(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return escape[0].upper() if character in "%;/?:@&=+$," else character


def parseURI(text: str) -> URI:
    """
    Parse a sip, sips or tel URI.

    @raise BadValue: it is none of these.
    """
    return (_cachedURI if len(text) <= _CACHED else _parseURI)(text)


def _parseURI(text: str) -> URI:
    match = _URI.match(text)
    if match is None:
        return _parseTel(text)
    scheme, user, host, port, params, headers = match.groups()
    value = number(port, 65535) if port else 0
    if value is None or (port and not value):
        raise BadValue("a SIP URI has a port that is not from 1 to 65535")
    return URI(
        scheme.lower(), user or "", host.lower(), value, params or "", headers or ""
    )


def _parseTel(text: str) -> URI:
    # Without its visual separators (RFC 3966 section 5.1.1).
    match = _TEL.match(text)
    if match is None:
        raise BadValue("an address is neither a sip, sips nor tel URI")
    return URI("tel", re.sub(r"[-.()]", "", match[1]), "", 0, match[2], "")


_cachedURI = lru_cache(4096)(_parseURI)


_cachedHeaderParams = lru_cache(1024)(parameters)


def _headerParams(text: str) -> dict[str, str]:
    # Cached where the text is short: the value must not be changed.
    return (_cachedHeaderParams if len(text) <= _CACHED else parameters)(text)


@lru_cache(1024)
def _cachedUriParams(text: str) -> dict[str, str]:
    # ";Transport=tcp;%6Cr" is {"transport": "tcp", "lr": ""}; the value must not
    # be changed.  The characters are not those of a header's parameters: brackets
    # and slashes are allowed, quotes are not, escapes count.
    values: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name:
            values.setdefault(_normal(name).lower(), _normal(value))
    return values


def _uriParams(text: str) -> dict[str, str]:
    short = len(text) <= _CACHED
    return (_cachedUriParams if short else _cachedUriParams.__wrapped__)(text)


def parseAddress(text: str) -> Address:
    """
    Parse one value of From, To, Contact, Route and the like.

    @raise BadValue: it has another form.
    """
    return (_cachedAddress if len(text) <= _CACHED else _parseAddress)(text)


def _parseAddress(text: str) -> Address:
    display, rest = _display(text)
    if rest.startswith("<"):
        end = rest.find(">")
        if end < 0:
            raise BadValue("an address has an angle bracket that is not closed")
        uri, params = rest[1:end], rest[end + 1 :]
    else:
        uri, semicolon, params = rest.partition(";")
        uri, params = uri.rstrip(" \t"), semicolon + params
        if "?" in uri:
            raise BadValue("a URI with headers must stand in angle brackets")
    if not uri or _NO_URI.search(uri):
        raise BadValue("an address holds no URI")
    _headerParams(params)
    return Address(display, uri, params)


def _display(text: str) -> tuple[str, str]:
    # The rest begins with the URI or a bracket.
    text = text.strip(" \t")
    if text.startswith('"'):
        match = QUOTED.match(text)
        if match is None:
            raise BadValue("a display name has a quote that is not closed")
        return unquote(match[0]), text[match.end() :].lstrip(" \t")
    before, bracket, after = text.partition("<")
    if not bracket:
        return "", text
    return before.rstrip(" \t"), bracket + after


_cachedAddress = lru_cache(4096)(_parseAddress)

_SUFFIX = "#9"
"""Dialled on a Gigaset to choose the Gigaset.net line; no part of the number."""


@lru_cache(4096)
def _cachedNumber(user: str) -> str | None:
    plain = unescape(user.partition(";")[0].partition(":")[0])
    plain = plain.removesuffix(_SUFFIX).removeprefix("+")
    if not (1 <= len(plain) <= 15 and plain.isascii() and plain.isdigit()):
        return None
    return plain


def numberOf(user: str) -> str | None:
    """
    Return the Gigaset.net number in a URI's user part: C{N}, C{N#9}, C{N%239} or
    C{+N}; C{None} where there is none.
    """
    if len(user) <= 15 and user.isascii() and user.isdigit():
        return user
    return _cachedNumber(user) if len(user) <= _CACHED else None


def sameURI(one: URI, other: URI) -> bool:
    """
    Compare two URIs by RFC 3261 section 19.1.4.
    """
    if (one.scheme, _normal(one.user), one.host, one.port) != (
        other.scheme,
        _normal(other.user),
        other.host,
        other.port,
    ):
        return False
    if _headers(one.headers) != _headers(other.headers):
        return False
    return _sameParams(_uriParams(one.params), _uriParams(other.params))


def _headers(text: str) -> list[str]:
    # In an order and spelling that can be compared.
    pairs = (pair.partition("=") for pair in text.split("&"))
    return sorted(_normal(name).lower() + "=" + _normal(v) for name, _, v in pairs)


def _sameParams(one: dict[str, str], other: dict[str, str]) -> bool:
    # Parameters that both have must agree; user, ttl, method, maddr and transport
    # must be in both or in neither.
    for name in one.keys() | other.keys():
        mine, theirs = one.get(name), other.get(name)
        if mine is None or theirs is None:
            if name in ("user", "ttl", "method", "maddr", "transport"):
                return False
        elif mine.lower() != theirs.lower():
            return False
    return True
