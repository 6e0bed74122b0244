"""
Tests of L{gigasetd.info.fetch.decompress}.
"""

from __future__ import annotations

import gzip
import zlib

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.decompress import decompress
from gigasetd.info.sources.interface import SourceError


class UnpackedTests(SynchronousTestCase):
    """
    L{decompress}.
    """

    def test_unpacked(self) -> None:
        """
        What is compressed in a usual way is read.
        """
        body = b"text" * 100
        self.assertEqual(decompress(body, "", 400), body)
        self.assertEqual(decompress(body, "identity", 400), body)
        self.assertEqual(decompress(gzip.compress(body), "GZIP ", 400), body)
        self.assertEqual(decompress(zlib.compress(body), "deflate", 400), body)

    def test_bomb(self) -> None:
        """
        Much that was made very small stays so.
        """
        for body in (gzip.compress(b"0" * 401), gzip.compress(b"0" * 10_000_000)):
            with self.assertRaisesRegex(SourceError, "the response is too large"):
                decompress(body, "gzip", 400)

    def test_bad(self) -> None:
        """
        What cannot be unpacked is said to be so.
        """
        half = gzip.compress(b"text" * 100)[:-9]
        for body, encoding in (
            (b"x", "gzip"), (b"", "gzip"), (half, "gzip"), (b"x", "br"),
            (gzip.compress(gzip.compress(b"x")), "gzip, gzip"),
        ):  # fmt: skip
            with self.assertRaises(SourceError):
                decompress(body, encoding, 1000)
