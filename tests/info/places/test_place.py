"""
Tests of L{gigasetd.info.places.place}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.places.place import Place
from gigasetd.info.sources.forecast import zoneOf
from gigasetd.info.sources.interface import coordinates


class KeyTests(SynchronousTestCase):
    """
    The keys of sources.
    """

    place = Place(1, "X", "DE", "", 51.83879, -6.61531, 100, "Europe/Berlin")

    def test_rounded(self) -> None:
        """
        A source learns the place to about a kilometre, not the house.
        """
        self.assertEqual(self.place.spot, "51.84,-6.62")
        self.assertEqual(self.place.weather, "51.84,-6.62,Europe/Berlin")

    def test_parsed(self) -> None:
        """
        Sources can parse the keys.
        """
        self.assertEqual(coordinates(self.place.spot), (51.84, -6.62))
        self.assertEqual(zoneOf(self.place.weather).key, self.place.zone)
