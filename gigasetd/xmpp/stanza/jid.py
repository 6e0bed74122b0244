# -*- test-case-name: tests.xmpp.stanza.test_jid -*-
"""
Parses and prepares every JID that comes in (RFC 6122).

The profiles are nodeprep and resourceprep of RFC 6122, not those of RFC 7622,
since other servers and clients still compare by them (XEP-0479 asks for no
more).  As RFC 3454 section 7 allows, an address may have characters newer than
Unicode 3.2: a resource may be an emoji.

Layer 0 (values).
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import NamedTuple
from unicodedata import ucd_3_2_0

from twisted.words.protocols.jabber.xmpp_stringprep import (
    Profile,
    nameprep,
    nodeprep,
    resourceprep,
)

LONGEST = 1023
"""Bytes of UTF-8 that each part may have (RFC 6122 section 2.1)."""

REMEMBERED = 8192
"""Prepared addresses in the cache; bounded, so that forged ones cost no memory."""

_LABEL = 63
_SHORT = 256  # longer addresses are rare and not cached

# Most addresses: the profiles change nothing in them but the case.
_PLAIN = re.compile(
    r"(?:([!#-%(-.0-9;=?A-Z\[-~]{1,1023})@)?"
    r"((?=.{1,255}(?:/|\Z))[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
    r"(?:\.[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*)*)"
    r"(?:/([ -~]{1,1023}))?"
)


class Jid(NamedTuple):
    """
    A prepared address: equal values are the same account or session.
    """

    local: str  #: "" for a server or component
    domain: str
    resource: str  #: "" for a bare address

    @property
    def bare(self) -> str:
        """
        The address without its resource.
        """
        return f"{self.local}@{self.domain}" if self.local else self.domain

    @property
    def full(self) -> str:
        """
        The address with its resource, where there is one.
        """
        return f"{self.bare}/{self.resource}" if self.resource else self.bare


_known: dict[str, Jid] = {}


def parseJid(text: object) -> Jid | None:
    """
    Parse and prepare an address.

    @return: L{None} where it is malformed, or not a string.
    """
    if not isinstance(text, str):
        return None
    jid = _known.get(text)
    if jid is None:
        jid = _parse(text)
        if jid is not None and len(text) <= _SHORT:
            if len(_known) >= REMEMBERED:
                _known.clear()
            _known[text] = jid
    return jid


def _parse(text: str) -> Jid | None:
    plain = _PLAIN.fullmatch(text)
    if plain is not None and all(map(_isShort, plain[2].split("."))):
        local, domain, resource = plain.groups("")
        return Jid(local.lower(), domain.lower(), resource)
    try:
        return _prepare(text)
    except UnicodeError:
        return None


def _isShort(label: str) -> bool:
    return len(label) <= _LABEL


def _prepare(text: str) -> Jid:
    """
    Cut at the first slash, then at the first "@" (RFC 6122 section 2.1), and
    prepare each part.

    @raise UnicodeError: a part is not allowed.
    """
    if len(text) > 3 * LONGEST + 2:
        raise UnicodeError("too long")
    front, slash, resource = text.partition("/")
    local, at, domain = front.rpartition("@") if "@" in front else ("", "", front)
    if bool(slash) != bool(resource) or bool(at) != bool(local):
        raise UnicodeError("a part is empty")
    return Jid(
        _prepared(nodeprep, local) if local else "",
        _domain(domain),
        _prepared(resourceprep, resource) if resource else "",
    )


def _prepared(profile: Profile, text: str) -> str:
    # Without the profile's check for unassigned characters (RFC 3454 section 7).
    text = profile.map(text)
    # By the tables of Unicode 3.2 (RFC 3454), which leave later characters alone.
    text = _normalized(text)
    profile.check_prohibiteds(text)
    if text:
        profile.check_bidirectionals(text)
    return _fits(text)


def _normalized(text: str) -> str:
    return ucd_3_2_0.normalize("NFKC", text)


def _fits(text: str) -> str:
    if not 1 <= len(text.encode()) <= LONGEST:
        raise UnicodeError("too short or too long")
    return text


def _domain(text: str) -> str:
    """
    Prepare a host name, or an IPv6 address in brackets; a final dot is ignored.
    """
    if text.startswith("[") and text.endswith("]"):
        try:
            return f"[{IPv6Address(text[1:-1]).compressed}]"
        except ValueError:
            raise UnicodeError("not an IPv6 address") from None
    labels = text.split(".")
    if len(labels) > 1 and not labels[-1]:
        del labels[-1]
    return _fits(".".join(map(_label, labels)))


def _label(text: str) -> str:
    if not 1 <= len(text) <= _LABEL:
        raise UnicodeError("a label is empty or too long")
    try:
        return _fits(str(nameprep.nameprep(text)))
    except IndexError:
        raise UnicodeError("a label is empty after preparation") from None
