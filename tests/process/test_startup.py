"""
Tests for L{gigasetd.process.startup}.
"""

from __future__ import annotations

from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.startup import Listeners


class Part(Service):
    """
    A service that starts and stops when the test lets it.
    """

    def __init__(self, wait: Any = None, trouble: Exception | None = None) -> None:
        self.wait, self.trouble = wait, trouble
        self.ending: Deferred[None] = Deferred()

    def startService(self) -> Any:
        """
        Start, or fail to.
        """
        super().startService()
        if self.trouble is not None:
            raise self.trouble
        return self.wait

    def stopService(self) -> Deferred[None]:
        """
        Stop in its own time.
        """
        super().stopService()
        return self.ending


class ListenersTests(SynchronousTestCase):
    """
    Services that are started together.
    """

    def setUp(self) -> None:
        """
        None at first.
        """
        self.listeners = Listeners()

    def add(self, *parts: Part) -> None:
        """
        Join them.
        """
        for part in parts:
            part.setServiceParent(self.listeners)

    def test_oneAfterTheOther(self) -> None:
        """
        The second is started when the first is ready, and the whole when all
        are.
        """
        first, second = Part(Deferred()), Part()
        self.add(first, second)
        started = self.listeners.startService()
        self.assertNoResult(started)
        self.assertFalse(second.running)
        first.wait.callback(None)
        self.assertTrue(second.running)
        self.successResultOf(started)

    def test_oneFails(self) -> None:
        """
        A port that cannot be bound fails the whole, and does not go
        unnoticed.
        """
        trouble = CannotListenError("127.0.0.1", 5060, OSError(98, "in use"))
        last = Part()
        self.add(Part(), Part(trouble=trouble), last)
        failure = self.failureResultOf(self.listeners.startService())
        self.assertIs(failure.value, trouble)
        self.assertFalse(last.running)

    def test_stopMeanwhile(self) -> None:
        """
        A stop while they are being started stops those that were, and starts
        no other.
        """
        first, second = Part(Deferred()), Part()
        second.stopService = self.fail  # type: ignore[method-assign]
        self.add(first, second)
        started = self.listeners.startService()
        stopped = self.listeners.stopService()
        first.ending.callback(None)
        self.successResultOf(stopped)
        first.wait.callback(None)
        self.successResultOf(started)
        self.assertFalse(second.running)

    def test_stopWaits(self) -> None:
        """
        The stop is over when each has stopped.
        """
        parts = Part(), Part()
        self.add(*parts)
        self.listeners.startService()
        stopped = self.listeners.stopService()
        for part in parts:
            self.assertNoResult(stopped)
            part.ending.callback(None)
        self.successResultOf(stopped)
