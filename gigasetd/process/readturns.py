# -*- test-case-name: tests.process.test_readturns -*-
"""
Shares the reactor's time among the streams: all together have a fixed time in each
turn of the reactor, and the sources that must wait are served in rotation.

Written by hand: L{twisted.internet.task.Cooperator} rotates among tasks, so that a
source with 256 streams would get 256 shares.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReactorTime

BUDGET = 0.02
"""Seconds of a reactor's turn in which streams of XMPP may be read."""


class ReadTurns:
    """
    The time that reading takes, and the readers that wait for theirs.
    """

    def __init__(
        self,
        reactor: IReactorTime,
        now: Callable[[], float],
        budget: float = BUDGET,
    ) -> None:
        """
        @param now: returns the time in seconds.
        @param budget: seconds of a reactor's turn in which streams may be read.
        """
        self._reactor, self._now, self._budget = reactor, now, budget
        self._spent = 0.0  # in this turn of the reactor
        self._waiting: dict[str, deque[Callable[[], None]]] = {}
        self._next: Any = None

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def free(self) -> bool:
        """
        Whether there is time left in this turn of the reactor.
        """
        return self._spent < self._budget

    def spend(self, seconds: float) -> None:
        """
        Count the time that a reader took.
        """
        self._spent += seconds
        # The reactor does not tell when a turn ends, and a delayed call for each
        # read would cost as much as a small message.  So what is counted may come from
        # several turns, which errs on the short side.
        if self._spent >= self._budget / 2:
            self._schedule()

    def wait(self, source: str, resume: Callable[[], None]) -> None:
        """
        Have a reader called when it is its source's turn.
        """
        self._waiting.setdefault(source, deque()).append(resume)
        self._schedule()

    def stop(self) -> None:
        """
        Drop all waiting readers.
        """
        self._waiting.clear()
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _schedule(self) -> None:
        # Called once the reactor has served its other connections.
        if self._next is None:
            self._next = self._reactor.callLater(0, self._turn)

    def _turn(self) -> None:
        self._next, self._spent = None, 0.0
        ready = len(self)
        while ready and self._waiting and self._spent < self._budget:
            ready -= 1
            before, resume = self._now(), self._pop()
            resume()
            self._spent += self._now() - before
        if self._waiting:
            self._schedule()

    def _pop(self) -> Callable[[], None]:
        source = next(iter(self._waiting))
        queue = self._waiting.pop(source)
        resume = queue.popleft()
        if queue:
            # Behind all other sources.
            self._waiting[source] = queue
        return resume
