"""
Tests for L{gigasetd.auth.logincode}.
"""

from __future__ import annotations

from itertools import count, repeat

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.logincode import LoginCodes

ONE, TWO = "7C2F80000001", "7C2F80000002"


def redeem(codes: LoginCodes, code: str, now: float) -> str:
    """
    Use a code as a log-in does that succeeds.
    """
    mac = codes.reserve(code, now)
    if mac:
        codes.use(code)
    return mac


class CodesTests(SynchronousTestCase):
    """
    What a handset shows and its owner types in.
    """

    def setUp(self) -> None:
        """
        Codes that count.
        """
        self.codes = LoginCodes(count(7).__next__)

    def test_once(self) -> None:
        """
        A code has eight digits, leads to its device, and does so once.
        """
        code = self.codes.make(ONE, 0.0)
        self.assertEqual(code, "00000007")
        self.assertEqual(redeem(self.codes, code, 1.0), ONE)
        self.assertEqual(redeem(self.codes, code, 1.0), "")

    def test_tenMinutes(self) -> None:
        """
        It is good for ten minutes.
        """
        self.assertEqual(redeem(self.codes, self.codes.make(ONE, 0.0), 599.9), ONE)
        self.assertEqual(redeem(self.codes, self.codes.make(ONE, 0.0), 600.0), "")

    def test_last(self) -> None:
        """
        The code that the handset shows is the one that is good: a new one
        makes the one before worthless, of that device alone.
        """
        other = self.codes.make(TWO, 0.0)
        first, second = self.codes.make(ONE, 0.0), self.codes.make(ONE, 1.0)
        self.assertEqual(redeem(self.codes, first, 2.0), "")
        self.assertEqual(redeem(self.codes, second, 2.0), ONE)
        self.assertEqual(redeem(self.codes, other, 2.0), TWO)

    def test_unknown(self) -> None:
        """
        What was never made leads nowhere.
        """
        for code in ("", "00000000", "7", "00000007\0", "abc"):
            self.assertEqual(redeem(self.codes, code, 0.0), "")

    def test_bounded(self) -> None:
        """
        However many are asked for, memory holds so many; those that are over
        go first, then the oldest.
        """
        codes = LoginCodes(count().__next__, most=3)
        made = [codes.make(f"{turn:012X}", float(turn)) for turn in range(5)]
        self.assertEqual(len(codes), 3)
        self.assertEqual(redeem(codes, made[0], 5.0), "")
        self.assertEqual(redeem(codes, made[4], 5.0), f"{4:012X}")
        codes.make(ONE, 5000.0)
        self.assertEqual(len(codes), 1)

    def test_sameDraw(self) -> None:
        """
        Where chance gives a number that is taken, no device gets in as
        another: the earlier one's code is gone.
        """
        codes = LoginCodes(repeat(5).__next__)
        codes.make(ONE, 0.0)
        code = codes.make(TWO, 0.0)
        self.assertEqual(redeem(codes, code, 0.0), TWO)
        self.assertEqual(len(codes), 0)


class ReservationTests(SynchronousTestCase):
    """
    A log-in by code that is under way.
    """

    def setUp(self) -> None:
        """
        One code.
        """
        self.codes = LoginCodes(count(7).__next__)
        self.code = self.codes.make(ONE, 0.0)

    def test_released(self) -> None:
        """
        A log-in that fails on the server's side leaves the code good.
        """
        self.assertEqual(self.codes.reserve(self.code, 1.0), ONE)
        self.codes.release(self.code)
        self.assertEqual(redeem(self.codes, self.code, 2.0), ONE)

    def test_twice(self) -> None:
        """
        Of two log-ins at once one gets the code.
        """
        self.codes.reserve(self.code, 1.0)
        self.assertEqual(self.codes.reserve(self.code, 1.0), "")

    def test_used(self) -> None:
        """
        After success a release changes nothing.
        """
        redeem(self.codes, self.code, 1.0)
        self.codes.release(self.code)
        self.assertEqual(self.codes.reserve(self.code, 1.0), "")

    def test_superseded(self) -> None:
        """
        The handset's next code is good whatever becomes of the log-in with the
        last one, which is not.
        """
        self.codes.reserve(self.code, 1.0)
        second = self.codes.make(ONE, 2.0)
        self.codes.release(self.code)
        self.assertEqual(self.codes.reserve(self.code, 3.0), "")
        self.codes.use(self.code)
        self.assertEqual(redeem(self.codes, second, 3.0), ONE)
