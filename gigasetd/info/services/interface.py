# -*- test-case-name: tests.info.services.test_interface -*-
"""
What a service of the Info Center is, and who asks it.

A service never waits: it shows what L{gigasetd.info.fetch.cache} has, and says how
old that is where it is old.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Protocol, runtime_checkable

from gigasetd.info.fetch.cache import CachedValue
from gigasetd.info.language.locale import Translator
from gigasetd.info.localtime import zoneOf
from gigasetd.info.page.page import Info, Line, Page, Part, Text
from gigasetd.info.places.place import Place
from gigasetd.registry.model import Account, Profile

HOUR, DAY = 3600.0, 86400.0
LATEST = 253370678400.0  #: the last day but one of the year 9998
SOON = 20.0  #: seconds until we look again for what is not there yet
LONG = {"rates": 4 * DAY, "pollen": 2 * DAY}
"""Seconds after which what a source said is old; two hours for the others."""
OFTEN = {"warnings": HOUR / 4, "rates": 6 * HOUR, "pollen": 3 * HOUR}
"""Seconds after which a source may have news; half an hour for the others."""


class Audience(IntEnum):
    """
    Who may see a service.
    """

    ANYBODY = 0
    DEVICE = 1  #: who may see what belongs to the device
    OWNER = 2  #: the same, of a device that has a number


@dataclass
class PageContext:
    """
    Who asks, and what is known of it.

    @ivar words: the language to answer in.
    @ivar time: the time where the phone is.
    @ivar now: the same, epoch seconds.
    @ivar parameters: the request's parameters.
    @ivar profile: what was chosen, or the standard.
    @ivar mac: the device, C{""} where its matters are not to be shown.
    @ivar guest: whether a phone asks that nobody has added.
    @ivar account: the device's, if it has one.
    @ivar place: the profile's.
    @ivar used: the sources that the page is made from, and what they said.
    @ivar part: which of a service's pages is asked for, C{""} for its first.
    @ivar until: when what the page says ends to be true, epoch seconds.
    """

    words: Translator
    time: datetime
    now: float
    parameters: Mapping[str, str]
    profile: Profile
    mac: str
    guest: bool
    account: Account | None
    place: Place | None
    cache: Callable[[str, str, float], CachedValue]
    part: str = ""
    used: list[tuple[str, str, CachedValue]] = field(default_factory=list)
    until: float = 0.0

    @property
    def told(self) -> Mapping[str, str]:
        """
        An alias of C{parameters}.
        """
        # Plugins written for 0.1 use this name: docs/information.md had it.
        return self.parameters

    def find(self, source: str, key: str) -> CachedValue:
        """
        What a source said last.
        """
        found = self.cache(source, key, self.now)
        self.used.append((source, key, found))
        return found

    def ends(self, moment: float) -> None:
        """
        Note that what is said is true until that moment only.
        """
        self.until = min(self.until or moment, moment)

    def expires(self, longest: float = HOUR) -> int:
        """
        Seconds after which the page is worth asking for again: when its
        oldest source may have news, or its own time is over.
        """
        due = [self.now + longest, *([self.until] if self.until else ())]
        for source, _, found in self.used:
            often = OFTEN.get(source, HOUR / 2)
            got = found.fetched if found.value is not None else 0.0
            due.append(max(got + often, self.now + (SOON if not got else 60.0)))
        return max(15, int(min(due) - self.now))

    @property
    def zone(self) -> Any:
        """
        The time zone of the place, else the phone's own.
        """
        return zoneOf(self.place.zone if self.place else "", self.time.tzinfo)

    @property
    def audience(self) -> Audience:
        """
        What it may see.
        """
        if not self.mac:
            return Audience.ANYBODY
        return Audience.DEVICE if self.account is None else Audience.OWNER


# Plugins written for 0.1 may annotate their methods with this name.
Asker = PageContext


@runtime_checkable
class Service(Protocol):
    """
    One service; a plug-in has one as its C{service}.

    @cvar id: names its page and stands in profiles; lower-case letters and
        digits, a letter first.  C{ID_PART} is a further page of it.
    @cvar parts: whether it has such pages.
    @cvar audience: who may see it.
    @cvar usual: whether it is part of the standard choice.
    @cvar ticks: whether it has something for the idle display.
    @cvar pictured: whether its first page may be made for a picture of it.
    """

    id: str
    parts: bool = False
    audience: Audience = Audience.ANYBODY
    usual: bool = True
    ticks: bool = False
    pictured: bool = True

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """

    def present(self, context: PageContext) -> bool:
        """
        Whether the menu has it just now.
        """
        return True

    def page(self, context: PageContext) -> Page:
        """
        Its page; the request's parameters say which one, where it has several.
        """

    def lines(self, context: PageContext) -> list[Line]:
        """
        What an idle handset shows of it, C{[]} for nothing just now.
        """
        return []


def momentOf(seconds: float, zone: Any) -> datetime:
    """
    A time of a zone; what a feed or calendar tells may be beyond all years.

    @param seconds: since the epoch.
    """
    return datetime.fromtimestamp(min(max(seconds, 0.0), LATEST), zone)


def noteOf(context: PageContext, source: str, found: CachedValue) -> list[Part]:
    """
    How old what a source said is, where that is worth a word.
    """
    age = context.now - found.fetched
    old = age > LONG.get(source, 2 * HOUR) or (found.fault and age > HOUR)
    if found.value is None or not old:
        return []
    when = datetime.fromtimestamp(found.fetched, context.time.tzinfo or UTC)
    if when.date() == context.time.date():
        return [Text(context.words("As of {time}", time=context.words.time(when)))]
    return [Text(context.words("As of {date}", date=context.words.date(when)))]


def absent(context: PageContext, title: str, found: CachedValue) -> Page:
    """
    The page for what a source has not said yet; it is asked for again soon.
    """
    words = context.words
    if found.fault:
        return Info(title, [Text(words("Not available just now."))], 300)
    return Info(title, [Text(words("One moment, please ..."))], context.expires())
