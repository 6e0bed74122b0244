"""
Tests for L{gigasetd.registry.journal}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.journal import Journal
from tests.store.values import ACCOUNT, DEVICE


def three() -> Journal:
    """
    A journal in which the first of two keys changed again.
    """
    journal = Journal()
    journal.record("account", ("1",), ACCOUNT)
    journal.record("device", ("M",), DEVICE)
    journal.record("account", ("1",), None)
    return journal


class JournalTests(SynchronousTestCase):
    """
    Nothing is forgotten before it is safe, and nothing is kept twice.
    """

    def test_numbersGrow(self) -> None:
        """
        Each change has its own number, larger than all before.
        """
        self.assertEqual([change.number for change in three().take()], [1, 2, 3])

    def test_takeOnce(self) -> None:
        """
        The spool gets each change once.
        """
        journal = three()
        journal.take()
        self.assertEqual(journal.take(), [])
        self.assertEqual(journal.fresh, 0)

    def test_untake(self) -> None:
        """
        Changes that could not be spooled come again, before later ones, the
        newest of each key alone.
        """
        journal = three()
        changes = journal.take()
        journal.record("token", ("t",), None)
        journal.untake(changes)
        self.assertEqual([change.number for change in journal.take()], [2, 3, 4])

    def test_waitingIsMerged(self) -> None:
        """
        The database gets the newest value of each key, oldest change first.
        """
        waiting = three().waiting()
        self.assertEqual([change.number for change in waiting], [2, 3])
        self.assertIsNone(waiting[1].value)

    def test_waitingInParts(self) -> None:
        """
        A large history is handed out in parts, from its beginning.
        """
        journal = three()
        self.assertEqual([change.number for change in journal.waiting(1)], [2])

    def test_acknowledge(self) -> None:
        """
        What is committed is forgotten, and the mark follows.
        """
        journal = three()
        journal.acknowledge(journal.waiting(1))
        self.assertEqual((len(journal), journal.flushed), (1, 2))
        journal.acknowledge(journal.waiting())
        self.assertEqual((len(journal), journal.flushed), (0, 3))

    def test_changedMeanwhile(self) -> None:
        """
        What changed again while its older value was being written still
        waits.
        """
        journal = three()
        writing = journal.waiting()
        journal.record("account", ("1",), ACCOUNT)
        journal.acknowledge(writing)
        self.assertEqual([change.number for change in journal.waiting()], [4])
        self.assertEqual(journal.flushed, 3)

    def test_bounded(self) -> None:
        """
        However often a thing changes, it waits once.
        """
        journal = Journal()
        for _ in range(1000):
            journal.record("account", ("1",), ACCOUNT)
        self.assertEqual(len(journal), 1)
