# -*- test-case-name: tests.info.language.test_languages -*-
"""
One language: what is said in it, and how dates and numbers are written.

Layer 0 (values).
"""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime, time
from gettext import NullTranslations

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal

FAHRENHEIT = {"US", "BS", "BZ", "KY", "PW", "LR"}
MILES = {"US", "GB", "LR"}
"""Countries (ISO 3166) that do not measure as the others do."""


def N_(text: str) -> str:
    """
    Mark a text that is translated where it is shown.
    """
    return text


class Translator:
    """
    @ivar language: its tag, two letters.
    """

    def __init__(self, locale: Locale, catalogue: NullTranslations) -> None:
        if locale.language == "en" and locale.territory is None:
            locale = Locale("en", "GB")
        self.language: str = locale.language
        self._locale = locale
        self._catalogue = catalogue

    def __call__(self, text: str, **values: object) -> str:
        """
        What C{text} is in this language.

        @param values: for the names in braces.
        """
        said = self._catalogue.gettext(text)
        return said.format(**values) if values else said

    def several(self, one: str, many: str, count: int, **values: object) -> str:
        """
        As a call, with the form that belongs to C{count}, which is also a
        value.
        """
        said = self._catalogue.ngettext(one, many, count)
        return said.format(count=self.number(count), **values)

    def date(self, day: Date) -> str:
        """
        A date with its day of the week, short enough for one display line.
        """
        return f"{self.weekday(day)} {format_skeleton('yMd', day, locale=self._locale)}"

    def day(self, day: Date) -> str:
        """
        Day and month, in digits.
        """
        return format_skeleton("Md", day, locale=self._locale)

    def weekday(self, day: Date) -> str:
        """
        The day of the week in two to four letters.
        """
        return format_date(day, "ccc", locale=self._locale).rstrip(".")

    def time(self, moment: datetime | time) -> str:
        """
        The time of day.
        """
        return format_time(moment, "short", locale=self._locale)

    def number(self, value: float, digits: int = 0) -> str:
        """
        A number.

        @param digits: behind its point.
        """
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        said = format_decimal(value, pattern, locale=self._locale)
        return "0" + said[2:] if said in ("-0", "−0") else said

    def country(self, code: str) -> str:
        """
        The name of a country (ISO 3166).
        """
        return str(self._locale.territories.get(code, code))

    def percent(self, value: float) -> str:
        """
        A share in hundredths.
        """
        return f"{self.number(value)} %"

    def degrees(self, celsius: float | None) -> str:
        """
        A temperature without its scale, for where there is little room.
        """
        if celsius is None:
            return "-"
        fahrenheit = self._locale.territory in FAHRENHEIT
        return f"{self.number(celsius * 1.8 + 32 if fahrenheit else celsius)}°"

    def temperature(self, celsius: float | None) -> str:
        """
        A temperature.
        """
        scale = "F" if self._locale.territory in FAHRENHEIT else "C"
        return self.degrees(celsius) + scale

    def speed(self, kmh: float) -> str:
        """
        How fast the wind is.

        @param kmh: kilometres an hour.
        """
        if self._locale.territory in MILES:
            return f"{self.number(kmh / 1.609344)} mph"
        return f"{self.number(kmh)} km/h"
