# -*- test-case-name: tests.directory.test_entry -*-
"""
Clean an address book entry: names in one line, numbers as they are dialled.

Layer 0 (values).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from gigasetd.errors import BadValue
from gigasetd.registry.model import Contact

FIELDS = Contact._fields[2:]
NAMES = ("last", "first", "nickname")
NUMBERS = ("home", "mobile", "office", "fax", "sip")
LONGEST = 64  #: characters of a field
LONGEST_NUMBER = 32  #: characters of a telephone number

_NOT_DIALLED = re.compile(r"[^0-9*#+]|(?<=.)\+")
_TRUNK = re.compile(r"(?<=\d)[ -]*\(0\)")


def contactOf(fields: Mapping[str, str], number: str = "", id: str = "") -> Contact:
    """
    Make an entry out of texts as a person wrote them.

    @param fields: names of L{FIELDS}; others are ignored.
    @param number: the owner's account, C{""} in an operator's book.
    @param id: the entry's own id.
    @raise BadValue: it has no name, or no number.
    """
    clean = {name: _clean(name, fields.get(name, "")) for name in FIELDS}
    if not any(clean[name] for name in NAMES):
        raise BadValue("an entry needs a name")
    if not any(clean[name] for name in NUMBERS):
        raise BadValue("an entry needs a number")
    return Contact(number, id, **clean)


def _clean(name: str, text: str) -> str:
    if name in NUMBERS and not (name == "sip" and "@" in text):
        return dialled(text)
    return plain(text)


def plain(text: str) -> str:
    """
    One line without control and invisible characters, at most L{LONGEST}
    characters long.
    """
    text = text[: 16 * LONGEST]
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return " ".join(text.split())[:LONGEST].rstrip()


def _visible(letter: str) -> str:
    # Format characters go, all others that cannot be printed become blanks.
    if letter.isprintable():
        return letter
    return "" if unicodedata.category(letter) == "Cf" else " "


def dialled(text: str) -> str:
    """
    Return a telephone number as it is dialled: C{"tel:+49 (0)2871 1-23"}
    becomes C{"+492871123"} (RFC 3966 without parameters).
    """
    text = text[: 8 * LONGEST_NUMBER].strip()
    if text[:4].lower() in ("tel:", "sip:"):
        text = text[4:].partition(";")[0].partition("@")[0]
    text = _NOT_DIALLED.sub("", _TRUNK.sub("", text))
    return text[:LONGEST_NUMBER]


def title(contact: Contact) -> str:
    """
    Return the name by which an entry is shown.
    """
    whole = " ".join(filter(None, (contact.last, contact.first)))
    return whole or contact.nickname
