# -*- test-case-name: tests.info.services.test_interface -*-
"""
Exchange rates of the euro, as the European Central Bank tells them.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.info.language.locale import Words
from gigasetd.info.page.page import Columns, Info, Line, Page, Part, Text
from gigasetd.info.services.interface import Asker, Service, absent, noteOf
from gigasetd.info.sources.ecbrates import Rates as Told

FIRST = "USD GBP CHF PLN TRY CZK DKK SEK NOK HUF RON JPY".split()
"""The currencies that are shown, in this order, where there is a rate."""


class Rates(Service):
    """
    The service.
    """

    id = "rates"
    ticks = True

    def title(self, words: Words) -> str:
        """
        What the menu calls it.
        """
        return words("Exchange rates")

    def page(self, asker: Asker) -> Page:
        """
        What a euro costs.
        """
        words = asker.words
        found = asker.find("rates", "")
        if found.value is None:
            return absent(asker, self.title(words), found)
        told: Told = found.value
        parts: list[Part] = [Columns(words("1 euro ="), words.day(told.day))]
        parts += [
            Columns(name, _amount(words, told.rates[name]))
            for name in FIRST
            if name in told.rates
        ]
        parts += [*noteOf(asker, "rates", found), Text(words("Source: ECB"))]
        parts.append(Text(words("For information only.")))
        return Info(self.title(words), parts, asker.expires(6 * 3600))

    def lines(self, asker: Asker) -> list[Line]:
        """
        The most asked for one.
        """
        found = asker.find("rates", "")
        rate = found.value.rates.get("USD") if found.value is not None else None
        if rate is None:
            return []
        return [Line(left="1 EUR", right=f"{_amount(asker.words, rate)} USD")]


def _amount(words: Words, rate: float) -> str:
    """
    With as many digits as mean something.
    """
    return words.number(rate, 4 if rate < 10 else 2 if rate < 1000 else 0)
