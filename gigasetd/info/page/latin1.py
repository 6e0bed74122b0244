# -*- test-case-name: tests.info.page.test_latin1 -*-
"""
Converts any text to the characters of a handset: printable ISO 8859-1.

Letters of other scripts are transliterated, symbols replaced by similar ones.
Emoji are dropped. An unknown letter becomes a question mark, so that the reader
sees that something is missing.

Layer 0 (values).
"""

from __future__ import annotations

import unicodedata

from gigasetd.info.page.transliteration import romanize

UNKNOWN = "?"

_SIGNS = {
    **dict.fromkeys("‘’‚‛′ʹʻʼˈ‹›", "'"),
    **dict.fromkeys("“”„‟″〝〞", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃", "-"),
    **dict.fromkeys("•‣◦∙●▪", "·"),
    "…": "...", "€": "EUR", "₤": "£", "₺": "TL", "₽": "RUB", "₴": "UAH",
    "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "≤": "<=", "≥": ">=",
    "≠": "!=", "≈": "~", "∞": "oo", "√": "V", "⁄": "/", "∕": "/", "†": "+",
    "‰": "o/oo", "☎": "Tel.", "✓": "v", "✔": "v", "✗": "x", "✘": "x",
}  # fmt: skip
_LATIN = {
    "Œ": "OE", "œ": "oe", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i",
    "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "Ŋ": "N", "ŋ": "n", "ĸ": "k",
    "ẞ": "ß", "ƒ": "f", "Ə": "Ä", "ə": "ä", "Ɖ": "D", "ſ": "s", "Ŀ": "L",
    "ŀ": "l", "ŉ": "'n",
}  # fmt: skip
_TABLE = {**_SIGNS, **_LATIN}


def latin(text: str) -> str:
    """
    Convert a text to printable ISO 8859-1.

    Each blank, tab and line break becomes one space.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_likeness, romanize(unicodedata.normalize("NFC", text))))


def _likeness(letter: str) -> str:
    code = ord(letter)
    if 0x20 <= code <= 0x7E or (0xA1 <= code <= 0xFF and code != 0xAD):
        return letter
    if letter in _TABLE:
        return _TABLE[letter]
    parts = unicodedata.normalize("NFKD", letter)
    if parts != letter:
        return "".join(map(_likeness, romanize(parts)))
    return _lastResort(letter)


def _lastResort(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] == "Z" or letter in "\t\n\r\v\f\x85":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(letter))
    return UNKNOWN if category[0] in "LNP" else ""
