"""
Tests of L{gigasetd.process.readturns}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.readturns import BUDGET, ReadTurns


class Loop(Clock):
    """
    A reactor of which each turn is a call.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pending: dict[int, Callable[[], None]] = {}

    def callLater(self, when: float, what: Any, *args: Any, **kw: Any) -> Any:
        """
        Have something called in the next turn.
        """
        call = super().callLater(when, what, *args, **kw)
        self.pending[id(call)] = what
        return call

    def turn(self) -> None:
        """
        Call what waits now, and nothing that comes meanwhile.
        """
        calls = self.getDelayedCalls()
        self.calls = []
        for call in calls:
            self.pending.pop(id(call))()


class TurnsTests(SynchronousTestCase):
    """
    L{ReadTurns}.
    """

    def setUp(self) -> None:
        """
        Nothing is spent, nobody waits.
        """
        self.clock = Loop()
        self.turns = ReadTurns(self.clock, self.clock.seconds)
        self.order: list[str] = []

    def task(self, source: str, name: str, seconds: float) -> Callable[[], None]:
        """
        Make a reader that takes its time, and then waits again.
        """

        def resume() -> None:
            self.order.append(name)
            self.clock.rightNow += seconds
            self.turns.wait(source, resume)

        return resume

    def test_budget(self) -> None:
        """
        What is spent counts until the reactor has turned.
        """
        self.turns.spend(BUDGET / 2)
        self.assertTrue(self.turns.free())
        self.turns.spend(BUDGET / 2)
        self.assertFalse(self.turns.free())
        self.clock.turn()
        self.assertTrue(self.turns.free())

    def test_rotation(self) -> None:
        """
        A source with many streams has one share, and its streams have theirs
        of it.
        """
        for number in range(5):
            self.turns.wait("a", self.task("a", f"a{number}", 2 * BUDGET))
        self.turns.wait("b", self.task("b", "b", 2 * BUDGET))
        for _ in range(6):
            self.clock.turn()
        self.assertEqual(self.order, ["a0", "b", "a1", "b", "a2", "b"])

    def test_bounded(self) -> None:
        """
        A turn of the reactor takes no longer than the time of all streams and one
        reader's; those that are quick have one go each.
        """
        for number in range(100):
            self.turns.wait(str(number), self.task(str(number), "x", BUDGET / 10))
        before = self.clock.rightNow
        self.clock.turn()
        self.assertLess(self.clock.rightNow - before, 1.2 * BUDGET)
        self.assertFalse(self.turns.free())
        self.turns.stop()
        self.turns.wait("a", self.task("a", "quick", 0.0))
        self.order.clear()
        self.clock.turn()
        self.assertEqual(self.order, ["quick"])

    def test_stop(self) -> None:
        """
        When the server stops, nothing is called any more.
        """
        self.turns.wait("a", self.task("a", "a", 0.0))
        self.turns.stop()
        self.assertEqual(len(self.turns), 0)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.turns.stop()
