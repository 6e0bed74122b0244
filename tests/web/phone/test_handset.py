"""
Tests of L{gigasetd.web.phone.handset}, with the requests of real phones.
"""

from __future__ import annotations

from gigasetd.config.schema import Config
from gigasetd.config.sections.info import InfoSection
from gigasetd.errors import StoreError
from gigasetd.registry.model import Account
from tests.info.checker import check, text
from tests.web.case import FAR, MAC, NEAR, Answer, WebCase, bound

REAL = f"mac={MAC}&cc=49&handsetid=037018BE69&provid=11"
T1 = f"/info/menu.jsp?lang=2&tz=120&{REAL}"
T2 = f"/info/request.do?lang=2&tz=120&tick=true&{REAL}"
PHONE = T1.replace("menu.jsp", "phone")
PRO = "N510 IP PRO/42.263.00.000.000;SL750H PRO/116.076.00.000.000"
OLD = "Gigaset C675IP 045.025.000000 S67H 02.077.0000000"


class PageTests(WebCase):
    """
    The pages of the information services.
    """

    def page(self, answer: Answer, code: int = 200) -> str:
        """
        What a page says that a handset can show.
        """
        self.assertEqual(answer.code, code, answer)
        kind = "application/xhtml+xml; charset=utf-8"
        self.assertEqual(answer.headers["content-type"], kind)
        for name in ("content-encoding", "location", "server", "set-cookie"):
            self.assertNotIn(name, answer.headers)
        return text(check(answer.body))

    def test_menu(self) -> None:
        """
        T1: the Info Center opens with the services, in the phone's language;
        one of them is its number and its name.
        """
        shown = self.page(self.ask(T1))
        for words in ("Wetter", "Telefonbuch", "Dieses Telefon", "Webzugang"):
            self.assertIn(words, shown)
        shown = self.page(self.ask(PHONE))
        for words in ("30001#9", "Zoë"):
            self.assertIn(words, shown)

    def test_absolute(self) -> None:
        """
        T1 as a phone behind a proxy sends it, and with another C{Host} of this
        server, gets the same page; under a broken one it gets a general page.
        """
        plain = self.ask(T1)
        whole = self.ask("http://info.gigaset.net" + T1)
        self.assertEqual(plain.body, whole.body)
        for host in ("", "a" * 300, "192.0.2.1:80", "xn--\xff", "[::"):
            data = f"GET {T1} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("latin-1")
            (answer,) = self.send(data)
            self.assertEqual(answer.code, 200)
            own = answer.body == plain.body
            self.assertEqual(own, host not in ("xn--\xff", "[::"), host)

    def test_screen(self) -> None:
        """
        T2: the idle display gets lines, with C{tick} and without it.
        """
        for path in (T2, T2.replace("&tick=true", "")):
            answer = self.ask(path)
            self.assertIn("Zoë", self.page(answer))
            self.assertIn(b'<meta name="expires" content="', answer.body)

    def test_agents(self) -> None:
        """
        T3, T4: bases of today and of 2008 are known by their User-Agent, and
        the operator sees what they are.
        """
        self.page(self.ask(T1, User_Agent=PRO))
        self.assertEqual(self.registry.checkins[MAC].product, "N510 IP PRO")
        path = "/info/example.html?lang=3&cc=44&ppid=1&dt=200810091530"
        shown = self.page(self.ask(f"{path}&mac=7C-2F-80-01-23-45", User_Agent=OLD))
        self.assertIn("Weather", shown)
        self.assertEqual(self.registry.checkins[MAC].software_version, "045.025.000000")

    def test_oldScreen(self) -> None:
        """
        T4: the client of 2009 gets a screensaver in its language.
        """
        path = '/info/any?g_lang=2&g_pnr="S30852-S1713-B121-9"'
        answer = self.ask(path)
        self.assertIn("Mo 23.11.2026", self.page(answer))
        self.assertIn(b"<br/>", answer.body)

    def test_doubled(self) -> None:
        """
        T5: parameters that come twice, or joined by a comma, are the phone's
        own habit; an unknown page is the first one.
        """
        for path in (
            f"/info/weather_search?{REAL}&lang=2&tz=120&mac={MAC}&handsetid=x",
            f"/info/weather_search?lang=2&mac={MAC},{MAC}",
            f"/info/weather_search?lang=2&mac={MAC}&mac=000000000001",
        ):
            self.assertIn("Telefonbuch", self.page(self.ask(f"{path}&cc=49")))

    def test_form(self) -> None:
        """
        T6, T7: PRO bases by their own path, and a submitted form.
        """
        path = f"/xmlInterface/menu/?lang=3&tz=60&mac={MAC}&sipid=1014&provid=1"
        self.assertIn("Weather", self.page(self.ask(path)))
        self.assertIn("30001#9", self.page(self.ask(path.replace("/?", "/phone?"))))
        self.page(self.ask(f"/info/treininfo.jsp?treinnummer=5172&{REAL}"))
        path = f"/info/born?d=24&m=12&y=1980&{REAL}&lang=2"
        self.assertIn("Gespeichert", self.page(self.ask(path)))
        self.assertEqual(self.registry.profiles[MAC]["037018BE69"].born, "1980-12-24")

    def test_hostile(self) -> None:
        """
        Whatever stands in a request for a page, the answer is one.
        """
        for query in (
            b"", b"mac=%00&lang=%", b"lang=2&lang=2", b"mac=" + b"A" * 10000,
            b"tz=" + b"9" * 10000, b"%ff=%fe&mac=%c3(&cc=\xff", b"&=&==&&", b"?" * 99,
            b"lang=<script>&cc='\"&tz=-0", b"a=1&" * 2000, b"handsetid=" + b"%" * 5000,
        ):  # fmt: skip
            for page in (b"menu.jsp", b"request.do", b"\xff%ff b/%00/x%2f", b"a/b/"):
                answer = self.ask(b"/info/%s?%s" % (page, query))
                self.page(answer)
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_stranger(self) -> None:
        """
        From outside the page holds nothing of the device, until its phone has
        registered from there with its password.
        """
        shown = self.page(self.ask(PHONE, FAR))
        self.assertNotIn("30001", shown)
        self.assertNotIn("Zoë", shown)
        self.registry.bind("30001", bound("30001", FAR))
        self.assertIn("30001", self.page(self.ask(PHONE, FAR)))

    def test_checkinOpensNothing(self) -> None:
        """
        A hello with somebody's MAC does not show the sender that device's
        pages.
        """
        self.ask(f"/checkin?mac={MAC}", FAR)
        self.assertNotIn("30001", self.page(self.ask(PHONE, FAR)))

    def test_proxy(self) -> None:
        """
        A trusted proxy's word decides who asks; a stranger's own does not.
        """
        told = {"X_Forwarded_For": NEAR}
        self.assertIn("30001", self.page(self.ask(PHONE, "10.9.9.1", **told)))
        self.assertNotIn("30001", self.page(self.ask(T1, FAR, **told)))
        told = {"X_Forwarded_For": f"{NEAR}, {FAR}"}
        self.assertNotIn("30001", self.page(self.ask(PHONE, "10.9.9.1", **told)))

    def test_switchedOff(self) -> None:
        """
        With the service off, the phone is told how to switch it on.
        """
        self.registry.put(Account("30001", "digest", "", "", "", "info", 0.0, 0.0))
        self.assertIn("ausgeschaltet", self.page(self.ask(T1)))

    def test_browser(self) -> None:
        """
        A browser that looks at a page is no device, also where it writes a
        MAC into the address.
        """
        for path in ("/info/menu.jsp", "/info/menu.jsp?mac=7C2F80012346"):
            self.page(self.ask(path, User_Agent="Mozilla/5.0 (Win64; x64)"))
        self.assertEqual(self.registry.checkins, {})
        self.assertEqual(self.settled, 0)

    def test_browserSetsNothing(self) -> None:
        """
        A web page somewhere that has the owner's browser ask for a setting
        sets nothing, and the code for the web is not shown there.
        """
        agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"
        self.page(self.ask(T1))
        before = self.registry.journal.number
        for path in (
            "settings_deleted?",
            "born?d=1&m=1&y=1980&",
            "people_unnamed?",
            "people_named?nickname=Evil&",
            "access?",
            "choose_0?",
        ):
            shown = self.page(self.ask(f"/info/{path}{REAL}", User_Agent=agent))
            self.assertNotRegex(shown, "[0-9]{4} [0-9]{4}")
        self.assertEqual(self.registry.journal.number, before)
        self.assertRegex(self.page(self.ask(f"/info/access?{REAL}")), "[0-9]{4} [0-9]")

    def test_follows(self) -> None:
        """
        When the operator has the configuration read again, language and feeds
        are the new ones at once.
        """
        path = f"/info/menu.jsp?mac={MAC}"
        self.assertIn("Weather", self.page(self.ask(path)))
        info = InfoSection(language="it", feeds=("https://news.example/rss",))
        self.built.following.follow(Config(info=info))
        shown = self.page(self.ask(path))
        self.assertIn("Meteo", shown)
        self.assertIn("Notizie", shown)

    def test_again(self) -> None:
        """
        An idle phone that asks again gets its screen as it was kept, until
        its owner changes something; a stranger does not get it; HEAD gets no
        body.
        """
        self.ask(T2)
        first, again = self.ask(T2), self.ask(T2)
        self.assertEqual((first.body, first.headers), (again.body, again.headers))
        self.assertEqual(self.built.status.counters["info"]["screens_kept"], 1)
        self.ask(f"/info/people_named?nickname=Zora&{REAL}")
        self.assertIn("Zora", self.page(self.ask(T2)))
        self.assertNotIn("Zora", self.page(self.ask(T2, FAR)))
        self.assertEqual(self.ask(T2, method=b"HEAD").code, 200)

    def test_storeAway(self) -> None:
        """
        When nothing can be kept, the phone shows that, politely.
        """

        def settle() -> None:
            raise StoreError("disk full")

        self.web._routes.targets.checkIns._settle = settle
        self.assertIn("später", self.page(self.ask(T1), 503))
        self.assertEqual(self.ask(f"/checkin?mac={MAC}").code, 503)
        self.assertEqual(self.web.counts["unsettled"], 2)

    def test_fault(self) -> None:
        """
        Our own fault is a page too, tells nothing of itself, and stands in
        the log.
        """

        def settle() -> None:
            raise ZeroDivisionError("secret")

        self.web._routes.targets.checkIns._settle = settle
        answer = self.ask(T1)
        self.assertIn("später", self.page(answer, 500))
        self.assertNotIn(b"secret", answer.body)
        self.assertEqual(self.web.counts["faults"], 1)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
