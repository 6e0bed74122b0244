"""
Tests for L{gigasetd.sip.messagewaiting}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import HeldMessage
from gigasetd.registry.registry import Registry
from gigasetd.sip.messagewaiting import MessageWaiting


class Listening:
    """
    Subscribers, and the transports that reach them.
    """

    def __init__(self) -> None:
        self.changes: list[tuple[str, int]] = []
        self.told: list[Any] = []
        self.now = lambda: 5.0

    def changed(self, number: str, waiting: int, now: float) -> list[Any]:
        """
        Only number 1 has a subscriber.
        """
        self.changes.append((number, waiting))
        return [(number, waiting)] if number == "1" else []

    def perform(self, actions: list[Any]) -> None:
        """
        Carry out.
        """
        self.told += actions


class WaitingTests(SynchronousTestCase):
    """
    L{MessageWaiting}.
    """

    def test_told(self) -> None:
        """
        A phone is told how many messages wait, once for all that came
        together, and again when they are gone; of what it cannot show it
        hears nothing.
        """
        registry, clock = Registry(Journal()), Clock()
        listening: Any = Listening()
        MessageWaiting(registry, listening, listening, clock)
        text, receipt = (
            "<message><body>x</body></message>",
            "<message><received/></message>",
        )
        held = [
            HeldMessage(number, id, "", 0.0, receipt if id == "c" else text)
            for number in "12"
            for id in "abc"
        ]
        for one in held:
            registry.put(one)
        registry.notify()
        self.assertEqual(listening.changes, [])
        clock.advance(0)
        self.assertEqual(listening.changes, [("1", 2), ("2", 2)])
        self.assertEqual(listening.told, [("1", 2)])
        for one in held[:2]:
            registry.drop(one)
        registry.notify()
        clock.advance(0)
        self.assertEqual(listening.changes[2:], [("1", 0)])
        self.assertEqual(clock.getDelayedCalls(), [])
