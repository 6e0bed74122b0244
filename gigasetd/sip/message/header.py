# -*- test-case-name: tests.sip.message.test_header -*-
"""
The grammar inside header fields: names, lists, parameters (RFC 3261 sections
7.3.1 and 25.1).

All text is decoded as latin-1, which loses nothing in either direction.  Digits,
letters and white space are those of ASCII only: C{int("1_0")},
C{"\\xa0".strip()} and Unicode digits would accept more.

Layer 0 (values).
"""

from __future__ import annotations

import re

from gigasetd.errors import BadValue

TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+\Z")
METHODS = frozenset(
    """ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER
    REGISTER SUBSCRIBE UPDATE""".split()
)
"""The methods of the RFCs; any other token is a method as well."""

_COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
"""Compact form -> name; IANA's list, RFC 3261 section 7.3.3 and later."""

_KNOWN = """Accept Accept-Encoding Accept-Language Alert-Info Allow Allow-Events
Authentication-Info Authorization Call-ID Call-Info Contact Content-Disposition
Content-Encoding Content-Language Content-Length Content-Type CSeq Date
Error-Info Event Expires From In-Reply-To Max-Forwards MIME-Version Min-Expires
Min-SE Organization P-Asserted-Identity P-Preferred-Identity Path Priority
Privacy Proxy-Authenticate Proxy-Authorization Proxy-Require RAck Reason
Record-Route Refer-To Referred-By Replaces Reply-To Require Retry-After Route
RSeq Server Service-Route Session-Expires SIP-ETag SIP-If-Match Subject
Subscription-State Supported Timestamp To Unsupported User-Agent Via Warning
WWW-Authenticate""".split()

PROPER: dict[str, str] = {name.lower(): name for name in _KNOWN}
"""Canonical name -> the spelling of the standards."""

_CANONICAL: dict[str, str] = {}
for _name in _KNOWN:
    for _spelling in (_name, _name.lower(), _name.upper(), _name.title()):
        _CANONICAL[_spelling] = _name.lower()
for _short, _long in _COMPACT.items():
    _CANONICAL[_short] = _CANONICAL[_short.upper()] = _long

canonicalName = _CANONICAL.get
"""The lower-case full name of a header in a usual spelling, else C{None}."""


_TAG = re.compile(r";[ \t]*tag[ \t]*=[ \t]*([^;,\s]+)", re.IGNORECASE)


def tagOf(value: str) -> str:
    """
    Return the tag of a From or To value, C{""} for none.
    """
    # Behind the last bracket stand only parameters of the header.
    match = _TAG.search(value, value.rfind(">") + 1)
    return match[1] if match else ""


def canonical(name: str) -> str:
    """
    Return the lower-case full name of a header in any spelling.

    @raise BadValue: C{name} is no token.
    """
    stripped = name.rstrip(" \t")
    if not TOKEN.match(stripped):
        raise BadValue("a header name holds characters that are not allowed")
    lower = stripped.lower()
    return _COMPACT.get(lower, lower)


def number(text: str, most: int) -> int | None:
    """
    Return a decimal number from 0 to C{most}, else C{None}.
    """
    if not text or len(text) > 10 or not (text.isascii() and text.isdigit()):
        return None
    value = int(text)
    return value if value <= most else None


_COMMAS = re.compile(r'[",<]')
_SEMICOLONS = re.compile(r'[";]')
QUOTED = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def topValue(value: str) -> tuple[str, str]:
    """
    Split a comma-separated field into its first value and the rest.

    Commas in quoted strings and in angle brackets do not count.

    @raise BadValue: a quoted string or a bracket stays open.
    """
    start = 0
    while (match := _COMMAS.search(value, start)) is not None:
        at = match.start()
        if value[at] == ",":
            return value[:at].rstrip(" \t"), value[at + 1 :].lstrip(" \t")
        start = _closing(value, at)
    return value, ""


def _closing(value: str, at: int) -> int:
    # The position behind the quoted string or bracket that opens at "at".
    if value[at] == "<":
        end = value.find(">", at) + 1
    else:
        quoted = QUOTED.match(value, at)
        end = quoted.end() if quoted else 0
    if not end:
        raise BadValue("a quoted string or an angle bracket is not closed")
    return end


def _pieces(value: str, breaks: re.Pattern[str]) -> list[str]:
    # One pass, so that a long list costs no more than its length.
    pieces, start, at = [], 0, 0
    while (match := breaks.search(value, at)) is not None:
        at = match.start()
        if value[at] in '"<':
            at = _closing(value, at)
        else:
            pieces.append(value[start:at])
            start = at = at + 1
    pieces.append(value[start:])
    return pieces


def splitList(value: str) -> list[str]:
    """
    Return all values of a comma-separated field, without empty ones.

    @raise BadValue: a quoted string or a bracket stays open.
    """
    pieces = [piece.strip(" \t") for piece in _pieces(value, _COMMAS)]
    return [piece for piece in pieces if piece]


def splitParameters(value: str) -> list[str]:
    """
    Return what stands before the first semicolon, then each parameter, all
    as written.

    @raise BadValue: a quoted string stays open.
    """
    return _pieces(value, _SEMICOLONS) if '"' in value else value.split(";")


_PARAMETER = re.compile(
    r"[ \t]*;[ \t]*"
    r"([A-Za-z0-9.!%*_+`'~-]+)"
    r"(?:[ \t]*=[ \t]*(\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"|[^;,\" \t]*))?",
    re.DOTALL,
)


def parameters(text: str) -> dict[str, str]:
    """
    Parse C{";a=1;lr"} to C{{"a": "1", "lr": ""}}; names become lower case,
    quoted values keep their quotes.  Of two parameters of a name the first
    counts.

    @raise BadValue: it is no list of parameters.
    """
    if not text:
        return {}
    values: dict[str, str] = {}
    end = 0
    while (match := _PARAMETER.match(text, end)) is not None:
        name, value = match.groups()
        values.setdefault(name.lower(), value or "")
        end = match.end()
    if text[end:].strip(" \t"):
        raise BadValue("a parameter list has a form that is not allowed")
    return values
