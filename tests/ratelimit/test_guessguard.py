"""
Tests for L{gigasetd.ratelimit.guessguard}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.ratelimit.source import Sources

LIMITS = GuardLimits(failures=3, window=60.0, ban=60.0)
OWNER, HOME = "30000001", "198.51.100.7"


class GuessGuardTests(SynchronousTestCase):
    """
    L{GuessGuard}.
    """

    def setUp(self) -> None:
        """
        A subject is contested after ten wrong guesses.
        """
        sources = Guard(lambda host: False, LIMITS, source=Sources().of)
        self.guard = GuessGuard(sources, LIMITS, 10, lambda host: host == "10.0.0.1")

    def guess(self, host: str, subject: str = OWNER, now: float = 0.0) -> bool:
        """
        Guess wrong.

        @return: whether the guess was looked at.
        """
        admitted = self.guard.admits(host, subject, now)
        if admitted:
            self.guard.failed(host, subject, now)
        return admitted

    def test_source(self) -> None:
        """
        600 guesses from one /64, at any subjects: three are looked at.
        """
        looked = [
            self.guess(f"2001:db8::{number:x}", f"4{number:07d}")
            for number in range(600)
        ]
        self.assertEqual(sum(looked), 3)
        self.assertTrue(self.guard.admits(HOME, OWNER, 0.0))

    def test_pair(self) -> None:
        """
        A right password for one subject forgives no guesses at another.
        """
        looked = 0
        for _ in range(20):
            looked += self.guess(HOME)
            self.guard.proven(HOME, "30000002")
        self.assertEqual(looked, 3)
        self.assertTrue(self.guard.admits(HOME, "30000002", 0.0))
        self.assertEqual(self.guard.counts["pair_refused"], 17)

    def test_proven(self) -> None:
        """
        The right password for a subject forgives the guesses at it.
        """
        for _ in range(20):
            self.assertTrue(self.guess(HOME))
            self.guard.proven(HOME, OWNER)

    def test_contested(self) -> None:
        """
        At a contested subject each further source has one guess; a source that
        has made none is let try, and other subjects are as before.
        """
        for number in range(10):
            self.guess(f"192.0.2.{number}")
        looked = [self.guess("203.0.113.9") for _ in range(5)]
        self.assertEqual(looked, [True, False, False, False, False])
        self.assertTrue(self.guard.admits(HOME, OWNER, 0.0))
        self.assertEqual(self.guard.counts["contested_refused"], 4)
        self.assertTrue(self.guard.admits("203.0.113.9", "30000002", 0.0))

    def test_holds(self) -> None:
        """
        Of 100 guesses that a source sends before the first is looked at, three
        are.
        """
        hosts = [f"2001:db8::{number:x}" for number in range(100)]
        admitted = [host for host in hosts if self.guard.admits(host, OWNER, 0.0)]
        self.assertEqual(len(admitted), 100)
        looked = 0
        for host in admitted:
            if self.guard.holds(host, OWNER, 0.0):
                looked += 1
                self.guard.failed(host, OWNER, 0.0)
        self.assertEqual(looked, 3)
        self.assertTrue(self.guard.holds(HOME, OWNER, 0.0))

    def test_window(self) -> None:
        """
        After the window the subject is not contested any more.
        """
        for number in range(10):
            self.guess(f"192.0.2.{number}")
        self.assertTrue(self.guard.isContested(OWNER, 60.0))
        self.assertFalse(self.guard.isContested(OWNER, 60.1))
        self.guess(HOME, now=61.0)
        self.assertTrue(self.guess(HOME, now=61.0))

    def test_exempt(self) -> None:
        """
        An exempt address may guess on where its source may.
        """
        self.guard.sources.exempt = lambda host: True
        self.assertTrue(all(self.guess("10.0.0.1") for _ in range(20)))

    def test_limits(self) -> None:
        """
        A reload changes the limits.
        """
        self.guard.limits = self.guard.sources.limits = GuardLimits(failures=1)
        self.assertTrue(self.guess(HOME))
        self.assertFalse(self.guess(HOME))

    def test_bounded(self) -> None:
        """
        Invented subjects fill no memory.
        """
        self.guard.limits = LIMITS._replace(addresses=50)
        for number in range(500):
            self.guard.failed(f"192.0.2.{number % 250}", str(number), 0.0)
        self.assertLessEqual(len(self.guard._subjects), 50)

    def test_guess(self) -> None:
        """
        Guesses whose rate is limited elsewhere are limited by pair and by subject,
        and a source that has logged in elsewhere is not let off.
        """
        for _ in range(20):
            if self.guard.admitsGuess(HOME, OWNER, 0.0):
                self.guard.failed(HOME, OWNER, 0.0)
            self.guard.proven(HOME, "30000002")
        self.assertEqual(self.guard.counts["pair_refused"], 17)
        self.assertTrue(self.guard.admitsGuess(HOME, "30000002", 0.0))
        for serial in range(7):
            self.guard.failed(f"198.51.100.{serial + 100}", OWNER, 0.0)
        self.assertFalse(self.guard.admitsGuess("198.51.100.100", OWNER, 0.0))
        self.assertEqual(self.guard.counts["contested_refused"], 1)
        self.assertTrue(self.guard.admitsGuess("198.51.100.99", OWNER, 0.0))
        self.assertTrue(self.guard.admitsGuess("10.0.0.1", OWNER, 0.0))
