"""
Tests of L{gigasetd.info.services.nicknames}.
"""

from __future__ import annotations

from tests.info.case import NUMBER, InfoCase, account


class PeopleTests(InfoCase):
    """
    The directory of nicknames.
    """

    def setUp(self) -> None:
        """
        Some people.
        """
        super().setUp()
        for number, name in (("30002", "Bob"), ("30003", "Bärbel"), ("30004", "")):
            self.registry.put(account(number, name))

    def test_search(self) -> None:
        """
        People are found by any part of their nickname, in any case, or by
        their number, and called by a link; oneself is not.
        """
        self.assertEqual(self.links("people_hits", q="BO"), ["wtai://wp/mc;30002#9"])
        self.assertEqual(self.links("people_hits", q="bel"), ["wtai://wp/mc;30003#9"])
        self.assertEqual(self.links("people_hits", q="30003"), ["wtai://wp/mc;30003#9"])
        self.assertEqual(len(self.links("people_hits")), 2)
        self.registry.put(account("30009", "Abo"))
        for found in ("30002", "30009"), ("30009", "30002"):
            wanted = "bo" if found[0] == "30002" else ""
            hits = self.links("people_hits", q=wanted)
            self.assertEqual(hits[0], f"wtai://wp/mc;{found[0]}#9")
        self.registry.put(account("30009"))
        self.assertIn("Niemand", self.shown("people_hits", q="Zoë"))
        self.assertIn("Niemand", self.shown("people_hits", q="30004"))

    def test_many(self) -> None:
        """
        Many hits are some pages.
        """
        for number in range(41000, 41100):
            self.registry.put(account(str(number), f"Name {number}"))
        found = self.links("people_hits", q="name")
        self.assertEqual(found[-1].partition("&at=")[0], "people_hits?q=name")
        self.assertLess(len(found), 16)

    def test_change(self) -> None:
        """
        One's own nickname is entered, changed and deleted on the phone.
        """
        self.assertIn("Zoë", self.fetch("people_mine").decode())
        self.assertIn("Gespeichert", self.shown("people_named", nickname=" Zora "))
        self.assertEqual(self.registry.accounts[NUMBER].nickname, "Zora")
        self.assertEqual(self.registry.nicknames["zora"], NUMBER)
        self.assertIn("Gelöscht", self.shown("people_named", nickname=""))
        self.assertEqual(self.registry.accounts[NUMBER].nickname, "")
        self.shown("people_named", nickname="Zora")
        self.assertIn("people_unnamed", self.links("people"))
        self.shown("people_unnamed")
        self.assertNotIn("people_unnamed", self.links("people"))
        self.assertNotIn("zora", self.registry.nicknames)

    def test_longest(self) -> None:
        """
        The longest name that there may be can be entered and is shown whole.
        """
        self.shown("people_named", nickname="N" * 32)
        field = self.body("people_mine").find(".//input[@type='text']")
        self.assertEqual((field.get("value"), field.get("maxlength")), ("N" * 32, "32"))

    def test_refused(self) -> None:
        """
        A nickname that somebody has, or that has no form, is asked for again,
        with the reason.
        """
        self.assertIn("vergeben", self.shown("people_named", nickname="BOB"))
        for name in ("x" * 33, "日本", "a\tb"):
            self.assertIn("1 bis 32", self.shown("people_named", nickname=name))
        self.assertEqual(self.registry.accounts[NUMBER].nickname, "Zoë")

    def test_off(self) -> None:
        """
        With calls switched off, there is no directory.
        """
        self.registry.put(account(NUMBER, "", "voip"))
        for page in ("people", "people_hits", "people_named"):
            self.assertIn("ausgeschaltet", self.shown(page, nickname="Zora"))
        self.assertEqual(self.registry.accounts[NUMBER].nickname, "")

    def test_stranger(self) -> None:
        """
        Who may not see the device changes nothing and finds nobody.
        """
        self.fetch("people_named", "", nickname="Evil")
        self.fetch("people_unnamed", "")
        self.assertEqual(self.registry.accounts[NUMBER].nickname, "Zoë")
        self.assertNotIn("Bob", self.shown("people_hits", ""))

    def test_hostile(self) -> None:
        """
        A nickname that looks like markup is text.
        """
        self.registry.put(account("30005", "<b>&\"'"))
        self.assertIn("<b>&\"'", self.shown("people_hits"))
