# -*- test-case-name: tests.sip.message.test_via -*-
"""
Via: the key of a transaction, and the route of its responses (RFC 3261
sections 18.2 and 20.42, RFC 3581).

Layer 0 (values).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gigasetd.errors import BadValue
from gigasetd.sip.message.header import number, splitParameters, topValue

_SENDER = re.compile(
    r"SIP[ \t]*+/[ \t]*+[0-9.]++[ \t]*+/[ \t]*+([A-Za-z0-9.!%*_+`'~-]++)[ \t]++"
    r"(\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9._-]++)[ \t]*+"
    r"(?::[ \t]*+([0-9]{1,5}+)[ \t]*+)?+\Z",
    re.IGNORECASE | re.ASCII,
)
"""Any version number will do: a message of SIP/7.0 must get a 505, and its Via
says where.  The quantifiers are possessive, so that a hostile run of blanks
costs no more than its length."""

_USUAL = re.compile(
    r"SIP/2\.0/(UDP|TCP|TLS) ([0-9.]++)(?::([1-9][0-9]{0,4}+))?+"
    r"(;rport)?+;branch=([A-Za-z0-9.!%*_+`'~-]++)(;rport)?+\Z",
    re.ASCII,
)
"""What most phones send, read by one regular expression."""

MAGIC = "z9hG4bK"


class Via(NamedTuple):
    """
    One Via value.
    """

    transport: str  #: upper case
    host: str  #: sent-by host, lower case
    port: int  #: sent-by port, 0 when absent
    branch: str  #: "" when absent
    rport: str | None  #: "" when without a value, C{None} when absent
    received: str  #: "" when absent
    rest: str  #: further values of the same line, after the comma
    top: str  #: this value as written


def parseVia(value: str) -> Via:
    """
    Parse the top value of a Via line.

    @raise BadValue: it is malformed.
    """
    usual = _USUAL.match(value)
    if usual is not None and int(usual[3] or 0) <= 65535:
        transport, host, port, before, branch, after = usual.groups()
        rport = "" if before or after else None
        return Via(transport, host, int(port or 0), branch, rport, "", "", value)
    top, rest = topValue(value) if "," in value else (value, "")
    sender, semicolon, params = top.partition(";")
    read = _cachedSender if len(sender) <= _CACHED else _sender
    transport, host, port = read(sender)
    values = _params(params) if semicolon else _NONE
    return Via(
        transport,
        host,
        port,
        values.get("branch", ""),
        values.get("rport"),
        values.get("received", ""),
        rest,
        top,
    )


_CACHED = 128
"""Longer texts are parsed anew each time, so that a peer that sends such
cannot fill memory through the cache."""


def _sender(text: str) -> tuple[str, str, int]:
    # Transport, host and port; each phone repeats them in all its requests.
    match = _SENDER.match(text)
    if match is None:
        raise BadValue("Via has a form that is not allowed")
    transport, host, port = match.groups()
    at = number(port, 65535) if port else 0
    if port and not at:
        raise BadValue("Via has a port that is not from 1 to 65535")
    return transport.upper(), host.lower(), at or 0


_cachedSender = lru_cache(4096)(_sender)
_NONE: dict[str, str] = {}


def _params(text: str) -> dict[str, str]:
    # Of two parameters of a name the first counts.
    values: dict[str, str] = {}
    for part in splitParameters(text):
        name, _, value = part.partition("=")
        values.setdefault(name.strip(" \t").lower(), value.strip(" \t"))
    if "" in values:
        raise BadValue("Via has a parameter without a name")
    return values


def marked(via: Via, host: str, port: int) -> str:
    """
    Return the top value with the source written into it.

    C{received} is added where the sender's own address differs or where it
    asked for C{rport}; C{rport} gets the port (RFC 3261 section 18.2.1, RFC
    3581 section 4).

    @param host: the source, IPv6 without brackets.
    """
    rport = via.rport is not None
    same = via.host.strip("[]") == host
    if not rport and same and not via.received:
        return via.top
    # What the sender claims about its own source is not believed.
    usual = _USUAL.match(via.top)
    if usual is not None and usual[6] and not usual[4]:
        text = via.top[: usual.start(6)]
    else:
        text = _unmarked(via.top)
    if rport:
        return f"{text};received={host};rport={port}"
    return text if same else f"{text};received={host}"


def _unmarked(top: str) -> str:
    return ";".join(
        part
        for part in splitParameters(top)
        if part.partition("=")[0].strip(" \t").lower() not in ("received", "rport")
    )
