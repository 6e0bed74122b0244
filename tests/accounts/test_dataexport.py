"""
Tests for L{gigasetd.accounts.dataexport}.
"""

from __future__ import annotations

import json

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.dataexport import erase, export
from gigasetd.registry.subject import subjectOf
from tests.registry.populated import (
    BOX,
    MAC,
    NUMBER,
    OTHER,
    PASSWORD,
    empty,
    furnished,
    inhabited,
    report,
)


class ExportTests(SynchronousTestCase):
    """
    Everybody may see what is stored about them.
    """

    def test_everything(self):
        """
        Every field of every value is there, with why and until when.
        """
        registry = inhabited()
        told = json.loads(json.dumps(export(subjectOf(registry, NUMBER), BOX.open)))
        self.assertEqual(told["device"], registry.devices[MAC]._asdict())
        account = registry.accounts[NUMBER]._replace(password=PASSWORD)
        self.assertEqual(told["account"], account._asdict())
        self.assertEqual(told["checkin"], registry.checkins[MAC]._asdict())
        (binding,) = registry.bindings[NUMBER]
        self.assertEqual(told["bindings"], [binding._asdict()])
        reasons = {(each["kind"], each["field"]): each for each in told["inventory"]}
        for kind in ("device", "account", "checkin"):
            for field in told[kind]:
                self.assertTrue(reasons[kind, field]["why"])
                self.assertTrue(reasons[kind, field]["until"])

    def test_choices(self):
        """
        What the owner chose, wrote down and waits for is there too, with why
        and until when.
        """
        registry = furnished()
        told = export(subjectOf(registry, NUMBER), BOX.open)
        self.assertEqual(told["profiles"][0]["place"], "2950159")
        self.assertEqual(told["contacts"][0]["last"], "Bauer")
        self.assertEqual(told["weblogin"]["hash"], "$argon2id$")
        self.assertEqual(told["roster"][0]["name"], "Ben")
        self.assertEqual(told["messages"][0]["stanza"], "<message/>")
        self.assertEqual(told["blocks"][0]["jid"], "20000003@example.net")
        self.assertEqual(told["scram"][0]["iterations"], 4096)
        kinds = {each["kind"] for each in told["inventory"]}
        self.assertLessEqual({"profile", "contact", "roster", "held"}, kinds)

    def test_unreadable(self):
        """
        A password that cannot be opened any more keeps nobody from the rest.
        """
        registry = inhabited()
        registry.put(registry.accounts[NUMBER]._replace(password="g1:gone"))
        told = export(subjectOf(registry, NUMBER), BOX.open)
        self.assertEqual(told["account"]["password"], "g1:gone")
        self.assertEqual(told["account"]["nickname"], "Anna")

    def test_guest(self):
        """
        A guest's report is told, and that there is nothing else.
        """
        registry = inhabited()
        registry.put(report(OTHER))
        told = export(subjectOf(registry, OTHER), BOX.open)
        self.assertEqual(told["checkin"]["name"], "base-in-the-hall")
        self.assertEqual((told["account"], told["device"]), (None, None))

    def test_nobodyElse(self):
        """
        Nothing about others is in it.
        """
        registry = inhabited()
        registry.put(report(OTHER))
        self.assertNotIn(
            OTHER, json.dumps(export(subjectOf(registry, NUMBER), BOX.open))
        )


class EraseTests(SynchronousTestCase):
    """
    Everybody may have forgotten what need not be kept.
    """

    def test_erase(self):
        """
        Registration, nickname, name and place in the network are gone; the
        stock data, the password and the last address of its page stay.
        """
        registry = inhabited()
        device, account = registry.devices[MAC], registry.accounts[NUMBER]
        erase(registry, subjectOf(registry, MAC))
        self.assertEqual(registry.devices[MAC], device)
        self.assertEqual(
            registry.accounts[NUMBER], account._replace(nickname="", active=0.0)
        )
        self.assertEqual(
            registry.checkins[MAC],
            report(MAC)._replace(seen=0.0, private_port=0, public_ip="", name=""),
        )
        self.assertNotIn(NUMBER, registry.bindings)

    def test_choices(self):
        """
        Nothing of what the owner chose, wrote down or waits for is left; what
        logs in with the password stays, as the password does.
        """
        registry = furnished()
        erase(registry, subjectOf(registry, MAC))
        for table in (registry.profiles, registry.contacts, registry.weblogins):
            self.assertEqual(table, {})
        for other in (registry.rosters, registry.held, registry.blocks):
            self.assertEqual(other, {})
        self.assertEqual(registry.offers, {})

    def test_switchesStay(self):
        """
        A service that was switched off does not come back by erasing.
        """
        registry = inhabited()
        registry.put(registry.accounts[NUMBER]._replace(off="info"))
        erase(registry, subjectOf(registry, MAC))
        self.assertEqual(registry.accounts[NUMBER].off, "info")

    def test_unreadable(self):
        """
        A password that cannot be opened any more keeps nobody from the rest.
        """
        registry = inhabited()
        registry.put(registry.accounts[NUMBER]._replace(password="g1:gone"))
        told = export(subjectOf(registry, NUMBER), BOX.open)
        self.assertEqual(told["account"]["password"], "g1:gone")
        self.assertEqual(told["account"]["nickname"], "Anna")

    def test_guest(self):
        """
        A guest is forgotten whole.
        """
        registry = empty()
        registry.put(report(MAC))
        erase(registry, subjectOf(registry, MAC))
        self.assertEqual(registry.checkins, {})
