# -*- test-case-name: tests.info.sources.test_calendar -*-
"""
What a calendar (iCalendar, RFC 5545) has for the next days.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple


class Event(NamedTuple):
    """
    One event, repeated ones once for each time; times are epoch seconds.
    """

    title: str
    begins: float  #: of a whole day: midnight UTC of its date
    ends: float  #: the first moment that is not of it any longer
    whole_day: bool
    place: str
