# -*- test-case-name: tests.info.fetch.test_freshness -*-
"""
Freshness of responses and waiting times after failures, from HTTP headers (RFC
9111 section 4.2, RFC 9110 section 10.2.3).

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from gigasetd.info.sources.interface import Freshness

SOONEST, LATEST = 60.0, 6 * 3600.0  #: seconds to wait after a failure
LONGEST_REFUSAL = 86400.0  #: seconds of C{Retry-After} that are obeyed
HOUR = 3600.0

_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?([0-9]{1,9})")

Headers = Mapping[str, str]
"""Names in lower case."""


def freshnessLifetime(
    headers: Headers, now: float, fresh: Freshness, ttl: float = 0.0
) -> float:
    """
    Return the seconds that a response stays fresh.

    @param ttl: seconds that the document itself asks for, C{0.0} for none.
    """
    declared = _declared(headers, now)
    seconds = max(fresh.usual if declared is None else declared, ttl)
    return min(max(seconds, fresh.shortest), fresh.longest)


def _declared(headers: Headers, now: float) -> float | None:
    control = headers.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return 0.0
    match = _AGE.search(control)
    if match:
        return float(match[1]) - deltaSeconds(headers.get("age", ""))
    expires = httpDate(headers.get("expires", ""))
    # The server's clock may be wrong: RFC 9111 section 4.2.1.
    return expires - (httpDate(headers.get("date", "")) or now) if expires else None


def retryAfter(headers: Headers, now: float) -> float:
    """
    Return the seconds of C{Retry-After}, C{0.0} for none.
    """
    header = headers.get("retry-after", "").strip()
    seconds = deltaSeconds(header) or max(0.0, httpDate(header) - now)
    return min(seconds, LONGEST_REFUSAL)


def deltaSeconds(text: str) -> float:
    """
    Parse a number of seconds; C{0.0} for anything else.
    """
    text = text.strip()
    return float(text[:9]) if text.isascii() and text.isdigit() else 0.0


def httpDate(text: str) -> float:
    """
    Parse an HTTP date as epoch seconds; C{0.0} for anything else.
    """
    try:
        return parsedate_to_datetime(text[:60]).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0


def backoff(failures: int, chance: float) -> float:
    """
    Return the seconds to wait after consecutive failures, doubled each time.

    @param chance: jitter from 0 to 1.
    """
    return min(SOONEST * 2.0 ** min(failures, 20), LATEST) * (0.75 + 0.5 * chance)


def withJitter(due: float, lasts: float, chance: float) -> float:
    """
    Delay a refresh a little, and away from the full hour when all clients send
    requests.

    @param chance: jitter from 0 to 1.
    """
    due += chance * min(lasts / 10, 600.0)
    past = due % HOUR
    return due + 60 + 240 * chance if past < 60 or past > HOUR - 5 else due
