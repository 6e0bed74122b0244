# -*- test-case-name: tests.info.test_pages -*-
"""
The services that come with the program, put together.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gigasetd.accounts.nickname import setNickname
from gigasetd.info.pages import Pages, World
from gigasetd.info.places.place import Place
from gigasetd.info.services.astronomy import Sky
from gigasetd.info.services.biorhythm import Biorhythm
from gigasetd.info.services.calendar import Calendar
from gigasetd.info.services.city import City
from gigasetd.info.services.exchangerates import Rates
from gigasetd.info.services.horoscope import Horoscope
from gigasetd.info.services.interface import Service
from gigasetd.info.services.menuchoice import Choose, Offered, Order
from gigasetd.info.services.messages import Waiting
from gigasetd.info.services.news import News
from gigasetd.info.services.nicknames import People
from gigasetd.info.services.notices import Notices
from gigasetd.info.services.ownnumber import Phone, Reachable
from gigasetd.info.services.pollen import Pollen
from gigasetd.info.services.settings import Born, Language, Settings
from gigasetd.info.services.weather import Weather
from gigasetd.info.services.webcode import Access
from gigasetd.registry.registry import Registry


class Given(NamedTuple):
    """
    What the rest of the program gives the services.
    """

    reachable: Reachable  #: whether a binding's phone can be reached now
    search: Callable[[str, str, str, int], list[Place]]  #: finds cities
    code: Callable[[str, float], str]  #: makes a one-time code for a MAC
    feeds: Sequence[str] = ()  #: the operator's
    plugins: Sequence[Service] = ()  #: the operator's


def pagesOf(registry: Registry, world: World, given: Given) -> Pages:
    """
    All pages.
    """
    services: list[Service] = [
        Notices(registry),
        Weather(),
        News(given.feeds),
        Calendar(),
        Waiting(registry),
        People(registry, setNickname),
        Phone(registry, given.reachable),
        Sky(),
        Biorhythm(),
        Horoscope(),
        Rates(),
        Pollen(),
        *given.plugins,
    ]
    offered = Offered(registry, services)
    fixed: list[Service] = [
        Settings(registry),
        Access(given.code),
        City(registry, given.search, world.get),
        Born(registry),
        Language(registry, world.languages.known),
        Choose(offered),
        Order(offered),
    ]
    return Pages(registry, world, services, fixed)
