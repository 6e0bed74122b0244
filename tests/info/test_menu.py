"""
Tests of L{gigasetd.info.menu}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.menu import SHOWN, Asked, Pages, localTime
from gigasetd.model import Account, Binding, Device
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from tests.info.checker import check, text

MAC = "7C2F80012345"
NOON = 1795435200.0  #: 2026-11-23 12:00 UTC, a Monday
MENU, SCREEN = "/info/menu.jsp", "/info/request.do"


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


class PagesTests(SynchronousTestCase):
    """
    L{Pages}.
    """

    def setUp(self) -> None:
        """
        A device with a number and a nickname.
        """
        self.registry = Registry(Journal())
        self.registry.put(Device(MAC, "30001", "", "", "", "", 0.0))
        self.registry.put(account("30001", "Zoë"))
        self.gone: set[str] = set()
        self.pages = Pages(self.registry, "en", lambda one: one.number not in self.gone)

    def shown(self, path: str, mac: str = "", **told: str) -> str:
        """
        What a valid page says.
        """
        page = self.pages.answer(Asked(path, told, mac), NOON)
        return text(check(page.encode()))

    def test_first(self) -> None:
        """
        The Info Center opens with date, the phone's own time, its number and
        its name.
        """
        shown = self.shown(MENU, MAC, lang="2", tz="120")
        for words in ("Mo 23.11.2026", "14:00", "30001#9", "Zoë", "niemand"):
            self.assertIn(words, shown)

    def test_screen(self) -> None:
        """
        An idle handset gets lines, and asks again before the time is stale.
        """
        page = self.pages.answer(Asked(SCREEN, {"tz": "-300"}, MAC), NOON).encode()
        body = check(page)
        self.assertIn("br", [child.tag for child in body])
        self.assertIn(b'name="expires" content="60"', page)
        self.assertIn("07:00", text(body))
        self.assertIn("Zoë", text(body))

    def test_oldScreen(self) -> None:
        """
        The screensaver of 2009 is known by its parameters (T4).
        """
        for told in ({"g_lang": "2"}, {"g_pnr": '"S30852-S1713-B121-9"'}):
            page = self.pages.answer(Asked("/info/example.html", told), NOON)
            self.assertIn(b"<br/>", page.encode())

    def test_registered(self) -> None:
        """
        Who can be reached is listed and can be called; who cannot is not.
        """
        for number, nickname in (("30002", "Bob"), ("30003", ""), ("30004", "Eve")):
            self.registry.put(account(number, nickname))
            self.registry.bind(number, bound(number))
        self.gone = {"30004"}
        page = self.pages.answer(Asked(MENU, {}, MAC), NOON).encode()
        self.assertIn(b'<a href="wtai://wp/mc;30002#9">Bob</a>', page)
        self.assertIn(b'<a href="wtai://wp/mc;30003#9">30003</a>', page)
        self.assertNotIn(b"30004", page)
        self.assertIn("3 registered", self.shown(SCREEN, MAC))

    def test_many(self) -> None:
        """
        However many are registered, the page stays one that a phone can load.
        """
        for number in range(40000, 40500):
            self.registry.put(account(str(number), f"Nickname of {number}"))
            self.registry.bind(str(number), bound(str(number)))
        page = self.pages.answer(Asked(MENU, {}, MAC), NOON).encode()
        self.assertLess(len(page), 2048)
        self.assertEqual(page.count(b"<a "), SHOWN)
        self.assertIn(b"and more", page)

    def test_stranger(self) -> None:
        """
        Who may not see a device's pages gets one without anything personal,
        the same for every MAC.
        """
        self.registry.put(account("30002", "Bob"))
        self.registry.bind("30002", bound("30002"))
        for path in (MENU, SCREEN):
            page = self.pages.answer(Asked(path, {"mac": MAC}), NOON).encode()
            for secret in (b"30001", "Zoë".encode(), b"Bob", b"30002", b"registered"):
                self.assertNotIn(secret, page)
            other = self.pages.answer(Asked(path, {"mac": "x"}), NOON).encode()
            self.assertEqual(page, other)

    def test_guest(self) -> None:
        """
        A phone that nobody added is told so, and not who else there is.
        """
        self.registry.put(account("30002", "Bob"))
        self.registry.bind("30002", bound("30002"))
        shown = self.shown(MENU, "7C2F80999999")
        self.assertIn("no number", shown)
        self.assertNotIn("Bob", shown)

    def test_switchedOff(self) -> None:
        """
        With the service off, the owner's phone is told, and what to do; a
        stranger does not even learn that.
        """
        self.registry.put(account("30001", "Zoë", "messaging info"))
        for path in (MENU, SCREEN):
            self.assertIn("switch them on", self.shown(path, MAC))
            self.assertNotIn("switch", self.shown(path))

    def test_noNickname(self) -> None:
        """
        Without a nickname the number stands for it.
        """
        self.registry.put(account("30001"))
        self.assertNotIn("Nickname", self.shown(MENU, MAC))
        self.assertIn("30001", self.shown(SCREEN, MAC))

    def test_fault(self) -> None:
        """
        Also what goes wrong is told in the phone's language.
        """
        shown = text(check(self.pages.fault({"lang": "2"}).encode()))
        self.assertIn("später", shown)

    def test_nothingTold(self) -> None:
        """
        A request without any parameter gets a page.
        """
        self.assertIn("Welcome", self.shown(MENU))


class LocalTimeTests(SynchronousTestCase):
    """
    L{localTime}.
    """

    def test_zones(self) -> None:
        """
        Minutes east of UTC count as told, west ones too.
        """
        zones = {"120": "14:00", "-300": "07:00", "345": "17:45", "+60": "13:00"}
        for tz, shown in {**zones, "0": "12:00", "840": "02:00"}.items():
            self.assertEqual(f"{localTime({'tz': tz}, NOON):%H:%M}", shown, tz)

    def test_absurd(self) -> None:
        """
        A zone that does not exist is none.
        """
        for tz in ("", "x", "-", "--5", "99999", "841", "-721", "1e3", "9" * 5000, "²"):
            self.assertEqual(f"{localTime({'tz': tz}, NOON):%H:%M}", "12:00", tz[:9])
