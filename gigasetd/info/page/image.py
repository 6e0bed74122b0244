# -*- test-case-name: tests.info.page.test_image -*-
"""
Images for handsets: from what Pillow reads to the handsets' own C{encodeFnt}, a bit
a pixel.

The vendor has not told how C{encodeFnt} looks; what is written here is what working
servers of today write, which contradict one another about the order of the
header's bytes.  How LZMA is framed is told nowhere: C{.lzma} is a guess.

Layer 0 (values).
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from PIL import Image, ImageOps

from gigasetd.errors import BadValue
from gigasetd.info.page.fontmetrics import DISPLAY

ORDERS = ("little", "big")
KIND = b"image/fnt"
FORMATS = ("PNG", "JPEG", "GIF")

_LEAST_DICTIONARY = 4096  #: bytes, which liblzma wants
_NUMBER = re.compile("[0-9]{1,3}")
_FINDERS = {
    "bt2": lzma.MF_BT2,
    "bt3": lzma.MF_BT3,
    "bt4": lzma.MF_BT4,
    "hc4": lzma.MF_HC4,
}
_RANGES = {
    "a": (0, 1, 1),
    "d": (0, 30, 23),
    "fb": (5, 273, 128),
    "lc": (0, 8, 3),
    "lp": (0, 4, 0),
    "pb": (0, 4, 2),
}
"""Parameter of the image proxy -> its bounds, and what it is otherwise."""

_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow raises for files that are none."""


class Compression(NamedTuple):
    """
    How an image is to be compressed.
    """

    fast: bool  #: C{a} is 0
    dictionary: int  #: C{d}, a power of two
    fb: int  #: longest match
    lc: int
    lp: int
    pb: int
    finder: str  #: C{mf}


def compressionOf(told: Mapping[str, str]) -> Compression | None:
    """
    What a request says of compression.

    @return: C{None} where it says nothing: then there is none.
    @raise BadValue: a parameter is out of its range.
    """
    if not {*_RANGES, "mf"} & told.keys():
        return None
    value = {name: _within(name, told.get(name)) for name in _RANGES}
    finder = told.get("mf", "bt4").strip().lower()
    if finder not in _FINDERS:
        raise BadValue("mf is bt2, bt3, bt4 or hc4")
    if value["lc"] + value["lp"] > 4:
        raise BadValue("lc and lp are at most 4 together")
    return Compression(
        not value["a"], value["d"], value["fb"], value["lc"], value["lp"], value["pb"],
        finder,
    )  # fmt: skip


def _within(name: str, text: str | None) -> int:
    """
    One number.
    """
    low, high, otherwise = _RANGES[name]
    if text is None:
        return otherwise
    if not _NUMBER.fullmatch(text.strip()) or not low <= int(text) <= high:
        raise BadValue(f"{name} is a number from {low} to {high}")
    return int(text)


def compress(data: bytes, packing: Compression | None) -> bytes:
    """
    An image compressed, or as it is.
    """
    if packing is None:
        return data
    # A larger dictionary than the data would only take memory, tens of
    # megabytes of it.
    size = max(_LEAST_DICTIONARY, 1 << len(data).bit_length())
    options = {
        "id": lzma.FILTER_LZMA1,
        "dict_size": min(max(_LEAST_DICTIONARY, 1 << packing.dictionary), size),
        "lc": packing.lc,
        "lp": packing.lp,
        "pb": packing.pb,
        "mode": lzma.MODE_FAST if packing.fast else lzma.MODE_NORMAL,
        "nice_len": packing.fb,
        "mf": _FINDERS[packing.finder],
    }
    return lzma.compress(data, lzma.FORMAT_ALONE, filters=[options])


def encodeFnt(data: bytes, order: str, most: int) -> bytes:
    """
    An image file as C{encodeFnt}: width and height, then each row from its left,
    most significant bit first, 1 for black.

    @param order: of the header's bytes, one of L{ORDERS}.
    @param most: pixels of the largest image that is looked at.
    @raise BadValue: it is no image, or too large.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > most:
                raise BadValue(f"an image of more than {most} pixels")
            plain = _plain(image)
    except BadValue:
        raise
    except _UNREADABLE:
        raise BadValue("no image that can be read") from None
    sign = "<" if order == "little" else ">"
    return struct.pack(f"{sign}HH", *plain.size) + _rows(plain)


def _plain(image: Image.Image) -> Image.Image:
    """
    Black and white, on white, no larger than the display is wide.
    """
    # The first picture of several; what is transparent becomes white.
    colours = image.convert("RGBA")
    colours.thumbnail((DISPLAY, DISPLAY))
    ground = Image.new("RGBA", colours.size, "white")
    ground.alpha_composite(colours)
    return ground.convert("L").convert("1")


def _rows(image: Image.Image) -> bytes:
    """
    The bits; Pillow's are 1 for white.
    """
    padded = Image.new("1", (-(-image.width // 8) * 8, image.height), 255)
    padded.paste(image)
    return ImageOps.invert(padded).tobytes()
