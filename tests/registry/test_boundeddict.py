"""
Tests of L{gigasetd.registry.boundeddict}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.boundeddict import BoundedDict


class BoundedDictTests(SynchronousTestCase):
    """
    L{BoundedDict}.
    """

    def filled(self, keys: str, most: int = 3) -> BoundedDict[str, int]:
        """
        A dict in which these keys were set, in this order.
        """
        bounded: BoundedDict[str, int] = BoundedDict(most)
        for place, key in enumerate(keys):
            bounded[key] = place
        return bounded

    def test_oldest(self) -> None:
        """
        A flood of new entries drives out the oldest, and only those.
        """
        self.assertEqual(dict(self.filled("abcde")), {"c": 2, "d": 3, "e": 4})

    def test_setAgain(self) -> None:
        """
        An entry that is set again is the newest, with its new value.
        """
        self.assertEqual(dict(self.filled("abcad")), {"c": 2, "a": 3, "d": 4})

    def test_read(self) -> None:
        """
        Reading an entry does not make it newer.
        """
        bounded = self.filled("abc")
        self.assertEqual(bounded["a"], 0)
        bounded["d"] = 3
        self.assertNotIn("a", bounded)

    def test_setdefault(self) -> None:
        """
        An entry that comes by C{setdefault} or C{update} counts too.
        """
        bounded = self.filled("abc")
        self.assertEqual(bounded.setdefault("d", 3), 3)
        bounded.update({"e": 4})
        self.assertEqual(list(bounded), ["c", "d", "e"])

    def test_fewer(self) -> None:
        """
        A smaller bound, as a reload brings it, holds from the next entry on.
        """
        bounded = self.filled("abc")
        bounded.most = 1
        bounded["d"] = 3
        self.assertEqual(list(bounded), ["d"])

    def test_none(self) -> None:
        """
        A bound of zero keeps nothing.
        """
        self.assertEqual(len(self.filled("abc", 0)), 0)
