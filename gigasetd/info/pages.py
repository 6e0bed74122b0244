# -*- test-case-name: tests.info.test_pages -*-
"""
Chooses the page that answers a request.

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
"""Parameters that a preview uses; none of them changes a setting."""

TOP = 7  #: lines of a screensaver above its last one

_NAME = re.compile("([a-z][a-z0-9]*)(?:_([a-z0-9]+))?(?:[.](?:jsp|do|html))?")

Find = Callable[[str, str, float], CachedValue]


class PageRequest(NamedTuple):
    """
    A request for a page.
    """

    path: str
    parameters: Mapping[str, str]  #: parameter name -> its first value
    mac: str = ""  #: the device, if the client may see its data
    isPreview: bool = False  #: whether nothing may be stored for it


class PageEnvironment(NamedTuple):
    """
    What pages need beside the registry.
    """

    languages: Languages
    find: Find  #: L{gigasetd.info.fetch.cache.Cache.find}
    get: Callable[[int], Place | None]  #: returns a city by its GeoNames number
    towns: Callable[[str], Iterable[Place]]  #: cities of a country, the largest first
    handsets: int  #: maximum of profiles of one device


class Pages:
    """
    The pages of all services.

    @ivar services: the selectable services, in the order of the default menu.
    @ivar fixed: services that cannot be deselected, such as settings; those that are
        C{usual} are at the end of each menu.
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
        self._byId = {service.id: service for service in (*services, *fixed)}

    @property
    def all(self) -> list[Service]:
        """
        All services, the fixed ones included.
        """
        return list(self._byId.values())

    def answer(self, request: PageRequest, now: float) -> Page:
        """
        Return the page for a request; there always is one.

        @param now: epoch seconds.
        """
        return self.render(request, now)[0]

    def render(self, request: PageRequest, now: float) -> tuple[Page, PageContext]:
        """
        Return the page for a request, and its context.
        """
        context = self.context(request, now)
        account = context.account
        if account is not None and not account.offers("info"):
            return self._off(context, request), context
        if isScreen(request):
            return self._screen(context), context
        name, context.part = nameOf(request.path)
        service = self._byId.get(name)
        if service is None or not _mayShow(service, context):
            return self._menu(context), context
        return service.page(context), context

    def _off(self, context: PageContext, request: PageRequest) -> Page:
        # Web access stays: for some owners it is the only way to switch the pages
        # on again.
        words, access = context.words, self._byId.get(WebCodeService.id)
        parts: list[Part] = [Text(_offText(words))]
        if access is not None and not isScreen(request):
            if nameOf(request.path)[0] == WebCodeService.id:
                return access.page(context)
            parts.append(Link(access.title(words), WebCodeService.id))
        return Info(self.title(words), parts)

    def preview(self, request: PageRequest, now: float) -> Page:
        """
        Return the page that a picture shows: the first one of a service. It
        never changes a setting.
        """
        parameters = {
            name: request.parameters[name]
            for name in PREVIEWED & request.parameters.keys()
        }
        service = self._byId.get(nameOf(request.path)[0])
        plain = service is not None and service.pictured
        path = f"/info/{service.id}" if service and plain else f"/info/{FIRST}"
        if isScreen(request):
            path = request.path
        return self.answer(PageRequest(path, parameters, request.mac, True), now)

    def errorPage(self, parameters: Mapping[str, str]) -> Page:
        """
        Return the page for an internal error.
        """
        words = self.environment.languages.translatorFor(parameters)
        text = words(
            "This page is not available at the moment. Please try again later."
        )
        return Info(self.title(words), [Text(text)])

    def title(self, words: Translator) -> str:
        """
        Return the title of the menu.
        """
        return words("Info Center")

    def context(self, request: PageRequest, now: float) -> PageContext:
        """
        Build the context of a request. A handset's first request creates its
        profile.
        """
        device = self.registry.devices.get(request.mac)
        account = self.registry.accounts.get(device.number) if device else None
        profile = self._profile(request, account, now)
        return PageContext(
            self.environment.languages.translatorFor(
                request.parameters, profile.language
            ),
            localTime(request.parameters, now),
            now,
            request.parameters,
            profile,
            request.mac if device else "",
            bool(request.mac) and device is None,
            account,
            self._place(profile),
            self.environment.find,
        )

    def _profile(
        self, request: PageRequest, account: Account | None, now: float
    ) -> Profile:
        # Guests and previews get a standard profile that is not stored.
        off = account is not None and not account.offers("info")
        handset = handsetOf(request.parameters)
        profile = self.registry.profiles.get(request.mac, {}).get(handset)
        if profile is not None:
            return profile
        city = likelyCity(request.parameters, now, self.environment.towns)
        place = str(city.id) if city else ""
        if off or request.isPreview or request.mac not in self.registry.devices:
            return standardProfile("", "", place, now)
        most = self.environment.handsets
        return ensureProfile(self.registry, request.mac, handset, now, place, most)

    def _place(self, profile: Profile) -> Place | None:
        return (
            self.environment.get(int(profile.place))
            if profile.place.isdigit()
            else None
        )

    def menuServices(self, context: PageContext) -> list[Service]:
        """
        Return the services of the menu, in the owner's order.
        """
        usual = [service.id for service in self.services if service.usual]
        known = [
            service.id
            for service in self.services
            if service.audience <= context.audience
        ]
        ids = chosenServices(context.profile.services, usual, known)
        ends = [service for service in self.fixed if service.usual]
        chosen = [self._byId[id] for id in ids]
        return [
            service
            for service in [*chosen, *ends]
            if service.audience <= context.audience and service.present(context)
        ]

    def _menu(self, context: PageContext) -> Menu:
        words = context.words
        items: list[Text | Link | Item] = [*_ownNumber(context)]
        items += [
            Link(service.title(words), service.id)
            for service in self.menuServices(context)
        ]
        more = Link(words("more"), f"{FIRST}?at=")
        at = numberOf(context.parameters.get("at", "")) or 0
        return paged(self.title(words), items, more, at)

    def _screen(self, context: PageContext) -> Screen:
        words = context.words
        visible = [each for each in self.services if each.audience <= context.audience]
        known = [service.id for service in visible]
        lines: list[Line] = []
        for id in chosenServices(context.profile.ticker, TICKER, known):
            service = self._byId[id]
            if service.ticks:
                lines += service.lines(context)
        if not lines:
            account = context.account
            name = (account.nickname or account.number) if account else ""
            lines.append(Line(center=name or self.title(words)))
        lines = [*lines[:TOP], Line(center=words.date(context.time))]
        context.ends(context.now + untilMidnight(context.time))
        return Screen(self.title(words), lines, context.expires())


def _mayShow(service: Service, context: PageContext) -> bool:
    return service.audience <= context.audience and (service.parts or not context.part)


def _ownNumber(context: PageContext) -> Iterator[Text]:
    if context.account is not None:
        yield Text(f"{context.account.number}{SUFFIX} {context.account.nickname}")


def _offText(words: Translator) -> str:
    return words(
        "The information services are switched off for this number. Switch them on "
        "again on the web page /account/ of this server, or ask its operator."
    )


def nameOf(path: str) -> tuple[str, str]:
    """
    Return the service that a path's last segment names, and its page. Links are
    relative, so the folder does not matter.
    """
    match = _NAME.fullmatch(path.rpartition("/")[2])
    return (match[1], match[2] or "") if match else ("", "")


def isScreen(request: PageRequest) -> bool:
    """
    Whether a request is for the screensaver: by its path, or by two parameters
    that only the screensaver of 2009 sends.
    """
    return request.path.endswith("/request.do") or not {"g_lang", "g_pnr"}.isdisjoint(
        request.parameters
    )
