# -*- test-case-name: tests.info.test_latin -*-
"""
Any text in the letters that a handset has: ISO 8859-1, printable.

Letters of other scripts become the usual Latin ones, signs their nearest
likeness; pictures are left out, and a letter that has no known likeness
becomes a question mark, so that the reader sees that something stood there.

Layer 0 (values).
"""

from __future__ import annotations

import unicodedata

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
_GREEK = {
    "Α": "A", "Β": "V", "Γ": "G", "Δ": "D", "Ε": "E", "Ζ": "Z", "Η": "I",
    "Θ": "Th", "Ι": "I", "Κ": "K", "Λ": "L", "Μ": "M", "Ν": "N", "Ξ": "X",
    "Ο": "O", "Π": "P", "Ρ": "R", "Σ": "S", "Τ": "T", "Υ": "Y", "Φ": "F",
    "Χ": "Ch", "Ψ": "Ps", "Ω": "O",
}  # fmt: skip
_CYRILLIC = {
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Ґ": "G", "Д": "D", "Ђ": "Dj",
    "Ѓ": "Gj", "Е": "E", "Ё": "Jo", "Є": "Je", "Ж": "Zh", "З": "Z", "Ѕ": "Dz",
    "И": "I", "І": "I", "Ї": "Ji", "Й": "J", "Ј": "J", "К": "K", "Л": "L",
    "Љ": "Lj", "М": "M", "Н": "N", "Њ": "Nj", "О": "O", "П": "P", "Р": "R",
    "С": "S", "Т": "T", "Ћ": "C", "Ќ": "Kj", "У": "U", "Ў": "U", "Ф": "F",
    "Х": "Kh", "Ц": "Ts", "Ч": "Ch", "Џ": "Dzh", "Ш": "Sh", "Щ": "Shch",
    "Ъ": "", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "Ju", "Я": "Ja",
}  # fmt: skip


def _bothCases(capitals: dict[str, str]) -> dict[str, str]:
    """
    A table for capital letters, with their small ones.
    """
    small = {letter.lower(): latin.lower() for letter, latin in capitals.items()}
    return {**capitals, **small}


_TABLE = {
    **_SIGNS,
    **_LATIN,
    **_bothCases(_GREEK),
    **_bothCases(_CYRILLIC),
    "ς": "s",
}


def latin(text: str) -> str:
    """
    C{text} in printable characters of ISO 8859-1 only.

    Every kind of blank and line end becomes one space for one character.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_likeness, unicodedata.normalize("NFC", text)))


def _likeness(letter: str) -> str:
    """
    What stands for one character.
    """
    code = ord(letter)
    if 0x20 <= code <= 0x7E or (0xA1 <= code <= 0xFF and code != 0xAD):
        return letter
    if letter in _TABLE:
        return _TABLE[letter]
    parts = unicodedata.normalize("NFKD", letter)
    if parts != letter:
        return "".join(map(_likeness, parts))
    return _lastResort(letter)


def _lastResort(letter: str) -> str:
    """
    What stands for a character of which only its category is known.
    """
    category = unicodedata.category(letter)
    if category[0] == "Z" or letter in "\t\n\r\v\f\x85":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(letter))
    return UNKNOWN if category[0] in "LNP" else ""
