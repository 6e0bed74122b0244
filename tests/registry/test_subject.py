"""
Tests for L{gigasetd.registry.subject}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.enrolment import addDevice, removeDevice
from gigasetd.accounts.proposal import NewDevice
from gigasetd.errors import Unknown
from gigasetd.registry.model import Account
from gigasetd.registry.subject import shown, subjectOf, subjects
from tests.registry.populated import (
    MAC,
    NOW,
    NUMBER,
    OTHER,
    empty,
    inhabited,
    numbering,
    report,
)


class SubjectTests(SynchronousTestCase):
    """
    An operator names a device by number or MAC.
    """

    def test_spellings(self):
        """
        Number and MAC, however written, mean the same device.
        """
        registry = inhabited()
        whole = subjectOf(registry, NUMBER)
        self.assertEqual((whole.mac, whole.number), (MAC, NUMBER))
        for text in (MAC, MAC.lower(), "7c:2f:80:aa:aa:01", "7C-2F-80-AA-AA-01"):
            self.assertEqual(subjectOf(registry, text), whole)

    def test_numberFirst(self):
        """
        Twelve digits are a number where there is such a number, else a MAC.
        """
        registry, digits = empty(), "123456789012"
        addDevice(registry, NewDevice(digits, "5"), numbering(), NOW)
        self.assertEqual(subjectOf(registry, digits).number, "5")
        addDevice(registry, NewDevice(MAC, digits), numbering(), NOW)
        self.assertEqual(subjectOf(registry, digits).mac, MAC)

    def test_parts(self):
        """
        Guests and numbers without a device can be named too.
        """
        registry = empty()
        registry.put(report(MAC))
        registry.put(Account("5", "factory", "", "", "", "", NOW, NOW))
        self.assertEqual(subjectOf(registry, MAC).number, "")
        self.assertEqual(subjectOf(registry, "5").mac, "")

    def test_unknown(self):
        """
        Nobody else is meant, and the message shows no control characters.
        """
        for text in ("", OTHER, "99", "\x1b]0;x\x07", "\udcff", "x" * 10000):
            error = self.assertRaises(Unknown, subjectOf, inhabited(), text)
            self.assertTrue(str(error).isprintable())
            self.assertLess(len(str(error)), 100)

    def test_list(self):
        """
        A list has each device and each number once, and no guests; who goes
        while it is read does no harm.
        """
        registry = inhabited()
        registry.put(report(OTHER))
        registry.put(Account("5", "factory", "", "", "", "", NOW, NOW))
        told = [(each.mac, each.number) for each in subjects(registry)]
        self.assertEqual(told, [(MAC, NUMBER), ("", "5")])
        reading = subjects(registry)
        next(reading)
        removeDevice(registry, subjectOf(registry, "5"))
        self.assertEqual(list(reading), [])

    def test_shown(self):
        """
        Ordinary text is shown as it is.
        """
        self.assertEqual(shown("Bärbel"), "'Bärbel'")
