"""
Tests for L{gigasetd.ratelimit.guard}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.source import Sources

HOME, BAD, GOOD = "192.168.1.10", "198.51.100.66", "198.51.100.7"
LIMITS = GuardLimits(10.0, 20.0, 3, 60.0, 600.0, 5)


class GuardTests(SynchronousTestCase):
    """
    Floods and guesses from outside.
    """

    def setUp(self) -> None:
        """
        Only the home network is exempt.
        """
        self.guard = Guard(lambda host: host == HOME, LIMITS)

    def admitted(self, host: str, times: int, now: float = 0.0) -> int:
        """
        How many of so many requests were looked at.
        """
        return sum(self.guard.admits(host, now) for _ in range(times))

    def fail(self, host: str, times: int, now: float = 0.0) -> None:
        """
        So many wrong passwords.
        """
        for _ in range(times):
            self.guard.failed(host, now)

    def test_burstThenRate(self) -> None:
        """
        A burst passes, then so many a second; what waits unused is not saved
        up beyond a burst.
        """
        self.assertEqual(self.admitted(BAD, 100), 20)
        self.assertEqual(self.admitted(BAD, 100, 1.0), 10)
        self.assertEqual(self.admitted(BAD, 100, 1000.0), 20)
        self.assertEqual(self.guard.counts["flood_dropped"], 80 + 90 + 80)

    def test_othersAreNotTouched(self) -> None:
        """
        One address's flood silences no other.
        """
        self.admitted(BAD, 100)
        self.assertEqual(self.admitted(GOOD, 5), 5)

    def test_exempt(self) -> None:
        """
        The operator's own networks are never limited nor banned.
        """
        self.fail(HOME, 100)
        self.assertEqual(self.admitted(HOME, 1000), 1000)
        self.assertEqual(self.guard.bans(0.0), {})

    def test_ban(self) -> None:
        """
        Who guesses too often is silenced for a while, and shown to the
        operator with what is left of it.
        """
        self.fail(BAD, 2)
        self.assertEqual(self.admitted(BAD, 1), 1)
        self.fail(BAD, 1)
        self.assertEqual(self.admitted(BAD, 5, 599.0), 0)
        self.assertEqual(self.guard.bans(500.0), {BAD: 100.0})
        self.assertEqual(self.admitted(BAD, 5, 600.5), 5)
        self.assertEqual(self.guard.bans(600.5), {})
        self.assertEqual(self.guard.counts["banned_dropped"], 5)

    def test_spared(self) -> None:
        """
        Phones that are registered behind one address are not silenced by
        somebody there who guesses.
        """
        self.guard = Guard(lambda host: False, LIMITS, lambda host: host == HOME)
        self.fail(HOME, LIMITS.failures)
        self.assertEqual(self.admitted(HOME, 1), 1)
        self.assertEqual(
            (self.guard.counts["bans"], self.guard.counts["spared"]), (0, 1)
        )

    def test_window(self) -> None:
        """
        A person who mistypes once an hour is never banned.
        """
        for hour in range(10):
            self.fail(BAD, 1, hour * 3600.0)
        self.assertEqual(self.guard.bans(36000.0), {})

    def test_proofClears(self) -> None:
        """
        A household with one phone that has an old password is not silenced
        while its other phones register.
        """
        for _ in range(10):
            self.fail(GOOD, 2)
            self.guard.proven(GOOD)
        self.assertEqual(self.guard.bans(0.0), {})

    def test_bounded(self) -> None:
        """
        However many addresses knock, only so many are remembered.
        """
        for index in range(100):
            host = f"203.0.113.{index}"
            self.admitted(host, 1)
            self.fail(host, 3)
        self.assertEqual(len(self.guard.bans(0.0)), LIMITS.addresses)
        self.assertFalse(self.guard.admits("203.0.113.99", 0.0))

    def test_boundedAnew(self) -> None:
        """
        A lower C{guard.max_addresses} holds from the next address on.
        """
        for index in range(5):
            self.fail(f"203.0.113.{index}", 3)
        self.guard.limits = LIMITS._replace(addresses=2)
        self.fail(BAD, 3)
        self.assertEqual(list(self.guard.bans(0.0)), ["203.0.113.4", BAD])


class SourceTests(SynchronousTestCase):
    """
    Guesses from many addresses of one source.
    """

    def setUp(self) -> None:
        """
        Sources are as the configuration's defaults have them.
        """
        self.guard = Guard(lambda host: False, LIMITS, source=Sources().of)

    def test_manyAddresses(self) -> None:
        """
        600 guesses, each from another address of one /64, are ended by the
        third, and the next /64 is not touched.
        """
        hosts = [f"2001:db8:0:1::{number:x}" for number in range(600)]
        looked = 0
        for host in hosts:
            if self.guard.admits(host, 0.0):
                looked += 1
                self.guard.failed(host, 0.0)
        self.assertEqual(looked, LIMITS.failures)
        self.assertEqual(self.guard.bans(0.0), {"2001:db8:0:1::/64": 600.0})
        self.assertTrue(self.guard.admits("2001:db8:0:2::1", 0.0))

    def test_flood(self) -> None:
        """
        Another address of the same source has no bucket of its own.
        """
        hosts = [f"2001:db8:0:1::{number:x}" for number in range(600)]
        admitted = sum(self.guard.admits(host, 0.0) for host in hosts)
        self.assertEqual(admitted, LIMITS.burst)

    def test_proven(self) -> None:
        """
        A right password clears the source.
        """
        for number in range(10):
            self.guard.failed(f"2001:db8::{number}", 0.0)
            self.guard.proven("2001:db8::ffff")
        self.assertEqual(self.guard.bans(0.0), {})

    def test_lift(self) -> None:
        """
        A ban is lifted by any address of its source.
        """
        for number in range(LIMITS.failures):
            self.guard.failed(f"2001:db8::{number}", 0.0)
        self.assertTrue(self.guard.lift("2001:db8::9999"))
        self.assertEqual(self.guard.bans(0.0), {})
