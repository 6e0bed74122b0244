# -*- test-case-name: tests.info.places.test_gazetteer -*-
"""
One place of the earth.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """
    A town, as GeoNames knows it.
    """

    id: int  #: of GeoNames
    name: str
    country: str  #: ISO 3166, two letters
    region: str  #: code of the first-order division, C{""} where none is told
    latitude: float
    longitude: float
    population: int
    zone: str  #: of the tz database

    @property
    def weather(self) -> str:
        """
        The key of its weather.
        """
        return f"{self.spot},{self.zone}"

    @property
    def spot(self) -> str:
        """
        The key of its warnings and its pollen: some kilometres of the earth, so
        that neighbours share one question and nobody's house is told.
        """
        return f"{self.latitude:.2f},{self.longitude:.2f}"
