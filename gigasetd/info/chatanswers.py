# -*- test-case-name: tests.info.test_chatanswers -*-
"""
The information services for somebody who writes to them instead of opening
their pages.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.info.language.languages import CODES, COUNTRIES
from gigasetd.info.page.plaintext import fitted, plain
from gigasetd.info.pages import Asked, Pages
from gigasetd.info.services.interface import Asker, Service
from gigasetd.registry.registry import Registry

LONGEST = 612
"""Characters that a phone can show of a message."""

_NUMBERS = {tag[:2]: str(code) for code, tag in reversed(CODES.items())}
_PREFIXES = {tag.partition("_")[2]: code for code, tag in COUNTRIES.items()}


class Chat:
    """
    Answers a word by a service, anything else by the words that there are.
    """

    def __init__(self, registry: Registry, pages: Pages) -> None:
        self._registry, self._pages = registry, pages

    def tell(self, number: str, text: str, language: str, now: float) -> str:
        """
        The answer to a message.

        @param number: whose account wrote it, C{""} for somebody else's.
        @param language: the tag of the message's language, C{""} for none.
        """
        asker = self._asker(number, language, now)
        account = asker.account
        if account is not None and not account.offers("info"):
            return plain(self._pages.answer(Asked("", {}, asker.mac), now), LONGEST)
        offered = self._offered(asker)
        wanted = text.strip().rstrip(".!?").casefold()
        for place, service in enumerate(offered, 1):
            title = service.title(asker.words).casefold()
            if wanted in (service.id, title, str(place)):
                return plain(service.page(asker), LONGEST)
        return self._help(asker, offered)

    def _asker(self, number: str, language: str, now: float) -> Asker:
        """
        Who asks: an account is its device, and the first of its handsets.

        It is answered in the language that was chosen there, else in the
        message's, else in that of the country it is in.
        """
        mac = self._registry.macs.get(number, "")
        handsets = sorted(self._registry.profiles.get(mac, {}))
        told = {"handsetid": handsets[0]} if handsets and handsets[0] else {}
        asker = self._pages.asker(Asked("", told, mac), now)
        chosen, place = asker.profile.language, asker.place
        hints = {
            "lang": "" if chosen else _NUMBERS.get(language[:2].lower(), ""),
            "cc": _PREFIXES.get(place.country, "") if place else "",
        }
        asker.words = self._pages.world.languages.wordsFor(hints, chosen)
        return asker

    def _offered(self, asker: Asker) -> list[Service]:
        """
        What can be asked for: all but what is set on a phone's own pages.
        """
        return [
            one
            for one in self._pages.services
            if one.audience <= asker.audience and one.present(asker)
        ]

    def _help(self, asker: Asker, offered: list[Service]) -> str:
        """
        The list, numbered: on a phone a digit is written sooner than a word.
        """
        titles = (one.title(asker.words) for one in offered)
        lines = [f"{place} {title}" for place, title in enumerate(titles, 1)]
        return fitted([self._pages.title(asker.words), *lines], LONGEST)
