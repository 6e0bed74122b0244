"""
Tests of L{gigasetd.directory.resultset}.
"""

from __future__ import annotations

from itertools import count

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.entry import contactOf
from gigasetd.directory.match import rowOf
from gigasetd.directory.resultset import LASTING, ROWS, ResultSets

ROW = rowOf(contactOf({"last": "A", "home": "1"}))
ME = ("30001", "pb")


class ResultSetsTests(SynchronousTestCase):
    """
    What searches have found.
    """

    def setUp(self) -> None:
        """
        Room for two.
        """
        numbers = count(1)
        self.results = ResultSets(lambda: f"{next(numbers):x}", 2)

    def test_kept(self) -> None:
        """
        Who searched can leaf on for ten minutes, and nobody else can.
        """
        name = self.results.keep([ROW], ME, 0.0)
        self.assertEqual(self.results.get(name, ME, LASTING), [ROW])
        self.assertIsNone(self.results.get(name, ("30002", "pb"), 0.0))
        self.assertIsNone(self.results.get(name, ("30001", "pr"), 0.0))
        self.assertIsNone(self.results.get("ff", ME, 0.0))
        self.assertIsNone(self.results.get(name, ME, LASTING + 1))
        self.assertEqual(len(self.results), 0)

    def test_bounded(self) -> None:
        """
        A flood of searches pushes out the oldest, and takes no more memory.
        """
        first = self.results.keep([ROW], ME, 0.0)
        for _ in range(5):
            self.results.keep([ROW], ME, 0.0)
        self.assertEqual(len(self.results), 2)
        self.assertIsNone(self.results.get(first, ME, 0.0))
        self.results.keep([ROW] * ROWS, ME, 0.0)
        self.assertEqual(len(self.results), 1)
        self.assertEqual(self.results.keep([ROW] * (ROWS + 1), ME, 0.0), "")

    def test_forgotten(self) -> None:
        """
        What an owner removes is in no result, and old results go by
        themselves.
        """
        self.results.keep([ROW], ME, 0.0)
        other = self.results.keep([ROW], ("", "pb"), 5.0)
        self.results.forget("30001")
        self.assertEqual(len(self.results), 1)
        self.results.expire(LASTING + 4.0)
        self.assertIsNotNone(self.results.get(other, ("", "pb"), 5.0))
        self.results.expire(LASTING + 6.0)
        self.assertEqual(len(self.results), 0)
        self.results.keep([ROW], ME, 0.0)
        self.results.clear()
        self.assertEqual(len(self.results), 0)
