"""
Tests of L{gigasetd.info.services.ownnumber}.
"""

from __future__ import annotations

from tests.info.case import InfoCase, account, bound


class PhoneTests(InfoCase):
    """
    This phone, and who is registered.
    """

    def test_registered(self) -> None:
        """
        Who can be reached is listed and can be called; who cannot is not.
        """
        for number, nickname in (("30002", "Bob"), ("30003", ""), ("30004", "Eve")):
            self.registry.put(account(number, nickname))
            self.registry.bind(number, bound(number))
        self.gone = {"30004"}
        page = self.fetch("phone")
        self.assertIn(b'<a href="wtai://wp/mc;30002#9">Bob</a>', page)
        self.assertIn(b'<a href="wtai://wp/mc;30003#9">30003</a>', page)
        self.assertNotIn(b"30004", page)
        self.assertIn("30001#9", self.shown("phone"))

    def test_many(self) -> None:
        """
        However many are registered, the page stays one that a phone can load.
        """
        for number in range(40000, 40500):
            self.registry.put(account(str(number), f"Nickname of {number}"))
            self.registry.bind(str(number), bound(str(number)))
        self.assertEqual(len(self.links("phone")), 8)
        self.assertIn("und weitere", self.shown("phone"))
