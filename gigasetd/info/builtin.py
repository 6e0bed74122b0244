# -*- test-case-name: tests.info.test_pages -*-
"""
Assembles the built-in services and the plugins.

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
    What services need from other packages.
    """

    reachable: Reachable  #: whether a binding's phone can be reached now
    search: Callable[[str, str, str, int], list[Place]]  #: finds cities by name
    code: Callable[[str, float], str]  #: makes a one-time code from MAC and time
    feeds: Sequence[str] = ()  #: the operator's feeds
    plugins: Sequence[Service] = ()


def buildPages(
    registry: Registry, environment: PageEnvironment, dependencies: Dependencies
) -> Pages:
    """
    Build the pages of all services.
    """
    services: list[Service] = [
        NoticesService(registry),
        WeatherService(),
        NewsService(dependencies.feeds),
        CalendarService(),
        MessagesService(registry),
        NicknameService(registry, setNickname),
        OwnNumberService(registry, dependencies.reachable),
        AstronomyService(),
        BiorhythmService(),
        HoroscopeService(),
        ExchangeRatesService(),
        PollenService(),
        *dependencies.plugins,
    ]
    selection = ServiceSelection(registry, services)
    fixed: list[Service] = [
        SettingsService(registry),
        WebCodeService(dependencies.code),
        CityService(registry, dependencies.search, environment.get),
        BirthDateService(registry),
        LanguageService(registry, environment.languages.known),
        ChoiceService(selection),
        OrderService(selection),
    ]
    return Pages(registry, environment, services, fixed)
