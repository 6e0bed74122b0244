# -*- test-case-name: tests.ratelimit.test_shares -*-
"""
Who may open one more connection: each source has a share, and the last places are
for the local networks and for sources with a live session.

Layer 1 (state).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple


class ShareLimits(NamedTuple):
    """
    How many connections there may be at once.
    """

    most: int
    share: int  #: of one source
    waiting: int  #: of one source, before the log-in
    reserve: int  #: places that strangers cannot take


class Shares:
    """
    The open connections of each source, before and after the log-in.

    @ivar counts: connections that were refused, by name; they only grow.
    """

    def __init__(self, local: Callable[[str], bool], counts: dict[str, int]) -> None:
        """
        @param local: whether an address is in C{server.local_networks}.
        """
        self.counts = counts
        self._local = local
        self._waiting: Counter[str] = Counter()
        self._proven: Counter[str] = Counter()
        self._open = 0

    def __len__(self) -> int:
        return self._open

    def admits(self, host: str, source: str, limits: ShareLimits) -> bool:
        """
        Whether an address may open one more connection.
        """
        waiting, proven = self._waiting[source], self._proven[source]
        if self._open >= limits.most or waiting + proven >= limits.share:
            return False
        if waiting >= limits.waiting:
            return False
        if self._open < limits.most - limits.reserve or proven or self._local(host):
            return True
        self.counts["reserve_refused"] += 1
        return False

    def opened(self, source: str) -> None:
        """
        Count a new connection.
        """
        self._open += 1
        self._waiting[source] += 1

    def proven(self, source: str) -> None:
        """
        Note that a connection has logged in.
        """
        _less(self._waiting, source)
        self._proven[source] += 1

    def closed(self, source: str, proven: bool) -> None:
        """
        Remove a connection.

        @param proven: whether it had logged in.
        """
        self._open -= 1
        _less(self._proven if proven else self._waiting, source)

    def isProven(self, source: str) -> bool:
        """
        Whether a source has a connection that has logged in.
        """
        return source in self._proven


def _less(counter: Counter[str], source: str) -> None:
    counter[source] -= 1
    if counter[source] <= 0:
        del counter[source]
