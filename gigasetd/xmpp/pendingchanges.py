# -*- test-case-name: tests.xmpp.test_executor -*-
"""
Holds output until the registry change that it reports is on disk.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.errors import StoreError

log = Logger()


class PendingChanges:
    """
    Tracks which registry changes are on disk.
    """

    def __init__(
        self,
        safe: Callable[[int], Deferred[None]],
        release: Callable[[int], None],
        never: Callable[[StoreError, int], None],
    ) -> None:
        """
        @param safe: fires when a change is on disk; fails with L{StoreError}.
        @param release: called with the change up to which all are on disk.
        @param never: called with the reason and the number of a change that
            cannot be written.
        """
        self._safe, self._release, self._never = safe, release, never
        self._done = 0  # the newest that is known to be on disk
        self._numbers: set[int] = set()

    def hold(self, after: int) -> int:
        """
        Wait for a change.

        @return: its number, 0 where it is on disk already.
        """
        if after <= self._done:
            return 0
        if after not in self._numbers:
            self._numbers.add(after)
            safe = self._safe(after)
            safe.addCallbacks(self._came, self._failed, (after,), {}, (after,))
            safe.addErrback(lambda failure: log.failure("answers were lost", failure))
        return 0 if after <= self._done else after

    def _came(self, result: None, number: int) -> None:
        # The journal is written in order: all changes before it are there too.
        self._numbers.discard(number)
        self._done = max(self._done, number)
        self._release(self._done)

    def _failed(self, failure: Failure, number: int) -> None:
        self._numbers.discard(number)
        error = failure.value
        if not isinstance(error, StoreError):
            failure.raiseException()
        else:
            self._never(error, number)
