"""
Tests of L{gigasetd.info.page.image}.
"""

from __future__ import annotations

import io
import lzma
import struct
import zlib

from hypothesis import given, settings
from hypothesis.strategies import binary, integers, lists, sampled_from, tuples
from PIL import Image
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.info.page.image import ORDERS, compress, compressionOf, encodeFnt


def image(
    size: tuple[int, int], colour: object, mode: str = "RGB", kind: str = "PNG"
) -> bytes:
    """
    A file with one colour.
    """
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, kind)  # type: ignore[arg-type]
    return file.getvalue()


def bomb(size: int) -> bytes:
    """
    A small PNG that says it is large.
    """

    def chunk(name: bytes, data: bytes) -> bytes:
        end = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + end

    head = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * (1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body)


class FntTests(SynchronousTestCase):
    """
    The handsets' own format.
    """

    def test_header(self) -> None:
        """
        Width and height are in the order that the operator chose.
        """
        data = image((16, 10), "white")
        self.assertEqual(encodeFnt(data, "little", 9999)[:4], b"\x10\0\x0a\0")
        self.assertEqual(encodeFnt(data, "big", 9999)[:4], b"\0\x10\0\x0a")

    def test_rows(self) -> None:
        """
        Black is 1, the leftmost pixel is the highest bit, and rows are filled
        up with white.
        """
        file = io.BytesIO()
        picture = Image.new("1", (10, 2), 1)
        picture.putpixel((0, 0), 0)
        picture.putpixel((9, 1), 0)
        picture.save(file, "PNG")
        rows = encodeFnt(file.getvalue(), "little", 9999)[4:]
        self.assertEqual(rows, b"\x80\x00\x00\x40")
        self.assertEqual(encodeFnt(image((3, 1), "black"), "big", 9)[4:], b"\xe0")

    def test_kinds(self) -> None:
        """
        PNG, JPEG and GIF are read, in any colours; what is transparent is
        white.
        """
        for kind in ("PNG", "JPEG", "GIF"):
            self.assertEqual(
                encodeFnt(image((8, 1), "black", kind=kind), "big", 99)[4:], b"\xff"
            )
        clear = image((8, 1), (0, 0, 0, 0), "RGBA")
        self.assertEqual(encodeFnt(clear, "big", 99)[4:], b"\0")
        self.assertRaises(
            BadValue, encodeFnt, image((8, 1), "black", kind="BMP"), "big", 99
        )

    def test_shrunk(self) -> None:
        """
        An image is no wider than the display.
        """
        found = encodeFnt(image((1000, 100), "black"), "big", 999999)
        width, height = struct.unpack(">HH", found[:4])
        self.assertEqual((width, len(found)), (128, 4 + 16 * height))

    def test_bomb(self) -> None:
        """
        An image that is small on the way and huge in memory is not opened.
        """
        self.assertRaises(BadValue, encodeFnt, image((200, 200), "black"), "big", 39999)
        for size in (5000, 100_000, 0x7FFFFFFF):
            self.assertRaises(BadValue, encodeFnt, bomb(size), "big", 1_000_000)

    @given(
        binary(max_size=60),
        lists(tuples(integers(0, 90), integers(0, 255))),
        sampled_from(["PNG", "GIF", "JPEG"]),
    )
    @settings(max_examples=200, deadline=None)
    def test_anything(
        self, end: bytes, changes: list[tuple[int, int]], kind: str
    ) -> None:
        """
        Whatever comes is an image or is refused.
        """
        data = bytearray(image((9, 9), "black", kind=kind))
        for place, value in changes:
            data[place % len(data)] = value
        for rubbish in (end, bytes(data), bytes(data) + end, bytes(data[:40]) + end):
            try:
                found = encodeFnt(rubbish, "little", 10000)
            except BadValue:
                continue
            width, height = struct.unpack("<HH", found[:4])
            self.assertEqual(len(found), 4 + -(-width // 8) * height)


class PackingTests(SynchronousTestCase):
    """
    Compression.
    """

    def test_none(self) -> None:
        """
        Without parameters nothing is compressed.
        """
        self.assertIsNone(compressionOf({"data": "x"}))
        self.assertEqual(compress(b"x", None), b"x")

    def test_ranges(self) -> None:
        """
        Each parameter has its range; outside of it nothing is guessed.
        """
        for told in (
            {"a": "2"},
            {"d": "31"},
            {"fb": "4"},
            {"fb": "274"},
            {"lc": "9"},
            {"lp": "5"},
            {"pb": "-1"},
            {"mf": "bt5"},
            {"a": ""},
            {"d": "x"},
            {"lc": "4", "lp": "1"},
            {"d": "9" * 5000},
        ):
            self.assertRaises(BadValue, compressionOf, told)
        self.assertEqual(compressionOf({"a": "1"}), (False, 23, 128, 3, 0, 2, "bt4"))

    def test_unpacked(self) -> None:
        """
        What is compressed can be decompressed with what its header says.
        """
        data = encodeFnt(image((64, 64), "black"), "little", 9999)
        for told in (
            {"a": "0", "d": "0", "mf": "hc4"},
            {"d": "30", "fb": "273"},
            {"mf": "bt2", "lc": "0", "lp": "4", "pb": "0"},
            {"mf": "bt3"},
        ):
            found = compress(data, compressionOf(told))
            self.assertLess(len(found), len(data))
            self.assertEqual(lzma.decompress(found, lzma.FORMAT_ALONE), data)
        self.assertEqual(ORDERS, ("little", "big"))
