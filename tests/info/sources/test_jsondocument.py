"""
Tests of L{gigasetd.info.sources.jsondocument}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.interface import RawDocument, SourceError
from gigasetd.info.sources.jsondocument import DEEPEST, MOST, parse


class PlainTests(SynchronousTestCase):
    """
    JSON for the pages that an operator adds.
    """

    def test_document(self) -> None:
        """
        A document arrives as it is.
        """
        self.assertEqual(
            parse(RawDocument(b'{"a": [1, null, "\xc3\xa4"]}')), {"a": [1, None, "ä"]}
        )
        self.assertEqual(parse(RawDocument(b"3")), 3)

    def test_bounds(self) -> None:
        """
        One that is very deep or holds very much is refused.
        """
        deep = b"[" * DEEPEST + b"1" + b"]" * DEEPEST
        self.assertTrue(parse(RawDocument(deep)))
        for body in (b"[" + deep + b"]", b"[" * 100000, b"[" + b"1," * MOST + b"1]"):
            with self.assertRaises(SourceError):
                parse(RawDocument(body))

    def test_bad(self) -> None:
        """
        What is no JSON is said to be none.
        """
        for body in (b"", b"{", b"[NaN]", b"Infinity", b"\xff", b"9" * 5000):
            with self.assertRaises(SourceError):
                parse(RawDocument(body))
