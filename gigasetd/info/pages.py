# -*- test-case-name: tests.info.test_pages -*-
"""
Which page answers which request of a phone.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gigasetd.info.fetch.cache import CachedValue
from gigasetd.info.language.languages import Languages
from gigasetd.info.language.locale import Translator
from gigasetd.info.localtime import localTime, untilMidnight
from gigasetd.info.page.page import (
    Info,
    Item,
    Line,
    Link,
    Menu,
    Page,
    Part,
    Screen,
    Text,
    paged,
)
from gigasetd.info.places.place import Place
from gigasetd.info.profiles import ensureProfile, handsetOf, likelyCity, standardProfile
from gigasetd.info.serviceorder import TICKER, chosenServices
from gigasetd.info.services.interface import PageContext, Service
from gigasetd.info.services.news import numberOf
from gigasetd.info.services.ownnumber import SUFFIX
from gigasetd.info.services.webcode import WebCodeService
from gigasetd.registry.model import Account, Profile
from gigasetd.registry.registry import Registry

FIRST = "menu"  #: the page that the Info Center opens with
PREVIEWED = {"lang", "tz", "dt", "cc", "handsetid", "g_lang"}
"""What of a request counts for a picture: nothing that changes anything."""

TOP = 7  #: lines of a screensaver besides its last

_NAME = re.compile("([a-z][a-z0-9]*)(?:_([a-z0-9]+))?(?:[.](?:jsp|do|html))?")

Find = Callable[[str, str, float], CachedValue]


class PageRequest(NamedTuple):
    """
    One request for a page.
    """

    path: str
    parameters: Mapping[str, str]  #: parameter name -> its first value
    mac: str = ""  #: the device, where the caller may see what belongs to it
    isPreview: bool = False  #: whether nothing is to be stored for it


class PageEnvironment(NamedTuple):
    """
    What the pages are made from, beside the registry.
    """

    languages: Languages
    find: Find  #: L{gigasetd.info.fetch.cache.Cache.find}
    get: Callable[[int], Place | None]  #: a city by its id
    towns: Callable[[str], Iterable[Place]]  #: of a country, the largest first
    handsets: int  #: profiles of one device


class Pages:
    """
    The pages of one server.

    @ivar services: all there are, in the order of the standard menu.
    @ivar fixed: those that nobody chooses: settings and the like; the ones
        that are C{default} end each menu.
    """

    def __init__(
        self,
        registry: Registry,
        environment: PageEnvironment,
        services: Sequence[Service],
        fixed: Sequence[Service],
    ) -> None:
        self.registry = registry
        self.environment = environment
        self.services = services
        self.fixed = fixed
        self._byId = {one.id: one for one in (*services, *fixed)}

    @property
    def all(self) -> list[Service]:
        """
        All services, those that nobody chooses included.
        """
        return list(self._byId.values())

    def answer(self, asked: PageRequest, now: float) -> Page:
        """
        The page for one request; there is always one.

        @param now: epoch seconds.
        """
        return self.render(asked, now)[0]

    def render(self, asked: PageRequest, now: float) -> tuple[Page, PageContext]:
        """
        The page, and what it was made from.
        """
        context = self.context(asked, now)
        account = context.account
        if account is not None and not account.offers("info"):
            return self._off(context, asked), context
        if isScreen(asked):
            return self._screen(context), context
        name, context.part = nameOf(asked.path)
        service = self._byId.get(name)
        if service is None or not _isFor(service, context):
            return self._menu(context), context
        return service.page(context), context

    def _off(self, context: PageContext, asked: PageRequest) -> Page:
        """
        What is left where all is switched off: some owners' only way back.
        """
        words, access = context.words, self._byId.get(WebCodeService.id)
        parts: list[Part] = [Text(_off(words))]
        if access is not None and not isScreen(asked):
            if nameOf(asked.path)[0] == WebCodeService.id:
                return access.page(context)
            parts.append(Link(access.title(words), WebCodeService.id))
        return Info(self.title(words), parts)

    def preview(self, asked: PageRequest, now: float) -> Page:
        """
        The page as a picture shows it: the first one of its service, which
        changes nothing, whatever is asked for.
        """
        told = {
            name: asked.parameters[name] for name in PREVIEWED & asked.parameters.keys()
        }
        service = self._byId.get(nameOf(asked.path)[0])
        plain = service is not None and service.pictured
        path = f"/info/{service.id}" if service and plain else f"/info/{FIRST}"
        if isScreen(asked):
            path = asked.path
        return self.answer(PageRequest(path, told, asked.mac, True), now)

    def errorPage(self, told: Mapping[str, str]) -> Page:
        """
        The page for when something is wrong on our side.
        """
        words = self.environment.languages.translatorFor(told)
        text = words("This page cannot be shown just now. Please try again later.")
        return Info(self.title(words), [Text(text)])

    def title(self, words: Translator) -> str:
        """
        What all of it is called.
        """
        return words("Info Center")

    def context(self, asked: PageRequest, now: float) -> PageContext:
        """
        Who asks; a handset that asks for the first time gets its profile.
        """
        device = self.registry.devices.get(asked.mac)
        account = self.registry.accounts.get(device.number) if device else None
        profile = self._profile(asked, account, now)
        return PageContext(
            self.environment.languages.translatorFor(
                asked.parameters, profile.language
            ),
            localTime(asked.parameters, now),
            now,
            asked.parameters,
            profile,
            asked.mac if device else "",
            bool(asked.mac) and device is None,
            account,
            self._place(profile),
            self.environment.find,
        )

    def _profile(
        self, asked: PageRequest, account: Account | None, now: float
    ) -> Profile:
        """
        The handset's profile; one that is not stored where there is nobody
        to keep it for.
        """
        off = account is not None and not account.offers("info")
        handset = handsetOf(asked.parameters)
        known = self.registry.profiles.get(asked.mac, {}).get(handset)
        if known is not None:
            return known
        town = likelyCity(asked.parameters, now, self.environment.towns)
        place = str(town.id) if town else ""
        if off or asked.isPreview or asked.mac not in self.registry.devices:
            return standardProfile("", "", place, now)
        most = self.environment.handsets
        return ensureProfile(
            self.registry, asked.mac, handset, asked.parameters, now, place, most
        )

    def _place(self, profile: Profile) -> Place | None:
        """
        The city of a profile.
        """
        return (
            self.environment.get(int(profile.place))
            if profile.place.isdigit()
            else None
        )

    def menuServices(self, context: PageContext) -> list[Service]:
        """
        The services of the menu, in the owner's order.
        """
        usual = [one.id for one in self.services if one.usual]
        known = [one.id for one in self.services if one.audience <= context.audience]
        ids = chosenServices(context.profile.services, usual, known)
        ends = [one for one in self.fixed if one.usual]
        chosen = [self._byId[one] for one in ids]
        return [
            one
            for one in [*chosen, *ends]
            if one.audience <= context.audience and one.present(context)
        ]

    def _menu(self, context: PageContext) -> Menu:
        """
        The page that the Info Center opens with.
        """
        words = context.words
        items: list[Text | Link | Item] = [*_whose(context)]
        items += [Link(one.title(words), one.id) for one in self.menuServices(context)]
        more = Link(words("more"), f"{FIRST}?at=")
        at = numberOf(context.parameters.get("at", "")) or 0
        return paged(self.title(words), items, more, at)

    def _screen(self, context: PageContext) -> Screen:
        """
        What an idle handset shows: its owner's choice, and the date at the
        bottom.
        """
        words = context.words
        known = [one.id for one in self.services if one.audience <= context.audience]
        lines: list[Line] = []
        for one in chosenServices(context.profile.ticker, TICKER, known):
            service = self._byId[one]
            if service.ticks:
                lines += service.lines(context)
        if not lines:
            account = context.account
            name = (account.nickname or account.number) if account else ""
            lines.append(Line(center=name or self.title(words)))
        lines = [*lines[:TOP], Line(center=words.date(context.time))]
        context.ends(context.now + untilMidnight(context.time))
        return Screen(self.title(words), lines, context.expires())


def _isFor(service: Service, context: PageContext) -> bool:
    """
    Whether a service has the page that is asked for, for that phone.
    """
    return service.audience <= context.audience and (service.parts or not context.part)


def _whose(context: PageContext) -> Iterator[Text]:
    """
    The phone's own number and name: what others call.
    """
    if context.account is not None:
        yield Text(f"{context.account.number}{SUFFIX} {context.account.nickname}")


def _off(words: Translator) -> str:
    """
    What is said where the owner has switched the pages off.
    """
    return words(
        "The information services are switched off for this number. You can switch "
        "them on again on the web page /account/ of this server, or ask whoever runs "
        "it."
    )


def nameOf(path: str) -> tuple[str, str]:
    """
    The service that a path names in its last segment, and which of its pages;
    links are relative, so that it does not matter below what they stand.
    """
    found = _NAME.fullmatch(path.rpartition("/")[2])
    return (found[1], found[2] or "") if found else ("", "")


def isScreen(asked: PageRequest) -> bool:
    """
    Whether an idle handset asks: by its path, or by the two parameters that
    only the screensaver of 2009 sends.
    """
    return asked.path.endswith("/request.do") or not {"g_lang", "g_pnr"}.isdisjoint(
        asked.parameters
    )
