# -*- test-case-name: tests.info.test_profiles -*-
"""
Profiles: what one handset's owner chose for the information services.

A standard profile is made at the first use, by MAC and handset; the owner
changes it, and deletes it at any time, which returns the handset to its first
use.  Guests have none that is stored.

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

MOST = 20  #: handsets that have a profile of their own, for each MAC
TOWNS = 40  #: cities of a country that are looked at for its time zones
FEEDS = 10  #: feeds of one profile
LONGEST_URL = 300  #: characters
LONGEST_CHOICE = 400  #: characters of the ids of services
OLDEST = 1900  #: the first year of birth that is believed

_HANDSET = re.compile("[0-9A-Z]{1,16}")
_IDS = re.compile("[a-z][a-z0-9_.-]{0,31}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def standardProfile(mac: str, handset: str, place: str, now: float) -> Profile:
    """
    What a handset begins with.

    @param place: GeoNames id of a city that is likely, C{""} for none.
    """
    return Profile(mac, handset, "", place, "", "", "", "", "", now)


def likelyCity(
    told: Mapping[str, str], now: float, towns: Callable[[str], Iterable[Place]]
) -> Place | None:
    """
    Where a phone is, as far as one can tell: some bases tell no country, and
    all of them a language.

    @param told: the request's parameters.
    @param towns: of a country, the largest first.
    """
    time = None if {"tz", "dt"}.isdisjoint(told) else localTime(told, now)
    guessed = not told.get("cc")
    country = homeCountryOf(told) if guessed else countryOf(told)
    return cityInTimeZone(towns(country), time, guessed)


def cityInTimeZone(
    towns: Iterable[Place], time: datetime | None, guessed: bool = False
) -> Place | None:
    """
    The first of a country's cities that has the phone's time, else the first
    of all.

    @param time: where the phone is; L{None} where it does not tell.
    @param guessed: whether the country is a mere guess, which the time must
        agree with.
    """
    first = None
    for town in islice(towns, TOWNS):
        first = first or town
        if time is None:
            break
        there = time.astimezone(zoneOf(town.zone, UTC))
        if there.utcoffset() == time.utcoffset():
            return town
    return None if guessed else first


def handsetOf(told: Mapping[str, str]) -> str:
    """
    The handset that asks; C{""} where it does not tell, or rubbish.
    """
    text = told.get("handsetid", "").partition(",")[0].strip().upper()
    return text if _HANDSET.fullmatch(text) else ""


def ensureProfile(
    registry: Registry,
    mac: str,
    handset: str,
    told: Mapping[str, str],
    now: float,
    place: str = "",
    most: int = MOST,
) -> Profile:
    """
    The profile of a handset, made where this is its first use.

    @param handset: as C{handsetid} tells it, in any case; rubbish, and what is
        one handset too many, shares the profile C{""}.
    @param place: as in L{standardProfile}.
    @param told: the request's parameters.
    """
    handset = handsetOf({**told, "handsetid": handset})
    known = registry.profiles.get(mac, {})
    if handset not in known and len(known) >= most:
        handset = ""
    found = known.get(handset)
    if found is not None:
        return found
    made = standardProfile(mac, handset, place, now)
    # Guests come and go, and what they ask for is nobody's to store.
    if mac in registry.devices:
        registry.put(made)
    return made


def change(registry: Registry, profile: Profile, **fields: str) -> Profile:
    """
    Change what was chosen.

    @param fields: names and values of L{Profile}; not its key.
    @return: the profile as it is now.
    @raise BadValue: a value has a wrong form; nothing has changed then.
    """
    for name, value in fields.items():
        if name not in _CHECKS:
            raise BadValue(f"a profile has no {name} that can be changed")
        _CHECKS[name](value)
    changed = profile._replace(**fields)  # type: ignore[arg-type]
    registry.put(changed)
    return changed


def delete(registry: Registry, profile: Profile) -> int:
    """
    Delete a profile; the next request is its handset's first use.

    @return: the change's number.
    """
    return registry.drop(profile)


def _checkLanguage(text: str) -> None:
    """
    @raise BadValue: it is neither empty nor two letters.
    """
    if text and not re.fullmatch("[a-z]{2}", text):
        raise BadValue("a language has two letters")


def _checkPlace(text: str) -> None:
    """
    @raise BadValue: it is neither empty nor a number.
    """
    if text and not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadValue("a place is the number that GeoNames gave it")


def _checkBorn(text: str) -> None:
    """
    @raise BadValue: it is neither empty nor a day that can be somebody's
        birthday.
    """
    if not text:
        return
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year < OLDEST:
        raise BadValue(f"a date of birth is YYYY-MM-DD, from {OLDEST} on")


def _checkChoice(text: str) -> None:
    """
    @raise BadValue: it is no list of different ids.
    """
    ids = text.split(" ") if text else []
    formed = all(_IDS.fullmatch(one) for one in ids) and len(ids) == len({*ids})
    if not formed or len(text) > LONGEST_CHOICE:
        raise BadValue("a choice is a list of different services")


def _checkFeeds(text: str) -> None:
    """
    @raise BadValue: it is no list of a few addresses.
    """
    urls = text.split(" ") if text else []
    if len(urls) > FEEDS:
        raise BadValue(f"a profile has at most {FEEDS} feeds")
    for url in urls:
        _checkUrl(url)


def _checkCalendar(text: str) -> None:
    """
    @raise BadValue: it is no address of a web page.
    """
    if text:
        # Whoever copies the address of a calendar often gets it so.
        _checkUrl(text, ("http", "https", "webcal"))


def _checkUrl(text: str, schemes: Sequence[str] = ("http", "https")) -> None:
    """
    @raise BadValue: it is no address of a web page.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = text.isascii() and text.isprintable() and " " not in text
    known = parts.scheme in schemes and parts.hostname and port != 0
    if not (plain and known) or len(text) > LONGEST_URL:
        raise BadValue(
            f"an address starts with http:// or https:// and has at most {LONGEST_URL} "
            "characters"
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
