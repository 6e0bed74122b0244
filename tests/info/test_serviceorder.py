"""
Tests of L{gigasetd.info.serviceorder}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.serviceorder import (
    NONE,
    applyTicks,
    chosenServices,
    encodeChoice,
    moveUp,
)


class ChoiceTests(SynchronousTestCase):
    """
    Which services, in which order.
    """

    def test_chosen(self) -> None:
        """
        Nothing chosen is the standard; what is not there is passed over.
        """
        self.assertEqual(chosenServices("", ["a", "b"], "ab"), ["a", "b"])
        self.assertEqual(chosenServices("b x a", ["a"], "ab"), ["b", "a"])
        self.assertEqual(chosenServices(NONE, ["a"], "ab"), [])
        self.assertEqual(encodeChoice([]), NONE)
        self.assertEqual(encodeChoice(["a", "b", "a"]), "a b")

    def test_ticked(self) -> None:
        """
        Boxes change what they stand for, and nothing else.
        """
        self.assertEqual(applyTicks(["x", "a", "b"], ["a", "b", "c"], ["c", "b"]),
                         ["x", "b", "c"])  # fmt: skip
        self.assertEqual(applyTicks([], ["a"], ["z"]), [])

    def test_raised(self) -> None:
        """
        One place up; the first stays where it is.
        """
        self.assertEqual(moveUp(["a", "b", "c"], "c"), ["a", "c", "b"])
        self.assertEqual(moveUp(["a", "b"], "a"), ["a", "b"])
        self.assertEqual(moveUp(["a"], "x"), ["a"])
