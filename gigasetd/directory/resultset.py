# -*- test-case-name: tests.directory.test_resultset -*-
"""
Results of directory searches, held in memory for a while so that a phone can page
through them.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gigasetd.directory.match import IndexRow

LASTING = 600.0  #: seconds that a result is stored
ROWS = 100_000  #: entries of all results together

Owner = tuple[str, str]
"""The account that searched, C{""} for none, and the type of its book."""


class SearchResult(NamedTuple):
    """
    The hits of one search.
    """

    owner: Owner
    rows: Sequence[IndexRow]
    until: float  #: epoch seconds


class ResultSets:
    """
    Results by their request id.

    @ivar most: how many there may be; the oldest is dropped.
    """

    def __init__(self, fresh: Callable[[], str], most: int = 200) -> None:
        """
        @param fresh: a new random token, up to 32 hexadecimal digits.
        """
        self.most = most
        self._fresh = fresh
        self._results: dict[str, SearchResult] = {}
        self._rows = 0

    def __len__(self) -> int:
        return len(self._results)

    def keep(self, rows: Sequence[IndexRow], owner: Owner, now: float) -> str:
        """
        Store the hits of one search.

        @return: the request id, C{""} where they are too many to store.
        """
        if len(rows) > ROWS or self.most < 1:
            return ""
        while self._results and (
            len(self._results) >= self.most or self._rows + len(rows) > ROWS
        ):
            self._drop(next(iter(self._results)))
        reqid = self._fresh()
        self._results[reqid] = SearchResult(owner, rows, now + LASTING)
        self._rows += len(rows)
        return reqid

    def get(self, reqid: str, owner: Owner, now: float) -> Sequence[IndexRow] | None:
        """
        Return the hits of an earlier search, C{None} where its id is unknown,
        too old, or another account's.
        """
        result = self._results.get(reqid)
        if result is None or result.owner != owner:
            return None
        if now > result.until:
            self._drop(reqid)
            return None
        return result.rows

    def forget(self, number: str) -> None:
        """
        Drop the results of one account.
        """
        for reqid, result in list(self._results.items()):
            if result.owner[0] == number:
                self._drop(reqid)

    def clear(self) -> None:
        """
        Drop all results.
        """
        self._results.clear()
        self._rows = 0

    def expire(self, now: float) -> None:
        """
        Drop what is too old; results are ordered by their age.
        """
        for reqid, result in list(self._results.items()):
            if now <= result.until:
                return
            self._drop(reqid)

    def _drop(self, reqid: str) -> None:
        self._rows -= len(self._results.pop(reqid).rows)
