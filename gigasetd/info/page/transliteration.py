# -*- test-case-name: tests.info.page.test_transliteration -*-
"""
Transliterates Greek and Cyrillic without accents: Greek by ELOT 743, Russian
and Bulgarian as usual in English, Ukrainian by the official table of 2010,
Serbian and Macedonian by their own Latin alphabet.

Letters that occur in one language only tell the language of a Cyrillic text; a
text without any is treated as Russian.

Layer 0 (values).
"""

from __future__ import annotations

import re

GREEK = {
    "Α": "A", "Β": "V", "Γ": "G", "Δ": "D", "Ε": "E", "Ζ": "Z", "Η": "I",
    "Θ": "Th", "Ι": "I", "Κ": "K", "Λ": "L", "Μ": "M", "Ν": "N", "Ξ": "X",
    "Ο": "O", "Π": "P", "Ρ": "R", "Σ": "S", "Τ": "T", "Υ": "Y", "Φ": "F",
    "Χ": "Ch", "Ψ": "Ps", "Ω": "O",
}  # fmt: skip
RUSSIAN = {
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ё": "Yo",
    "Ж": "Zh", "З": "Z", "И": "I", "Й": "Y", "К": "K", "Л": "L", "М": "M",
    "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T", "У": "U",
    "Ф": "F", "Х": "Kh", "Ц": "Ts", "Ч": "Ch", "Ш": "Sh", "Щ": "Shch",
    "Ъ": "", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "Yu", "Я": "Ya", "Ў": "U",
    "Ґ": "G", "Є": "Ye", "І": "I", "Ї": "Yi", "Ј": "J", "Ѕ": "Dz", "Љ": "Lj",
    "Њ": "Nj", "Ђ": "Dj", "Ћ": "C", "Џ": "Dz", "Ѓ": "Gj", "Ќ": "Kj",
}  # fmt: skip
_UKRAINIAN = {
    "Г": "H", "И": "Y", "Є": "Ie", "Ї": "I", "Й": "I", "Ю": "Iu", "Я": "Ia",
}  # fmt: skip
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_SERBIAN = {"Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"}

_CYRILLIC = re.compile("[Ѐ-ӿ]")
_GREEK = re.compile("[Ͱ-Ͽἀ-῿]")
_ONLY_UKRAINIAN = re.compile("[ҐґЄєІіЇї]")
_ONLY_SERBIAN = re.compile("[ЈјЉљЊњЂђЋћЏџЅѕЃѓЌќ]")
_WORD_START = re.compile(r"\b[ЄЇЙЮЯєїйюя]")
# In Russian the hard sign only separates a consonant from a soft vowel.
_VOWEL = re.compile("[Ъъ](?![ЕЁЮЯеёюя])")

_TWO_GREEK = (
    (re.compile("([ΟοΌό])[υύ]"), r"\1u"),
    (re.compile("([ΑαΕεΗηΆάΈέΉή])[υύ](?=[βγδζλμνραεηιουωάέήίόύώ])"), r"\1v"),
    (re.compile("([ΑαΕεΗη])[υύ](?=\\w|\\b)"), r"\1f"),
    (re.compile("γ(?=[γξχ])"), "n"),
    (re.compile(r"\bΜ[πΠ]"), "B"),
    (re.compile(r"\bμπ"), "b"),
)


def _bothCases(capitals: dict[str, str]) -> dict[int, str]:
    small = {letter.lower(): latin.lower() for letter, latin in capitals.items()}
    return str.maketrans({**capitals, **small})


_GREEK_LETTERS = {**_bothCases(GREEK), ord("ς"): "s"}
_RUSSIAN_LETTERS = _bothCases(RUSSIAN)
_UKRAINIAN_LETTERS = _bothCases({**RUSSIAN, **_UKRAINIAN})
_SERBIAN_LETTERS = _bothCases({**RUSSIAN, **_SERBIAN})


def romanize(text: str) -> str:
    """
    Replace Greek and Cyrillic letters by Latin ones.

    @param text: in normal form C.
    """
    if _GREEK.search(text):
        for pattern, latin in _TWO_GREEK:
            text = pattern.sub(latin, text)
        text = text.translate(_GREEK_LETTERS)
    if not _CYRILLIC.search(text):
        return text
    if _ONLY_SERBIAN.search(text):
        return text.translate(_SERBIAN_LETTERS)
    if _ONLY_UKRAINIAN.search(text):
        text = _WORD_START.sub(_firstOf, text)
        return text.translate(_UKRAINIAN_LETTERS)
    text = _VOWEL.sub(lambda match: "A" if match[0] == "Ъ" else "a", text)
    return text.translate(_RUSSIAN_LETTERS)


def _firstOf(match: re.Match[str]) -> str:
    latin = _FIRST[match[0].lower()]
    return latin if match[0].islower() else latin.capitalize()
