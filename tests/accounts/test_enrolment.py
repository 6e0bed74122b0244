"""
Tests for L{gigasetd.accounts.enrolment}, L{gigasetd.accounts.validation} and
L{gigasetd.auth.passwords}.
"""

from __future__ import annotations

from hashlib import md5

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.enrolment import (
    TRIES,
    addDevice,
    propose,
    stale,
)
from gigasetd.accounts.proposal import Claims, NewDevice
from gigasetd.auth.passwords import weakness
from gigasetd.errors import BadValue, Conflict, Refused
from gigasetd.registry.model import Account
from tests.registry.populated import (
    BOX,
    MAC,
    NOW,
    NUMBER,
    OTHER,
    PASSWORD,
    binding,
    empty,
    inhabited,
    numbering,
    report,
)


class AddTests(SynchronousTestCase):
    """
    What C{device add} promises.
    """

    def add(self, registry, **said):
        """
        Add a device with MAC C{OTHER} unless told otherwise.
        """
        new = NewDevice(**{"mac": OTHER, **said})
        return addDevice(registry, new, numbering(), NOW)

    def refused(self, error, registry, **said):
        """
        Check that nothing happens, and return the reason.
        """
        before = registry.journal.number
        reason = self.assertRaises(error, self.add, registry, **said)
        self.assertEqual(registry.journal.number, before)
        return str(reason)

    def test_asGiven(self):
        """
        What the operator says is what is stored.
        """
        registry = empty()
        made = self.add(
            registry,
            mac="7c:2f:80:aa:aa:02",
            number="123",
            password=PASSWORD,
            serial="S",
            item_number="I",
            product="P",
            nickname="Bärbel",
            mac_id="ab1z",
        )
        self.assertEqual(
            registry.devices[OTHER], (OTHER, "123", "S", "I", "P", "AB1Z", NOW)
        )
        account = registry.accounts["123"]
        self.assertEqual(
            (account.login, BOX.open(account), account.nickname, account.added),
            ("digest", PASSWORD, "Bärbel", NOW),
        )
        self.assertEqual((made.password, made.numbered, made.warnings), ("", False, ()))

    def test_hash(self):
        """
        SIP digest works with the password from the start.
        """
        registry = empty()
        self.add(registry, number="123", password="pässwörd")
        text = "123:example.net:pässwörd".encode()
        self.assertEqual(registry.accounts["123"].ha1, md5(text).hexdigest())

    def test_generated(self):
        """
        Number and password are made up where nothing is said, and told.
        """
        registry = empty()
        made = self.add(registry)
        number = made.account.number
        self.assertRegex(number, r"\A[2-9][0-9]{7}\Z")
        self.assertEqual(len(made.password), 16)
        self.assertEqual(BOX.open(registry.accounts[number]), made.password)
        self.assertTrue(made.numbered)
        self.assertEqual(weakness("FaPg5JAJxadn4qY6", number), "")

    def test_generatedAvoidsTaken(self):
        """
        A generated number is one that nobody has.
        """
        registry = empty()
        taken = {
            self.add(registry, mac=f"7C2F80BB00{i:02X}").account.number
            for i in range(20)
        }
        self.assertEqual(len(taken), 20)

    def test_noNumberLeft(self):
        """
        Where no free number is found, that is said rather than tried forever.
        """
        turns = []

        def stuck(alphabet, length):
            turns.append(length)
            return alphabet[0] * length

        registry = empty()
        rigged = numbering()._replace(fresh=stuck)
        addDevice(registry, NewDevice(MAC), rigged, NOW)
        self.assertRaises(Refused, addDevice, registry, NewDevice(OTHER), rigged, NOW)
        self.assertLess(len(turns), 3 * TRIES)

    def test_factory(self):
        """
        A device may keep its factory login, whose password nobody knows.
        """
        registry = empty()
        made = self.add(registry, factory=True)
        account = registry.accounts[made.account.number]
        self.assertEqual(
            (account.login, account.password, account.ha1), ("factory", "", "")
        )
        self.assertEqual(made.password, "")

    def test_guestAdopted(self):
        """
        What a guest has told of itself need not be typed again.
        """
        registry = empty()
        registry.put(report(OTHER))
        self.add(registry, product="Mine")
        device = registry.devices[OTHER]
        self.assertEqual(
            (device.serial, device.item_number, device.product),
            ("SER9", "S30852-H2716-R101", "Mine"),
        )
        self.assertEqual(registry.checkins[OTHER], report(OTHER))

    def test_enrolledAdopted(self):
        """
        A number that enrolled by SIP gets its MAC and keeps its log-in and
        its registration.
        """
        registry = empty()
        enrolled = Account("555", "factory", "", "", "Eve", "", NOW - 9, NOW - 5)
        registry.put(enrolled)
        registry.bind("555", (binding("555"),))
        made = self.add(registry, number="555")
        self.assertEqual(registry.accounts["555"], enrolled)
        self.assertEqual(registry.macs["555"], OTHER)
        self.assertEqual(made.password, "")
        self.assertEqual(len(registry.bindings["555"]), 1)

    def test_enrolledNewPassword(self):
        """
        A password given while adopting a number ends what was registered.
        """
        registry = empty()
        registry.put(Account("555", "factory", "", "", "Eve", "", NOW - 9, NOW - 5))
        registry.bind("555", (binding("555"),))
        self.add(registry, number="555", password=PASSWORD)
        account = registry.accounts["555"]
        self.assertEqual((account.login, account.nickname), ("digest", "Eve"))
        self.assertNotIn("555", registry.bindings)

    def test_taken(self):
        """
        MAC, number and nickname each belong to one device, in any spelling.
        """
        registry = inhabited()
        spelt = "-".join(MAC.lower()[i : i + 2] for i in range(0, 12, 2))
        self.assertIn("already been added", self.refused(Conflict, registry, mac=spelt))
        self.assertIn("a device", self.refused(Conflict, registry, number=NUMBER))
        self.assertIn("taken", self.refused(Conflict, registry, nickname="aNNA"))

    def test_badMacs(self):
        """
        What is no MAC is refused, and its text does no harm in the message.
        """
        for text in (
            "",
            "7C2F80AAAA0",
            "7C2F80AAAA0G",
            "\x1b[2J",
            "9" * 100000,
            "\udcff",
        ):
            reason = self.refused(BadValue, empty(), mac=text)
            self.assertTrue(reason.isprintable() and len(reason) < 200, reason)

    def test_reservedMacs(self):
        """
        A well-formed MAC that no device has is not called malformed.
        """
        for text in ("00:00:00:00:00:00", "ffffffffffff"):
            reason = self.refused(BadValue, empty(), mac=text)
            self.assertIn("is not the address of a device", reason)

    def test_badNumbers(self):
        """
        A number has 1 to 15 ASCII digits.
        """
        for text in ("1" * 16, "12a", "+49", "12#9", " 1", "١٢", "²", "\n"):
            self.refused(BadValue, empty(), number=text)
        self.add(empty(), number="1" * 15)

    def test_serviceNumbers(self):
        """
        Nobody becomes the echo test.
        """
        for number in ("12341", "1188"):
            self.assertIn("service", self.refused(Refused, empty(), number=number))

    def test_passwords(self):
        """
        Any text of at most 128 bytes is a password.
        """
        for password in (" ", "x" * 128, "é" * 64, 'a"b\\c:d\te', "\u20ac"):
            registry = empty()
            self.add(registry, number="1", password=password)
            self.assertEqual(BOX.open(registry.accounts["1"]), password)
        for password in ("x" * 129, "é" * 65, "\udc80"):
            self.refused(BadValue, empty(), password=password)

    def test_weakPassword(self):
        """
        A weak password is taken, with a warning.
        """
        for password in ("1234", "20000001x", "password", "aaaabbbb"):
            made = self.add(empty(), number="20000001", password=password)
            self.assertEqual(len(made.warnings), 1, password)

    def test_factoryWithPassword(self):
        """
        A factory login with a password is a contradiction.
        """
        self.refused(BadValue, empty(), factory=True, password=PASSWORD)

    def test_badNicknames(self):
        """
        A nickname is 1 to 32 printable characters of ISO 8859-1.
        """
        for text in ("x" * 33, "a\nb", "a\x00", "Зоя", "x\xadx", " x", "x "):
            self.refused(BadValue, empty(), nickname=text)
        self.add(empty(), nickname="ÿ" * 32)

    def test_badWords(self):
        """
        Free texts are short and printable, a MAC-ID has four characters.
        """
        self.refused(BadValue, empty(), serial="x" * 65)
        self.refused(BadValue, empty(), product="a\tb")
        self.refused(BadValue, empty(), item_number="\x7f")
        for text in ("ABC", "ABCDE", "AB-D", "äbcd"):
            self.refused(BadValue, empty(), mac_id=text)

    def test_stale(self):
        """
        A proposal is no longer good once somebody else took what it needs.
        """
        for said in ({"mac": OTHER}, {"number": "777"}, {"nickname": "bob"}):
            registry = empty()
            new = NewDevice(OTHER, "777", nickname="Bob")
            proposal = propose(registry, new, numbering(), Claims(), NOW)
            self.assertFalse(stale(registry, proposal))
            self.add(registry, **{"mac": MAC, **said})
            self.assertTrue(stale(registry, proposal), said)
