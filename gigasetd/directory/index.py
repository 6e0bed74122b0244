# -*- test-case-name: tests.directory.test_index -*-
"""
Index of address book entries by the beginning of a name and the end of a number.

Layer 1 (state).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from operator import attrgetter

from gigasetd.directory.match import IndexRow, Search, endOf

_LAST = "\U0010ffff"
"""Sorts behind every letter that a name can have."""

_order = attrgetter("order")


class BookIndex:
    """
    Entries of one or several books.

    @ivar rows: the entries, by name.
    """

    def __init__(self, rows: Iterable[IndexRow] = ()) -> None:
        self.rows = sorted(rows, key=_order)
        self._ends: dict[str, list[IndexRow]] = {}
        for row in self.rows:
            self._addEnds(row)

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, row: IndexRow) -> None:
        """
        Add one entry, unless it is indexed already.
        """
        if self._position(row) is None:
            insort(self.rows, row, key=_order)
            self._addEnds(row)

    def drop(self, row: IndexRow) -> None:
        """
        Remove one entry, if it is indexed.
        """
        position = self._position(row)
        if position is None:
            return
        del self.rows[position]
        for end in _ends(row):
            rest = self._ends[end]
            rest.remove(row)
            if not rest:
                del self._ends[end]

    def _position(self, row: IndexRow) -> int | None:
        first = bisect_left(self.rows, row.order, key=_order)
        last = bisect_right(self.rows, row.order, lo=first, key=_order)
        positions = (at for at in range(first, last) if self.rows[at] == row)
        return next(positions, None)

    def _addEnds(self, row: IndexRow) -> None:
        for end in _ends(row):
            self._ends.setdefault(end, []).append(row)

    def search(self, search: Search) -> Iterator[tuple[int, IndexRow]]:
        """
        Return the entries that match a search, each with its score.
        """
        if search.everything:
            yield from ((1, row) for row in self.rows)
            return
        for row in self._likely(search):
            score = search.score(row)
            if score:
                yield score, row

    def _likely(self, search: Search) -> list[IndexRow]:
        # Only these entries can match.
        if search.ending:
            return self._ends.get(search.ending, [])
        if not search.beginning:
            return self.rows
        first = (search.beginning, "")
        last = (search.beginning + _LAST, "")
        low = bisect_left(self.rows, first, key=_order)
        return self.rows[low : bisect_right(self.rows, last, key=_order)]


def _ends(row: IndexRow) -> set[str]:
    return {endOf(number) for number in row.numbers if number}
