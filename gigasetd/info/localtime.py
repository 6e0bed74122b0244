# -*- test-case-name: tests.info.test_pages -*-
"""
The time where a phone is, by what it tells of it.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST, LATEST = -12 * 60, 14 * 60  #: minutes east of UTC that exist

_MINUTES = re.compile("[+-]?[0-9]{1,3}")


def localTime(told: Mapping[str, str], now: float) -> datetime:
    """
    The time where the phone is, by the minutes east of UTC that it tells, or
    else by its clock, which bases of 2008 tell.

    @return: UTC where it tells none, or some that don't exist.
    """
    text = told.get("tz", "").partition(",")[0].strip()
    minutes = int(text) if _MINUTES.fullmatch(text) else _aheadOf(told, now)
    if not EARLIEST <= minutes <= LATEST:
        minutes = 0
    return datetime.fromtimestamp(now, timezone(timedelta(minutes=minutes)))


def _aheadOf(told: Mapping[str, str], now: float) -> int:
    """
    Minutes, in quarters of an hour as all zones are, that a base's clock is
    before UTC.
    """
    try:
        clock = datetime.strptime(told.get("dt", "")[:12], "%Y%m%d%H%M")
        ahead = clock.replace(tzinfo=UTC).timestamp() - now
    except (ValueError, OverflowError):
        return 0
    return round(ahead / 900) * 15


def untilMidnight(time: datetime) -> float:
    """
    Seconds until the date changes where the phone is.
    """
    return 86400.0 - (time.hour * 3600 + time.minute * 60 + time.second)


def zoneOf(name: str, other: Any) -> Any:
    """
    A zone of the tz database.

    @param other: what counts where there is none of that name.
    """
    try:
        return ZoneInfo(name) if name else other
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return other
