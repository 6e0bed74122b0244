# -*- test-case-name: tests.info.places.test_gazetteer -*-
"""
Loads the cities that are part of gigasetd.

Layer 3 (I/O).
"""

from __future__ import annotations

import gzip
from importlib.resources import files

from gigasetd.info.places.gazetteer import Gazetteer


def loadGazetteer(places: Gazetteer) -> Gazetteer:
    """
    Fill the gazetteer. Takes some tenths of a second, so call it in a thread.
    """
    packed = files("gigasetd.info.places").joinpath("data/places.tsv.gz").read_bytes()
    places.fill(gzip.decompress(packed).decode("utf-8"))
    return places
