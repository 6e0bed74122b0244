# -*- test-case-name: tests.xmpp.test_executor -*-
"""
Changes that somebody waits for before anything is said.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.errors import StoreError

log = Logger()


class Awaited:
    """
    Knows which changes are on the disk.
    """

    def __init__(
        self,
        safe: Callable[[int], Deferred[None]],
        release: Callable[[int], None],
        never: Callable[[StoreError, int], None],
    ) -> None:
        """
        @param safe: tells when a change is on the disk.
        @param release: told up to which change all are.
        @param never: told of one that does not get there, and why.
        """
        self._safe, self._release, self._never = safe, release, never
        self._done = 0  # the newest that is known to be there
        self._numbers: set[int] = set()

    def hold(self, after: int) -> int:
        """
        Have a change awaited.

        @return: its number, 0 where it is on the disk already.
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
        """
        It is there, and all before it.
        """
        self._numbers.discard(number)
        self._done = max(self._done, number)
        self._release(self._done)

    def _failed(self, failure: Failure, number: int) -> None:
        """
        It will never be there.
        """
        self._numbers.discard(number)
        error = failure.value
        if not isinstance(error, StoreError):
            failure.raiseException()
        else:
            self._never(error, number)
