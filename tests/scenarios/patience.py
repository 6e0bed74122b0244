# -*- test-case-name: tests.scenarios -*-
"""
Waiting with a time limit and a message that says what was waited for.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred


class Impatient(Exception):
    """
    A wait exceeded its time limit.
    """


class Patience:
    """
    A Deferred that fails after a time limit, saying what was waited for.

    @ivar deferred: fires with whatever L{callback} or L{errback} is given.
    """

    def __init__(self, reactor: Any, seconds: float, wish: str, story: Any) -> None:
        self.deferred: Deferred[Any] = Deferred()
        self._alarm = reactor.callLater(seconds, self._lose, seconds, wish, story)

    def _lose(self, seconds: float, wish: str, story: Any) -> None:
        if not self.deferred.called:
            told = f"{wish}: not within {seconds:g} s\n{story()}"
            self.deferred.errback(Impatient(told))

    def _rest(self) -> bool:
        if self._alarm.active():
            self._alarm.cancel()
        return not self.deferred.called

    def callback(self, result: Any) -> None:
        """
        Fire; late calls are ignored.
        """
        if self._rest():
            self.deferred.callback(result)

    def errback(self, reason: Exception) -> None:
        """
        Fail; late calls are ignored.
        """
        if self._rest():
            self.deferred.errback(reason)
