# -*- test-case-name: tests.info.fetch.test_freshness -*-
"""
How long an answer stays good, and when to ask again after a refusal, as its
headers say (RFC 9111, RFC 9110 section 10.2.3).

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from gigasetd.info.sources.interface import Freshness

SOONEST, LATEST = 60.0, 6 * 3600.0  #: seconds of waiting after a failure
LONGEST_REFUSAL = 86400.0  #: seconds that a server may send us away for
HOUR = 3600.0

_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?([0-9]{1,9})")

Headers = Mapping[str, str]
"""Names in small letters."""


def freshnessLifetime(
    headers: Headers, now: float, fresh: Freshness, asked: float = 0.0
) -> float:
    """
    The seconds that an answer stays good.

    @param asked: what the answer itself asks for, C{0.0} for nothing.
    """
    told = _told(headers, now)
    seconds = max(fresh.usual if told is None else told, asked)
    return min(max(seconds, fresh.shortest), fresh.longest)


def _told(headers: Headers, now: float) -> float | None:
    """
    The seconds that the headers tell.
    """
    control = headers.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return 0.0
    found = _AGE.search(control)
    if found:
        return float(found[1]) - deltaSeconds(headers.get("age", ""))
    expires = httpDate(headers.get("expires", ""))
    # By their clock, which may be wrong: RFC 9111 section 4.2.1.
    return expires - (httpDate(headers.get("date", "")) or now) if expires else None


def retryAfter(headers: Headers, now: float) -> float:
    """
    The seconds that C{Retry-After} tells, C{0.0} for none.
    """
    told = headers.get("retry-after", "").strip()
    seconds = deltaSeconds(told) or max(0.0, httpDate(told) - now)
    return min(seconds, LONGEST_REFUSAL)


def deltaSeconds(text: str) -> float:
    """
    A number of seconds, C{0.0} for what is none.
    """
    text = text.strip()
    return float(text[:9]) if text.isascii() and text.isdigit() else 0.0


def httpDate(text: str) -> float:
    """
    A date of HTTP in epoch seconds, C{0.0} for what is none.
    """
    try:
        return parsedate_to_datetime(text[:60]).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0


def backoff(failures: int, chance: float) -> float:
    """
    The seconds to wait after some failures in a row.

    @param chance: from 0 to 1, so that not all come back at once.
    """
    return min(SOONEST * 2.0 ** min(failures, 20), LATEST) * (0.75 + 0.5 * chance)


def withJitter(due: float, lasts: float, chance: float) -> float:
    """
    A time to ask again: a little later than C{due}, and not with all the world
    at the full hour.

    @param chance: from 0 to 1.
    """
    due += chance * min(lasts / 10, 600.0)
    past = due % HOUR
    return due + 60 + 240 * chance if past < 60 or past > HOUR - 5 else due
