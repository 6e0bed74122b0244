"""
Tests for L{gigasetd.sip.calls}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import Flow
from gigasetd.sip.calls import Calls

ALICE = Flow("udp", "0.0.0.0:5060", "192.168.1.10", 5060, 0)
BOB = Flow("udp", "0.0.0.0:5060", "192.168.1.11", 5060, 0)
EVE = Flow("udp", "0.0.0.0:5060", "192.168.1.66", 5060, 0)


class CallsTests(SynchronousTestCase):
    """
    What C{gigasetctl calls} shows.
    """

    def setUp(self) -> None:
        """
        Room for two.
        """
        self.calls = Calls(2)
        self.assertTrue(self.calls.begin("a", "1", "2", 5.0, ALICE))

    def test_life(self) -> None:
        """
        A call rings, talks, and is gone.
        """
        row = {"call_id": "a", "caller": "1", "callee": "2", "since": 5.0}
        self.assertEqual(self.calls.list(), [row | {"state": "ringing"}])
        self.calls.answer("a", BOB)
        self.assertEqual(self.calls.list(), [row | {"state": "talking"}])
        self.calls.end("a")
        self.assertEqual(len(self.calls), 0)

    def test_unanswered(self) -> None:
        """
        A refusal ends a call that rings, and none that talks.
        """
        self.calls.begin("b", "3", "4", 6.0, ALICE)
        self.calls.answer("b", BOB)
        for callID in ("a", "b", "unknown"):
            self.calls.fail(callID)
        self.assertEqual([call["call_id"] for call in self.calls.list()], ["b"])

    def test_full(self) -> None:
        """
        No more calls than there is room for; a repetition is not one more.
        """
        self.assertTrue(self.calls.begin("b", "3", "4", 6.0, ALICE))
        self.assertFalse(self.calls.begin("c", "5", "6", 6.0, ALICE))
        self.assertTrue(self.calls.begin("a", "1", "2", 7.0, ALICE))

    def test_otherSide(self) -> None:
        """
        Each side is led to the other, a stranger to nobody.
        """
        self.assertIsNone(self.calls.otherSide("a", ALICE))
        self.calls.answer("a", BOB)
        self.calls.answer("a", EVE)
        self.assertEqual(self.calls.otherSide("a", ALICE), BOB)
        self.assertEqual(self.calls.otherSide("a", BOB), ALICE)
        self.assertIsNone(self.calls.otherSide("a", EVE))
        self.assertIsNone(self.calls.otherSide("unknown", ALICE))

    def test_sweep(self) -> None:
        """
        A call whose BYE never came is forgotten once it is too old, or once
        neither side is registered any more.
        """
        self.calls.begin("b", "3", "4", 100.0, ALICE)
        self.assertEqual(self.calls.sweep(0.0, lambda number: True), 0)
        self.assertEqual(self.calls.sweep(50.0, lambda number: True), 1)
        self.assertEqual(self.calls.sweep(50.0, lambda number: number == "4"), 0)
        self.assertEqual(self.calls.sweep(50.0, lambda number: False), 1)
        self.assertEqual(len(self.calls), 0)
