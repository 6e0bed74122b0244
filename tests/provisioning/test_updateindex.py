"""
Tests for L{gigasetd.provisioning.updateindex}.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.provisioning.updateindex import (
    BadTlv,
    Baseline,
    TlvBlock,
    block,
    named,
    parse,
    profile,
    textOf,
)

SIU = bytes.fromhex("00190317") + b"http://%DURL/%MACD.xml\0"


class BlocksTests(SynchronousTestCase):
    """
    What phones read and write as blocks.
    """

    def test_siu(self) -> None:
        """
        T12: the URL format of a real package, byte for byte.
        """
        self.assertEqual(named(0x00, "http://%DURL/%MACD.xml"), SIU)
        self.assertEqual(len(SIU), 27)

    def test_worked(self) -> None:
        """
        The worked example of one text.
        """
        expected = "030F030D73696673726F6F742E62696E00"
        self.assertEqual(named(3, "sifsroot.bin").hex().upper(), expected)

    def test_read(self) -> None:
        """
        What was written can be read, with its text.
        """
        (only,) = parse(SIU)
        self.assertEqual(only.tag, 0)
        self.assertEqual(textOf(only.content), "http://%DURL/%MACD.xml")

    def test_limits(self) -> None:
        """
        A text of 252 characters fits; one more, a NUL, or another character
        is refused rather than sent damaged.
        """
        self.assertEqual(len(named(1, "a" * 252)), 257)
        for text in ("a" * 253, "a\0b", "€"):
            with self.assertRaises(BadTlv):
                named(1, text)
        with self.assertRaises(BadTlv):
            block(1, b"a" * 256)

    def test_cut(self) -> None:
        """
        What is cut short anywhere is refused.
        """
        for end in range(1, len(SIU)):
            with self.assertRaises(BadTlv):
                parse(SIU[:end])
        with self.assertRaises(BadTlv):
            parse(b"\1\0" * 5000)
        with self.assertRaises(BadTlv):
            textOf(b"\x03\x02ab")

    @given(some.binary(max_size=600))
    def test_anything(self, data: bytes) -> None:
        """
        Any bytes are either blocks that give the same bytes again, or refused.
        """
        try:
            found = parse(data)
        except BadTlv:
            return
        self.assertEqual(b"".join(block(*one) for one in found), data)

    def test_baseline(self) -> None:
        """
        A firmware with number, path, both marks and the repeated block.
        """
        whole = Baseline(258, "a.bin", (1, 2), (245, "b.bin")).encode()
        ((tag, inner),) = parse(whole)
        self.assertEqual(tag, 1)
        told = parse(inner)
        self.assertEqual([one.tag for one in told], [2, 3, 4, 5, 6])
        self.assertEqual(told[0], TlvBlock(2, b"\x01\x02"))
        self.assertEqual(parse(told[4].content)[1].content, b"b.bin\0")
        with self.assertRaises(BadTlv):
            Baseline(65536, "a.bin").encode()

    def test_profile(self) -> None:
        """
        A provider profile: version, name, then settings with their types.
        """
        settings = [("YES", True), ("MANY", 258), ("S_INFO_SERVICE_URL", "http://h/")]
        version, name, *rest = parse(profile("0107261200", "d_x_de.bin", settings))
        self.assertEqual(version, TlvBlock(0x00, b"0107261200\0"))
        self.assertEqual(name, TlvBlock(0x40, b"d_x_de.bin\0"))
        self.assertEqual(
            [parse(one.content) for one in rest],
            [
                [TlvBlock(2, b"YES\0"), TlvBlock(3, b"\1")],
                [TlvBlock(2, b"MANY\0"), TlvBlock(4, b"\0\0\1\2")],
                [TlvBlock(2, b"S_INFO_SERVICE_URL\0"), TlvBlock(5, b"http://h/\0")],
            ],
        )
