"""
The pages as a phone asks for them, over sources that say what a test wants.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.builtin import Dependencies, buildPages
from gigasetd.info.fetch.cache import NOTHING, CachedValue
from gigasetd.info.language.catalogues import readCatalogues
from gigasetd.info.language.languages import Languages
from gigasetd.info.pages import PageEnvironment, PageRequest, Pages
from gigasetd.info.places.place import Place
from gigasetd.info.services.interface import Service
from gigasetd.info.sources.ecbrates import ExchangeRates
from gigasetd.info.sources.feed import Feed, FeedEntry
from gigasetd.info.sources.forecast import (
    CurrentWeather,
    DayForecast,
    Forecast,
    WeatherWarning,
)
from gigasetd.info.sources.icalfeed import CalendarEvent
from gigasetd.info.sources.pollen import PLANTS, PollenForecast
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account, Binding, Device, HeldMessage, Notice
from gigasetd.registry.registry import Registry
from tests.info.checker import check, links, text

MAC, GUEST = "7C2F80012345", "7C2F80999999"
NUMBER = "30001"
HANDSET = "037018BE69"
NOON = 1795435200.0  #: 2026-11-23 12:00 UTC, a Monday
BERLIN = Place(2950159, "Berlin", "DE", "", 52.52, 13.41, 3426354, "Europe/Berlin")
BOCHOLT = Place(2947416, "Bocholt", "DE", "", 51.84, 6.61, 73170, "Europe/Berlin")
YORK = Place(5128581, "New York", "US", "NY", 40.71, -74.01, 8804190,
             "America/New_York")  # fmt: skip
ANGELES = Place(5368361, "Los Angeles", "US", "CA", 34.05, -118.24, 3898747,
                "America/Los_Angeles")  # fmt: skip
TOWNS = (YORK, ANGELES, BERLIN)
PLACES = {place.id: place for place in (BERLIN, BOCHOLT, YORK, ANGELES)}
FEED, CALENDAR = "https://news.example/rss", "https://me.example/cal.ics"
CATALOGUES = readCatalogues()

FORECAST = Forecast(
    "open-meteo",
    "Weather data by Open-Meteo.com",
    CurrentWeather(4.4, -1.0, 81.0, 14.0, 225.0, "rain", True),
    tuple(
        DayForecast(
            date(2026, 11, 23 + n), 2.0 + n, 8.0 - n, sky, 1.0, 60.0, time(8), time(16)
        )
        for n, sky in enumerate(("rain", "clear", "sleet", "fog"))
    ),
)
WARNING = WeatherWarning(
    "FROST", "Amtliche WARNUNG vor FROST", "minor", NOON, NOON + 9000
)
POLLEN = PollenForecast(
    "Quelle: Deutscher Wetterdienst",
    date(2026, 11, 23),
    tuple((plant, index / 2 % 3.5) for index, plant in enumerate(PLANTS)),
)
RATES = ExchangeRates(date(2026, 11, 20), {"USD": 1.1732, "JPY": 182.5, "HUF": 389.1})
NEWS = Feed(
    "Tagesschau",
    tuple(FeedEntry(f"Title {n} <b>", f"Text {n} & more", NOON) for n in range(25)),
)
EVENTS = (
    CalendarEvent("Müllabfuhr", NOON - 43200, NOON + 43200, True, ""),
    CalendarEvent("Zahnarzt", NOON + 7200, NOON + 9000, False, "Markt 1"),
    CalendarEvent("Vorbei", NOON - 7200, NOON - 3600, False, ""),
)
TOLD: dict[str, Any] = {
    "weather": FORECAST,
    "warnings": (WARNING,),
    "pollen": POLLEN,
    "rates": RATES,
    "feed": NEWS,
    "calendar": EVENTS,
}


class Sources:
    """
    A cache whose fetcher is the test.
    """

    def __init__(self) -> None:
        self.said: dict[str, CachedValue] = {}
        self.asked: list[tuple[str, str]] = []

    def tell(self, fetched: float = NOON - 60, fault: str = "", **said: Any) -> None:
        """
        Have sources say something.
        """
        for source, value in said.items():
            self.said[source] = CachedValue(value, fetched, fault)

    def find(self, source: str, key: str, now: float) -> CachedValue:
        """
        As a cache does.
        """
        self.asked.append((source, key))
        return self.said.get(source, NOTHING)


def account(number: str, nickname: str = "", off: str = "") -> Account:
    """
    An account.
    """
    return Account(number, "digest", "", "", nickname, off, 0.0, 0.0)


def bound(number: str) -> tuple[Binding, ...]:
    """
    Its one registration.
    """
    return (
        Binding(number, "k", "<sip:x@h>", "c", 1, 9e9, "udp", "", "h", 1, 0, "", 1.0,
                1.0, 1),
    )  # fmt: skip


def message(id: str, sender: str) -> HeldMessage:
    """
    One that waits for L{NUMBER}.
    """
    return HeldMessage(
        NUMBER, id, sender, NOON, "<message><body>geheim</body></message>"
    )


def notice(name: str, said: str, until: float = 0.0) -> Notice:
    """
    One of the operator's.
    """
    return Notice(name, said, until, NOON)


class InfoCase(SynchronousTestCase):
    """
    A device with a number and a nickname.
    """

    feeds: tuple[str, ...] = ()
    plugins: tuple[Service, ...] = ()

    def setUp(self) -> None:
        """
        Build the pages.
        """
        self.registry = Registry(Journal())
        self.registry.put(Device(MAC, NUMBER, "", "", "", "", 0.0))
        self.registry.put(account(NUMBER, "Zoë"))
        self.gone: set[str] = set()
        self.sources = Sources()
        self.now = NOON
        self.pages = self.build()

    def build(self) -> Pages:
        """
        The pages of the services that there are.
        """
        world = PageEnvironment(
            Languages(CATALOGUES, "en"),
            self.sources.find,
            PLACES.get,
            lambda country: [one for one in TOWNS if one.country == country],
            3,
        )
        given = Dependencies(
            lambda one: one.number not in self.gone,
            self.search,
            lambda mac, now: "12345678",
            self.feeds,
            self.plugins,
        )
        return buildPages(self.registry, world, given)

    def search(
        self, wanted: str, country: str, language: str, most: int
    ) -> list[Place]:
        """
        As L{gigasetd.info.places.gazetteer.Gazetteer.search}, of two places.
        """
        found = [one for one in PLACES.values() if wanted.lower() in one.name.lower()]
        return found[:most]

    def fetch(self, path: str, mac: str = MAC, **told: str) -> bytes:
        """
        One page as it goes out.
        """
        path = path if path.startswith("/") else f"/info/{path}"
        told = {"lang": "2", "tz": "60", "cc": "49", "handsetid": HANDSET, **told}
        return self.pages.answer(PageRequest(path, told, mac), self.now).encode()

    def body(self, path: str, mac: str = MAC, **told: str) -> Any:
        """
        The body of a valid page.
        """
        return check(self.fetch(path, mac, **told))

    def shown(self, path: str, mac: str = MAC, **told: str) -> str:
        """
        What a valid page says.
        """
        return text(self.body(path, mac, **told))

    def links(self, path: str, mac: str = MAC, **told: str) -> list[str]:
        """
        Where a valid page leads to.
        """
        return links(self.body(path, mac, **told))

    @property
    def profile(self) -> Any:
        """
        The handset's stored profile.
        """
        return self.registry.profiles.get(MAC, {}).get(HANDSET)
