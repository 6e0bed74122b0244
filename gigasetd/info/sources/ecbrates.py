# -*- test-case-name: tests.info.sources.test_ecbrates -*-
"""
Exchange rates of the European Central Bank: a small XML file each working day.

Layer 0 (values).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from defusedxml.ElementTree import fromstring

from gigasetd.info.sources.interface import (
    XML,
    Freshness,
    RawDocument,
    Source,
    SourceError,
)

CREDIT = "European Central Bank, for information only"
MOST = 100  #: currencies

_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
_CURRENCY = re.compile("[A-Z]{3}")


class ExchangeRates(NamedTuple):
    """
    What one euro is worth.
    """

    day: date
    rates: Mapping[str, float]  #: currency (ISO 4217) -> units per euro


def parse(raw: RawDocument) -> ExchangeRates:
    """
    Parse C{eurofxref-daily.xml}.
    """
    cubes = list(fromstring(raw.body).iter(_CUBE))
    days = [cube.get("time") for cube in cubes if cube.get("time")]
    rates: dict[str, float] = {}
    for cube in cubes:
        currency, rate = cube.get("currency", ""), _rate(cube.get("rate", ""))
        if _CURRENCY.fullmatch(currency) and rate and len(rates) < MOST:
            rates.setdefault(currency, rate)
    if not rates or not days:
        raise SourceError("the document has no exchange rates")
    return ExchangeRates(date.fromisoformat(days[0]), rates)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        return 0.0
    return rate if math.isfinite(rate) and rate > 0 else 0.0


def ecb(url: str) -> Source:
    """
    Build the source.

    @param url: of the file.
    """
    fresh = Freshness(1800, 3600, 6 * 3600)
    return Source("ecb", lambda key, now: url, parse, fresh, XML)
