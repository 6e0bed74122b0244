# -*- test-case-name: tests.directory.test_match -*-
"""
Match address book entries against a search.

Layer 0 (values).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from gigasetd.directory.entry import NUMBERS, title
from gigasetd.registry.model import Contact

LONGEST = 64  #: characters of a pattern that are compared
LEAST = 4  #: digits that two numbers must share at their ends

_MARKS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_NO_DIGIT = re.compile("[^0-9]")
_SUFFIX = re.compile(r"(?:#|%23)9$")


def folded(text: str) -> str:
    """
    Return a text as it is compared: without case and without diacritics.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _MARKS.sub("", plain).translate(_LETTERS)


class Pattern:
    """
    A name with C{*} for any characters, at its ends or inside.

    @ivar beginning: the text before the first C{*}, folded.
    """

    def __init__(self, text: str) -> None:
        first, *more = folded(text[:LONGEST].strip()).split("*")
        self.beginning = first
        self._inner = [piece for piece in more[:-1] if piece]
        self._last = more[-1] if more else None

    def fits(self, text: str) -> bool:
        """
        Return whether a folded text matches.

        The leftmost match of each piece is the best one, so that the time grows
        with the text's length only.
        """
        if self._last is None:
            return text == self.beginning
        end = len(text) - len(self._last)
        at = len(self.beginning)
        if at > end or not text.startswith(self.beginning):
            return False
        for piece in self._inner:
            start = text.find(piece, at, end)
            if start < 0:
                return False
            at = start + len(piece)
        return text.endswith(self._last)


def isAny(text: str) -> bool:
    """
    Return whether a pattern matches everything.
    """
    return not text.strip().strip("*")


def significant(number: str) -> str:
    """
    Return the digits of a number that do not depend on how it is dialled:
    without the Gigaset.net suffix, without C{+} and C{00} before the country
    code and without the C{0} before the area code.
    """
    return _NO_DIGIT.sub("", _SUFFIX.sub("", number.strip())).lstrip("0")


def shared(searched: str, known: str) -> int:
    """
    How well two numbers match, both as L{significant} returns them: C{0} where
    they differ, else the more the better.

    One of them may lack country and area code.
    """
    if searched == known:
        return 100 if searched else 0
    longer, shorter = (
        (searched, known) if len(searched) > len(known) else (known, searched)
    )
    return len(shorter) if len(shorter) >= LEAST and longer.endswith(shorter) else 0


TEXTS = ("fn", "ln", "nn", "ct", "st", "nr", "zc", "em")
"""The protocol's names of fields that are compared as texts."""

NUMBER_FIELDS = {"hm": NUMBERS, "mb": ("mobile",), "fx": ("fax",), "sip": ("sip",)}
"""The same for numbers; phones look up every caller by C{hm}, whatever the line."""


class IndexRow(NamedTuple):
    """
    An entry with its search keys.
    """

    contact: Contact
    order: tuple[str, str]  #: how a list is sorted: by last name, then by first
    texts: tuple[str, ...]  #: folded, in the order of L{TEXTS}
    numbers: tuple[str, ...]  #: as L{significant}, in the order of L{NUMBERS}


def rowOf(contact: Contact) -> IndexRow:
    """
    Make the search keys of an entry.
    """
    texts = (
        contact.first,
        # What is shown as the last name may be a nickname or all there is.
        contact.last or title(contact),
        contact.nickname,
        contact.city,
        contact.street,
        contact.street.rpartition(" ")[2],
        contact.zip,
        contact.email,
    )
    plain = tuple([folded(text) if text else "" for text in texts])
    numbers = (getattr(contact, name) for name in NUMBERS)
    return IndexRow(
        contact,
        (plain[1], plain[0]),
        plain,
        tuple([significant(n.partition("@")[0]) if n else "" for n in numbers]),
    )


class Search:
    """
    The criteria of a search: an entry must match all of them.

    @ivar beginning: how the last name begins, folded; C{""} for anything.
    @ivar ending: the last digits of a number, as L{endOf} returns them; C{""}
        where no whole number is searched.
    @ivar everything: whether there are no criteria.
    @ivar vague: whether a number is searched by too few digits.
    """

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        """
        @param names: fields of L{TEXTS} and L{NUMBER_FIELDS}, with their
            patterns; patterns that match everything are ignored.
        """
        criteria = [(name, text) for name, text in names if not isAny(text)]
        self._texts = [
            (TEXTS.index(name), Pattern(text))
            for name, text in criteria
            if name in TEXTS
        ]
        self._digits = [
            (_places(name), significant(text), "*" in text)
            for name, text in criteria
            if name in NUMBER_FIELDS
        ]
        self.beginning = next((p.beginning for at, p in self._texts if at == 1), "")
        ends = [endOf(digits) for _, digits, begun in self._digits if not begun]
        self.ending = next(iter(ends), "")
        self.everything = not self._texts and not self._digits
        self.vague = any(len(digits) < LEAST for _, digits, _ in self._digits)

    def score(self, row: IndexRow) -> int:
        """
        How well an entry matches; C{0} where it does not.
        """
        for at, pattern in self._texts:
            if not pattern.fits(row.texts[at]):
                return 0
        best = 1
        for places, digits, begun in self._digits:
            best = max(_shared(row, place, digits, begun) for place in places)
            if not best:
                return 0
        return best


def endOf(number: str) -> str:
    """
    Return the digits by which numbers are indexed.

    @param number: as L{significant} returns it.
    """
    return number[-LEAST:]


def _places(name: str) -> tuple[int, ...]:
    return tuple(NUMBERS.index(field) for field in NUMBER_FIELDS[name])


_SIP = NUMBERS.index("sip")


def _shared(row: IndexRow, place: int, digits: str, begun: bool) -> int:
    """
    @param begun: whether more digits may follow.
    """
    known = row.numbers[place]
    if begun:
        return int(bool(digits) and known.startswith(digits))
    if place == _SIP:
        # There is neither country nor area in Gigaset.net.
        return 100 if known and known == digits else 0
    return shared(digits, known)
