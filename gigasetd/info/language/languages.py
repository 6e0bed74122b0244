# -*- test-case-name: tests.info.language.test_languages -*-
"""
Chooses the language of a phone.

English texts are in the code; the catalogues of
L{gigasetd.info.language.catalogues} translate them. babel formats dates and
numbers for each country.

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
"""The phone's language number -> language tag; 0 and 21 are no language. COMPAT: some
phones send numbers that are not in the list (a Czech one: 42)."""

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
"""Telephone country code -> its main language and the country (ISO 3166)."""

ENGLISH = "en"
_DEFAULTS = {"en": "en_GB", "pt": "pt_PT"}
"""Languages that babel would assign to a larger country overseas."""


def languageOf(parameters: Mapping[str, str]) -> str:
    """
    Return the language tag of a request, C{""} for none.
    """
    for name in ("lang", "g_lang"):
        # COMPAT: phones repeat a parameter that the link has too: "2,2".
        text = parameters.get(name, "").partition(",")[0].strip().strip('"')
        if text.isascii() and text.isdigit() and len(text) <= 3:
            tag = CODES.get(int(text), "")
            if tag:
                return tag
    return ""


def countryOf(parameters: Mapping[str, str]) -> str:
    """
    Return the country of a request (ISO 3166), C{""} for none.
    """
    return _localeOf(parameters).partition("_")[2]


def homeCountryOf(parameters: Mapping[str, str]) -> str:
    """
    Return the main country of a request's language (ISO 3166), C{""} for none.
    """
    tag = languageOf(parameters)
    tag = _DEFAULTS.get(tag, tag)
    likely = str(get_global("likely_subtags").get(tag, tag))
    return likely.rpartition("_")[2] if "_" in likely else ""


def _localeOf(parameters: Mapping[str, str]) -> str:
    return COUNTRIES.get(
        parameters.get("cc", "")[:8].partition(",")[0].lstrip("+0"), ""
    )


class Languages:
    """
    The available languages.

    @ivar default: language tag of C{info.language}.
    """

    def __init__(
        self, catalogues: Mapping[str, NullTranslations], default: str = ENGLISH
    ) -> None:
        """
        @param catalogues: by two-letter language.
        """
        self.default = default
        self._catalogues = {ENGLISH: NullTranslations(), **catalogues}
        self._translators: dict[tuple[str, str], Translator] = {}

    @property
    def known(self) -> list[str]:
        """
        The available languages, two letters each.
        """
        return sorted(self._catalogues)

    def translatorFor(
        self, parameters: Mapping[str, str], profile: str = ""
    ) -> Translator:
        """
        Choose the translator for a request: in the request's language, else the
        profile's, else the country's, else the default; languages without a
        catalogue are skipped.

        @param parameters: of the request.
        @param profile: the profile's language, C{""} for none.
        """
        locale = _localeOf(parameters)
        for tag in (languageOf(parameters), profile, locale, self.default.lower()):
            if tag[:2] in self._catalogues:
                return self.translator(tag, locale.partition("_")[2])
        return self.translator(ENGLISH, "")

    def translator(self, tag: str, country: str = "") -> Translator:
        """
        Return the translator of a language and the formats of a country.
        """
        language, _, territory = tag.partition("_")
        key = language, territory or country
        translator = self._translators.get(key)
        if translator is None:
            catalogue = self._catalogues[language]
            translator = self._translators[key] = Translator(_locale(*key), catalogue)
        return translator


def _locale(language: str, country: str) -> Locale:
    # Without a country, as in the language's main country.
    try:
        return Locale(language, country or None)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_DEFAULTS.get(language, language))
