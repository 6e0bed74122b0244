# -*- test-case-name: tests.scenarios.test_tone -*-
"""
Tests for L{tests.scenarios.tone}: the calls' tone detector itself must be correct.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.scenarios.tone import WINDOW, holdsTone, samplesOf, sine


class HoldsToneTests(SynchronousTestCase):
    """
    Tests for L{holdsTone}.
    """

    def test_findsItsTone(self) -> None:
        """
        The tone that was played is heard.
        """
        self.assertTrue(holdsTone(sine(697, WINDOW), 697))

    def test_tellsTonesApart(self) -> None:
        """
        One party's tone is never taken for the other's.
        """
        self.assertFalse(holdsTone(sine(697, WINDOW), 1336))

    def test_silence(self) -> None:
        """
        Silence and comfort noise hold no tone.
        """
        self.assertFalse(holdsTone(sine(697, WINDOW, 40.0), 697))

    def test_mixture(self) -> None:
        """
        A tone that only just shows through a louder one is not heard.
        """
        loud, faint = sine(1336, WINDOW), sine(697, WINDOW, 2000.0)
        mixed = [a + b for a, b in zip(loud, faint, strict=True)]
        self.assertFalse(holdsTone(mixed, 697))

    def test_samples(self) -> None:
        """
        Recordings are read as signed, little-endian samples.
        """
        self.assertEqual(list(samplesOf(b"\x01\x00\xff\xff")), [1, -1])
