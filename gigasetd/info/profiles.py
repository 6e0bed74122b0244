# -*- test-case-name: tests.info.test_profiles -*-
"""
Profiles: the settings of one handset.

A handset's first request creates a standard profile, by MAC and handset. Its
owner changes or deletes it; after deletion the next request is the first again.
Guests have no stored profile.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from urllib.parse import urlsplit

from gigasetd.errors import BadValue
from gigasetd.info.language.languages import countryOf, homeCountryOf
from gigasetd.info.localtime import localTime, zoneOf
from gigasetd.info.places.place import Place
from gigasetd.registry.model import Profile
from gigasetd.registry.registry import Registry

MOST = 20  #: profiles for each MAC
TOWNS = 40  #: cities of a country that are searched for its time zones
FEEDS = 10  #: feeds of one profile
LONGEST_URL = 300  #: characters
LONGEST_CHOICE = 400  #: characters of all selected ids
OLDEST = 1900  #: the first accepted year of birth

_HANDSET = re.compile("[0-9A-Z]{1,16}")
_IDS = re.compile("[a-z][a-z0-9_.-]{0,31}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def standardProfile(mac: str, handset: str, place: str, now: float) -> Profile:
    """
    Return the profile of a new handset.

    @param place: GeoNames number of the likely city, C{""} for none.
    """
    return Profile(mac, handset, "", place, "", "", "", "", "", now)


def likelyCity(
    parameters: Mapping[str, str], now: float, towns: Callable[[str], Iterable[Place]]
) -> Place | None:
    """
    Guess the city of a phone: from its country, else from its language and
    time. Some bases send no country; all send a language.

    @param parameters: of the request.
    @param towns: returns the cities of a country, the largest first.
    """
    time = None if {"tz", "dt"}.isdisjoint(parameters) else localTime(parameters, now)
    guessed = not parameters.get("cc")
    country = homeCountryOf(parameters) if guessed else countryOf(parameters)
    return cityInTimeZone(towns(country), time, guessed)


def cityInTimeZone(
    towns: Iterable[Place], time: datetime | None, guessed: bool = False
) -> Place | None:
    """
    Return the first of a country's cities in the phone's time zone, else the
    first of all.

    @param time: the phone's local time; L{None} if unknown.
    @param guessed: whether the country is a guess, so that the time must agree.
    """
    first = None
    for town in islice(towns, TOWNS):
        first = first or town
        if time is None:
            break
        local = time.astimezone(zoneOf(town.zone, UTC))
        if local.utcoffset() == time.utcoffset():
            return town
    return None if guessed else first


def handsetOf(parameters: Mapping[str, str]) -> str:
    """
    Return the handset of a request; C{""} for none or an invalid one.
    """
    text = parameters.get("handsetid", "").partition(",")[0].strip().upper()
    return text if _HANDSET.fullmatch(text) else ""


def ensureProfile(
    registry: Registry,
    mac: str,
    handset: str,
    now: float,
    place: str = "",
    most: int = MOST,
) -> Profile:
    """
    Return the profile of a handset, created if this is its first use.

    @param handset: in any case; invalid ones, and those above the limit, share
        the profile C{""}.
    @param place: as in L{standardProfile}.
    """
    handset = handsetOf({"handsetid": handset})
    known = registry.profiles.get(mac, {})
    if handset not in known and len(known) >= most:
        handset = ""
    profile = known.get(handset)
    if profile is not None:
        return profile
    profile = standardProfile(mac, handset, place, now)
    # Nothing is stored about guests.
    if mac in registry.devices:
        registry.put(profile)
    return profile


def change(registry: Registry, profile: Profile, **fields: str) -> Profile:
    """
    Change fields of a profile.

    @param fields: names and values of L{Profile}; not its key.
    @return: the changed profile.
    @raise BadValue: a value is invalid; nothing is changed.
    """
    for name, value in fields.items():
        if name not in _CHECKS:
            raise BadValue(f"{name} is not a setting of a profile")
        _CHECKS[name](value)
    changed = profile._replace(**fields)  # type: ignore[arg-type]
    registry.put(changed)
    return changed


def delete(registry: Registry, profile: Profile) -> int:
    """
    Delete a profile.

    @return: the number of the change in the journal.
    """
    return registry.drop(profile)


def _checkLanguage(text: str) -> None:
    if text and not re.fullmatch("[a-z]{2}", text):
        raise BadValue("the language must have two letters")


def _checkPlace(text: str) -> None:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadValue("the city must be a GeoNames number")


def _checkBorn(text: str) -> None:
    if not text:
        return
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year < OLDEST:
        raise BadValue(f"the date of birth must be YYYY-MM-DD, {OLDEST} or later")


def _checkChoice(text: str) -> None:
    ids = text.split(" ") if text else []
    valid = all(_IDS.fullmatch(id) for id in ids) and len(ids) == len({*ids})
    if not valid or len(text) > LONGEST_CHOICE:
        raise BadValue("services must be a list of different names")


def _checkFeeds(text: str) -> None:
    urls = text.split(" ") if text else []
    if len(urls) > FEEDS:
        raise BadValue(f"at most {FEEDS} feeds are allowed")
    for url in urls:
        _checkUrl(url)


def _checkCalendar(text: str) -> None:
    if text:
        # Calendar programs often show an address like this.
        _checkUrl(text, ("http", "https", "webcal"))


def _checkUrl(text: str, schemes: Sequence[str] = ("http", "https")) -> None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = text.isascii() and text.isprintable() and " " not in text
    known = parts.scheme in schemes and parts.hostname and port != 0
    if not (plain and known) or len(text) > LONGEST_URL:
        raise BadValue(
            "an address must start with http:// or https:// and have at most "
            f"{LONGEST_URL} characters"
        )


_CHECKS = {
    "language": _checkLanguage,
    "place": _checkPlace,
    "born": _checkBorn,
    "services": _checkChoice,
    "ticker": _checkChoice,
    "feeds": _checkFeeds,
    "calendar": _checkCalendar,
}
