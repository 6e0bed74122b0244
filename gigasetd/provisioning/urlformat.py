# -*- test-case-name: tests.provisioning.test_urlformat -*-
"""
The URL of a phone's own settings, as a format that the phone fills in.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from gigasetd.provisioning.tlv import TEXT

_PLACE = re.compile(r"%(DVID|MACC|MACD|ACTC|DURL|SUBLIST|%)?")
MOST = 2048  #: slots that a list of handsets may have


class BadFormat(ValueError):
    """
    This is no format, or no list of handsets; the text says why.
    """


class Places(NamedTuple):
    """
    What a phone puts in the places.
    """

    mac: str  #: twelve upper-case hexadecimal digits
    dvid: str = ""  #: "42/2": build variant and provisioning id
    base: str = ""  #: the base URL that it came by, with or without scheme
    code: str = ""  #: the provisioner's part of the activation code
    handsets: tuple[int, ...] = ()  #: registered slots, counted from 0
    slots: int = 6  #: how many there are


def checkFormat(text: str) -> str:
    """
    C{text} itself.

    @raise BadFormat: a phone could not use it.
    """
    if not (text.isascii() and text.isprintable() and 0 < len(text) <= TEXT):
        raise BadFormat(f"a URL format has 1 to {TEXT} printable ASCII characters")
    for found in _PLACE.finditer(text):
        if found[1] is None:
            raise BadFormat(
                "after % comes DVID, MACC, MACD, ACTC, DURL, SUBLIST or another %"
            )
    return text


def expand(text: str, places: Places) -> str:
    """
    The URL that a phone makes of a format.

    @raise BadFormat: C{text} is none.
    """
    mac = places.mac
    pairs = (mac[at : at + 2] for at in range(0, len(mac), 2))
    values = {
        "DVID": places.dvid,
        "MACC": ":".join(pairs),
        "MACD": mac,
        "ACTC": places.code,
        "DURL": places.base.rpartition("://")[2].rstrip("/"),
        "SUBLIST": sublist(places.handsets, places.slots),
        "%": "%",
    }
    return _PLACE.sub(lambda found: values[found[1]], checkFormat(text))


def sublist(handsets: Iterable[int], slots: int) -> str:
    """
    The registered handsets in hexadecimal: how many slots there are, then a
    bit for each, the first one the highest.

    @raise BadFormat: a handset is in no slot, or there are too many slots.
    """
    taken = set(handsets)
    if not 0 <= slots <= MOST or any(not 0 <= each < slots for each in taken):
        raise BadFormat(f"handsets are in slots below {slots}, at most {MOST}")
    bits = bytearray(-(-slots // 8))
    for each in taken:
        bits[each // 8] |= 0x80 >> each % 8
    return (_count(slots) + bytes(bits)).hex().upper()


def _count(slots: int) -> bytes:
    """
    A count in the short form of one byte, or behind a byte that tells its
    length.
    """
    if slots < 0x80:
        return bytes((slots,))
    size = (slots.bit_length() + 7) // 8
    return bytes((0x80 | size,)) + slots.to_bytes(size, "big")


def parseSublist(text: str) -> tuple[int, tuple[int, ...]]:
    """
    @return: how many slots there are, and the taken ones, counted from 0.
    @raise BadFormat: this is no list of handsets.
    """
    try:
        slots, bits = _counted(bytes.fromhex(text[: 2 * MOST]))
    except (ValueError, IndexError):
        raise BadFormat("this is no list of handsets") from None
    if slots > MOST or len(bits) != -(-slots // 8):
        raise BadFormat("this list of handsets is too long, or cut short")
    return slots, tuple(
        each for each in range(slots) if bits[each // 8] & 0x80 >> each % 8
    )


def _counted(data: bytes) -> tuple[int, bytes]:
    """
    A count, and what follows it.
    """
    if data[0] < 0x80:
        return data[0], data[1:]
    size = data[0] & 0x7F
    if not 1 <= size <= 4 or len(data) <= size:
        raise ValueError
    return int.from_bytes(data[1 : size + 1], "big"), data[size + 1 :]
