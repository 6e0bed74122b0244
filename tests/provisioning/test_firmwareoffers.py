"""
Tests for L{gigasetd.provisioning.firmwareoffers}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.dataexport import erase, export
from gigasetd.accounts.enrolment import removeDevice
from gigasetd.devices.firmware import ServedFile, firmwareImages
from gigasetd.errors import Refused, Unknown
from gigasetd.provisioning.firmwareoffers import (
    ACCEPTED,
    DECLINED,
    MOST,
    advertised,
    decide,
    installable,
    offersView,
    updates,
)
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import subjectOf
from tests.registry.populated import BOX, MAC, NOW, NUMBER, OTHER, inhabited, report

STOCK = firmwareImages(
    ServedFile(f"42/fw{number}.bin", number) for number in (249, 258, 263)
)


def decided(registry: Registry, version: str, decision: str, now: float = NOW) -> str:
    """
    Decide about one version.
    """
    subject = subjectOf(registry, MAC)
    return decide(registry, STOCK, subject, version, decision, now).version


class OfferTests(SynchronousTestCase):
    """
    Offers and decisions.
    """

    def setUp(self) -> None:
        """
        An N510 with firmware 42.250.
        """
        self.registry = inhabited()
        self.found = updates(self.registry, STOCK, MAC)

    def test_updates(self) -> None:
        """
        What is newer is offered, the newest first; nothing to a phone that
        did not say what it has.
        """
        self.assertEqual([str(one.version) for one in self.found], ["42.263", "42.258"])
        self.registry.put(report(MAC)._replace(software_version=""))
        self.assertEqual(updates(self.registry, STOCK, MAC), [])

    def test_decisions(self) -> None:
        """
        A declined version is not told of any more, the one before it is; only
        an accepted one is sent; a change of mind counts.
        """
        registry = self.registry
        self.assertIsNone(installable(registry, self.found, MAC))
        decided(registry, "42.263", DECLINED)
        self.assertEqual(advertised(registry, self.found, MAC), self.found[1])
        decided(registry, "42.258.00.000.000", ACCEPTED)
        self.assertEqual(installable(registry, self.found, MAC), self.found[1])
        decided(registry, "42.258", DECLINED)
        self.assertIsNone(advertised(registry, self.found, MAC))
        decisions = [one["decision"] for one in offersView(registry, STOCK, MAC)]
        self.assertEqual(decisions, [DECLINED, DECLINED])

    def test_refused(self) -> None:
        """
        What is not offered cannot be decided, nor what is offered to a guest.
        """
        for version in ("42.249", "83.V9.0.0", "", "x" * 999, "42.250"):
            with self.assertRaises(Unknown):
                decided(self.registry, version, ACCEPTED)
        self.registry.put(report(OTHER))
        guest = subjectOf(self.registry, OTHER)
        with self.assertRaises(Refused):
            decide(self.registry, STOCK, guest, "42.263", ACCEPTED, NOW)

    def test_most(self) -> None:
        """
        Old decisions give way in the end.
        """
        many = firmwareImages(
            ServedFile(f"42/fw{300 + n}.bin", 1) for n in range(MOST + 5)
        )
        subject = subjectOf(self.registry, MAC)
        for n in range(MOST + 5):
            decide(self.registry, many, subject, f"42.{300 + n}", DECLINED, NOW + n)
        self.assertEqual(len(self.registry.offers[MAC]), MOST)
        self.assertNotIn("42.300", self.registry.offers[MAC])

    def test_data(self) -> None:
        """
        Decisions are told with everything else, and go with erasure and
        removal.
        """
        for forget in (erase, removeDevice):
            decided(self.registry, "42.263", DECLINED)
            subject = subjectOf(self.registry, NUMBER)
            exported = export(subject, BOX.open)
            self.assertEqual(exported["offers"][0]["decision"], DECLINED)
            self.assertIn("offer", {one["kind"] for one in exported["inventory"]})
            forget(self.registry, subject)
            self.assertEqual(self.registry.offers, {})

    def test_everything(self) -> None:
        """
        Decisions are among what the store holds, and come back from it.
        """
        decided(self.registry, "42.263", DECLINED)
        again = inhabited()
        again.load(self.registry.everything())
        self.assertEqual(again.offers, self.registry.offers)
