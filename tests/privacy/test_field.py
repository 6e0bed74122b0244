"""
Tests of L{gigasetd.privacy.field}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.privacy.field import STOCK, End, storedFields


class FieldTests(SynchronousTestCase):
    """
    L{storedFields}.
    """

    def test_each(self) -> None:
        """
        Each name gets an entry of its own with the common purpose.
        """
        first, second = storedFields("device", "mac serial", "why", End.REMOVED)
        self.assertEqual((first.kind, first.field), ("device", "mac"))
        self.assertEqual((second.field, second.why), ("serial", "why"))
        self.assertEqual(second.ends, frozenset({End.REMOVED}))

    def test_forGood(self) -> None:
        """
        A field survives erasure only if nothing but stock events removes it.
        """
        for end in End:
            (field,) = storedFields("x", "y", "why", End.REMOVED, end)
            self.assertEqual(field.forGood, end in STOCK, end)

    def test_texts(self) -> None:
        """
        People read each event by a text of its own.
        """
        self.assertEqual(len({end.value for end in End}), len(End))
