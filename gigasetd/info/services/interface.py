# -*- test-case-name: tests.info.services.test_interface -*-
"""
The interface of services, which plugins use too.

A service never waits: it shows what L{gigasetd.info.fetch.cache} holds, with
the age of stale values.

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
LATEST = 253370678400.0  #: in the last days of the year 9998
SOON = 20.0  #: seconds until a page with missing values is reloaded
LONG = {"rates": 4 * DAY, "pollen": 2 * DAY}
"""Seconds after which a value is shown with its age; two hours for other sources."""
OFTEN = {"warnings": HOUR / 4, "rates": 6 * HOUR, "pollen": 3 * HOUR}
"""Seconds after which a source may have changed; half an hour for other sources."""


class Audience(IntEnum):
    """
    Who may see a service.
    """

    ANYBODY = 0
    DEVICE = 1  #: phones that may see the device's data
    OWNER = 2  #: the same, if the device has an account


@dataclass
class PageContext:
    """
    One request, and what is known about the phone.

    @ivar words: translates texts, formats dates and numbers.
    @ivar time: the phone's local time.
    @ivar now: the same in epoch seconds.
    @ivar parameters: of the request.
    @ivar profile: the handset's settings, or the standard ones.
    @ivar mac: the device; C{""} where its data must not be shown.
    @ivar guest: whether the phone is not a registered device.
    @ivar account: the device's account, if it has one.
    @ivar place: the profile's city.
    @ivar cache: L{gigasetd.info.fetch.cache.Cache.find}.
    @ivar part: the requested page of the service, C{""} for its first.
    @ivar used: source, key and value of all that the page has read.
    @ivar until: when the page's content becomes wrong, epoch seconds; C{0.0}: never.
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
        Return the latest value of a source; never waits.
        """
        cached = self.cache(source, key, self.now)
        self.used.append((source, key, cached))
        return cached

    def ends(self, moment: float) -> None:
        """
        Note that the content is true until a moment only.
        """
        self.until = min(self.until or moment, moment)

    def expires(self, longest: float = HOUR) -> int:
        """
        Return the seconds until the phone should reload the page: when its
        oldest source may have changed, or its content becomes wrong.
        """
        due = [self.now + longest, *([self.until] if self.until else ())]
        for source, _, cached in self.used:
            often = OFTEN.get(source, HOUR / 2)
            fetched = cached.fetched if cached.value is not None else 0.0
            due.append(max(fetched + often, self.now + (SOON if not fetched else 60.0)))
        return max(15, int(min(due) - self.now))

    @property
    def zone(self) -> Any:
        """
        Return the time zone of the place, else of the phone.
        """
        return zoneOf(self.place.zone if self.place else "", self.time.tzinfo)

    @property
    def audience(self) -> Audience:
        """
        Return what the phone may see.
        """
        if not self.mac:
            return Audience.ANYBODY
        return Audience.DEVICE if self.account is None else Audience.OWNER


# Plugins written for 0.1 may annotate their methods with this name.
Asker = PageContext


@runtime_checkable
class Service(Protocol):
    """
    One service. A plugin has one as its C{service}.

    @cvar id: name of its page, also in profiles: lower-case letters and digits, a
        letter first. C{ID_PART} is another page of it.
    @cvar parts: whether it has such pages.
    @cvar audience: who may see it.
    @cvar usual: whether it is selected by default.
    @cvar ticks: whether it has lines for the idle display.
    @cvar pictured: whether the owner's web page may show a picture of it.
    """

    id: str
    parts: bool = False
    audience: Audience = Audience.ANYBODY
    usual: bool = True
    ticks: bool = False
    pictured: bool = True

    def title(self, words: Translator) -> str:
        """
        Return its title in the menu.
        """

    def present(self, context: PageContext) -> bool:
        """
        Whether the menu shows it now.
        """
        return True

    def page(self, context: PageContext) -> Page:
        """
        Build its page; the context says which, if it has several.
        """

    def lines(self, context: PageContext) -> list[Line]:
        """
        Build its lines for the idle display, C{[]} for none.
        """
        return []


def momentOf(seconds: float, zone: Any) -> datetime:
    """
    Convert epoch seconds to a time. Values of feeds and calendars may be beyond
    the years that Python knows; they are limited.
    """
    return datetime.fromtimestamp(min(max(seconds, 0.0), LATEST), zone)


def noteOf(context: PageContext, source: str, cached: CachedValue) -> list[Part]:
    """
    Build a note with the age of a value, if it is stale.
    """
    age = context.now - cached.fetched
    old = age > LONG.get(source, 2 * HOUR) or (cached.fault and age > HOUR)
    if cached.value is None or not old:
        return []
    when = datetime.fromtimestamp(cached.fetched, context.time.tzinfo or UTC)
    if when.date() == context.time.date():
        return [Text(context.words("As of {time}", time=context.words.time(when)))]
    return [Text(context.words("As of {date}", date=context.words.date(when)))]


def absent(context: PageContext, title: str, cached: CachedValue) -> Page:
    """
    Build the page for a missing value.
    """
    words = context.words
    if cached.fault:
        return Info(title, [Text(words("Not available at the moment."))], 300)
    return Info(title, [Text(words("One moment, please ..."))], context.expires())
