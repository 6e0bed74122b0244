# -*- test-case-name: tests.xmpp.stanza.test_jid -*-
"""
Addresses: the one gate through which each JID comes in (RFC 6122).

The profiles are nodeprep and resourceprep of RFC 6122, not those of RFC 7622,
since the peers that we meet compare by them (XEP-0479 asks for no more).  As
in RFC 3454 section 7 a text from outside may hold characters newer than
Unicode 3.2, so that a resource with an emoji in it is one.

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
"""How many prepared addresses are kept, so that forged ones cost no memory."""

_LABEL = 63
_SHORT = 256  # longer ones are rare: they are prepared each time

# What the profiles leave as it is, but for the letters' case.
_PLAIN = re.compile(
    r"(?:([!#-%(-.0-9;=?A-Z\[-~]{1,1023})@)?"
    r"((?=.{1,255}(?:/|\Z))[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
    r"(?:\.[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*)*)"
    r"(?:/([ -~]{1,1023}))?"
)


class Jid(NamedTuple):
    """
    An address, prepared: equal ones are the same account or stream.
    """

    local: str  #: "" for a server or component
    domain: str
    resource: str  #: "" for a bare address

    @property
    def bare(self) -> str:
        """
        Without the resource.
        """
        return f"{self.local}@{self.domain}" if self.local else self.domain

    @property
    def full(self) -> str:
        """
        With the resource, where there is one.
        """
        return f"{self.bare}/{self.resource}" if self.resource else self.bare


_known: dict[str, Jid] = {}


def parseJid(text: object) -> Jid | None:
    """
    Read an address.

    @return: L{None} where it has a form that is not allowed, or is no text.
    """
    if not isinstance(text, str):
        return None
    found = _known.get(text)
    if found is None:
        found = _parse(text)
        if found is not None and len(text) <= _SHORT:
            if len(_known) >= REMEMBERED:
                _known.clear()
            _known[text] = found
    return found


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
    # Without the profile's check for unassigned characters: see above.
    text = profile.map(text)
    # Later Unicode than 3.2 is left alone, which its tables would not know.
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
            raise UnicodeError("no address") from None
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
        raise UnicodeError("nothing is left of a label") from None
