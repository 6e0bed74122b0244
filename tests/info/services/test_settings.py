"""
Tests of L{gigasetd.info.services.settings}.
"""

from __future__ import annotations

from tests.info.case import GUEST, InfoCase


class SettingsTests(InfoCase):
    """
    What owners set on the phone.
    """

    def setUp(self) -> None:
        """
        A handset that has asked before.
        """
        super().setUp()
        self.fetch("menu")

    def test_born(self) -> None:
        """
        The date of birth in three fields; empty ones delete it.
        """
        self.assertIn("Gespeichert", self.shown("born", d="29", m="2", y="1980"))
        self.assertEqual(self.profile.born, "1980-02-29")
        self.assertIn(b'value="1980"', self.fetch("born"))
        for d, m, y in (
            ("31", "2", "1980"), ("1", "1", "1066"), ("1", "1", "2999"),
            ("x", "1", "1980"), ("", "1", "1980"), ("²", "1", "1980"),
        ):  # fmt: skip
            self.assertIn("Diesen Tag gibt es nicht", self.shown("born", d=d, m=m, y=y))
        self.assertEqual(self.profile.born, "1980-02-29")
        self.shown("born", d="", m="", y="")
        self.assertEqual(self.profile.born, "")

    def test_language(self) -> None:
        """
        The language for phones that have none of ours.
        """
        self.assertIn("Türkçe", self.shown("language"))
        self.shown("language", code="tr")
        self.assertEqual(self.profile.language, "tr")
        self.shown("language", code="xx")
        self.assertEqual(self.profile.language, "tr")
        self.shown("language", code="")
        self.assertEqual(self.profile.language, "")

    def test_delete(self) -> None:
        """
        Deleting asks once, and then the handset is as at its first use.
        """
        self.shown("born", d="1", m="2", y="1980")
        self.assertIn("settings_deleted", self.links("settings_delete"))
        self.assertIn("gelöscht", self.shown("settings_deleted"))
        self.assertIsNone(self.profile)
        self.fetch("request.do")
        self.assertEqual(self.profile.born, "")

    def test_others(self) -> None:
        """
        Who may not see the device, or is a guest, sets nothing.
        """
        before = self.profile
        for mac in ("", GUEST):
            for page in ("born", "language", "choose_0", "settings_deleted", "order"):
                self.fetch(page, mac, d="1", m="1", y="1980", code="tr", up="sky")
        self.assertEqual(self.registry.profiles, {before.mac: {before.handset: before}})
