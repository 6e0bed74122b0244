# -*- test-case-name: tests.info.services.test_weather -*-
"""
The weather: now, today and the days after, with its warnings.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator

from gigasetd.info.fetch.cache import CachedValue
from gigasetd.info.language.locale import N_, Translator
from gigasetd.info.page.fontmetrics import fitsBeside
from gigasetd.info.page.page import Columns, Info, Line, Link, Page, Part, Text
from gigasetd.info.services.interface import (
    PageContext,
    Service,
    absent,
    momentOf,
    noteOf,
)
from gigasetd.info.sources.forecast import (
    CurrentWeather,
    DayForecast,
    Forecast,
    WeatherWarning,
)

DAYS = 4  #: days shown: today and three more
WARNINGS = 3  #: warnings shown

CONDITIONS = {
    "clear": N_("Clear"),
    "partly": N_("Fair"),
    "cloudy": N_("Cloudy"),
    "fog": N_("Fog"),
    "drizzle": N_("Drizzle"),
    "rain": N_("Rain"),
    "sleet": N_("Sleet"),
    "snow": N_("Snow"),
    "hail": N_("Hail"),
    "thunder": N_("Thunder"),
    "wind": N_("Windy"),
}
"""Condition -> what it is called; short, as a day shares its line with two
temperatures."""

WINDS = (
    N_("N"), N_("NE"), N_("E"), N_("SE"), N_("S"), N_("SW"), N_("W"), N_("NW"),
)  # fmt: skip


class WeatherService(Service):
    """
    The service.
    """

    id = "weather"
    ticks = True

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        return words("Weather")

    def page(self, context: PageContext) -> Page:
        """
        All there is of the profile's place.
        """
        words, place = context.words, context.place
        if place is None:
            return noPlace(context, self.title(words))
        found = context.find("weather", place.weather)
        if found.value is None:
            return absent(context, place.name, found)
        forecast: Forecast = found.value
        parts: list[Part] = [*_warned(context), *_now(words, forecast.now)]
        for day in _coming(context, forecast):
            parts += _day(words, day)
        parts += [*noteOf(context, "weather", found), Text(forecast.credit)]
        return Info(place.name, parts, context.expires())

    def lines(self, context: PageContext) -> list[Line]:
        """
        Now and today.
        """
        place = context.place
        if place is None:
            return []
        found = context.find("weather", place.weather)
        if found.value is None:
            return []
        lines = [_nowLine(context, place.name, found)]
        for day in _coming(context, found.value)[:2]:
            shown = _day(context.words, day)
            lines += [Line(left=one.left, right=one.right) for one in shown]
        warned = _warnings(context)[:1]
        return [*lines, *(Line(center=one.event or one.headline) for one in warned)]


def noPlace(context: PageContext, title: str) -> Page:
    """
    The page of a service that needs a place, where there is none.
    """
    words = context.words
    parts: list[Part] = [Text(words("No city is chosen yet."))]
    if context.mac:
        parts.append(Link(words("Choose a city"), "city"))
    return Info(title, parts)


def _nowLine(context: PageContext, name: str, found: CachedValue) -> Line:
    """
    The place, and how warm it is there unless that is no longer true.
    """
    now = found.value.now
    if now is None or noteOf(context, "weather", found):
        return Line(center=name)
    return Line(left=name, right=context.words.temperature(now.temperature))


def _now(words: Translator, now: CurrentWeather | None) -> Iterator[Part]:
    """
    How it is at the moment.
    """
    if now is None:
        return
    yield Columns(words("Now"), words.temperature(now.temperature))
    if now.condition in CONDITIONS:
        yield Text(words(CONDITIONS[now.condition]))
    if now.feels is not None:
        yield Columns(words("Feels like"), words.temperature(now.feels))
    if now.wind is not None:
        yield Columns(words("Wind"), _wind(words, now.wind, now.direction))
    if now.humidity is not None:
        yield Columns(words("Humidity"), words.percent(now.humidity))


def _wind(words: Translator, speed: float, direction: float | None) -> str:
    """
    How fast it blows, and from where.
    """
    whence = ""
    if direction is not None:
        whence = words(WINDS[round(direction / 45) % 8]) + " "
    return f"{whence}{words.speed(speed)}"


def _day(words: Translator, day: DayForecast) -> Iterator[Columns]:
    """
    One day in one line, or in two where its words are long.
    """
    name = words(CONDITIONS[day.condition]) if day.condition in CONDITIONS else ""
    weekday = words.weekday(day.date)
    warm = f"{words.degrees(day.low)}/{words.degrees(day.high)}"
    if fitsBeside(f"{weekday} {name}", warm):
        yield Columns(f"{weekday} {name}", warm)
    else:
        yield Columns(weekday, warm)
        yield Columns(name, "")


def _coming(context: PageContext, forecast: Forecast) -> list[DayForecast]:
    """
    The days that are not over where the place is.
    """
    today = momentOf(context.now, context.zone).date()
    return [day for day in forecast.days if day.date >= today][:DAYS]


def _warnings(context: PageContext) -> list[WeatherWarning]:
    """
    What is warned of and not over.
    """
    if context.place is None:
        return []
    found = context.find("warnings", context.place.spot)
    said: tuple[WeatherWarning, ...] = found.value or ()
    return [one for one in said if not one.ends or one.ends > context.now][:WARNINGS]


def _warned(context: PageContext) -> Iterator[Part]:
    """
    The warnings, before all else.
    """
    for warning in _warnings(context):
        said = warning.headline or warning.event
        yield Text(context.words("Warning: {event}", event=said[:200]), bold=True)
        if warning.ends:
            end = momentOf(warning.ends, context.zone)
            day, time = context.words.weekday(end), context.words.time(end)
            yield Text(context.words("until {day} {time}", day=day, time=time))
