"""
Tests for L{gigasetd.privacy.retention}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.privacy.erasure import erased
from gigasetd.privacy.retention import RetentionPeriods, due, perform
from gigasetd.registry.model import Account, Notice
from tests.registry.populated import (
    DAY,
    MAC,
    NOW,
    NUMBER,
    OTHER,
    furnished,
    inhabited,
    report,
)

LIMITS = RetentionPeriods(2, 400)


class RetentionTests(SynchronousTestCase):
    """
    Nothing is kept for longer than it may be.
    """

    def sweep(self, registry, days):
        """
        Sweep C{days} after everything happened.

        @return: how many values changed.
        """
        now = NOW + days * DAY
        registry.expire(now)
        return perform(registry, due(registry, now, LIMITS))

    def test_fresh(self):
        """
        What is fresh stays.
        """
        self.assertEqual(self.sweep(inhabited(), 1.9), 0)

    def test_unseen(self):
        """
        After two days without a report, the device's name and place go; its
        last private address, product and version stay.
        """
        registry = inhabited()
        self.assertEqual(self.sweep(registry, 2), 1)
        self.assertEqual(
            registry.checkins[MAC],
            report(MAC)._replace(private_port=0, public_ip="", name=""),
        )
        self.assertEqual(registry.accounts[NUMBER].nickname, "Anna")

    def test_once(self):
        """
        What was swept is not swept again.
        """
        registry = inhabited()
        for days in (2, 400):
            self.assertGreater(self.sweep(registry, days), 0)
            self.assertEqual(self.sweep(registry, days), 0)

    def test_inactive(self):
        """
        After 400 days without use, only what is kept for good remains.
        """
        registry = furnished()
        device, account = registry.devices[MAC], registry.accounts[NUMBER]
        self.sweep(registry, 400)
        self.assertEqual(len(registry.everything()), 3)
        self.assertEqual(registry.devices, {MAC: device})
        self.assertEqual(registry.accounts, {NUMBER: erased(account)})
        self.assertEqual(registry.checkins, {MAC: erased(report(MAC))})
        self.assertEqual((registry.bindings, registry.nicknames), ({}, {}))

    def test_anyUseCounts(self):
        """
        A report or a log-in alone keeps an owner's choices.
        """
        later = NOW + 300 * DAY
        reported, logged = inhabited(), inhabited()
        reported.put(report(MAC, later))
        logged.put(logged.accounts[NUMBER]._replace(active=later))
        for registry in (reported, logged):
            self.sweep(registry, 699)
            self.assertEqual(registry.accounts[NUMBER].nickname, "Anna")
            self.sweep(registry, 700)
            self.assertEqual(registry.accounts[NUMBER].nickname, "")

    def test_messages(self):
        """
        A message waits for two weeks, and for what else there is longer.
        """
        registry = furnished()
        self.sweep(registry, 13.9)
        self.assertIn(NUMBER, registry.held)
        self.sweep(registry, 14)
        self.assertEqual(registry.held, {})
        self.assertIn(NUMBER, registry.rosters)

    def test_notices(self):
        """
        A notice goes when its time is over; one without stays.
        """
        registry = inhabited()
        registry.put(Notice("a", "x", NOW + DAY, NOW))
        registry.put(Notice("b", "x", 0.0, NOW))
        self.sweep(registry, 0.9)
        self.assertEqual(set(registry.notices), {"a", "b"})
        self.sweep(registry, 1)
        self.assertEqual(set(registry.notices), {"b"})

    def test_guests(self):
        """
        A guest is forgotten after two days, a device's own report is not.
        """
        registry = inhabited()
        registry.put(report(OTHER))
        self.sweep(registry, 1.9)
        self.assertIn(OTHER, registry.checkins)
        self.sweep(registry, 2)
        self.assertEqual(list(registry.checkins), [MAC])

    def test_withoutDevice(self):
        """
        An account that enrolled by SIP is swept like any other.
        """
        registry = inhabited()
        registry.put(Account("5", "factory", "", "", "Eve", "", NOW, NOW))
        self.sweep(registry, 400)
        self.assertEqual(registry.accounts["5"].nickname, "")
