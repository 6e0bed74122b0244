# -*- test-case-name: tests.info.sources.test_ecbrates -*-
"""
Exchange rates of the European Central Bank: one small XML file a working day.

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
    rates: Mapping[str, float]  #: currency (ISO 4217) -> how many of it


def parse(got: RawDocument) -> ExchangeRates:
    """
    Read C{eurofxref-daily.xml}.
    """
    cubes = list(fromstring(got.body).iter(_CUBE))
    days = [cube.get("time") for cube in cubes if cube.get("time")]
    rates: dict[str, float] = {}
    for cube in cubes:
        currency, rate = cube.get("currency", ""), _rate(cube.get("rate", ""))
        if _CURRENCY.fullmatch(currency) and rate and len(rates) < MOST:
            rates.setdefault(currency, rate)
    if not rates or not days:
        raise SourceError("no exchange rates in it")
    return ExchangeRates(date.fromisoformat(days[0]), rates)


def _rate(text: str) -> float:
    """
    A rate, C{0.0} for what is none.
    """
    try:
        rate = float(text)
    except ValueError:
        return 0.0
    return rate if math.isfinite(rate) and rate > 0 else 0.0


def ecb(url: str) -> Source:
    """
    The source, at an address.
    """
    fresh = Freshness(1800, 3600, 6 * 3600)
    return Source("ecb", lambda key, now: url, parse, fresh, XML)
