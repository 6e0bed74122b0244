# -*- test-case-name: tests.info.sources.test_interface -*-
"""
What a source is: how a key becomes a URL, how the response is parsed, and how
long it stays fresh.

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
    A source cannot be queried, or its response is not usable. People read the
    text; it must not contain the address.
    """


class RawDocument(NamedTuple):
    """
    One response of a source.
    """

    body: bytes
    key: str = ""  #: the requested key
    now: float = 0.0  #: when it was received, epoch seconds
    kind: str = ""  #: its C{Content-Type}


class Freshness(NamedTuple):
    """
    How long a response stays fresh, in seconds: C{usual} where the response
    does not say, else what it says, within the other two.
    """

    shortest: float
    usual: float
    longest: float


def never(value: Any) -> float:
    """
    Return the time to live of a value that has none.
    """
    return 0.0


class Source(NamedTuple):
    """
    A source of information: where it is and how it is parsed.
    """

    name: str
    url: Callable[[str, float], str]  #: from key and now; raises L{SourceError}
    parse: Callable[
        [RawDocument], Any
    ]  #: raises L{SourceError}, or what a parser raises
    fresh: Freshness
    kinds: tuple[str, ...] = ()  #: prefixes of accepted media types
    guarded: bool = False  #: the URL is an owner's: public addresses only
    trusted: frozenset[str] = frozenset()  #: keys from the operator's configuration
    absent: Any = None  #: the value for status C{404}; L{None}: C{404} is a fault
    isolatedType: Any = None
    """Type of its value where it is parsed in a separate process; else L{None}."""
    reparseAfter: float = inf
    """Seconds after which an unchanged document has another value: a calendar's next
    days, for example."""
    lasts: Callable[[Any], float] = never  #: seconds to live that the value asks for

    def guards(self, key: str) -> bool:
        """
        Whether the URL of a key must be checked.
        """
        return self.guarded and key not in self.trusted


JSON = ("application/json", "text/json", "text/javascript", "application/geo+json")
XML = ("application/xml", "text/xml")


def coordinates(key: str) -> tuple[float, float]:
    """
    Parse the latitude and longitude at the beginning of a key.

    @raise SourceError: there are none.
    """
    parts = key.split(",")
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        raise SourceError("no valid coordinates") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise SourceError("no valid coordinates")
    return latitude, longitude


def withQuery(base: str, **parameters: str | float) -> str:
    """
    Add parameters to a URL, which may have some already.
    """
    return base + ("&" if "?" in base else "?") + urlencode(parameters, safe=",")


def jsonObject(raw: RawDocument) -> dict[str, Any]:
    """
    Parse the JSON object of a response.

    @raise SourceError: it is not a JSON object.
    """
    try:
        value = json.loads(raw.body)
    except (ValueError, RecursionError):
        raise SourceError("not JSON") from None
    if not isinstance(value, dict):
        raise SourceError("unexpected JSON document")
    return value


def table(parent: Any, name: str) -> dict[str, Any]:
    """
    Return a member that is an object; an empty one for anything else.
    """
    inner = parent.get(name) if isinstance(parent, dict) else None
    return inner if isinstance(inner, dict) else {}


def rows(parent: Any, name: str, most: int = 1000) -> list[Any]:
    """
    Return a member that is a list; an empty one for anything else.
    """
    inner = parent.get(name) if isinstance(parent, dict) else None
    return inner[:most] if isinstance(inner, list) else []


def text(value: Any, most: int = 500) -> str:
    """
    Return a string, cut to C{most} characters; C{""} for anything else.
    """
    return value[:most] if isinstance(value, str) else ""


def real(value: Any) -> float | None:
    """
    Return a number as float; L{None} for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if -1e9 < value < 1e9 else None
