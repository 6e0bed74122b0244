"""
Tests of L{gigasetd.info.services.exchangerates}.
"""

from __future__ import annotations

from datetime import date

from gigasetd.info.sources.ecbrates import ExchangeRates
from tests.info.case import TOLD, InfoCase


class RatesTests(InfoCase):
    """
    Exchange rates.
    """

    def test_page(self) -> None:
        """
        The day, the currencies that there are with digits that mean something,
        and whose figures these are.
        """
        self.sources.tell(**TOLD)
        shown = self.shown("rates")
        for words in ("20.11.", "USD", "1,1732", "182,50", "Quelle: EZB"):
            self.assertIn(words, shown)
        self.assertNotIn("GBP", shown)
        self.sources.tell(rates=ExchangeRates(date(2026, 11, 20), {"HUF": 38910.4}))
        self.assertIn("38.910", self.shown("rates"))
