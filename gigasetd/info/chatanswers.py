# -*- test-case-name: tests.info.test_chatanswers -*-
"""
Answers instant messages with the text of information services.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.info.language.languages import CODES, COUNTRIES
from gigasetd.info.page.plaintext import fitLines, plainText
from gigasetd.info.pages import PageRequest, Pages
from gigasetd.info.services.interface import PageContext, Service
from gigasetd.registry.registry import Registry

LONGEST = 612
"""Characters of a message that a phone can show."""

_NUMBERS = {tag[:2]: str(code) for code, tag in reversed(CODES.items())}
_PREFIXES = {tag.partition("_")[2]: code for code, tag in COUNTRIES.items()}


class ChatAnswers:
    """
    Answers the name or number of a service with its page, and anything else
    with the list of services.
    """

    def __init__(self, registry: Registry, pages: Pages) -> None:
        self._registry, self._pages = registry, pages

    def answer(self, number: str, text: str, language: str, now: float) -> str:
        """
        Return the answer to a message.

        @param number: account of the sender, C{""} for a sender without one.
        @param language: language tag of the message, C{""} for none.
        """
        context = self._contextOf(number, language, now)
        account = context.account
        if account is not None and not account.offers("info"):
            return plainText(
                self._pages.answer(PageRequest("", {}, context.mac), now), LONGEST
            )
        services = self._available(context)
        query = text.strip().rstrip(".!?").casefold()
        for position, service in enumerate(services, 1):
            title = service.title(context.words).casefold()
            if query in (service.id, title, str(position)):
                return plainText(service.page(context), LONGEST)
        return self._help(context, services)

    def _contextOf(self, number: str, language: str, now: float) -> PageContext:
        # The context of the account's device and its first handset. The language
        # is the one set there, else the message's, else that of the city's
        # country.
        mac = self._registry.macs.get(number, "")
        handsets = sorted(self._registry.profiles.get(mac, {}))
        parameters = {"handsetid": handsets[0]} if handsets and handsets[0] else {}
        context = self._pages.context(PageRequest("", parameters, mac), now)
        chosen, place = context.profile.language, context.place
        hints = {
            "lang": "" if chosen else _NUMBERS.get(language[:2].lower(), ""),
            "cc": _PREFIXES.get(place.country, "") if place else "",
        }
        context.words = self._pages.environment.languages.translatorFor(hints, chosen)
        return context

    def _available(self, context: PageContext) -> list[Service]:
        return [
            service
            for service in self._pages.services
            if service.audience <= context.audience and service.present(context)
        ]

    def _help(self, context: PageContext, services: list[Service]) -> str:
        # On a phone a digit is faster to type than a word.
        titles = (service.title(context.words) for service in services)
        lines = [f"{number} {title}" for number, title in enumerate(titles, 1)]
        return fitLines([self._pages.title(context.words), *lines], LONGEST)
