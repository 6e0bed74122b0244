# -*- test-case-name: tests.info.places.test_gazetteer -*-
"""
The cities to choose from, searched by any part of their names in any usual
spelling.

All names stand in one long string with a line feed before each: C{str.find} in
it is faster than any index in Python. The position of a match leads to its row.
Rows stay lines of text until they are read.

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
LOOKED_AT = 700  #: matches of each kind that are ranked; the largest come first
LONGEST = 40  #: letters of a search
NEARER = 8  #: weight of a city where the owner's language is spoken

SPEAKING = {
    "de": "DE AT CH LI LU", "en": "GB IE US CA AU NZ", "fr": "FR BE CH LU CA",
    "it": "IT CH", "es": "ES", "nl": "NL BE", "pt": "PT BR", "el": "GR CY",
    "sv": "SE FI", "tr": "TR CY", "sr": "RS BA ME", "hr": "HR BA", "ro": "RO MD",
}  # fmt: skip
"""Language -> countries where it is spoken; languages of one country are left out."""

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "a", "œ": "o", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th"}
)
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def foldName(name: str) -> str:
    """
    Reduce a name to what all its spellings share: without case and accents,
    C{ß} as C{ss}, C{ü} and C{ue} as C{u}.
    """
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = (
        char if char.isalnum() else " " for char in text if ord(char) not in _MARKS
    )
    text = " ".join("".join(letters).split())
    for digraph, letter in _UMLAUTS:
        text = text.replace(digraph, letter)
    return text


_MARKS = range(0x300, 0x370)  #: combining accents


class Gazetteer:
    """
    The cities; empty until C{fill} is called.
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
        Load the cities of a file that C{etc/make-places.py} has written, the
        largest first.
        """
        names, at = StringIO(), 1
        names.write("\n")
        for index, line in enumerate(StringIO(text)):
            row, _, aliases = line.rpartition("\t")
            self._add(index, row)
            self._starts.append(at)
            at += names.write(aliases.replace("|", "\n"))
        self._names = names.getvalue()

    def _add(self, index: int, row: str) -> None:
        number, _, country, _, latitude, longitude, _ = row.split("\t", 6)
        cell = int(float(latitude) // 1), int(float(longitude) // 1)
        self._rows.append(row)
        self._countries.append(self._shared.setdefault(country, country))
        self._byId[int(number)] = index
        self._cells.setdefault(cell, array("I")).append(index)

    def get(self, id: int) -> Place | None:
        """
        Return the city with a GeoNames number.
        """
        index = self._byId.get(id)
        return None if index is None else self._place(index)

    def _place(self, index: int) -> Place:
        number, name, country, region, *rest = self._rows[index].split("\t")
        latitude, longitude, people, zone = rest
        at = float(latitude), float(longitude)
        return Place(int(number), name, country, region, *at, int(people), zone)

    def search(
        self, text: str, country: str = "", language: str = "", most: int = 10
    ) -> list[Place]:
        """
        Return the cities that a text may mean, the most likely first.

        Exact names come first, then names that begin with the text, then names
        with a word that begins with it, then names that contain it. Among
        equals: cities of the country, then those where the language is spoken,
        then those whose main name matches, then the larger ones. Among exact
        names in other countries, a very large city comes before cities where
        the language is spoken.

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
        ranked = sorted(ranks, key=ranks.__getitem__)
        return [self._place(index) for index in ranked[:most]]

    # The row of each match, and whether an alias matched, not the main name.
    def _hits(self, needle: str) -> Iterator[tuple[int, bool]]:
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
        Return the largest city of a country, L{None} for an unknown country.
        """
        if country not in self._countries:
            return None
        return self._place(self._countries.index(country))

    def towns(self, country: str) -> Iterator[Place]:
        """
        Iterate over the cities of a country, the largest first.
        """
        for index, other in enumerate(self._countries):
            if other == country:
                yield self._place(index)

    def nearest(self, latitude: float, longitude: float) -> Place | None:
        """
        Return the city nearest to a point; L{None} where there is none within
        about a hundred kilometres.
        """
        row, column = int(latitude // 1), int(longitude // 1)
        near = [
            index
            for y in range(row - 1, row + 2)
            for x in range(column - 1, column + 2)
            for index in self._cells.get((y, (x + 180) % 360 - 180), ())
        ]
        # A degree of longitude is shorter than one of latitude by this factor.
        shrink = cos(radians(latitude))

        def distance(place: Place) -> float:
            aside = (place.longitude - longitude + 180) % 360 - 180
            return (place.latitude - latitude) ** 2 + (aside * shrink) ** 2

        return min(map(self._place, near), key=distance, default=None)


def _rank(kind: int, far: int, alias: bool, index: int) -> tuple[int, int, bool, int]:
    """
    Return the sort key of a match.

    @param kind: index of the needle in L{_needles}.
    @param far: 0 for a city of the country, 1 for one where the language is
        spoken.
    """
    if kind or not far:
        return kind, far, kind > 0 and alias, index
    # "Paris" in full hardly means the one in Texas, also for an English speaker.
    return kind, 1, False, index // NEARER if far == 1 else index


def _needles(wanted: str) -> tuple[str, ...]:
    # Exact name, beginning of a name, of a word, anywhere. Very short texts occur
    # in every other name, so they are searched at the beginning only.
    begin = f"\n{wanted}\n", f"\n{wanted}"
    return begin if len(wanted) < 3 else (*begin, f" {wanted}", wanted)
