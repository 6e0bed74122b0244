"""
Tests of L{gigasetd.info.sources.ecbrates}.
"""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import ParseError

from defusedxml import EntitiesForbidden
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.ecbrates import parse
from gigasetd.info.sources.interface import RawDocument, SourceError
from tests.info.documents import BOMB, ECB


class RatesTests(SynchronousTestCase):
    """
    What the European Central Bank says.
    """

    def test_rates(self) -> None:
        """
        The rates of a day; what is no number is left out.
        """
        found = parse(RawDocument(ECB))
        self.assertEqual(found.day, date(2026, 11, 20))
        self.assertEqual(found.rates, {"USD": 1.1732, "JPY": 181.2, "GBP": 0.8712})

    def test_odd(self) -> None:
        """
        A rate that is none, or of no currency, is left out.
        """
        for rate in ("0", "-1", "inf", "nan", "1,5"):
            odd = ECB.replace(b"1.1732", rate.encode())
            self.assertNotIn("USD", parse(RawDocument(odd)).rates)
        self.assertNotIn("usd", parse(RawDocument(ECB.replace(b"USD", b"usd"))).rates)

    def test_bad(self) -> None:
        """
        What holds no rates is said to hold none; entities are refused.
        """
        with self.assertRaises(SourceError):
            parse(RawDocument(b"<a/>"))
        with self.assertRaises(ParseError):
            parse(RawDocument(b"no XML"))
        with self.assertRaises(EntitiesForbidden):
            parse(RawDocument(BOMB))
