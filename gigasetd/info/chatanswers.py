# -*- test-case-name: tests.info.test_chatanswers -*-
"""
The information services for somebody who writes to them instead of opening
their pages.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.info.language.languages import CODES, COUNTRIES
from gigasetd.info.page.plaintext import fitLines, plainText
from gigasetd.info.pages import PageRequest, Pages
from gigasetd.info.services.interface import PageContext, Service
from gigasetd.registry.registry import Registry

LONGEST = 612
"""Characters that a phone can show of a message."""

_NUMBERS = {tag[:2]: str(code) for code, tag in reversed(CODES.items())}
_PREFIXES = {tag.partition("_")[2]: code for code, tag in COUNTRIES.items()}


class ChatAnswers:
    """
    Answers a word by a service, anything else by the words that there are.
    """

    def __init__(self, registry: Registry, pages: Pages) -> None:
        self._registry, self._pages = registry, pages

    def answer(self, number: str, text: str, language: str, now: float) -> str:
        """
        The answer to a message.

        @param number: whose account wrote it, C{""} for somebody else's.
        @param language: the tag of the message's language, C{""} for none.
        """
        context = self._asker(number, language, now)
        account = context.account
        if account is not None and not account.offers("info"):
            return plainText(
                self._pages.answer(PageRequest("", {}, context.mac), now), LONGEST
            )
        offered = self._offered(context)
        wanted = text.strip().rstrip(".!?").casefold()
        for place, service in enumerate(offered, 1):
            title = service.title(context.words).casefold()
            if wanted in (service.id, title, str(place)):
                return plainText(service.page(context), LONGEST)
        return self._help(context, offered)

    def _asker(self, number: str, language: str, now: float) -> PageContext:
        """
        Who asks: an account is its device, and the first of its handsets.

        It is answered in the language that was chosen there, else in the
        message's, else in that of the country it is in.
        """
        mac = self._registry.macs.get(number, "")
        handsets = sorted(self._registry.profiles.get(mac, {}))
        told = {"handsetid": handsets[0]} if handsets and handsets[0] else {}
        context = self._pages.context(PageRequest("", told, mac), now)
        chosen, place = context.profile.language, context.place
        hints = {
            "lang": "" if chosen else _NUMBERS.get(language[:2].lower(), ""),
            "cc": _PREFIXES.get(place.country, "") if place else "",
        }
        context.words = self._pages.environment.languages.translatorFor(hints, chosen)
        return context

    def _offered(self, context: PageContext) -> list[Service]:
        """
        What can be asked for: all but what is set on a phone's own pages.
        """
        return [
            one
            for one in self._pages.services
            if one.audience <= context.audience and one.present(context)
        ]

    def _help(self, context: PageContext, offered: list[Service]) -> str:
        """
        The list, numbered: on a phone a digit is written sooner than a word.
        """
        titles = (one.title(context.words) for one in offered)
        lines = [f"{place} {title}" for place, title in enumerate(titles, 1)]
        return fitLines([self._pages.title(context.words), *lines], LONGEST)
