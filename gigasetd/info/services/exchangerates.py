# -*- test-case-name: tests.info.services.test_exchangerates -*-
"""
Exchange rates of the euro, of the European Central Bank.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Columns, Info, Line, Page, Part, Text
from gigasetd.info.services.interface import PageContext, Service, absent, noteOf
from gigasetd.info.sources.ecbrates import ExchangeRates

FIRST = "USD GBP CHF PLN TRY CZK DKK SEK NOK HUF RON JPY".split()
"""The currencies to show, in this order, as far as there is a rate."""


class ExchangeRatesService(Service):
    """
    The page of exchange rates.
    """

    id = "rates"
    ticks = True

    def title(self, words: Translator) -> str:
        return words("Exchange rates")

    def page(self, context: PageContext) -> Page:
        """
        Show the value of one euro.
        """
        words = context.words
        cached = context.find("rates", "")
        if cached.value is None:
            return absent(context, self.title(words), cached)
        rates: ExchangeRates = cached.value
        parts: list[Part] = [Columns(words("1 euro ="), words.day(rates.day))]
        parts += [
            Columns(name, _amount(words, rates.rates[name]))
            for name in FIRST
            if name in rates.rates
        ]
        parts += [*noteOf(context, "rates", cached), Text(words("Source: ECB"))]
        parts.append(Text(words("For information only.")))
        return Info(self.title(words), parts, context.expires(6 * 3600))

    def lines(self, context: PageContext) -> list[Line]:
        """
        Show the rate of the US dollar.
        """
        cached = context.find("rates", "")
        rate = cached.value.rates.get("USD") if cached.value is not None else None
        if rate is None:
            return []
        return [Line(left="1 EUR", right=f"{_amount(context.words, rate)} USD")]


def _amount(words: Translator, rate: float) -> str:
    # No more digits than are significant.
    return words.number(rate, 4 if rate < 10 else 2 if rate < 1000 else 0)
