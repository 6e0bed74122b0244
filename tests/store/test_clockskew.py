"""
Tests for L{gigasetd.store.clockskew}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.store.clockskew import ClockSkew, rewriteBindings
from tests.store.values import ACCOUNT, BINDING, changeOf, dropOf


class ClockSkewTests(SynchronousTestCase):
    """
    What is written is true time, whatever somebody does to the clock.
    """

    def test_untouched(self) -> None:
        """
        While nobody sets the clock, changes are written as they are.
        """
        clock = ClockSkew()
        changes = [changeOf(BINDING)]
        for skew in (0.0, 1.9, -1.9):
            self.assertFalse(clock.follow(skew))
            self.assertIs(clock.toWallTime(changes), changes)

    def test_set(self) -> None:
        """
        When it is set, forth or back, a binding is written with the end that
        the new clock will show; everything else stays as it is.
        """
        for skew in (3600.0, -86400.0):
            clock = ClockSkew()
            self.assertTrue(clock.follow(skew))
            self.assertFalse(clock.follow(skew + 1))
            changes = [changeOf(BINDING), dropOf(BINDING), changeOf(ACCOUNT)]
            moved, *others = clock.toWallTime(changes)
            self.assertEqual(moved.value.expires, BINDING.expires + skew)
            self.assertEqual(moved.value.registered, BINDING.registered + skew)
            self.assertEqual(others, changes[1:])

    def test_rewritten(self) -> None:
        """
        Each binding is noted as changed, a few at a time, and what ends
        meanwhile is left alone.
        """
        registry = Registry(Journal())
        for number in "12345":
            registry.bind(number, (BINDING._replace(number=number),))
        registry.journal.acknowledge(registry.journal.waiting())
        steps = rewriteBindings(registry, 2)
        self.assertEqual(next(steps), 2)
        registry.bind("5", ())
        self.assertEqual(list(steps)[-1], 4)
        waiting = {c.key[0]: c.value for c in registry.journal.waiting()}
        self.assertEqual(sorted(waiting), ["1", "2", "3", "4", "5"])
        self.assertIsNone(waiting["5"])
