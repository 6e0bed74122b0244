# -*- test-case-name: tests.info.sources.test_jsondocument -*-
"""
Any JSON document, for the pages that an operator adds.

Layer 0 (values).
"""

from __future__ import annotations

import json
from typing import Any

from gigasetd.info.sources.interface import (
    JSON,
    Freshness,
    RawDocument,
    Source,
    SourceError,
)

DEEPEST = 20  #: lists and objects inside one another
MOST = 50000  #: values in all


def source() -> Source:
    """
    The source; its keys are addresses that the operator's own pages name, and
    which are trusted therefore.
    """
    fresh = Freshness(60, 900, 86400)
    return Source("json", lambda key, now: key, parse, fresh, (*JSON, "text/plain"))


def parse(got: RawDocument) -> Any:
    """
    Read a document.
    """
    try:
        told = json.loads(got.body, parse_constant=_noNumber)
    except (ValueError, RecursionError):
        raise SourceError("not JSON") from None
    level, depth, seen = [told], 0, 0
    while level:
        depth, seen = depth + 1, seen + len(level)
        if depth > DEEPEST + 1 or seen > MOST:
            raise SourceError("too deep or too large")
        level = [inner for value in level for inner in _inside(value)]
    return told


def _inside(value: Any) -> list[Any]:
    """
    What a value holds.
    """
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _noNumber(text: str) -> Any:
    """
    JSON has no C{NaN} (RFC 8259 section 6).
    """
    raise ValueError(text)
