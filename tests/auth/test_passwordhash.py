"""
Tests of L{gigasetd.auth.passwordhash}.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.passwordhash import ATONCE, Busy, PasswordHashing
from gigasetd.ratelimit.fairqueue import FairQueue
from tests.web.browser import CHEAP


class HashingTests(SynchronousTestCase):
    """
    Passwords for the web.
    """

    def run_(self, work: object) -> object:
        """
        What a coroutine comes to.
        """
        return self.successResultOf(Deferred.fromCoroutine(work))  # type: ignore

    def test_matches(self) -> None:
        """
        A password matches its own hash alone, and two hashes of it differ.
        """
        hashing = PasswordHashing(maybeDeferred, FairQueue(1), CHEAP)
        one, two = self.run_(hashing.make("pä55")), self.run_(hashing.make("pä55"))
        self.assertNotEqual(one, two)
        self.assertTrue(str(one).startswith("$argon2id$"))
        for stored, password, expected in (
            (one, "pä55", True),
            (two, "pä55", True),
            (one, "pä56", False),
            ("", "pä55", False),
            ("", "", False),
            ("rubbish", "pä55", False),
        ):
            self.assertIs(self.run_(hashing.matches(stored, password)), expected)

    def test_usual(self) -> None:
        """
        Without being told otherwise it costs what the library holds good, for
        nobody's password too.
        """
        hashing = PasswordHashing(maybeDeferred, FairQueue(1))
        self.assertIn("m=65536,t=3,p=4", hashing._unknown)
        self.assertIs(self.run_(hashing.matches("", "x")), False)

    def test_bounded(self) -> None:
        """
        So many are checked at a time, so many wait, and whoever comes then is
        told to come again.
        """
        started: list[Deferred[bool]] = []

        def call(*arguments: object) -> Deferred[bool]:
            started.append(Deferred())
            return started[-1]

        hashing = PasswordHashing(call, FairQueue(2), CHEAP)
        waiting = [
            Deferred.fromCoroutine(hashing.matches("x", "y")) for _ in range(ATONCE + 2)
        ]
        self.assertEqual(len(started), ATONCE)
        late = Deferred.fromCoroutine(hashing.matches("x", "y"))
        self.failureResultOf(late, Busy)
        self.assertEqual(hashing.counts["busy"], 1)
        for turn in range(ATONCE + 2):
            started[turn].callback(True)
        self.assertEqual([self.successResultOf(each) for each in waiting], [True] * 4)

    def test_fair(self) -> None:
        """
        A crowd of one source leaves room for another, which is served next but
        one.
        """
        started: list[Deferred[bool]] = []

        def call(*arguments: object) -> Deferred[bool]:
            started.append(Deferred())
            return started[-1]

        hashing = PasswordHashing(call, FairQueue(4), CHEAP)
        crowd = [
            Deferred.fromCoroutine(hashing.matches("x", "y", "192.0.2.66"))
            for _ in range(ATONCE + 4)
        ]
        owner = Deferred.fromCoroutine(hashing.matches("x", "y", "198.51.100.7"))
        self.failureResultOf(crowd[-1], Busy)
        for turn in range(ATONCE + 1):
            started[turn].callback(True)
        self.assertNoResult(owner)
        started[ATONCE + 1].callback(True)
        self.assertTrue(self.successResultOf(owner))
        self.assertNoResult(crowd[ATONCE + 1])

    def test_hungUp(self) -> None:
        """
        A client that hangs up while it waits takes no turn.
        """
        started: list[Deferred[bool]] = []

        def call(*arguments: object) -> Deferred[bool]:
            started.append(Deferred())
            return started[-1]

        hashing = PasswordHashing(call, FairQueue(4), CHEAP)
        waiting = [
            Deferred.fromCoroutine(hashing.matches("x", "y")) for _ in range(ATONCE + 2)
        ]
        waiting[ATONCE].addErrback(lambda failure: None).cancel()
        started[0].callback(True)
        self.assertEqual(len(started), ATONCE + 1)
        started[ATONCE].callback(True)
        self.assertTrue(self.successResultOf(waiting[ATONCE + 1]))

    def test_hungUpLate(self) -> None:
        """
        A client that hangs up while its password is checked frees no turn: the
        thread goes on to the end.
        """
        started: list[Deferred[bool]] = []

        def call(*arguments: object) -> Deferred[bool]:
            started.append(Deferred())
            return started[-1]

        hashing = PasswordHashing(call, FairQueue(4), CHEAP)
        waiting = [
            Deferred.fromCoroutine(hashing.matches("x", "y")) for _ in range(ATONCE + 1)
        ]
        for each in waiting[:ATONCE]:
            each.addErrback(lambda failure: None).cancel()
        self.assertEqual(len(started), ATONCE)
        started[0].callback(True)
        self.assertEqual(len(started), ATONCE + 1)
        started[ATONCE].callback(True)
        self.assertTrue(self.successResultOf(waiting[ATONCE]))
