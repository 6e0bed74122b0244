# -*- test-case-name: tests.info.places.test_gazetteer -*-
"""
The towns that people choose from, found by the beginning of any of their names
in any usual spelling.

The names stand in one long text with a line end before each, which C{str.find}
searches faster than any index in Python would; where a name stands in it leads
to its row.  Rows stay lines of text until one is asked for.

Layer 1 (state).
"""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from io import StringIO
from math import cos, radians

from gigasetd.info.places.place import Place

CREDIT = "Places: GeoNames.org, CC BY 4.0"
LOOKED_AT = 700  #: hits of each kind that are ranked; the largest come first
LONGEST = 40  #: letters of a name that are looked for
NEARER = 8  #: how much larger a place counts whose language one speaks

SPEAKING = {
    "de": "DE AT CH LI LU", "en": "GB IE US CA AU NZ", "fr": "FR BE CH LU CA",
    "it": "IT CH", "es": "ES", "nl": "NL BE", "pt": "PT BR", "el": "GR CY",
    "sv": "SE FI", "tr": "TR CY", "sr": "RS BA ME", "hr": "HR BA", "ro": "RO MD",
}  # fmt: skip
"""Language -> where it is spoken, as far as that is more than one country."""

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "a", "œ": "o", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th"}
)
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def foldName(name: str) -> str:
    """
    What all spellings of one name have in common: no case, no accents, no
    difference between C{ß} and C{ss}, C{ü}, C{ue} and C{u}.
    """
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = (one if one.isalnum() else " " for one in text if ord(one) not in _MARKS)
    text = " ".join("".join(letters).split())
    for two, one in _UMLAUTS:
        text = text.replace(two, one)
    return text


_MARKS = range(0x300, 0x370)  #: accents that stand for themselves


class Gazetteer:
    """
    Nobody is found before L{Gazetteer.fill}.
    """

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._countries: list[str] = []
        self._shared: dict[str, str] = {}
        self._byId: dict[int, int] = {}
        self._cells: dict[tuple[int, int], array[int]] = {}
        self._names = ""
        self._starts = array("I")

    def __len__(self) -> int:
        return len(self._rows)

    def fill(self, text: str) -> None:
        """
        Take the places of a file as C{etc/make-places.py} writes it, the
        largest one first.
        """
        names, at = StringIO(), 1
        names.write("\n")
        for index, line in enumerate(StringIO(text)):
            row, _, told = line.rpartition("\t")
            self._add(index, row)
            self._starts.append(at)
            at += names.write(told.replace("|", "\n"))
        self._names = names.getvalue()

    def _add(self, index: int, row: str) -> None:
        """
        Take one place.
        """
        number, _, country, _, latitude, longitude, _ = row.split("\t", 6)
        cell = int(float(latitude) // 1), int(float(longitude) // 1)
        self._rows.append(row)
        self._countries.append(self._shared.setdefault(country, country))
        self._byId[int(number)] = index
        self._cells.setdefault(cell, array("I")).append(index)

    def get(self, id: int) -> Place | None:
        """
        The place of a number.
        """
        index = self._byId.get(id)
        return None if index is None else self._place(index)

    def _place(self, index: int) -> Place:
        """
        The place of a row.
        """
        number, name, country, region, *rest = self._rows[index].split("\t")
        latitude, longitude, people, zone = rest
        at = float(latitude), float(longitude)
        return Place(int(number), name, country, region, *at, int(people), zone)

    def search(
        self, text: str, country: str = "", language: str = "", most: int = 10
    ) -> list[Place]:
        """
        The places that a text may mean, the likeliest first: those of just
        this name, then those that begin with it, then those with a word that
        begins with it or with it anywhere; among equals those of the country,
        then those where the language is spoken, then those whose own name it
        is, then the larger ones.  Of those of just this name in other countries
        a very large one comes first, whatever is spoken there.

        @param country: ISO 3166, two letters, C{""} for none.
        @param language: its tag, C{""} for none.
        """
        wanted = foldName(text[:LONGEST])
        if not wanted:
            return []
        near = SPEAKING.get(language, "").split()
        ranks: dict[int, tuple[int, int, bool, int]] = {}
        for kind, needle in enumerate(_needles(wanted)):
            if len(ranks) >= (most, most, most, 1)[kind]:
                break
            for index, alias in self._hits(needle):
                home = self._countries[index]
                far = 0 if home == country else 1 if home in near else 2
                ranks.setdefault(index, _rank(kind, far, alias, index))
        found = sorted(ranks, key=ranks.__getitem__)
        return [self._place(index) for index in found[:most]]

    def _hits(self, needle: str) -> Iterator[tuple[int, bool]]:
        """
        The rows of the names that hold a text, a row as often as it has them,
        each with whether it is not the first name.
        """
        names, starts = self._names, self._starts
        # A needle may begin with the line end before the name.
        skip = 1 if needle[0] == "\n" else 0
        at = names.find(needle)
        for _ in range(LOOKED_AT):
            if at < 0:
                return
            index = bisect_right(starts, at + skip) - 1
            yield index, names.find("\n", starts[index], at + skip) >= 0
            at = names.find(needle, at + 1)

    def largest(self, country: str) -> Place | None:
        """
        The largest place of a country: what one begins with.
        """
        if country not in self._countries:
            return None
        return self._place(self._countries.index(country))

    def towns(self, country: str) -> Iterator[Place]:
        """
        The places of a country, the largest one first.
        """
        for index, other in enumerate(self._countries):
            if other == country:
                yield self._place(index)

    def nearest(self, latitude: float, longitude: float) -> Place | None:
        """
        The place next to a point, L{None} where there is none for a hundred
        kilometres or so.
        """
        row, column = int(latitude // 1), int(longitude // 1)
        near = [
            index
            for y in range(row - 1, row + 2)
            for x in range(column - 1, column + 2)
            for index in self._cells.get((y, (x + 180) % 360 - 180), ())
        ]
        shrink = cos(radians(latitude))

        def distance(place: Place) -> float:
            aside = (place.longitude - longitude + 180) % 360 - 180
            return (place.latitude - latitude) ** 2 + (aside * shrink) ** 2

        return min(map(self._place, near), key=distance, default=None)


def _rank(kind: int, far: int, alias: bool, index: int) -> tuple[int, int, bool, int]:
    """
    Where a hit stands among the others.

    @param kind: the place of what was looked for in L{_needles}.
    @param far: 0 for the country, 1 for where the language is spoken.
    """
    if kind or not far:
        return kind, far, kind > 0 and alias, index
    # In full, Paris is hardly the one in Texas, whatever language one speaks.
    return kind, 1, False, index // NEARER if far == 1 else index


def _needles(wanted: str) -> tuple[str, ...]:
    """
    How a name is looked for, the surest way first; what is very short is in
    every other name.
    """
    begin = f"\n{wanted}\n", f"\n{wanted}"
    return begin if len(wanted) < 3 else (*begin, f" {wanted}", wanted)
