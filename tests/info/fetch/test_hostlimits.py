"""
Tests of L{gigasetd.info.fetch.hostlimits}.
"""

from __future__ import annotations

from math import inf

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.hostlimits import DAY, HostLimiter, HostLimits


class PaceTests(SynchronousTestCase):
    """
    L{HostLimiter}.
    """

    def setUp(self) -> None:
        """
        Two at once, a second between them, five a day.
        """
        self.pace = HostLimiter(HostLimits(2, 1.0, 5), 3)

    def test_spacing(self) -> None:
        """
        Between two questions to one host is some time; others are free.
        """
        self.assertLessEqual(self.pace.earliest("a", 100.0), 100.0)
        self.pace.begin("a", 100.0)
        self.assertEqual(self.pace.earliest("a", 100.0), 101.0)
        self.assertLessEqual(self.pace.earliest("b", 100.0), 100.0)

    def test_atOnce(self) -> None:
        """
        A host has few questions at once.
        """
        self.pace.begin("a", 100.0)
        self.pace.begin("a", 101.0)
        self.assertEqual(self.pace.earliest("a", 200.0), inf)
        self.pace.end("a")
        self.assertLessEqual(self.pace.earliest("a", 200.0), 200.0)

    def test_daily(self) -> None:
        """
        A host that has had its questions of a day has a rest.
        """
        for second in range(5):
            self.pace.begin("a", 100.0 + second)
            self.pace.end("a")
        self.assertEqual(self.pace.earliest("a", 200.0), 100.0 + DAY)
        self.assertTrue(self.pace.blocked("a", 200.0))
        self.assertFalse(self.pace.blocked("a", 100.0 + DAY))
        self.pace.begin("a", 100.0 + DAY)
        self.assertFalse(self.pace.blocked("a", 101.0 + DAY))

    def test_failures(self) -> None:
        """
        A host that fails again and again is left alone, until it answers.
        """
        for _ in range(2):
            self.pace.failed("a", 500.0)
        self.assertFalse(self.pace.blocked("a", 100.0))
        self.pace.failed("a", 500.0)
        self.assertTrue(self.pace.blocked("a", 100.0))
        self.assertEqual(self.pace.earliest("a", 100.0), 500.0)
        self.assertFalse(self.pace.blocked("a", 500.0))
        self.pace.succeeded("a")
        self.assertEqual(self.pace.failures("a"), 0)

    def test_refused(self) -> None:
        """
        A host that sends us away is left alone at once.
        """
        self.pace.failed("a", 500.0, True)
        self.assertTrue(self.pace.blocked("a", 100.0))

    def test_bounded(self) -> None:
        """
        Of very many hosts those are forgotten that are idle longest.
        """
        self.pace.begin("busy", 1.0)
        for number in range(100):
            self.pace.succeeded(f"host{number}")
        self.assertLessEqual(len(self.pace), 3)
        self.assertEqual(self.pace.earliest("busy", 1.0), 2.0)
