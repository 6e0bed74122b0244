"""
Tests of L{gigasetd.info.places.gazetteer}, L{gigasetd.info.places.place} and
L{gigasetd.info.places.load}, with the places that are shipped.
"""

from __future__ import annotations

from timeit import timeit
from zoneinfo import ZoneInfo

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.places.gazetteer import Gazetteer, foldName
from gigasetd.info.places.load import loadGazetteer

BOCHOLT = 2947421


class PlacesTests(SynchronousTestCase):
    """
    L{Gazetteer}.
    """

    places = Gazetteer()

    def setUp(self) -> None:
        """
        Read them, once.
        """
        if not len(self.places):
            loadGazetteer(self.places)

    def first(self, text: str, country: str = "DE", language: str = "de") -> str:
        """
        The place that comes first.
        """
        found = self.places.search(text, country, language, 5)
        return f"{found[0].name}, {found[0].country}" if found else ""

    def test_many(self) -> None:
        """
        There are the towns of the whole world, each with a time zone.
        """
        self.assertGreater(len(self.places), 30000)
        place = self.places.get(BOCHOLT)
        assert place is not None
        self.assertEqual((place.name, place.country), ("Bocholt", "DE"))
        self.assertEqual(place.weather, "51.84,6.62,Europe/Berlin")
        self.assertEqual(place.spot, "51.84,6.62")
        self.assertTrue(ZoneInfo(place.zone))
        self.assertIsNone(self.places.get(1))

    def test_names(self) -> None:
        """
        A town is found by its names in other languages.
        """
        for text in ("Wien", "Vienna", "Vienne", "Wenen", "Viyana", "Вена", "Βιέννη"):
            self.assertEqual(self.first(text), "Wien, AT", text)
        for text in ("Mailand", "Milano", "Milan", "Милан"):
            self.assertEqual(self.first(text), "Milano, IT", text)

    def test_spellings(self) -> None:
        """
        And in any usual spelling.
        """
        pairs = {
            "München, DE": ("München", "MÜNCHEN", "muenchen", "munchen", "Munchen "),
            "Köln, DE": ("Köln", "koeln", "Koln", "cologne"),
            "Göttingen, DE": ("goettingen", "göttingen", "GÖTTINGEN"),
            "Weißenburg in Bayern, DE": ("Weißenburg", "weissenburg"),
            "Łódź, PL": ("lodz", "Łódź"),
            "Istanbul, TR": ("İstanbul", "istanbul", "ISTANBUL"),
            "Århus, DK": ("Aarhus", "århus"),
        }  # fmt: skip
        for name, texts in pairs.items():
            for text in texts:
                self.assertEqual(self.first(text, name[-2:]), name, text)

    def test_order(self) -> None:
        """
        The likeliest comes first: of that name, of one's own country, large.
        """
        self.assertEqual(self.first("Frankfurt"), "Frankfurt am Main, DE")
        self.assertEqual(self.first("Halle"), "Halle (Saale), DE")
        self.assertEqual(self.first("Halle", "BE", "nl"), "Halle, BE")
        self.assertEqual(self.first("Homburg"), "Homburg, DE")
        self.assertEqual(self.first("Vienna", "US", "en"), "Vienna, US")
        self.assertEqual(self.first("Paris", "US", "en"), "Paris, US")
        self.assertEqual(self.first("Paris"), "Paris, FR")
        self.assertEqual(self.first("Paris", "GB", "en"), "Paris, FR")
        self.assertEqual(self.first("Berlin", "GB", "en"), "Berlin, DE")
        self.assertIn("Neustadt", self.first("Neustadt", ""))

    def test_beginnings(self) -> None:
        """
        Some letters are enough, also of a later word or from within.
        """
        self.assertEqual(self.first("boch"), "Bochum, DE")
        self.assertEqual(self.first("gladbach"), "Bergisch Gladbach, DE")
        self.assertIn("Homburg", self.first("bad homb"))
        names = [one.name for one in self.places.search("mün", "DE", "de", 3)]
        self.assertEqual(names[:2], ["München", "Münster"])
        self.assertTrue(self.first("ü"))

    def test_nothing(self) -> None:
        """
        Whatever else is typed finds nothing and does no harm.
        """
        for text in ("", " ", "\n", "|", "\t", "%", "xyzzyx", "☺", "\0", "x" * 9999):
            self.assertEqual(self.places.search(text, "DE", "de", 5), [], repr(text))
        self.assertEqual(Gazetteer().search("Wien"), [])
        self.assertEqual(len(self.places.search("a", "", "", 7)), 7)

    def test_near(self) -> None:
        """
        A point has a town near it, except out at sea.
        """
        near = self.places.nearest(51.84, 6.62)
        assert near is not None
        self.assertEqual(near.id, BOCHOLT)
        self.assertIsNone(self.places.nearest(0.0, -150.0))
        self.assertIsNotNone(self.places.nearest(-17.8, 179.99))

    def test_largest(self) -> None:
        """
        A country has a largest town to begin with.
        """
        for country, name in {"DE": "Berlin", "AT": "Wien", "LI": "Vaduz"}.items():
            place = self.places.largest(country)
            assert place is not None
            self.assertEqual(place.name, name)
        self.assertIsNone(self.places.largest("XX"))

    def test_quick(self) -> None:
        """
        A search holds nobody up.
        """
        for text in ("a", "an", "mün", "neustadt", "xyzzyx"):
            seconds = min(
                timeit(lambda t=text: self.places.search(t, "DE", "de", 8), number=1)
                for _ in range(5)
            )
            self.assertLess(seconds, 0.05, text)

    def test_folded(self) -> None:
        """
        What is folded stays as it is when it is folded again.
        """
        for text in ("Sankt Pölten-Land", "L'Aquila", "Weißenfels", "Ærø", "Αθήνα"):
            self.assertEqual(foldName(foldName(text)), foldName(text))
