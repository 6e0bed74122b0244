# -*- test-case-name: tests.info.places.test_place -*-
"""
A city.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """
    A city, from GeoNames.
    """

    id: int  #: the GeoNames number
    name: str
    country: str  #: ISO 3166, two letters
    region: str  #: code of the first-order division, C{""} for none
    latitude: float
    longitude: float
    population: int
    zone: str  #: time zone of the tz database

    @property
    def weather(self) -> str:
        """
        Return the key of the weather sources.
        """
        return f"{self.spot},{self.zone}"

    @property
    def spot(self) -> str:
        """
        Return the key of warnings and pollen. Rounded to about a kilometre, so
        that neighbours share a request and no house is disclosed.
        """
        return f"{self.latitude:.2f},{self.longitude:.2f}"
