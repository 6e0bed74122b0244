"""
Tests of L{gigasetd.info.pages} and L{gigasetd.info.builtin}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.pages import PageRequest, nameOf
from gigasetd.registry.model import Profile
from tests.info.case import (
    ANGELES,
    BERLIN,
    GUEST,
    HANDSET,
    MAC,
    NOON,
    NUMBER,
    TOLD,
    YORK,
    InfoCase,
    account,
    bound,
    notice,
)
from tests.info.checker import check, text

MENU, SCREEN = "/info/menu.jsp", "/info/request.do"


class MenuTests(InfoCase):
    """
    The page that the Info Center opens with.
    """

    def test_first(self) -> None:
        """
        The Info Center opens with the services in the phone's language, each
        a link that stays on this server.
        """
        shown = self.shown(MENU)
        for title in (
            "30001#9 Zoë",
            "Wetter",
            "Telefonbuch",
            "Sonne und Mond",
            "Einstellungen",
        ):
            self.assertIn(title, shown)
        self.assertIn("weather", self.links(MENU))

    def test_unknown(self) -> None:
        """
        A page that there is not is the menu, wherever its path leads.
        """
        menu = self.fetch(MENU)
        for path in (
            "/info/",
            "/info/weather_search",
            "/info/x/y/z",
            "/info/%00",
            "/xmlInterface/menu/",
            "/info/_",
            "/info/weather.php",
        ):
            self.assertEqual(self.fetch(path), menu, path)

    def test_empty(self) -> None:
        """
        What has nothing to show is not in the menu until it has.
        """
        self.assertNotIn("notices", self.links(MENU))
        self.assertNotIn("calendar", self.links(MENU))
        self.registry.put(notice("n", "Heute Wartung"))
        self.assertIn("notices", self.links(MENU))

    def test_stranger(self) -> None:
        """
        Who may not see a device's pages gets some without anything personal,
        the same for every MAC, and cannot open the others.
        """
        self.registry.put(account("30002", "Bob"))
        self.registry.bind("30002", bound("30002"))
        self.registry.put(notice("n", "internal"))
        for path in (MENU, SCREEN, "phone", "people_hits", "settings", "access",
                     "messages", "city", "notices"):  # fmt: skip
            page = self.fetch(path, "")
            for secret in ("30001", "Zoë", "Bob", "30002", "internal", "1234"):
                self.assertNotIn(secret.encode(), page, path)
            self.assertEqual(page, self.fetch(path, "", handsetid="x"))
        self.assertEqual(self.registry.profiles, {})

    def test_guest(self) -> None:
        """
        A phone that nobody added is told so, not who else there is, and
        nothing is stored of it.
        """
        self.registry.put(account("30002", "Bob"))
        self.registry.bind("30002", bound("30002"))
        self.assertIn("noch keine Nummer", self.shown("phone", GUEST))
        self.assertNotIn("Bob", self.shown("phone", GUEST))
        self.shown(SCREEN, GUEST)
        self.shown("city", GUEST, id=str(BERLIN.id))
        self.assertEqual(self.registry.profiles, {})

    def test_switchedOff(self) -> None:
        """
        With the service off, the owner's phone is told, and what to do; a
        stranger does not even learn that, and no profile is made.
        """
        self.registry.put(account(NUMBER, "Zoë", "messaging info"))
        for path in (MENU, SCREEN, "weather", "settings"):
            self.assertIn("/account/", self.shown(path))
            self.assertNotIn("/account/", self.shown(path, ""))
        self.assertEqual(self.links(MENU), ["access"])
        self.assertEqual(self.links(SCREEN), [])
        self.assertRegex(self.shown("access"), "[0-9]{4} [0-9]{4}")
        self.assertEqual(self.registry.profiles, {})

    def test_fault(self) -> None:
        """
        Also what goes wrong is told in the phone's language.
        """
        page = self.pages.errorPage({"lang": "2"}).encode()
        self.assertIn("später", text(check(page)))

    def test_languages(self) -> None:
        """
        A phone whose language is not there is answered in the profile's, else
        in its country's.
        """
        self.assertIn("Wetter", self.shown(MENU, lang="14"))
        self.registry.put(self.profile._replace(language="it"))
        self.assertIn("Meteo", self.shown(MENU, lang="14"))
        self.assertIn("Wetter", self.shown(MENU, lang="2"))
        self.assertIn("Weather", self.shown(MENU, "", lang="42", cc="999"))


class PreviewTests(InfoCase):
    """
    L{gigasetd.info.pages.Pages.preview}.
    """

    def test_changesNothing(self) -> None:
        """
        A picture of a page changes nothing, whichever is asked for.
        """
        self.fetch(MENU)
        before = self.registry.journal.number
        self.pages.preview(PageRequest(MENU, {"handsetid": "new"}, MAC), NOON)
        for path in ("settings_deleted", "people_unnamed", "choose_0", "access", "x"):
            told = {"handsetid": HANDSET, "id": "2947416", "nickname": "", "code": "de"}
            asked = PageRequest(f"/info/{path}", told, MAC)
            page = check(self.pages.preview(asked, NOON).encode())
            self.assertNotIn("1234", text(page))
            self.pages.preview(asked._replace(path="/info/city"), NOON)
        self.assertEqual(self.registry.journal.number, before)

    def test_same(self) -> None:
        """
        It is the page that the phone shows.
        """
        for path in (MENU, SCREEN, "/info/sky"):
            told = {"lang": "2", "tz": "60", "cc": "49", "handsetid": HANDSET}
            page = self.pages.preview(PageRequest(path, told, MAC), NOON).encode()
            self.assertEqual(page, self.fetch(path))


class ScreenTests(InfoCase):
    """
    What an idle handset shows.
    """

    def test_screen(self) -> None:
        """
        The weather of the place that is likely, and the date at the bottom.
        """
        self.sources.tell(**TOLD)
        body = self.body(SCREEN)
        self.assertIn("br", [child.tag for child in body])
        shown = text(body)
        for words in ("Berlin", "4°C", "2°/8°", "FROST", "Mo 23.11.2026"):
            self.assertIn(words, shown)

    def test_oldScreen(self) -> None:
        """
        The screensaver of 2009 is known by its parameters (T4).
        """
        for told in ({"g_lang": "2"}, {"g_pnr": '"S30852-S1713-B121-9"'}):
            page = self.pages.answer(PageRequest("/info/example.html", told), NOON)
            self.assertIn(b"<br/>", page.encode())

    def test_nothing(self) -> None:
        """
        Without anything to show there is the phone's name, and it asks again
        soon.
        """
        page = self.fetch(SCREEN)
        self.assertIn("Zoë", text(check(page)))
        self.assertIn(b'name="expires" content="20"', page)

    def test_expires(self) -> None:
        """
        It asks again when its data may be newer, and never after midnight.
        """
        self.sources.tell(NOON - 600, **TOLD)
        self.sources.tell(NOON, warnings=())
        self.assertIn(b'content="900"', self.fetch(SCREEN))
        self.sources.tell(NOON + 10 * 3600, **TOLD)
        self.now = NOON + 10 * 3600 + 3570
        self.assertIn(b'content="30"', self.fetch(SCREEN))

    def test_chosen(self) -> None:
        """
        The owner's choice, in the owner's order, as much as a display holds.
        """
        self.sources.tell(**TOLD)
        self.fetch(SCREEN)
        chosen = "rates sky biorhythm weather pollen news horoscope gone"
        self.registry.put(self.profile._replace(ticker=chosen, born="1980-01-01"))
        body = self.body(SCREEN)
        shown = text(body)
        self.assertLess(shown.index("1 EUR"), shown.index("Sonne"))
        self.assertLess(shown.index("Sonne"), shown.index("%"))
        self.assertEqual([child.tag for child in body].count("br"), 7)

    def test_zones(self) -> None:
        """
        The date is the phone's own.
        """
        self.assertIn("24.11.2026", self.shown(SCREEN, tz="780"))


class ProfileTests(InfoCase):
    """
    How the pages make profiles.
    """

    def test_firstUse(self) -> None:
        """
        The first request of a handset makes its profile, with what is likely.
        """
        self.fetch(SCREEN)
        expected = Profile(
            MAC, HANDSET, "", str(BERLIN.id), "", "", "", "", "", NOON
        )  # fmt: skip
        self.assertEqual(self.profile, expected)
        self.now += 60
        self.fetch(MENU)
        self.assertEqual(self.profile, expected)

    def test_zone(self) -> None:
        """
        Of a country with several zones, it is a city that has the phone's
        time; where none has it, the largest one.
        """
        for tz, place in (("-480", ANGELES), ("-300", YORK), ("120", YORK)):
            self.fetch(MENU, cc="1", tz=tz, handsetid=f"A{place.id}")
            (made,) = self.registry.profiles[MAC].values()
            self.assertEqual(made.place, str(place.id))
            self.registry.drop(made)

    def test_home(self) -> None:
        """
        A base that tells no country, as the N720, gets a city of where its
        language is at home, if the time there is the phone's; else none.
        """
        for lang, tz, place in (("2", "60", BERLIN), ("1", "-480", ANGELES)):
            self.fetch(MENU, cc="", lang=lang, tz=tz)
            self.assertEqual(self.profile.place, str(place.id))
            self.registry.drop(self.profile)
        for lang, tz in (("2", "-300"), ("2", ""), ("42", "60"), ("21", "60")):
            self.fetch(MENU, cc="", lang=lang, tz=tz)
            self.assertEqual(self.profile.place, "")
            self.registry.drop(self.profile)

    def test_handsets(self) -> None:
        """
        Each handset has its own, up to a limit; the rest share one.
        """
        for handset in ("A1", "a1", "A2", "A3", "A4", "A5", "", "x y", "9" * 40):
            self.fetch(MENU, handsetid=handset)
        self.assertEqual(sorted(self.registry.profiles[MAC]), ["", "A1", "A2", "A3"])


class NameTests(SynchronousTestCase):
    """
    L{nameOf}.
    """

    def test_names(self) -> None:
        """
        The last segment counts, with or without the ending that servers of
        2008 had.
        """
        for path, name in {
            "/info/weather": ("weather", ""),
            "/info/a/weather.jsp": ("weather", ""),
            "/info/people_hits": ("people", "hits"),
            "/info/": ("", ""),
            "/info/Weather": ("", ""),
            "/info/a_b_c": ("", ""),
        }.items():
            self.assertEqual(nameOf(path), name, path)
