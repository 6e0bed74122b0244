"""
Tests for L{gigasetd.accounts.enrolment}: new passwords, and the end of a device.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.enrolment import addDevice, removeDevice, setPassword
from gigasetd.accounts.proposal import NewDevice
from gigasetd.errors import BadValue
from gigasetd.registry.subject import subjectOf
from tests.registry.populated import (
    BOX,
    MAC,
    NOW,
    NUMBER,
    PASSWORD,
    empty,
    inhabited,
    numbering,
    report,
)


class PasswordTests(SynchronousTestCase):
    """
    What C{device password} promises.
    """

    def test_set(self):
        """
        A new password holds at once and ends what the old one registered.
        """
        registry = inhabited()
        old = registry.accounts[NUMBER]
        account, _, weak = setPassword(registry, old, "another one 8", numbering())
        self.assertEqual(registry.accounts[NUMBER], account)
        self.assertEqual((BOX.open(account), weak), ("another one 8", ""))
        self.assertNotEqual(account.ha1, old.ha1)
        self.assertNotIn(NUMBER, registry.bindings)
        self.assertEqual(account.nickname, "Anna")

    def test_generated(self):
        """
        Without one given, a good one is made.
        """
        registry = inhabited()
        old = registry.accounts[NUMBER]
        account, made, weak = setPassword(registry, old, "", numbering())
        self.assertEqual((len(made), weak), (16, ""))
        self.assertEqual(BOX.open(account), made)

    def test_weak(self):
        """
        A weak one is warned about.
        """
        registry = inhabited()
        old = registry.accounts[NUMBER]
        self.assertIn("8", setPassword(registry, old, "abc", numbering()).weakness)

    def test_fromFactory(self):
        """
        A factory login becomes an ordinary one.
        """
        registry = empty()
        made = addDevice(registry, NewDevice(MAC, factory=True), numbering(), NOW)
        account = setPassword(registry, made.account, PASSWORD, numbering()).account
        self.assertEqual(account.login, "digest")

    def test_tooLong(self):
        """
        A password that is refused leaves everything as it was.
        """
        registry = inhabited()
        account = registry.accounts[NUMBER]
        self.assertRaises(
            BadValue, setPassword, registry, account, "x" * 129, numbering()
        )
        self.assertEqual(registry.accounts[NUMBER], account)
        self.assertIn(NUMBER, registry.bindings)


class RemoveTests(SynchronousTestCase):
    """
    What C{device remove} promises.
    """

    def test_all(self):
        """
        Nothing of the device, its account, report or registration is left,
        and number, MAC and nickname are free again.
        """
        registry = inhabited()
        removeDevice(registry, subjectOf(registry, NUMBER))
        tables = (
            registry.devices,
            registry.accounts,
            registry.checkins,
            registry.bindings,
            registry.macs,
            registry.nicknames,
        )
        self.assertEqual(tables, ({},) * 6)
        addDevice(registry, NewDevice(MAC, NUMBER, nickname="Anna"), numbering(), NOW)

    def test_guest(self):
        """
        A guest can be removed too.
        """
        registry = empty()
        registry.put(report(MAC))
        removeDevice(registry, subjectOf(registry, MAC))
        self.assertEqual(registry.checkins, {})
