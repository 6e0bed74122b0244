"""
Tests of L{gigasetd.devices.checkin}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.checkin import (
    GUESTS,
    RENEWAL,
    Facts,
    addressOf,
    factsOf,
    guests,
    portOf,
    report,
    tidy,
)
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Device
from gigasetd.registry.registry import Registry

MAC = "7C2F80012345"


class ReportTests(SynchronousTestCase):
    """
    L{report}.
    """

    def setUp(self) -> None:
        """
        Nothing is known yet.
        """
        self.registry = Registry(Journal())

    def test_merges(self) -> None:
        """
        A later report overwrites what it tells and leaves the rest, so that a
        page request does not forget what the daily hello told.
        """
        first = Facts(MAC, "S1", "S30852", "C610", "42.1", "10.0.0.9", "80", "1.2.3.4")
        self.assertTrue(report(self.registry, first, 100.0))
        later = Facts("7c:2f:80:01:23:45", software_version="42.2", public_ip="1.2.3.5")
        self.assertTrue(report(self.registry, later, 200.0))
        known = self.registry.checkins[MAC]
        self.assertEqual(known.software_version, "42.2")
        self.assertEqual(known.public_ip, "1.2.3.5")
        self.assertEqual(known.seen, 200.0)
        self.assertEqual(
            (known.serial, known.item_number, known.product), ("S1", "S30852", "C610")
        )
        self.assertEqual((known.private_ip, known.private_port), ("10.0.0.9", 80))

    def test_withoutMac(self) -> None:
        """
        A report of nobody is refused and leaves no trace.
        """
        self.assertFalse(report(self.registry, Facts("zz", "S1"), 1.0))
        self.assertEqual(self.registry.checkins, {})
        self.assertEqual(len(self.registry.journal), 0)

    def test_hostile(self) -> None:
        """
        Values that make no sense are bounded or passed over, and do not
        replace good ones.
        """
        good = Facts(MAC, private_ip="10.0.0.9", private_port="8080")
        report(self.registry, good, 1.0)
        bad = Facts(
            MAC,
            serial="\0\x1b[2J" + "x" * 10000,
            product="\u202etxt",
            private_ip="10.0.0.9.evil",
            private_port="70000",
            name="\r\n",
        )
        report(self.registry, bad, 2.0)
        known = self.registry.checkins[MAC]
        self.assertEqual(known.serial, "[2J" + "x" * 61)
        self.assertEqual(known.product, "txt")
        self.assertEqual((known.private_ip, known.private_port), ("10.0.0.9", 8080))
        self.assertEqual(known.name, "")

    def test_sameAgain(self) -> None:
        """
        A phone that asks for a page each few seconds costs no write each
        time, and still counts as seen.
        """
        facts = Facts(MAC, product="C610")
        report(self.registry, facts, 100.0)
        before = self.registry.journal.number
        report(self.registry, facts, 100.0 + RENEWAL / 2)
        self.assertEqual(self.registry.journal.number, before)
        report(self.registry, facts, 100.0 + RENEWAL)
        self.assertEqual(self.registry.checkins[MAC].seen, 100.0 + RENEWAL)

    def test_guestsGiveWay(self) -> None:
        """
        However many strangers report, a thousand are kept, the oldest one
        gives way, and no added device is forgotten for them.
        """
        self.registry.put(Device(MAC, "", "", "", "", "", 0.0))
        report(self.registry, Facts(MAC), 0.0)
        for number in range(GUESTS + 5):
            report(self.registry, Facts(f"{number + 1:012X}"), number + 1.0)
        kept = guests(self.registry)
        self.assertEqual(len(kept), GUESTS)
        self.assertEqual(min(guest.seen for guest in kept), 6.0)
        self.assertIn(MAC, self.registry.checkins)

    def test_deviceNeedsNoRoom(self) -> None:
        """
        A device that somebody added reports also when the guests are full,
        and no guest gives way for it.
        """
        for number in range(GUESTS):
            report(self.registry, Facts(f"{number + 1:012X}"), number + 1.0)
        self.registry.put(Device(MAC, "", "", "", "", "", 0.0))
        report(self.registry, Facts(MAC), 1e6)
        self.assertEqual(len(guests(self.registry)), GUESTS)


class ValueTests(SynchronousTestCase):
    """
    What becomes of single values.
    """

    def test_factsOf(self) -> None:
        """
        The public address is the one that was seen, whatever the report says.
        """
        told = {"mac": MAC, "public_ip": "8.8.8.8", "name": "Flur", "else": "x"}
        facts = factsOf(told, "192.0.2.1")
        self.assertEqual(facts, Facts(MAC, public_ip="192.0.2.1", name="Flur"))

    def test_addressOf(self) -> None:
        """
        Only an address is an address; a zone could hold any text.
        """
        self.assertEqual(addressOf("192.168.1.2"), "192.168.1.2")
        self.assertEqual(addressOf("FE80:0::1"), "fe80::1")
        for text in ("", "fe80::1%<b>", "1.2.3", "01.2.3.4", "host", "1" * 5000):
            self.assertEqual(addressOf(text), "", text[:20])

    def test_portOf(self) -> None:
        """
        Only 1 to 65535 is a port.
        """
        self.assertEqual(portOf("65535"), 65535)
        for text in ("", "0", "65536", "-1", "8x", "²", "9" * 5000):
            self.assertEqual(portOf(text), 0, text[:20])

    def test_tidy(self) -> None:
        """
        Lone surrogates cannot reach the store, which could not write them.
        """
        self.assertEqual(tidy("\ud800a\tb\u200b"), "ab")
