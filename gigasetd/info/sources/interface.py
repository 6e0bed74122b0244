# -*- test-case-name: tests.info.sources.test_openmeteo -*-
"""
What a source is: how a key becomes an address, how the answer is read, how
long it stays good, and who is to be thanked.

Layer 0 (values).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple
from urllib.parse import urlencode


class SourceError(ValueError):
    """
    A source cannot be asked, or has said something that is none of its
    answers; the text, which names no address, is told to people.
    """


class RawDocument(NamedTuple):
    """
    One answer, as it came.
    """

    body: bytes
    key: str = ""  #: what was asked for
    now: float = 0.0  #: when it came, epoch seconds
    kind: str = ""  #: its C{Content-Type}


class Freshness(NamedTuple):
    """
    How long an answer stays good, in seconds: C{usual} where the answer itself
    does not tell, else what it tells within the other two.
    """

    shortest: float
    usual: float
    longest: float


def never(value: Any) -> float:
    """
    Most values don't say how long they stay good.
    """
    return 0.0


class Source(NamedTuple):
    """
    One place that can be asked.
    """

    name: str
    url: Callable[[str, float], str]  #: of key and now; raises L{SourceError}
    parse: Callable[
        [RawDocument], Any
    ]  #: raises L{SourceError}, or what a parser raises
    fresh: Freshness
    kinds: tuple[str, ...] = ()  #: beginnings of the media types it may answer
    guarded: bool = False  #: the address is an owner's: only global addresses
    trusted: frozenset[str] = frozenset()  #: keys that the operator has given
    absent: Any = None  #: what C{404} means, L{None} where it is a fault
    isolatedType: Any = None
    """The type of its value where it is read in a process of its own."""
    reparseAfter: float = inf
    """Seconds after which the same document has another value, as a calendar has
    other days to come."""
    lasts: Callable[[Any], float] = never  #: seconds that the value itself asks for

    def guards(self, key: str) -> bool:
        """
        Whether the address of a key has to be looked at.
        """
        return self.guarded and key not in self.trusted


JSON = ("application/json", "text/json", "text/javascript", "application/geo+json")
XML = ("application/xml", "text/xml")


def coordinates(key: str) -> tuple[float, float]:
    """
    The latitude and longitude that a key begins with.

    @raise BadSource: it does not.
    """
    parts = key.split(",")
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        raise SourceError("no coordinates") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise SourceError("no coordinates of the earth")
    return latitude, longitude


def withQuery(base: str, **parameters: str | float) -> str:
    """
    An address with parameters, which may have some already.
    """
    return base + ("&" if "?" in base else "?") + urlencode(parameters, safe=",")


def jsonObject(got: RawDocument) -> dict[str, Any]:
    """
    The JSON object of an answer.

    @raise BadSource: there is none.
    """
    try:
        told = json.loads(got.body)
    except (ValueError, RecursionError):
        raise SourceError("not JSON") from None
    if not isinstance(told, dict):
        raise SourceError("not the expected JSON")
    return told


def table(told: Any, name: str) -> dict[str, Any]:
    """
    An object inside another, an empty one where there is none.
    """
    inner = told.get(name) if isinstance(told, dict) else None
    return inner if isinstance(inner, dict) else {}


def rows(told: Any, name: str, most: int = 1000) -> list[Any]:
    """
    A list inside an object, an empty one where there is none.
    """
    inner = told.get(name) if isinstance(told, dict) else None
    return inner[:most] if isinstance(inner, list) else []


def text(value: Any, most: int = 500) -> str:
    """
    A text that a source tells, C{""} for anything else.
    """
    return value[:most] if isinstance(value, str) else ""


def real(value: Any) -> float | None:
    """
    A number that a source tells, L{None} for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if -1e9 < value < 1e9 else None
