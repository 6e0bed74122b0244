# -*- test-case-name: tests.info.services.test_interface -*-
"""
Exchange rates of the euro, as the European Central Bank tells them.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Columns, Info, Line, Page, Part, Text
from gigasetd.info.services.interface import PageContext, Service, absent, noteOf
from gigasetd.info.sources.ecbrates import ExchangeRates as Told

FIRST = "USD GBP CHF PLN TRY CZK DKK SEK NOK HUF RON JPY".split()
"""The currencies that are shown, in this order, where there is a rate."""


class ExchangeRatesService(Service):
    """
    The service.
    """

    id = "rates"
    ticks = True

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        return words("Exchange rates")

    def page(self, context: PageContext) -> Page:
        """
        What a euro costs.
        """
        words = context.words
        found = context.find("rates", "")
        if found.value is None:
            return absent(context, self.title(words), found)
        told: Told = found.value
        parts: list[Part] = [Columns(words("1 euro ="), words.day(told.day))]
        parts += [
            Columns(name, _amount(words, told.rates[name]))
            for name in FIRST
            if name in told.rates
        ]
        parts += [*noteOf(context, "rates", found), Text(words("Source: ECB"))]
        parts.append(Text(words("For information only.")))
        return Info(self.title(words), parts, context.expires(6 * 3600))

    def lines(self, context: PageContext) -> list[Line]:
        """
        The most asked for one.
        """
        found = context.find("rates", "")
        rate = found.value.rates.get("USD") if found.value is not None else None
        if rate is None:
            return []
        return [Line(left="1 EUR", right=f"{_amount(context.words, rate)} USD")]


def _amount(words: Translator, rate: float) -> str:
    """
    With as many digits as mean something.
    """
    return words.number(rate, 4 if rate < 10 else 2 if rate < 1000 else 0)
