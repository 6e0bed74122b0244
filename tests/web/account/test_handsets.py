"""
Tests of L{gigasetd.web.account.handsets}.
"""

from __future__ import annotations

from gigasetd.info.places.gazetteer import Gazetteer
from gigasetd.info.sources.feed import Feed, FeedEntry
from gigasetd.registry.model import Profile, WebLogin
from tests.registry.populated import MAC, NUMBER
from tests.web.browser import PeopleCase
from tests.web.case import MONDAY

HANDSET = "02B6EC8AA5"
PATH = f"/account/info/{HANDSET}"
EVIL = "<script>alert(1)</script>"
ROWS = (
    "2950159\tBerlin\tDE\tBerlin\t52.52\t13.41\t3426354\tEurope/Berlin\tberlin\n"
    f"2947416\tBocholt {EVIL}\tDE\tNRW\t51.84\t6.61\t71000\tEurope/Berlin\tbocholt\n"
)


class HandsetPagesTests(PeopleCase):
    """
    What an owner chooses for a handset, and what that looks like.
    """

    def setUp(self) -> None:
        """
        An owner who is logged in, and two cities.
        """
        super().setUp()
        self.registry.drop(WebLogin(NUMBER, "", 0.0))
        self.browser.login()

    def makePlaces(self) -> Gazetteer:
        """
        The cities that there are.
        """
        places = Gazetteer()
        places.fill(ROWS)
        return places

    def profile(self) -> Profile:
        """
        The choices as they are now.
        """
        return self.registry.profiles[MAC][HANDSET]

    def picture(self, query: str = "lines=6") -> str:
        """
        A picture of the display.
        """
        answer = self.browser.get(f"{PATH}/picture.svg?{query}")
        self.assertEqual(
            (answer.code, answer.headers["content-type"]), (200, "image/svg+xml")
        )
        return answer.body.decode()

    def test_list(self) -> None:
        """
        Every handset that has asked is there.
        """
        self.browser.get("/account/info/")
        self.assertIn(PATH, self.browser.page().links)

    def test_first(self) -> None:
        """
        Choices can be made before any handset has asked.
        """
        self.browser.get("/account/info/")
        self.browser.send("/account/info/begin")
        self.assertEqual(self.browser.last.code, 200)
        self.assertIn("", self.registry.profiles[MAC])

    def test_picture(self) -> None:
        """
        Menu, idle display and pages are drawn for both displays.
        """
        menu = self.picture()
        self.assertIn("<svg", menu)
        self.assertNotEqual(menu, self.picture("lines=8"))
        self.assertNotEqual(menu, self.picture("page=screen"))
        for page in ("weather", "biorhythm", "nothing", EVIL, "../x", "settings_1"):
            self.assertNotIn("<script", self.picture(f"lines=8&page={page}"))

    def test_feed(self) -> None:
        """
        What a feed says is drawn, and never run.
        """
        self.browser.get(PATH)
        self.browser.send(f"{PATH}/save", feeds="http://a.example/1", s_news="yes")
        self.picture("page=news")
        for item in list(self.cache.items()):
            if item.source == "feed":
                told = Feed(EVIL, (FeedEntry(EVIL, EVIL, MONDAY),))
                self.cache.store(item, told, MONDAY, MONDAY + 9e5)
        for page in ("news", "news_0", "news_0_0", "menu"):
            drawn = self.picture(f"lines=8&page={page}")
            self.assertNotIn("<script", drawn)
        self.assertIn("alert", self.picture("page=news"))

    def test_city(self) -> None:
        """
        A city is found, chosen, and seen in the picture at once; what is no
        city is refused.
        """
        before = self.picture("page=weather")
        self.browser.get(f"{PATH}?city=bocholt")
        self.assertIn("Bocholt", self.browser.page().text)
        self.assertNotIn(EVIL.encode(), self.browser.last.body)
        self.browser.send(f"{PATH}/city", place="2947416")
        self.assertEqual(self.profile().place, "2947416")
        self.assertNotEqual(self.picture("page=weather"), before)
        for wrong in ("1", "x", "-1", "9" * 99, "²", "2947416²", "٢٩٤٧٤١٦"):
            self.browser.get(PATH)
            answer = self.browser.send(f"{PATH}/city", place=wrong)
            self.assertEqual(answer.code, 400)
        self.browser.get(f"{PATH}?city=%3Cb%3Exyz")
        self.assertIn("No city", self.browser.page().text)

    def test_save(self) -> None:
        """
        Language, birthday, services and their order, feeds and calendar are
        kept, and the picture follows.
        """
        before = self.picture()
        self.browser.get(PATH)
        self.browser.send(
            f"{PATH}/save",
            language="en",
            born="1970-02-03",
            s_weather="yes",
            s_weather_place="2",
            s_biorhythm="yes",
            s_biorhythm_place="1",
            t_weather="yes",
            feeds="http://a.example/1\nhttps://b.example/2\n",
            calendar="https://c.example/x.ics",
        )
        self.assertIn("Saved", self.notice())
        profile = self.profile()
        self.assertEqual(
            profile[2:9],
            (
                "en",
                "2950159",
                "1970-02-03",
                "biorhythm weather",
                "weather",
                "http://a.example/1 https://b.example/2",
                "https://c.example/x.ics",
            ),
        )
        self.assertNotEqual(self.picture(), before)

    def test_refused(self) -> None:
        """
        What cannot be is refused in a sentence, and nothing is kept.
        """
        before = self.profile()
        for fields in (
            {"born": "tomorrow"},
            {"born": "1800-01-01"},
            {"born": "2026-11-24"},
            {"language": "xx"},
            {"feeds": "javascript:alert(1)"},
            {"feeds": " ".join(f"http://{n}.example/" for n in range(11))},
            {"calendar": "file:///etc/passwd"},
        ):
            self.browser.get(PATH)
            answer = self.browser.send(f"{PATH}/save", **fields)
            self.assertEqual(answer.code, 400, fields)
        self.assertEqual(self.profile(), before)

    def test_forget(self) -> None:
        """
        A handset's choices are deleted.
        """
        self.browser.get(PATH)
        self.browser.send(f"{PATH}/forget")
        self.assertNotIn(MAC, self.registry.profiles)
        self.assertEqual(self.browser.get(PATH).code, 404)

    def test_off(self) -> None:
        """
        With the service off there is nothing to choose.
        """
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(off="info"))
        self.assertEqual(self.browser.get(PATH).code, 403)
        self.assertIn("turned off", self.browser.page().text)
