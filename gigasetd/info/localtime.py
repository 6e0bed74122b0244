# -*- test-case-name: tests.info.test_localtime -*-
"""
The local time of a phone, from its request.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST, LATEST = -12 * 60, 14 * 60  #: time zones, in minutes east of UTC

_MINUTES = re.compile("[+-]?[0-9]{1,3}")


def localTime(parameters: Mapping[str, str], now: float) -> datetime:
    """
    Return the phone's local time: from its time zone in minutes east of UTC, or
    from its clock, which bases of 2008 send.

    @return: UTC where the request has neither, or an invalid time zone.
    """
    text = parameters.get("tz", "").partition(",")[0].strip()
    minutes = int(text) if _MINUTES.fullmatch(text) else _zoneByClock(parameters, now)
    if not EARLIEST <= minutes <= LATEST:
        minutes = 0
    return datetime.fromtimestamp(now, timezone(timedelta(minutes=minutes)))


def _zoneByClock(parameters: Mapping[str, str], now: float) -> int:
    # All time zones are multiples of a quarter of an hour.
    try:
        clock = datetime.strptime(parameters.get("dt", "")[:12], "%Y%m%d%H%M")
        ahead = clock.replace(tzinfo=UTC).timestamp() - now
    except (ValueError, OverflowError):
        return 0
    return round(ahead / 900) * 15


def untilMidnight(time: datetime) -> float:
    """
    Return the seconds until the phone's date changes.
    """
    return 86400.0 - (time.hour * 3600 + time.minute * 60 + time.second)


def zoneOf(name: str, other: Any) -> Any:
    """
    Return a time zone of the tz database.

    @param other: returned for an unknown name.
    """
    try:
        return ZoneInfo(name) if name else other
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return other
