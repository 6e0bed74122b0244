# -*- test-case-name: tests.web.http.test_turns -*-
"""
The time that HTTP may take of one reactor turn.

SIP shares the reactor: a phone's request waits until the turn ends.  Without a
limit, a client that sends thousands of requests at once would hold it for seconds.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol

LONGEST = 0.01  #: seconds of requests in one turn


class Waiting(Protocol):
    """
    A connection that has more to read.
    """

    def proceed(self) -> None:
        """
        Continue to parse.
        """


class RequestTurns:
    """
    Spreads requests over reactor turns.

    @ivar over: whether this turn's time is used up.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self.over = False
        self._spent = 0.0
        self._waiting: deque[Waiting] = deque()
        self._next: Any = None

    def spend(self, seconds: float) -> None:
        """
        Charge this turn with the time of a request.
        """
        self._spent += seconds
        # The reactor does not tell when a turn ends, and a delayed call for each
        # request would cost as much as a small page.  So what is counted may come
        # from several turns, which errs on the short side.
        if self._spent >= LONGEST / 2:
            self.over = self._spent >= LONGEST
            self._schedule()

    def wait(self, connection: Waiting) -> None:
        """
        Let a connection proceed in a later turn, after those that wait already.
        """
        self._waiting.append(connection)
        self._schedule()

    def close(self) -> None:
        """
        Drop all waiting connections.
        """
        self._waiting.clear()
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _schedule(self) -> None:
        if self._next is None:
            self._next = self._reactor.callLater(0, self._begin)

    def _begin(self) -> None:
        self._next = None
        self._spent, self.over = 0.0, False
        for _ in range(len(self._waiting)):
            if self.over:
                break
            self._waiting.popleft().proceed()
        if self._waiting:
            self._schedule()
