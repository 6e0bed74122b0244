"""
Tests of L{gigasetd.info.services.menuchoice}.
"""

from __future__ import annotations

from tests.info.case import InfoCase


class ChoiceTests(InfoCase):
    """
    The selection and order of services.
    """

    def setUp(self) -> None:
        """
        A handset that has asked before.
        """
        super().setUp()
        self.fetch("menu")

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
