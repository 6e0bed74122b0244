"""
Tests for L{gigasetd.control.documents}.
"""

from __future__ import annotations

import json

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.control.documents import (
    bindingRow,
    deviceDetails,
    deviceRow,
    guestRow,
    tokenRow,
)
from gigasetd.registry.model import Token
from gigasetd.registry.subject import subjectOf
from tests.registry.populated import (
    BOX,
    MAC,
    NOW,
    NUMBER,
    OTHER,
    PASSWORD,
    binding,
    inhabited,
    report,
)


class RowTests(SynchronousTestCase):
    """
    Rows of the lists.
    """

    def test_device(self) -> None:
        """
        What was entered goes before what the phone reported; a device is
        registered while one of its registrations has not expired.
        """
        registry = inhabited()
        subject = subjectOf(registry, NUMBER)
        row = deviceRow(subject, NOW)
        self.assertEqual((row["mac"], row["number"]), (MAC, NUMBER))
        self.assertEqual((row["nickname"], row["serial"]), ("Anna", "SER1"))
        self.assertEqual(row["item_number"], report(MAC).item_number)
        self.assertEqual((row["registered"], row["seen"]), (True, NOW))
        self.assertFalse(deviceRow(subject, NOW + 1e6)["registered"])

    def test_guest(self) -> None:
        """
        A guest has no number, no services and no login; what was never seen
        has no time.
        """
        registry = inhabited()
        registry.put(report(OTHER)._replace(seen=0.0))
        row = deviceRow(subjectOf(registry, OTHER), NOW)
        self.assertEqual((row["number"], row["login"], row["services"]), ("", "", []))
        self.assertIsNone(row["seen"])
        self.assertIsNone(guestRow(report(OTHER)._replace(seen=0.0))["seen"])
        self.assertEqual(guestRow(report(OTHER))["mac"], OTHER)

    def test_binding(self) -> None:
        """
        The seconds left are rounded up, so that a live registration never has
        none.
        """
        live = binding(NUMBER, NOW + 0.2)
        row = bindingRow(live, NOW, lambda each: False)
        self.assertEqual((row["expires_in"], row["reachable"]), (1, False))

    def test_token(self) -> None:
        """
        A token's hash is not shown.
        """
        row = tokenRow(Token("ci", "hash", NOW))
        self.assertEqual(row, {"name": "ci", "scope": "admin", "added": NOW})


class DetailsTests(SynchronousTestCase):
    """
    L{deviceDetails}.
    """

    def test_registrations(self) -> None:
        """
        Expired registrations are left out; whether each is reachable is
        asked for each.
        """
        registry = inhabited()
        live, old = binding(NUMBER), binding(NUMBER, NOW - 1)
        subject = subjectOf(registry, NUMBER)._replace(bindings=(live, old))
        details = deviceDetails(subject, NOW, lambda each: each is live)
        (row,) = details["registrations"]
        self.assertTrue(row["reachable"])

    def test_noSecrets(self) -> None:
        """
        No password, sealed or in clear, and no hash is shown.
        """
        registry = inhabited()
        account = registry.accounts[NUMBER]
        details = deviceDetails(subjectOf(registry, NUMBER), NOW, lambda each: True)
        text = json.dumps(details)
        for secret in (PASSWORD, BOX.open(account), account.password, account.ha1):
            self.assertNotIn(secret, text)

    def test_guest(self) -> None:
        """
        A phone without device and account is a guest.
        """
        registry = inhabited()
        registry.put(report(OTHER))
        for id, guest in ((OTHER, True), (MAC, False)):
            details = deviceDetails(subjectOf(registry, id), NOW, lambda each: True)
            self.assertEqual(details["guest"], guest)
