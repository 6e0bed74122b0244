# -*- test-case-name: tests.directory.test_index -*-
"""
Many entries, found quickly by how a name begins or how a number ends.

Layer 1 (state).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from operator import attrgetter

from gigasetd.directory.match import IndexRow, Search, endOf

_LAST = "\U0010ffff"
"""Behind every letter that a name can have."""

_order = attrgetter("order")


class Index:
    """
    @ivar rows: the entries, by name.
    """

    def __init__(self, rows: Iterable[IndexRow] = ()) -> None:
        self.rows = sorted(rows, key=_order)
        self._ends: dict[str, list[IndexRow]] = {}
        for row in self.rows:
            self._note(row)

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, row: IndexRow) -> None:
        """
        Take one more entry in, unless it is there.
        """
        if self._place(row) is None:
            insort(self.rows, row, key=_order)
            self._note(row)

    def drop(self, row: IndexRow) -> None:
        """
        Forget one entry, if it is there.
        """
        place = self._place(row)
        if place is None:
            return
        del self.rows[place]
        for end in _ends(row):
            rest = self._ends[end]
            rest.remove(row)
            if not rest:
                del self._ends[end]

    def _place(self, row: IndexRow) -> int | None:
        """
        Where an entry is.
        """
        first = bisect_left(self.rows, row.order, key=_order)
        last = bisect_right(self.rows, row.order, lo=first, key=_order)
        places = (at for at in range(first, last) if self.rows[at] == row)
        return next(places, None)

    def _note(self, row: IndexRow) -> None:
        """
        Remember how an entry's numbers end.
        """
        for end in _ends(row):
            self._ends.setdefault(end, []).append(row)

    def search(self, search: Search) -> Iterator[tuple[int, IndexRow]]:
        """
        The entries that go with a search, each with how well.
        """
        if search.everything:
            yield from ((1, row) for row in self.rows)
            return
        for row in self._likely(search):
            score = search.score(row)
            if score:
                yield score, row

    def _likely(self, search: Search) -> list[IndexRow]:
        """
        The entries that are worth looking at.
        """
        if search.ending:
            return self._ends.get(search.ending, [])
        if not search.beginning:
            return self.rows
        first = (search.beginning, "")
        last = (search.beginning + _LAST, "")
        low = bisect_left(self.rows, first, key=_order)
        return self.rows[low : bisect_right(self.rows, last, key=_order)]


def _ends(row: IndexRow) -> set[str]:
    """
    How an entry's numbers end.
    """
    return {endOf(number) for number in row.numbers if number}
