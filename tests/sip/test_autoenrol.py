"""
Tests for L{gigasetd.sip.autoenrol}.
"""

from __future__ import annotations

from gigasetd.accounts.enrolment import removeDevice
from gigasetd.registry.subject import subjectOf
from tests.sip.jar import ALICE
from tests.sip.test_factorylogin import ELSEWHERE, LAN, SECRET, STRANGERS, Case


class EnrolTests(Case):
    """
    C{sip.enrol = "lan"}.
    """

    settings = {"enrol": "lan", "max_enrolled": 3}

    def test_comesByItself(self) -> None:
        """
        A phone of the LAN gets an account by registering, and keeps it.
        """
        phone = self.jar.phone("30000001", LAN, password=SECRET)
        self.assertEqual(self.register(phone), 200)
        account = self.jar.registry.accounts["30000001"]
        self.assertEqual((account.login, account.password), ("factory", ""))
        self.assertEqual(self.register(self.neighbour("30000001")), 401)
        self.assertEqual(self.register(phone), 200)

    def test_fromElsewhere(self) -> None:
        """
        Nobody else does.
        """
        for number in STRANGERS:
            self.assertEqual(self.register(self.jar.phone(number, ELSEWHERE)), 401)
            self.jar.rules.guard.sources.proven(ELSEWHERE)

    def test_reserved(self) -> None:
        """
        Service numbers, and what is no number, are nobody's.
        """
        for number in ("12341", "12340", "1188", "anna", "1234567890123456"):
            self.assertEqual(self.register(self.jar.phone(number, LAN)), 401, number)

    def test_bounded(self) -> None:
        """
        Only so many come by themselves; a device that is added makes room.
        """
        # FACTORY has no device either.
        for number, code in (("31", 200), ("32", 200), ("33", 401), ("33", 401)):
            self.assertEqual(self.register(self.jar.phone(number, LAN)), code)
        self.assertEqual(self.register(self.jar.phone("31", LAN)), 200)
        removeDevice(self.jar.registry, subjectOf(self.jar.registry, "32"))
        self.jar.advance(11)
        self.assertEqual(self.register(self.jar.phone("33", LAN)), 200)

    def test_digestStaysDigest(self) -> None:
        """
        A number with a password is not to be had this way.
        """
        self.assertEqual(self.register(self.jar.phone(ALICE, LAN, password="x")), 401)
        self.assertIn("qop", self.jar.phone(ALICE, LAN).challenged())
