# -*- test-case-name: tests.directory.test_phonebookxml -*-
"""
Encode the central phonebook: one XML file that N530 to N870 fetch by themselves.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from xml.sax.saxutils import escape

from gigasetd.registry.model import Contact

MOST = 2000  #: entries that a base accepts
MOST_N530 = 500
LONGEST = 32  #: characters of a field
LARGEST = 2 * 1000 * 1000  #: bytes of the file

_START = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE LocalDirectory>\n<list>\n'
_END = b"</list>\n"


def entriesFor(base: str) -> int:
    """
    Return the number of entries that a base accepts.

    @param base: its name in its User-Agent.
    """
    return MOST_N530 if base.upper().startswith("N530") else MOST


def phonebook(contacts: Iterable[Contact], most: int = MOST) -> bytes:
    """
    Encode the file; entries beyond its limits are left out.

    @param most: entries that the base accepts.
    """
    parts, room = [_START], LARGEST - len(_START) - len(_END)
    for entry in islice(_entries(contacts), most):
        room -= len(entry)
        if room < 0:
            break
        parts.append(entry)
    return b"".join((*parts, _END))


def _entries(contacts: Iterable[Contact]) -> Iterator[bytes]:
    # Entries without a number to dial are left out.
    for contact in contacts:
        # A Gigaset.net number counts as home; a fax number is not dialled.
        home = [n for n in (contact.home, contact.sip.partition("@")[0]) if n]
        numbers = {
            "office1": contact.office,
            "mobile1": contact.mobile,
            "home1": home[0] if home else "",
            "home2": home[1] if len(home) > 1 else "",
        }
        if not any(numbers.values()):
            continue
        names = {"surname": contact.last or contact.nickname, "name": contact.first}
        fields = {**names, **numbers}
        shown = " ".join(
            f'{name}="{_value(text)}"' for name, text in fields.items() if text
        )
        yield f"<entry {shown}/>\n".encode("utf-8", "replace")


def _value(text: str) -> str:
    return escape(text[:LONGEST].rstrip(), {'"': "&quot;"})
