# -*- test-case-name: tests.info.test_pages -*-
"""
The services that come with the program, put together.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gigasetd.accounts.nickname import setNickname
from gigasetd.info.pages import PageEnvironment, Pages
from gigasetd.info.places.place import Place
from gigasetd.info.services.astronomy import AstronomyService
from gigasetd.info.services.biorhythm import BiorhythmService
from gigasetd.info.services.calendar import CalendarService
from gigasetd.info.services.city import CityService
from gigasetd.info.services.exchangerates import ExchangeRatesService
from gigasetd.info.services.horoscope import HoroscopeService
from gigasetd.info.services.interface import Service
from gigasetd.info.services.menuchoice import (
    ChoiceService,
    OrderService,
    ServiceSelection,
)
from gigasetd.info.services.messages import MessagesService
from gigasetd.info.services.news import NewsService
from gigasetd.info.services.nicknames import NicknameService
from gigasetd.info.services.notices import NoticesService
from gigasetd.info.services.ownnumber import OwnNumberService, Reachable
from gigasetd.info.services.pollen import PollenService
from gigasetd.info.services.settings import (
    BirthDateService,
    LanguageService,
    SettingsService,
)
from gigasetd.info.services.weather import WeatherService
from gigasetd.info.services.webcode import WebCodeService
from gigasetd.registry.registry import Registry


class Dependencies(NamedTuple):
    """
    What the rest of the program gives the services.
    """

    reachable: Reachable  #: whether a binding's phone can be reached now
    search: Callable[[str, str, str, int], list[Place]]  #: finds cities
    code: Callable[[str, float], str]  #: makes a one-time code for a MAC
    feeds: Sequence[str] = ()  #: the operator's
    plugins: Sequence[Service] = ()  #: the operator's


def buildPages(
    registry: Registry, world: PageEnvironment, given: Dependencies
) -> Pages:
    """
    All pages.
    """
    services: list[Service] = [
        NoticesService(registry),
        WeatherService(),
        NewsService(given.feeds),
        CalendarService(),
        MessagesService(registry),
        NicknameService(registry, setNickname),
        OwnNumberService(registry, given.reachable),
        AstronomyService(),
        BiorhythmService(),
        HoroscopeService(),
        ExchangeRatesService(),
        PollenService(),
        *given.plugins,
    ]
    offered = ServiceSelection(registry, services)
    fixed: list[Service] = [
        SettingsService(registry),
        WebCodeService(given.code),
        CityService(registry, given.search, world.get),
        BirthDateService(registry),
        LanguageService(registry, world.languages.known),
        ChoiceService(offered),
        OrderService(offered),
    ]
    return Pages(registry, world, services, fixed)
