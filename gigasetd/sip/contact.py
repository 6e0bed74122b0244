# -*- test-case-name: tests.sip.test_contact -*-
"""
Contact values of a REGISTER, and how long each stays bound (RFC 3261 sections
10.2 and 20.10, RFC 5626 section 6).

Layer 0 (values).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gigasetd.errors import BadValue
from gigasetd.sip.message.header import number, splitParameters
from gigasetd.sip.message.uri import parseAddress, parseURI, sameURI

HOUR = 3600


class IntervalTooBrief(Exception):
    """
    A contact wants less than C{shortest} seconds (status 423).
    """

    def __init__(self, shortest: int) -> None:
        super().__init__(shortest)
        self.shortest = shortest


class ExpiryLimits(NamedTuple):
    """
    How long a contact may stay bound, in seconds.
    """

    shortest: int = 60
    usual: int = 3600
    longest: int = 3600


class ContactValue(NamedTuple):
    """
    One value of Contact.
    """

    value: str  #: as written, without its expires parameter
    uri: str  #: the URI as written
    key: str  #: "instance;reg-id" where the phone names one, else the URI
    expires: int | None  #: seconds wanted, C{None} when absent
    q: float  #: preference, 0 to 1


_USUAL = re.compile(
    r"<(sip:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+(?::([0-9]{1,5}))?)>"
    r"(?:;expires=([0-9]{1,9}))?\Z"
)
"""What most phones send, read by one regular expression."""


@lru_cache(4096)
def _parse(value: str) -> ContactValue:
    # A cache, since a phone always sends the same.
    usual = _USUAL.match(value)
    if usual is not None and 0 < int(usual[2] or 5060) <= 65535:
        uri, _, expires = usual.groups()
        plain = value[: len(uri) + 2]
        return ContactValue(plain, uri, uri, int(expires) if expires else None, 1.0)
    return _parseWhole(value)


def _parseWhole(value: str) -> ContactValue:
    address = parseAddress(value)
    parseURI(address.uri)
    expires = address.param("expires")
    seconds = None if expires is None else _seconds(expires)
    plain = _withoutExpires(value.strip(" \t"), address.params)
    instance = address.param("+sip.instance")
    key = f"{instance};{address.param('reg-id') or ''}" if instance else address.uri
    return ContactValue(
        plain, address.uri, key, seconds, _preference(address.param("q"))
    )


def _withoutExpires(value: str, params: str) -> str:
    rest = [
        part
        for part in splitParameters(params)
        if part.partition("=")[0].strip(" \t").lower() != "expires"
    ]
    return value[: len(value) - len(params)] + ";".join(rest)


def parseContact(value: str) -> ContactValue:
    """
    Parse one value of Contact.

    @raise BadValue: it is no address, or not of a scheme that we can call.
    """
    return _parse(value) if len(value) <= 512 else _parseWhole(value)


def _seconds(text: str) -> int | None:
    # A malformed value counts as absent, one that is too large as the largest
    # (RFC 3261 section 20.19).
    if text.isascii() and text.isdigit():
        return number(text, 2**32 - 1) if len(text) <= 9 else 2**32 - 1
    return None


def expiresHeader(value: str | None) -> int | None:
    """
    Return the seconds in an Expires header, C{None} when absent or malformed.
    """
    return None if value is None else _seconds(value)


def _preference(text: str | None) -> float:
    if text and re.match(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z", text):
        return float(text)
    return 1.0


def grantExpiry(wanted: int | None, limits: ExpiryLimits) -> int:
    """
    Decide how long one contact stays bound.

    @param wanted: seconds from the contact's C{expires}, else from the
        C{Expires} header, else C{None}.
    @return: seconds granted; 0 means "remove this binding".
    @raise IntervalTooBrief: C{wanted} is above zero, below one hour and below
        C{limits.shortest} (RFC 3261 section 10.3 step 7).
    """
    if wanted is None:
        return limits.usual
    if wanted == 0:
        return 0
    if wanted < limits.shortest and wanted < HOUR:
        raise IntervalTooBrief(limits.shortest)
    return min(wanted, limits.longest)


def sameContact(key: str, contact: ContactValue) -> bool:
    """
    Whether a binding's key names the same contact (RFC 3261 section 19.1.4).
    """
    if key == contact.key:
        return True
    if contact.key is not contact.uri:
        return False
    try:
        return sameURI(parseURI(key), parseURI(contact.uri))
    except BadValue:
        return False
