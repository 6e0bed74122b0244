"""
Every page that any profile can produce keeps the rules of XHTML-GP.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gigasetd.info.fetch.cache import CachedValue
from gigasetd.info.page.latin1 import latin
from gigasetd.info.pages import PageRequest
from gigasetd.info.places.place import Place
from gigasetd.info.services.interface import Service
from gigasetd.info.sources.ecbrates import ExchangeRates
from gigasetd.info.sources.feed import Feed, FeedEntry
from gigasetd.info.sources.forecast import (
    CONDITIONS,
    CurrentWeather,
    DayForecast,
    Forecast,
    WeatherWarning,
)
from gigasetd.info.sources.icalfeed import CalendarEvent
from gigasetd.info.sources.pollen import PLANTS, PollenForecast
from gigasetd.registry.model import Profile
from tests.info.case import (
    BERLIN,
    BOCHOLT,
    CALENDAR,
    FEED,
    GUEST,
    HANDSET,
    MAC,
    NOON,
    NUMBER,
    PLACES,
    TOLD,
    InfoCase,
    account,
    bound,
    message,
    notice,
)
from tests.info.checker import check, text

PARTS = """
menu request.do weather sky biorhythm horoscope rates pollen news calendar messages
notices phone people people_search people_hits people_mine people_named people_unnamed
settings settings_delete settings_deleted city born language choose choose_0 choose_8
choose_99 choose_ticker choose_ticker0 order order_ticker access
""".split()
"""Every page that there is."""

TEXTS = some.text(max_size=80)
URLS = some.sampled_from(["", FEED, f"{FEED} {CALENDAR}", "https://x/<b>"])
DEGREES = some.one_of(some.none(), some.floats(-90, 60))
DATES = some.dates(date(2026, 11, 22), date(2026, 11, 28))
TIMES = some.floats(-1e15, 1e15)
SKIES = some.sampled_from(CONDITIONS)
DAYS = some.builds(
    DayForecast, DATES, DEGREES, DEGREES, SKIES, DEGREES, DEGREES, some.just(time(7))
)
NOWS = some.builds(
    CurrentWeather, DEGREES, DEGREES, DEGREES, DEGREES, DEGREES, SKIES, some.booleans()
)
SAID = some.fixed_dictionaries(
    {
        "weather": some.builds(
            Forecast,
            TEXTS,
            TEXTS,
            some.one_of(some.none(), NOWS),
            some.lists(DAYS, max_size=5).map(tuple),
        ),
        "warnings": some.lists(
            some.builds(WeatherWarning, TEXTS, TEXTS, TEXTS, TIMES, TIMES), max_size=5
        ).map(tuple),
        "pollen": some.builds(
            PollenForecast,
            TEXTS,
            DATES,
            some.lists(
                some.tuples(
                    some.one_of(some.sampled_from(PLANTS), TEXTS), some.floats(0, 3)
                ),
                max_size=12,
            ).map(tuple),
        ),
        "rates": some.builds(
            ExchangeRates,
            DATES,
            some.dictionaries(
                some.sampled_from(["USD", "JPY", "HUF"]), some.floats(1e-9, 1e9)
            ),
        ),
        "feed": some.builds(
            Feed,
            TEXTS,
            some.lists(some.builds(FeedEntry, TEXTS, some.text(), TIMES)).map(tuple),
        ),
        "calendar": some.lists(
            some.builds(CalendarEvent, TEXTS, TIMES, TIMES, some.booleans(), TEXTS)
        ).map(tuple),
    }
)
PROFILES = some.builds(
    Profile,
    some.just(MAC),
    some.just(HANDSET),
    some.sampled_from(["", "de", "xx"]),
    some.sampled_from(["", str(BERLIN.id), "99", "1", "x"]),
    some.sampled_from(["", "1980-02-29", "2999-01-01", "rubbish"]),
    some.sampled_from(["", "none", "weather gone", "sky rates news"]),
    some.sampled_from(["", "none", "sky weather", "biorhythm news rates calendar"]),
    URLS,
    URLS.map(lambda text: text.split(" ")[0]),
    some.just(NOON),
)
FIELDS = "q id feed entry at sign up nickname d m y code s_weather s_sky".split()
VALUES = some.one_of(TEXTS, some.integers(-5, 10**7).map(str))
QUERIES = some.dictionaries(some.sampled_from(FIELDS), VALUES)
CALLERS = some.sampled_from(["", MAC, GUEST])
LANGUAGES = some.integers(-1, 43).map(str)
WIDE = Place(1, "Llanfair­pwllgwyngyll ŁŃ <&>", "XX", "<r>", 89.9, 179.9, 1, "No/Zone")


class EverythingTests(InfoCase):
    """
    All pages at once.
    """

    feeds = (FEED,)

    def setUp(self) -> None:
        """
        Other people, messages and a notice.
        """
        super().setUp()
        PLACES[WIDE.id] = WIDE
        self.addCleanup(PLACES.pop, WIDE.id)

    def fill(self, words: str) -> None:
        """
        Have something of each kind.
        """
        for number in range(12):
            other = str(40000 + number)
            self.registry.put(account(other, f"{words[:20].strip()}{number}"))
            self.registry.bind(other, bound(other))
        for index in range(5):
            self.registry.put(message(f"m{index}", f"{words}{index}@x/y"))
            self.registry.put(notice(f"n{index}", words, NOON + index * 99))

    @settings(
        max_examples=80,
        deadline=None,
        suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
    )
    @given(SAID, PROFILES, QUERIES, CALLERS, LANGUAGES, TEXTS, some.sampled_from("ab"))
    def test_anything(
        self,
        said: dict[str, Any],
        profile: Profile,
        query: dict[str, str],
        mac: str,
        lang: str,
        words: str,
        age: str,
    ) -> None:
        """
        Whatever owners chose, sources said and requests tell: each page is one
        that a handset shows, and none leads where it should not.
        """
        self.fill(words)
        fetched = NOON - (60 if age == "a" else 1e6)
        self.sources.said = {
            source: CachedValue(value, fetched, words) for source, value in said.items()
        }
        told = {**query, "lang": lang, "tz": "60", "cc": "49", "handsetid": HANDSET}
        for path in PARTS:
            self.registry.put(profile)
            self.registry.put(account(NUMBER, "Zoë"))
            check(
                self.pages.answer(
                    PageRequest(f"/info/{path}", told, mac), NOON
                ).encode()
            )

    def test_nothingSaid(self) -> None:
        """
        Before any source has said anything, each page is there.
        """
        for path in PARTS:
            self.body(path)

    def test_fits(self) -> None:
        """
        In every language, what is ordinary fits: no word of ours is cut.
        """
        self.sources.tell(**TOLD)
        self.sources.tell(feed=Feed("News", (FeedEntry("Title", "Text", NOON),)))
        for code in ("1", "2", "4", "7", "9", "10", "16", "17"):
            for path in PARTS:
                self.registry.put(account(NUMBER, "Zoë"))
                profile = Profile(
                    MAC, HANDSET, "", str(BOCHOLT.id), "1980-01-01", "", "", "",
                    CALENDAR, NOON,
                )  # fmt: skip
                self.registry.put(profile)
                body = self.body(path, lang=code)
                shown = text(body).replace("Amtliche", "")
                self.assertNotIn("...", shown, (code, path))
                for button in body.iter("input"):
                    if button.get("type") == "submit":
                        self.whole(button.get("value", ""), code)

    def whole(self, caption: str, code: str) -> None:
        """
        A button says a whole word of that language, or what all understand.
        """
        words = self.pages.environment.languages.translatorFor({"lang": code})
        known = {latin(words(text)) for text in ("Save", "Next", "Find", "OK")}
        self.assertIn(caption, known)

    def test_hrefs(self) -> None:
        """
        Each page of the settings and the directory can be reached from the
        menu, and every service that is there.
        """
        self.sources.tell(**TOLD)
        seen: set[str] = set()
        queue = ["menu"]
        while queue:
            path = queue.pop()
            name, _, query = path.partition("?")
            if path in seen or len(seen) > 500:
                continue
            seen.add(path)
            told = dict(pair.split("=") for pair in query.split("&") if "=" in pair)
            queue += [href for href in self.links(name, **told) if ":" not in href]
        names = {path.partition("?")[0] for path in seen}
        services: list[Service] = [*self.pages.services, *self.pages.fixed]
        hidden = {"notices", "calendar"}
        self.assertEqual({one.id for one in services} - hidden - names, set())
