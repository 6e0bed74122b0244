# -*- test-case-name: tests.directory.test_vcard -*-
"""
Parse and write address book entries as vCards (2.1, RFC 2426, RFC 6350).

vobject parses and writes the cards.  It parses a whole file or nothing, so the
file is cut into its cards here: each is bounded, and a fault in one leaves the
others readable.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Union

import vobject
from vobject.base import VObjectError

from gigasetd.directory.entry import contactOf, title
from gigasetd.errors import BadValue
from gigasetd.registry.model import Contact

LARGEST = 1 << 20  #: characters of one card, its photograph included
PARTS = 10  #: cards in a card; vobject takes long for thousands

# vobject's own expression backtracks: on some lines its time doubles with each
# comma.  This one matches the same lines with possessive quantifiers.
_VALUE = r'(?>"[^"]*+"|[^";:,]*+)'
vobject.base.line_re = re.compile(
    r"^((?P<group>[a-zA-Z0-9_-]++)\.)?(?P<name>[a-zA-Z0-9_-]++)"
    rf"(?P<params>;?(?:;[a-zA-Z0-9_-]++(?:={_VALUE})?(?:,{_VALUE})*+)*+)"
    r":(?P<value>.*)$",
    re.DOTALL,
)

_BEGIN = re.compile(r"begin[ \t]*:[ \t]*vcard[ \t]*", re.IGNORECASE)
_PART = re.compile(r"^begin[ \t]*:", re.IGNORECASE | re.MULTILINE)
_END = re.compile(r"end[ \t]*:[ \t]*vcard[ \t]*", re.IGNORECASE)
_KINDS = (("fax", "fax"), ("cell", "mobile"), ("mobile", "mobile"), ("work", "office"))
_UNREADABLE = (VObjectError, ValueError, LookupError, TypeError, AttributeError)


class BookFault(NamedTuple):
    """
    An entry that could not be parsed.
    """

    line: int  #: counted from 1
    reason: str


EntryOrFault = Union[Contact, BookFault]


def isCards(text: str) -> bool:
    """
    Return whether a text is a file of vCards.
    """
    return _BEGIN.match(text.lstrip()) is not None


def readCards(text: str) -> Iterator[EntryOrFault]:
    """
    Parse a file: yields its entries, and what could not be parsed.
    """
    for line, card in _cards(text):
        if len(card) > LARGEST or len(_PART.findall(card)) > PARTS:
            yield BookFault(line, f"more than {LARGEST} characters or {PARTS} parts")
            continue
        try:
            component = next(vobject.readComponents(card, allowQP=True), None)
            yield contactOf(_fields(component))
        except BadValue as error:
            yield BookFault(line, str(error))
        except _UNREADABLE:
            # vobject's message would quote the card.
            yield BookFault(line, "this card cannot be parsed")


def _cards(text: str) -> Iterator[tuple[int, str]]:
    # A card that never ends is lost with what follows it.
    begun = 0
    lines: list[str] = []
    for count, line in enumerate(text.splitlines(), 1):
        if _BEGIN.fullmatch(line):
            begun, lines = count, []
        if begun:
            lines.append(line)
        if begun and _END.fullmatch(line):
            yield begun, "\r\n".join(lines) + "\r\n"
            begun, lines = 0, []
    if begun:
        yield begun, ""


def _fields(card: Any) -> dict[str, str]:
    if card is None:
        raise ValueError("this card has no end")
    fields: dict[str, str] = {}
    for child in card.getChildren():
        parse = _PROPERTIES.get(child.name)
        for name, text in parse(child) if parse else ():
            if text:
                fields.setdefault(name, text)
    if not fields.get("last") and not fields.get("first"):
        whole = fields.get("whole") or fields.get("company", "")
        fields["last"] = whole or fields.get("nickname", "")
    return fields


def _name(child: Any) -> Iterator[tuple[str, str]]:
    yield "last", _text(getattr(child.value, "family", child.value))
    yield "first", _text(getattr(child.value, "given", ""))


def _telephone(child: Any) -> Iterator[tuple[str, str]]:
    types = [*child.params.get("TYPE", ()), *child.singletonparams]
    words = ",".join(types).lower().split(",")
    yield next((name for word, name in _KINDS if word in words), "home"), child.value


def _address(child: Any) -> Iterator[tuple[str, str]]:
    for name, part in (("street", "street"), ("zip", "code"), ("city", "city")):
        yield name, _text(getattr(child.value, part, ""))


def _sip(child: Any) -> Iterator[tuple[str, str]]:
    scheme, colon, rest = str(child.value).strip().partition(":")
    if not colon:
        yield "sip", scheme
    elif scheme.lower() in ("sip", "sips"):
        yield "sip", rest


def _as(name: str) -> Any:
    return lambda child: [(name, _text(child.value))]


_PROPERTIES = {
    "N": _name,
    "FN": _as("whole"),
    "NICKNAME": _as("nickname"),
    "ORG": _as("company"),
    "TEL": _telephone,
    "ADR": _address,
    "EMAIL": _as("email"),
    "IMPP": _sip,
    "X-SIP": _sip,
}


def _text(value: Any) -> str:
    # A property may have several values.
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    return str(value)


def writeCards(contacts: Iterable[Contact]) -> str:
    """
    Write entries as vCards of version 3.0, which every program reads.
    """
    return "".join(map(_card, contacts))


def _card(contact: Contact) -> str:
    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(contact.last, contact.first)
    card.add("fn").value = title(contact)
    if contact.nickname:
        card.add("nickname").value = contact.nickname
    for name, kind in (
        *(("home", "HOME"), ("mobile", "CELL"), ("office", "WORK"), ("fax", "FAX")),
    ):
        if getattr(contact, name):
            line = card.add("tel")
            line.value, line.type_param = getattr(contact, name), kind
    if contact.sip:
        card.add("x-sip").value = contact.sip
    if contact.email:
        card.add("email").value = contact.email
    if contact.street or contact.zip or contact.city:
        card.add("adr").value = vobject.vcard.Address(
            contact.street, contact.city, "", contact.zip
        )
    text: str = card.serialize()
    return text
