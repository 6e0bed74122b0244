"""
Tests for L{gigasetd.accounts.services}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.services import disableService, enableService
from gigasetd.errors import BadValue
from tests.registry.populated import MAC, NUMBER, furnished, inhabited


class SwitchTests(SynchronousTestCase):
    """
    Each service can be switched off, and takes its data along.
    """

    def test_voipOff(self):
        """
        Without VoIP there is neither registration nor nickname; the number
        and its password stay.
        """
        registry = inhabited()
        old = registry.accounts[NUMBER]
        account = disableService(registry, old, "voip")
        self.assertEqual(account, old._replace(off="voip", nickname=""))
        self.assertEqual(registry.accounts[NUMBER], account)
        self.assertNotIn(NUMBER, registry.bindings)
        self.assertEqual(registry.nicknames, {})

    def test_othersOff(self):
        """
        Messaging and information go without touching VoIP.
        """
        registry = inhabited()
        account = disableService(registry, registry.accounts[NUMBER], "info")
        account = disableService(registry, account, "messaging")
        self.assertEqual((account.off, account.nickname), ("messaging info", "Anna"))
        self.assertIn(NUMBER, registry.bindings)
        self.assertEqual(account.services(), ["voip"])

    def test_dataGoes(self):
        """
        What the owner kept for a service goes with it, and nothing else.
        """
        registry = furnished()
        account = disableService(registry, registry.accounts[NUMBER], "messaging")
        for table in (registry.rosters, registry.held, registry.blocks):
            self.assertEqual(table, {})
        self.assertIn(MAC, registry.profiles)
        disableService(registry, account, "info")
        self.assertEqual((registry.profiles, registry.contacts), ({}, {}))
        self.assertIn(NUMBER, registry.weblogins)

    def test_on(self):
        """
        A service can come back, alone.
        """
        registry = inhabited()
        account = registry.accounts[NUMBER]
        for service in ("info", "voip"):
            account = disableService(registry, account, service)
        account = enableService(registry, account, "voip")
        self.assertEqual(registry.accounts[NUMBER].off, "info")
        self.assertEqual(account.services(), ["voip", "messaging"])

    def test_twice(self):
        """
        Switching what is switched already changes nothing.
        """
        registry = inhabited()
        account = disableService(registry, registry.accounts[NUMBER], "voip")
        before = registry.journal.number
        disableService(registry, account, "voip")
        enableService(registry, account, "info")
        self.assertEqual(registry.journal.number, before)

    def test_unknown(self):
        """
        There are three services, and no other.
        """
        registry = inhabited()
        account = registry.accounts[NUMBER]
        for service in ("", "VoIP", "voip info", "fax"):
            self.assertRaises(BadValue, disableService, registry, account, service)
            self.assertRaises(BadValue, enableService, registry, account, service)
