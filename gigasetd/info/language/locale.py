# -*- test-case-name: tests.info.language.test_locale -*-
"""
Translates texts, and formats dates, numbers and measures, for one language and
country.

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
"""Countries (ISO 3166) with units of their own."""


def N_(text: str) -> str:
    """
    Mark a text for translation; it is translated where it is shown.
    """
    return text


class Translator:
    """
    Translations and formats.

    @ivar language: two-letter language.
    """

    def __init__(self, locale: Locale, catalogue: NullTranslations) -> None:
        if locale.language == "en" and locale.territory is None:
            locale = Locale("en", "GB")
        self.language: str = locale.language
        self._locale = locale
        self._catalogue = catalogue

    def __call__(self, text: str, **values: object) -> str:
        """
        Translate a text.

        @param values: replace the names in braces.
        """
        said = self._catalogue.gettext(text)
        return said.format(**values) if values else said

    def several(self, one: str, many: str, count: int, **values: object) -> str:
        """
        Translate a text with the plural form for C{count}, which is also a
        value.
        """
        said = self._catalogue.ngettext(one, many, count)
        return said.format(count=self.number(count), **values)

    def date(self, day: Date) -> str:
        """
        Format a date with its weekday; fits into one display line.
        """
        return f"{self.weekday(day)} {format_skeleton('yMd', day, locale=self._locale)}"

    def day(self, day: Date) -> str:
        """
        Format day and month.
        """
        return format_skeleton("Md", day, locale=self._locale)

    def weekday(self, day: Date) -> str:
        """
        Return the weekday in two to four letters.
        """
        return format_date(day, "ccc", locale=self._locale).rstrip(".")

    def time(self, moment: datetime | time) -> str:
        """
        Format a time of day.
        """
        return format_time(moment, "short", locale=self._locale)

    def number(self, value: float, digits: int = 0) -> str:
        """
        Format a number.

        @param digits: after the decimal point.
        """
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        said = format_decimal(value, pattern, locale=self._locale)
        return "0" + said[2:] if said in ("-0", "−0") else said

    def country(self, code: str) -> str:
        """
        Return the name of a country (ISO 3166).
        """
        return str(self._locale.territories.get(code, code))

    def percent(self, value: float) -> str:
        return f"{self.number(value)} %"

    def degrees(self, celsius: float | None) -> str:
        """
        Format a temperature without its unit, to save room.
        """
        if celsius is None:
            return "-"
        fahrenheit = self._locale.territory in FAHRENHEIT
        return f"{self.number(celsius * 1.8 + 32 if fahrenheit else celsius)}°"

    def temperature(self, celsius: float | None) -> str:
        scale = "F" if self._locale.territory in FAHRENHEIT else "C"
        return self.degrees(celsius) + scale

    def speed(self, kmh: float) -> str:
        """
        Format a wind speed.

        @param kmh: kilometres per hour.
        """
        if self._locale.territory in MILES:
            return f"{self.number(kmh / 1.609344)} mph"
        return f"{self.number(kmh)} km/h"
