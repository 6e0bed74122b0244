# -*- test-case-name: tests.info.page.test_image -*-
"""
Converts images to C{fnt}, the handsets' own format, one bit per pixel.

The vendor has not published C{fnt}; this follows working servers of today,
which disagree about the byte order of the header. How LZMA data is framed is
not known: C{.lzma} is a guess.

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
"""Parameter of the image proxy -> its minimum, maximum and default."""

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
"""What Pillow raises for files that are not images."""


class Compression(NamedTuple):
    """
    LZMA parameters of a request.
    """

    fast: bool  #: C{a} is 0
    dictionary: int  #: C{d}, a power of two
    fb: int  #: C{fb}, length of the longest match
    lc: int
    lp: int
    pb: int
    finder: str  #: C{mf}


def compressionOf(parameters: Mapping[str, str]) -> Compression | None:
    """
    Parse the LZMA parameters of a request.

    @return: C{None} for a request without any: no compression.
    @raise BadValue: a parameter is out of range.
    """
    if not {*_RANGES, "mf"} & parameters.keys():
        return None
    value = {name: _within(name, parameters.get(name)) for name in _RANGES}
    finder = parameters.get("mf", "bt4").strip().lower()
    if finder not in _FINDERS:
        raise BadValue("mf must be bt2, bt3, bt4 or hc4")
    if value["lc"] + value["lp"] > 4:
        raise BadValue("lc plus lp must be at most 4")
    return Compression(
        not value["a"], value["d"], value["fb"], value["lc"], value["lp"], value["pb"],
        finder,
    )  # fmt: skip


def _within(name: str, text: str | None) -> int:
    low, high, otherwise = _RANGES[name]
    if text is None:
        return otherwise
    if not _NUMBER.fullmatch(text.strip()) or not low <= int(text) <= high:
        raise BadValue(f"{name} must be a number from {low} to {high}")
    return int(text)


def compress(data: bytes, compression: Compression | None) -> bytes:
    """
    Compress an image; C{None} leaves it as it is.
    """
    if compression is None:
        return data
    # A dictionary larger than the data wastes tens of megabytes of memory.
    size = max(_LEAST_DICTIONARY, 1 << len(data).bit_length())
    options = {
        "id": lzma.FILTER_LZMA1,
        "dict_size": min(max(_LEAST_DICTIONARY, 1 << compression.dictionary), size),
        "lc": compression.lc,
        "lp": compression.lp,
        "pb": compression.pb,
        "mode": lzma.MODE_FAST if compression.fast else lzma.MODE_NORMAL,
        "nice_len": compression.fb,
        "mf": _FINDERS[compression.finder],
    }
    return lzma.compress(data, lzma.FORMAT_ALONE, filters=[options])


def encodeFnt(data: bytes, order: str, most: int) -> bytes:
    """
    Convert an image file to C{fnt}: width and height, then rows of bits, the
    most significant bit first, 1 for black.

    @param order: byte order of the header, one of L{ORDERS}.
    @param most: pixels of the largest accepted image.
    @raise BadValue: it is not an image, or too large.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > most:
                raise BadValue(f"the image must have at most {most} pixels")
            plain = _plain(image)
    except BadValue:
        raise
    except _UNREADABLE:
        raise BadValue("the file must be a PNG, JPEG or GIF image") from None
    sign = "<" if order == "little" else ">"
    return struct.pack(f"{sign}HH", *plain.size) + _rows(plain)


def _plain(image: Image.Image) -> Image.Image:
    # The first frame of an animation; transparent pixels become white.
    colours = image.convert("RGBA")
    colours.thumbnail((DISPLAY, DISPLAY))
    background = Image.new("RGBA", colours.size, "white")
    background.alpha_composite(colours)
    return background.convert("L").convert("1")


def _rows(image: Image.Image) -> bytes:
    # Pillow's bits are 1 for white.
    padded = Image.new("1", (-(-image.width // 8) * 8, image.height), 255)
    padded.paste(image)
    return ImageOps.invert(padded).tobytes()
