# -*- test-case-name: tests.info.test_language -*-
"""
Which language a phone speaks, and what the pages say in it.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

CODES = {
    1: "en", 2: "de", 3: "en", 4: "es", 5: "pt", 7: "it", 8: "el", 9: "fr",
    10: "nl", 11: "no", 12: "da", 13: "sv", 14: "fi", 15: "cs", 16: "tr",
    17: "pl", 18: "fr", 19: "es", 20: "pt", 22: "sk", 23: "ru", 24: "el",
    25: "hu", 26: "hr", 27: "sl", 28: "ro", 29: "sr", 30: "bg", 35: "tr",
    36: "ca", 37: "bs", 38: "uk",
}  # fmt: skip
"""The phone's number of a language -> its tag; 0 and 21 name none."""

COUNTRIES = {
    "1": "en", "7": "ru", "27": "en", "30": "el", "31": "nl", "32": "nl",
    "33": "fr", "34": "es", "36": "hu", "39": "it", "40": "ro", "41": "de",
    "43": "de", "44": "en", "45": "da", "46": "sv", "47": "no", "48": "pl",
    "49": "de", "61": "en", "64": "en", "90": "tr", "351": "pt", "352": "de",
    "353": "en", "358": "fi", "359": "bg", "380": "uk", "381": "sr",
    "385": "hr", "386": "sl", "387": "bs", "420": "cs", "421": "sk",
    "423": "de",
}  # fmt: skip
"""Country code of the telephone network -> the language most spoken there."""


class Words(NamedTuple):
    """
    Everything that the pages say, in one language.
    """

    title: str
    number: str
    nickname: str
    reachable: str  #: headline above those who are registered
    present: str  #: how many are registered; holds C{{count}}
    nobody: str
    more: str
    welcome: str
    stranger: str  #: to a phone without a number
    off: str  #: where the owner has switched the pages off
    fault: str  #: where something is wrong on our side
    days: tuple[str, ...]  #: Monday first
    months: tuple[str, ...]
    date: str  #: holds C{{day}}, C{{month}} and C{{time}}, a L{datetime}


ENGLISH = Words(
    title="Info Center",
    number="Number",
    nickname="Nickname",
    reachable="Registered now:",
    present="{count} registered",
    nobody="Nobody else is registered.",
    more="and more",
    welcome="Welcome.",
    stranger="This phone has no number here yet. Whoever runs this service can add it.",
    off="The information services are switched off for this number. "
    "Whoever runs this service can switch them on again.",
    fault="This page cannot be shown just now. Please try again later.",
    days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()),
    date="{time.day} {month} {time.year}",
)
GERMAN = Words(
    title="Info Center",
    number="Nummer",
    nickname="Name",
    reachable="Jetzt angemeldet:",
    present="{count} angemeldet",
    nobody="Sonst ist niemand angemeldet.",
    more="und weitere",
    welcome="Willkommen.",
    stranger="Dieses Telefon hat hier noch keine Nummer. "
    "Der Betreiber dieses Dienstes kann es eintragen.",
    off="Die Infodienste sind für diese Nummer ausgeschaltet. "
    "Der Betreiber dieses Dienstes kann sie wieder einschalten.",
    fault="Diese Seite kann gerade nicht gezeigt werden. Bitte später noch einmal.",
    days=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    months=tuple("Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez".split()),
    date="{day} {time:%d.%m.%Y}",
)
WORDS = {"en": ENGLISH, "de": GERMAN}


def wordsFor(told: Mapping[str, str], usual: str) -> Words:
    """
    The words for one request: by its language code, else by its country,
    else in the C{usual} language; a language that has no words yet is passed
    over.

    @param told: the request's parameters.
    @param usual: a language tag, C{info.language}.
    """
    asked = _codeOf(told.get("lang", "")) or _codeOf(told.get("g_lang", ""))
    country = COUNTRIES.get(told.get("cc", "").lstrip("+0"), "")
    for tag in (asked, country, usual[:2].lower()):
        if tag in WORDS:
            return WORDS[tag]
    return ENGLISH


def _codeOf(text: str) -> str:
    """
    The tag of a language code, C{""} for none.
    """
    text = text.strip().strip('"')
    known = text.isascii() and text.isdigit() and len(text) <= 3
    return CODES.get(int(text), "") if known else ""


def dateIn(words: Words, time: datetime) -> str:
    """
    A date, short enough to share a display line with the time of day.
    """
    day, month = words.days[time.weekday()], words.months[time.month - 1]
    return words.date.format(day=day, month=month, time=time)
