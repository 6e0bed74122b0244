# -*- test-case-name: tests.registry.test_mac -*-
"""
MAC addresses, in any spelling that people and phones use.

Layer 0 (values).
"""

from __future__ import annotations

import re

_SPELLINGS = re.compile(
    r"[0-9A-F]{12}"
    r"|(?:[0-9A-F]{1,2}:){5}[0-9A-F]{1,2}"
    r"|(?:[0-9A-F]{2}[-. ]){5}[0-9A-F]{2}"
    r"|(?:[0-9A-F]{4}[-.: ]){2}[0-9A-F]{4}"
    r"|[0-9A-F]{6}[-: ][0-9A-F]{6}"
)
_NO_DEVICE = {"000000000000", "FFFFFFFFFFFF"}


def macOf(text: str) -> str | None:
    """
    Normalise a MAC address.

    @param text: bare, with colons, dashes, dots or blanks between pairs, or
        in groups of four or six; between colons a pair may lack its leading
        zero.
    @return: twelve upper-case hexadecimal digits; L{None} where C{text} is no
        MAC address, or all zeros (no device) or all ones (broadcast).
    """
    mac = _digits(text)
    return None if mac in _NO_DEVICE else mac


def isReserved(text: str) -> bool:
    """
    Tell whether a text is a well-formed MAC address that no device has: all zeros,
    or all ones (broadcast).
    """
    return _digits(text) in _NO_DEVICE


def _digits(text: str) -> str | None:
    text = text[:64].strip().upper()
    if not _SPELLINGS.fullmatch(text):
        return None
    pairs = text.split(":")
    if len(pairs) == 6:
        text = "".join(pair.zfill(2) for pair in pairs)
    return re.sub("[^0-9A-F]", "", text)
