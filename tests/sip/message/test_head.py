"""
Tests for L{gigasetd.sip.message.head}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.message.head import (
    MalformedSIP,
    MessageFault,
    MessageLimits,
    divide,
    unfolded,
)
from tests.sip.wire import Patience

LIMITS = MessageLimits()


class DivideTests(SynchronousTestCase):
    """
    Tests for L{divide}.
    """

    def test_whole(self) -> None:
        """
        The head ends at the first empty line; the body may hold more.
        """
        text = "S\r\nA: 1\r\nB: 2\r\n\r\nbody\r\n\r\nmore"
        expected = (["S", "A: 1", "B: 2"], "body\r\n\r\nmore", None)
        self.assertEqual(divide(text, LIMITS), expected)

    def test_lineFeeds(self) -> None:
        """
        A sender that ends its lines with LF alone is understood; the body is
        not touched.
        """
        lines, body, fault = divide("S\nA: 1\n\nx\ny", LIMITS)
        self.assertEqual((lines, body, fault), (["S", "A: 1"], "x\ny", None))

    def test_noEnd(self) -> None:
        """
        A head without its empty line is read, and is a fault.
        """
        lines, body, fault = divide("S\r\nA: 1\r\n", LIMITS)
        self.assertEqual((lines, body), (["S", "A: 1"], ""))
        self.assertEqual(fault, MessageFault(400, "Header Without End"))

    def test_control(self) -> None:
        """
        Octets that no header may hold become blanks, and are a fault.
        """
        for stray in ("\0", "\r", "\n"):
            lines, body, fault = divide(f"S\r\nA: x{stray}y\r\n\r\nz", LIMITS)
            self.assertEqual((lines, body), (["S", "A: x y"], "z"))
            self.assertEqual(fault, MessageFault(400, "Control Character In Header"))

    def test_long(self) -> None:
        """
        A head that is too long is cut at a line, a body that is too long is a
        fault: both can be answered.
        """
        large = MessageFault(400, "Message Too Large")
        text = "S\r\nA: 1\r\n" + "B: 2\r\n" * 9 + "\r\nbody"
        lines, _, fault = divide(text, MessageLimits(head=12))
        self.assertEqual((lines, fault), (["S", "A: 1"], large))
        self.assertEqual(divide(text, MessageLimits(body=4))[2], None)
        self.assertEqual(divide(text, MessageLimits(body=3))[2], large)

    def test_longStart(self) -> None:
        """
        Without a first line in time there is nothing to answer.
        """
        with self.assertRaises(MalformedSIP):
            divide("S" * 20 + "\r\n\r\n", MessageLimits(head=16))

    def test_linear(self) -> None:
        """
        64 KiB of line ends are read in a blink.
        """
        for unit in ("\n", "\r", "\r\n", "\n\r", " \r\n", "\0\n"):
            with Patience():
                divide("S\n" + unit * (65536 // len(unit)), MessageLimits(head=1 << 17))


class UnfoldedTests(SynchronousTestCase):
    """
    Tests for L{unfolded}.
    """

    def test_joined(self) -> None:
        """
        A continuation and the white space before it become one blank.
        """
        lines = ["A: 1", "  2", "\t3", "B: 4"]
        self.assertEqual(unfolded(lines), ["A: 1 2 3", "B: 4"])

    def test_nothing(self) -> None:
        """
        Lines without a fold stay.
        """
        self.assertEqual(unfolded(["A: 1", "B:  2"]), ["A: 1", "B:  2"])
