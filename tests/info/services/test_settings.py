"""
Tests of L{gigasetd.info.services.settings} and
L{gigasetd.info.services.menuchoice}.
"""

from __future__ import annotations

from tests.info.case import BOCHOLT, GUEST, InfoCase


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

    def test_city(self) -> None:
        """
        A city is searched, chosen from what is found, and counts at once.
        """
        self.assertIn("GeoNames", self.shown("city"))
        found = self.links("city", q="bo")
        self.assertEqual(found, [f"city?id={BOCHOLT.id}"])
        self.assertIn("Deutschland", self.shown("city", q="bo"))
        self.assertIn("Gespeichert", self.shown("city", id=str(BOCHOLT.id)))
        self.assertEqual(self.profile.place, str(BOCHOLT.id))
        self.assertIn("Bocholt", self.shown("settings"))

    def test_noCity(self) -> None:
        """
        What is not found is asked for again; a wrong id changes nothing.
        """
        before = self.profile
        self.assertIn("Keine solche Stadt", self.shown("city", q="<Nirgends>"))
        for id in ("1", "-1", "9" * 50, "x", "²"):
            self.body("city", id=id)
        self.assertEqual(self.profile, before)

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

    def test_choose(self) -> None:
        """
        Boxes, some a page: what is not ticked leaves the menu, the others
        stay.
        """
        first = self.body("choose")[0]
        self.assertEqual(first.get("action"), "choose_0")
        boxes = [box.get("name") for box in first.iter("input")][:-1]
        self.assertEqual(len(boxes), 8)
        told = {name: "1" for name in boxes if name != "s_weather"}
        second = self.body("choose_0", **told)[0]
        self.assertEqual(second.get("action"), "choose_8")
        self.assertNotIn("weather", self.links("menu"))
        self.assertIn("pollen", self.links("menu"))
        self.assertIn("Gespeichert", self.shown("choose_8", s_rates="1"))
        self.assertIn("rates", self.links("menu"))
        self.assertNotIn("pollen", self.links("menu"))

    def test_none(self) -> None:
        """
        With nothing ticked, the settings are still there.
        """
        self.shown("choose_0")
        self.shown("choose_8")
        self.assertEqual(self.links("menu"), ["settings", "access"])

    def test_order(self) -> None:
        """
        Choosing a service moves it up by one place.
        """
        before = [one for one in self.links("order") if "at=" not in one]
        self.assertEqual(before[1], "order?up=weather")
        self.shown("order", up="weather")
        self.assertEqual(self.links("order")[0], "order?up=weather")
        self.shown("order", up="weather")
        self.shown("order", up="<x>")
        self.assertEqual(self.links("order")[0], "order?up=weather")

    def test_ticker(self) -> None:
        """
        The same for the idle display.
        """
        self.shown("choose_ticker0", s_sky="1", s_weather="1")
        self.assertEqual(self.profile.ticker, "weather sky")
        self.assertIn("Sonne", self.shown("request.do"))
        self.assertEqual(self.links("order_ticker")[1], "order_ticker?up=sky")
        self.shown("order_ticker", up="sky")
        self.assertEqual(self.profile.ticker, "sky weather")

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
