"""
Tests of L{gigasetd.ratelimit.shares}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.shares import ShareLimits, Shares

LIMITS = ShareLimits(most=10, share=4, waiting=3, reserve=4)


class SharesTests(SynchronousTestCase):
    """
    L{Shares}.
    """

    def setUp(self) -> None:
        """
        No connections; addresses of 192.168 are local.
        """
        self.counts = {"reserve_refused": 0}
        self.shares = Shares(lambda host: host.startswith("192.168."), self.counts)

    def open(self, source: str, count: int = 1) -> list[bool]:
        """
        Open connections where they are admitted.
        """
        admitted = []
        for _ in range(count):
            admitted.append(self.shares.admits(source, source, LIMITS))
            if admitted[-1]:
                self.shares.opened(source)
        return admitted

    def test_share(self) -> None:
        """
        A source has its share, and less of it before the log-in.
        """
        self.assertEqual(self.open("a", 4), [True, True, True, False])
        self.shares.proven("a")
        self.assertEqual(self.open("a", 2), [True, False])
        self.assertEqual(self.open("b"), [True])

    def test_reserve(self) -> None:
        """
        Strangers leave places to the local networks and to sources with a live
        session; nobody gets more than there are.
        """
        self.open("a")
        self.shares.proven("a")
        self.open("b", 3)
        self.open("c", 2)
        self.assertEqual(len(self.shares), 6)
        self.assertEqual(self.open("d"), [False])
        self.assertEqual(self.counts["reserve_refused"], 1)
        self.assertEqual(self.open("a"), [True])
        self.assertEqual(self.open("192.168.1.2", 3), [True, True, True])
        self.assertEqual(self.open("192.168.1.3"), [False])

    def test_closed(self) -> None:
        """
        A place that was given back is free, and the session is over.
        """
        self.open("a", 3)
        self.shares.proven("a")
        self.assertTrue(self.shares.isProven("a"))
        self.shares.closed("a", proven=True)
        self.assertFalse(self.shares.isProven("a"))
        self.shares.closed("a", proven=False)
        self.shares.closed("a", proven=False)
        self.assertEqual(len(self.shares), 0)
        self.assertEqual(self.open("a", 3), [True, True, True])
