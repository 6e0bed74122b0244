# -*- test-case-name: tests.info.services.test_weather -*-
"""
The weather: now, today and the next days, with warnings.

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
"""Condition -> its name; short, because a day's line has two temperatures too."""

WINDS = (
    N_("N"), N_("NE"), N_("E"), N_("SE"), N_("S"), N_("SW"), N_("W"), N_("NW"),
)  # fmt: skip


class WeatherService(Service):
    """
    The weather page.
    """

    id = "weather"
    ticks = True

    def title(self, words: Translator) -> str:
        return words("Weather")

    def page(self, context: PageContext) -> Page:
        """
        Show warnings, the weather now, and the next days.
        """
        words, place = context.words, context.place
        if place is None:
            return noPlace(context, self.title(words))
        cached = context.find("weather", place.weather)
        if cached.value is None:
            return absent(context, place.name, cached)
        forecast: Forecast = cached.value
        parts: list[Part] = [*_warningParts(context), *_nowParts(words, forecast.now)]
        for day in _upcoming(context, forecast):
            parts += _dayColumns(words, day)
        parts += [*noteOf(context, "weather", cached), Text(forecast.credit)]
        return Info(place.name, parts, context.expires())

    def lines(self, context: PageContext) -> list[Line]:
        """
        Show the weather now, today and tomorrow, and one warning.
        """
        place = context.place
        if place is None:
            return []
        cached = context.find("weather", place.weather)
        if cached.value is None:
            return []
        lines = [_nowLine(context, place.name, cached)]
        for day in _upcoming(context, cached.value)[:2]:
            rows = _dayColumns(context.words, day)
            lines += [Line(left=columns.left, right=columns.right) for columns in rows]
        warned = _warnings(context)[:1]
        return [
            *lines,
            *(Line(center=columns.event or columns.headline) for columns in warned),
        ]


def noPlace(context: PageContext, title: str) -> Page:
    """
    Build the page for a handset without a city.
    """
    words = context.words
    parts: list[Part] = [Text(words("No city is set."))]
    if context.mac:
        parts.append(Link(words("Choose a city"), "city"))
    return Info(title, parts)


def _nowLine(context: PageContext, name: str, cached: CachedValue) -> Line:
    # A stale temperature is left out.
    now = cached.value.now
    if now is None or noteOf(context, "weather", cached):
        return Line(center=name)
    return Line(left=name, right=context.words.temperature(now.temperature))


def _nowParts(words: Translator, now: CurrentWeather | None) -> Iterator[Part]:
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
    origin = ""
    if direction is not None:
        origin = words(WINDS[round(direction / 45) % 8]) + " "
    return f"{origin}{words.speed(speed)}"


# One line, or two if the condition's name is long.
def _dayColumns(words: Translator, day: DayForecast) -> Iterator[Columns]:
    name = words(CONDITIONS[day.condition]) if day.condition in CONDITIONS else ""
    weekday = words.weekday(day.date)
    warm = f"{words.degrees(day.low)}/{words.degrees(day.high)}"
    if fitsBeside(f"{weekday} {name}", warm):
        yield Columns(f"{weekday} {name}", warm)
    else:
        yield Columns(weekday, warm)
        yield Columns(name, "")


def _upcoming(context: PageContext, forecast: Forecast) -> list[DayForecast]:
    today = momentOf(context.now, context.zone).date()
    return [day for day in forecast.days if day.date >= today][:DAYS]


def _warnings(context: PageContext) -> list[WeatherWarning]:
    if context.place is None:
        return []
    cached = context.find("warnings", context.place.spot)
    warnings: tuple[WeatherWarning, ...] = cached.value or ()
    return [
        warning
        for warning in warnings
        if not warning.ends or warning.ends > context.now
    ][:WARNINGS]


def _warningParts(context: PageContext) -> Iterator[Part]:
    for warning in _warnings(context):
        text = warning.headline or warning.event
        yield Text(context.words("Warning: {event}", event=text[:200]), bold=True)
        if warning.ends:
            end = momentOf(warning.ends, context.zone)
            day, time = context.words.weekday(end), context.words.time(end)
            yield Text(context.words("until {day} {time}", day=day, time=time))
