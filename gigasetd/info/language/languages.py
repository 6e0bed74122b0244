# -*- test-case-name: tests.info.language.test_languages -*-
"""
Which language a phone speaks, and what the pages say in it.

What is said stands in the code in English; the catalogues that
L{gigasetd.info.language.catalogues} reads have it in the other languages.  Dates and
numbers come from babel, which knows how each country writes them.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from gigasetd.info.language.locale import Translator

CODES = {
    1: "en_US", 2: "de", 3: "en", 4: "es", 5: "pt", 6: "sv", 7: "it", 8: "el",
    9: "fr", 10: "nl", 11: "nb", 12: "da", 13: "sv", 14: "fi", 15: "cs", 16: "tr",
    17: "pl", 18: "fr_CA", 19: "es_MX", 20: "pt_BR", 22: "sk", 23: "ru", 24: "el",
    25: "hu", 26: "hr", 27: "sl", 28: "ro", 29: "sr", 30: "bg", 31: "he", 32: "zh",
    33: "ar", 34: "fa", 35: "tr", 36: "ca", 37: "bs", 38: "uk",
}  # fmt: skip
"""The phone's number of a language -> its tag; 0 and 21 name none, and what is
not here (a Czech phone has been seen to send 42) is no error."""

COUNTRIES = {
    "1": "en_US", "7": "ru_RU", "27": "en_ZA", "30": "el_GR", "31": "nl_NL",
    "32": "nl_BE", "33": "fr_FR", "34": "es_ES", "36": "hu_HU", "39": "it_IT",
    "40": "ro_RO", "41": "de_CH", "43": "de_AT", "44": "en_GB", "45": "da_DK",
    "46": "sv_SE", "47": "nb_NO", "48": "pl_PL", "49": "de_DE", "52": "es_MX",
    "54": "es_AR", "55": "pt_BR", "56": "es_CL", "57": "es_CO", "61": "en_AU",
    "64": "en_NZ", "65": "en_SG", "90": "tr_TR", "91": "en_IN", "351": "pt_PT",
    "352": "fr_LU", "353": "en_IE", "354": "is_IS", "356": "en_MT", "357": "el_CY",
    "358": "fi_FI", "359": "bg_BG", "370": "lt_LT", "371": "lv_LV", "372": "et_EE",
    "375": "ru_BY", "380": "uk_UA", "381": "sr_RS", "382": "sr_ME", "385": "hr_HR",
    "386": "sl_SI", "387": "bs_BA", "389": "mk_MK", "420": "cs_CZ", "421": "sk_SK",
    "423": "de_LI", "971": "ar_AE", "972": "he_IL",
}  # fmt: skip
"""Country code of the telephone network -> the language most spoken there, and
the country (ISO 3166)."""

ENGLISH = "en"
_DEFAULTS = {"en": "en_GB", "pt": "pt_PT"}
"""What babel would take for the language of the larger country overseas."""


def languageOf(told: Mapping[str, str]) -> str:
    """
    The tag of the language that a request names, C{""} for none.
    """
    for name in ("lang", "g_lang"):
        # A phone may double what a link repeats, as "2,2".
        text = told.get(name, "").partition(",")[0].strip().strip('"')
        if text.isascii() and text.isdigit() and len(text) <= 3:
            tag = CODES.get(int(text), "")
            if tag:
                return tag
    return ""


def countryOf(told: Mapping[str, str]) -> str:
    """
    The country that a request names (ISO 3166), C{""} for none.
    """
    return _spoken(told).partition("_")[2]


def homeCountryOf(told: Mapping[str, str]) -> str:
    """
    The country where the language that a request names is at home (ISO 3166),
    C{""} for none.
    """
    tag = languageOf(told)
    tag = _DEFAULTS.get(tag, tag)
    likely = str(get_global("likely_subtags").get(tag, tag))
    return likely.rpartition("_")[2] if "_" in likely else ""


def _spoken(told: Mapping[str, str]) -> str:
    """
    Language and country by the country code of the telephone network.
    """
    return COUNTRIES.get(told.get("cc", "")[:8].partition(",")[0].lstrip("+0"), "")


class Languages:
    """
    The languages that there are catalogues of.

    @ivar usual: a language tag, C{info.language}.
    """

    def __init__(
        self, catalogues: Mapping[str, NullTranslations], usual: str = ENGLISH
    ) -> None:
        """
        @param catalogues: by language, two letters.
        """
        self.default = usual
        self._catalogues = {ENGLISH: NullTranslations(), **catalogues}
        self._words: dict[tuple[str, str], Translator] = {}

    @property
    def known(self) -> list[str]:
        """
        The languages, two letters each.
        """
        return sorted(self._catalogues)

    def translatorFor(self, told: Mapping[str, str], profile: str = "") -> Translator:
        """
        The words for one request: in the language of its code, else of the
        profile, else of its country, else in the usual one; a language that
        has no catalogue is passed over.

        @param told: the request's parameters.
        @param profile: the profile's language, C{""} for none.
        """
        spoken = _spoken(told)
        for tag in (languageOf(told), profile, spoken, self.default.lower()):
            if tag[:2] in self._catalogues:
                return self.words(tag, spoken.partition("_")[2])
        return self.words(ENGLISH, "")

    def words(self, tag: str, country: str = "") -> Translator:
        """
        The words in a language that there is a catalogue of, and the dates
        and numbers of a country.
        """
        language, _, own = tag.partition("_")
        key = language, own or country
        found = self._words.get(key)
        if found is None:
            catalogue = self._catalogues[language]
            found = self._words[key] = Translator(_locale(*key), catalogue)
        return found


def _locale(language: str, country: str) -> Locale:
    """
    How that language is written in that country, or else where it is at home.
    """
    try:
        return Locale(language, country or None)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_DEFAULTS.get(language, language))
