# -*- test-case-name: tests.info.sources.test_jsondocument -*-
"""
Any JSON document, for the operator's own pages.

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

DEEPEST = 20  #: nested lists and objects
MOST = 50000  #: values in all


def source() -> Source:
    """
    Build the source; its keys are URLs from the operator's pages, so they are
    trusted.
    """
    fresh = Freshness(60, 900, 86400)
    return Source("json", lambda key, now: key, parse, fresh, (*JSON, "text/plain"))


def parse(raw: RawDocument) -> Any:
    """
    Parse a document.
    """
    try:
        document = json.loads(raw.body, parse_constant=_noNumber)
    except (ValueError, RecursionError):
        raise SourceError("not JSON") from None
    level, depth, seen = [document], 0, 0
    while level:
        depth, seen = depth + 1, seen + len(level)
        if depth > DEEPEST + 1 or seen > MOST:
            raise SourceError("the document is too deep or too large")
        level = [inner for value in level for inner in _members(value)]
    return document


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _noNumber(text: str) -> Any:
    # JSON has no NaN (RFC 8259 section 6).
    raise ValueError(text)
