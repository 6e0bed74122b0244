"""
Tests of L{gigasetd.info.services.city}.
"""

from __future__ import annotations

from tests.info.case import BOCHOLT, InfoCase


class CityTests(InfoCase):
    """
    The city of a handset.
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
