"""
Tests of L{gigasetd.web.admin.home} and of the pages below it.
"""

from __future__ import annotations

from urllib.parse import quote

from gigasetd.auth.passwords import tokenHash
from gigasetd.registry.model import Binding, CheckIn, Token
from tests.registry.populated import BOX, MAC, NUMBER, OTHER, PASSWORD, report
from tests.web.browser import Browser, PeopleCase
from tests.web.case import FAR, MONDAY, NEAR

TOKEN = "t" * 43
EVIL = "<script>alert(1)</script>"


class OperatorCase(PeopleCase):
    """
    An operator who is logged in.
    """

    def setUp(self) -> None:
        """
        Log in with a token.
        """
        super().setUp()
        self.registry.put(Token("me", tokenHash(TOKEN), 0.0))
        self.enter(self.browser)

    def enter(self, browser: Browser, token: str = TOKEN) -> None:
        """
        Log in.
        """
        browser.get("/admin/login")
        browser.send("/admin/login", token=token)


class OperatorTests(OperatorCase):
    """
    Coming in, and what there is to see.
    """

    def test_home(self) -> None:
        """
        The first page says how many there are of everything.
        """
        self.assertEqual(self.browser.get("/admin/").code, 200)
        text = self.browser.page().text
        self.assertIn("All is well", text)
        self.assertIn("1 devices", text)

    def test_nobodyGetsPast(self) -> None:
        """
        Without a token every page leads to the log-in; an owner's session is
        none.
        """
        owner = Browser(self)
        owner.login()
        for path in ("", "devices/", f"devices/one/{MAC}", "live/calls", "tokens"):
            answer = owner.ask(f"/admin/{path}")
            self.assertEqual(
                (answer.code, answer.headers["location"]), (303, "/admin/login")
            )
        owner.get("/account/")
        self.assertEqual(owner.send("/admin/do/token-add", name="x").code, 200)
        self.assertNotIn("x", self.registry.tokens)

    def test_wrongToken(self) -> None:
        """
        A wrong token opens nothing; many of them from one address are stopped.
        """
        for token in ("", "x", TOKEN[:-1], tokenHash(TOKEN)):
            browser = Browser(self, FAR)
            self.enter(browser, token)
            self.assertEqual(browser.last.code, 403)
        for _ in range(6):
            self.enter(Browser(self, FAR), "guess")
        browser = Browser(self, FAR)
        self.enter(browser)
        self.assertEqual(browser.last.code, 429)

    def test_tokens(self) -> None:
        """
        A token is made, told once, and removed, which logs out at once.
        """
        self.browser.get("/admin/tokens")
        self.browser.send("/admin/do/token-add", name="script <b>")
        token = self.notice().partition(" is: ")[2].partition(" ")[0]
        second = Browser(self)
        self.enter(second, token)
        self.assertEqual(second.last.code, 200)
        self.browser.send("/admin/do/token-remove", name="script <b>")
        self.assertEqual(second.ask("/admin/").code, 303)
        self.assertNotIn(token.encode(), self.browser.get("/admin/tokens").body)

    def test_notices(self) -> None:
        """
        A notice is added for some days, shown, and removed.
        """
        self.browser.get("/admin/notices")
        self.browser.send("/admin/do/notice-add", name="n", text=EVIL, days="2")
        notice = self.registry.notices["n"]
        self.assertEqual((notice.text, notice.until), (EVIL, MONDAY + 2 * 86400))
        self.assertNotIn(EVIL.encode(), self.browser.last.body)
        self.browser.send("/admin/do/notice-remove", name="n")
        self.assertEqual(self.registry.notices, {})
        for days in ("0", "-1", "x", "9" * 30):
            answer = self.browser.get("/admin/notices")
            answer = self.browser.send(
                "/admin/do/notice-add", name="n", text="t", days=days
            )
            self.assertEqual(answer.code, 400)

    def test_logout(self) -> None:
        """
        Logging out ends the session, not only the cookie.
        """
        cookies = dict(self.browser.cookies)
        self.browser.get("/admin/")
        self.browser.send("/admin/logout")
        self.browser.cookies = cookies
        self.assertEqual(self.browser.ask("/admin/").code, 303)

    def test_unknown(self) -> None:
        """
        Pages and actions that are not there say so.
        """
        for path in ("/admin/x", "/admin/x/", "/admin/live/x", "/admin/live/events/x"):
            self.assertEqual(self.browser.get(path).code, 404, path)
        self.browser.get("/admin/")
        self.assertEqual(self.browser.send("/admin/do/everything").code, 404)


class DevicePagesTests(OperatorCase):
    """
    Devices and what can be done to them.
    """

    def one(self, name: str = NUMBER) -> str:
        """
        The text of a device's page.
        """
        self.assertEqual(self.browser.get(f"/admin/devices/one/{name}").code, 200)
        return self.browser.page().text

    def act(self, what: str, **fields: str) -> str:
        """
        Do something to the device, and read what came of it.
        """
        self.one()
        self.browser.send(f"/admin/devices/one/{NUMBER}/do/{what}", **fields)
        return self.notice()

    def test_story(self) -> None:
        """
        One page tells everything, by number or MAC, and escapes what phones
        say.
        """
        evil = Binding(
            NUMBER, "k", "<sip:x@h>", "c", 1, 9e9, "udp", "", FAR, 1, 0, EVIL, 1.0,
            MONDAY, 1
        )  # fmt: skip
        self.registry.bind(NUMBER, (evil,))
        self.registry.put(report(MAC)._replace(name=EVIL, product=EVIL))
        for name in (NUMBER, MAC, "7c:2f:80:aa:aa:01"):
            text = self.one(name)
            self.assertIn("registration", text)
            self.assertIn(EVIL, text)
        self.assertNotIn(EVIL.encode(), self.browser.last.body)
        self.assertNotIn(PASSWORD.encode(), self.browser.last.body)
        self.assertEqual(self.browser.get("/admin/devices/one/nobody").code, 404)

    def test_list(self) -> None:
        """
        Devices are found by any of their names, filtered, and told a page at
        a time.
        """
        for turn in range(120):
            mac = f"7C2F81{turn:06X}"
            self.registry.put(report(mac)._replace(name=f"guest-{turn}"))
        for query, found in (
            ("", True),
            ("?q=anna", True),
            ("?q=7c:2f:80:aa", True),
            ("?q=guest-7", False),
            ("?state=guests", False),
            ("?state=registered", False),
            ("?state=unregistered", True),
            ("?state=nonsense&page=x", True),
            ("?page=99999999999", False),
        ):
            self.browser.get(f"/admin/devices/{query}")
            self.assertEqual(NUMBER in self.browser.page().text, found, query)
        self.browser.get("/admin/devices/?state=guests&q=guest")
        self.assertIn("Next page", self.browser.page().text)
        self.browser.get("/admin/devices/?state=guests&q=guest&page=2")
        self.assertNotIn("Next page", self.browser.page().text)
        self.assertEqual(self.browser.last.body.count(b"<tr>"), 21)

    def test_add(self) -> None:
        """
        A device is added with what is made up told once; a guest can be taken
        over; a wrong MAC is refused.
        """
        self.registry.put(CheckIn(OTHER, 1.0, "S", "", "C610", "", "", 0, "", ""))
        self.one(OTHER)
        self.browser.get(f"/admin/devices/add?mac={OTHER}")
        self.browser.send("/admin/devices/add", mac=OTHER, number="", factory="yes")
        self.assertIn("Added: number", self.notice())
        self.assertEqual(self.registry.devices[OTHER].serial, "S")
        self.browser.get("/admin/devices/add")
        self.browser.send("/admin/devices/add", mac="7C2F80000077")
        self.assertIn("shown this once", self.notice())
        self.browser.get("/admin/devices/add")
        self.assertEqual(self.browser.send("/admin/devices/add", mac="no").code, 400)

    def test_actions(self) -> None:
        """
        Passwords, services, pin, sync, erasing and removing do what
        gigasetctl does, and say so.
        """
        self.assertIn("shown this once", self.act("password"))
        self.assertIn("weak", self.act("password", password="1"))
        self.assertEqual(BOX.open(self.registry.accounts[NUMBER]), "1")
        self.act("disable", service="info")
        self.assertEqual(self.registry.accounts[NUMBER].off, "info")
        self.act("enable", service="info")
        self.assertEqual(self.registry.accounts[NUMBER].off, "")
        self.act("sync")
        self.assertEqual(self.browser.last.code, 403)
        self.assertIn("not ticked", self.act("erase"))
        self.assertIn("Done", self.act("erase", sure="yes"))
        self.assertNotIn(NUMBER, self.registry.rosters)
        self.assertIn("not ticked", self.act("remove"))
        self.assertIn("Done", self.act("remove", sure="yes"))
        self.assertEqual(self.registry.devices, {})

    def test_preview(self) -> None:
        """
        What the phone would be sent is shown in both forms, without the
        password.
        """
        for query in ("", "?nvm"):
            self.browser.get(f"/admin/devices/one/{MAC}/settings{query}")
            self.assertIn("********", self.browser.page().text)
            self.assertNotIn(quote(PASSWORD).encode(), self.browser.last.body)
            self.assertNotIn(PASSWORD.encode(), self.browser.last.body)

    def test_setupNotNeeded(self) -> None:
        """
        Where there is a token no set-up link is made.
        """
        self.web.browserPages.operator.setup.announce("http://x")
        self.assertEqual(self.web.browserPages.operator.setup.link, "")


class WatchingTests(OperatorCase):
    """
    What goes on, as it does.
    """

    def watch(self, what: str = "status") -> tuple[object, object]:
        """
        Look on.
        """
        channel, transport = self.connect(NEAR)
        cookie = "; ".join(f"{k}={v}" for k, v in self.browser.cookies.items())
        channel.dataReceived(
            f"GET /admin/live/events/{what} HTTP/1.1\r\nHost: x\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        self.addCleanup(self.leave, channel)
        return channel, transport

    def leave(self, channel: object) -> None:
        """
        Hang up.
        """
        from twisted.internet.error import ConnectionDone
        from twisted.python.failure import Failure

        channel.connectionLost(Failure(ConnectionDone()))

    def test_changes(self) -> None:
        """
        A change is told within two seconds, what stays the same is not, and
        silence is broken now and then.
        """
        _, transport = self.watch()
        self.assertIn(b"text/event-stream", transport.value())
        self.assertIn(b'"devices": 1', transport.value())
        transport.clear()
        self.clock.advance(2)
        self.assertEqual(transport.value(), b"")
        self.registry.drop(self.registry.devices[MAC])
        self.clock.advance(2)
        self.assertIn(b'"devices": 0', transport.value())
        transport.clear()
        self.clock.pump([2] * 8)
        self.assertIn(b": still here", transport.value())

    def test_rows(self) -> None:
        """
        Registrations and calls are told as rows.
        """
        self.registry.bind(
            NUMBER, (Binding(NUMBER, "k", "", "c", 1, 9e9, "udp", "", FAR, 1, 0, EVIL,
                             1.0, MONDAY, 1),)
        )  # fmt: skip
        _, transport = self.watch("registrations")
        self.assertIn(FAR.encode(), transport.value())
        self.live.calls = lambda: [
            {"caller": "1", "callee": "2", "state": "talking", "since": MONDAY}
        ]
        _, transport = self.watch("calls")
        self.assertIn(b"talking", transport.value())
        for page in ("registrations", "calls"):
            self.assertEqual(self.browser.get(f"/admin/live/{page}").code, 200)
        self.assertNotIn(EVIL.encode(), self.browser.last.body)

    def test_ends(self) -> None:
        """
        Looking on ends with the session and does not prolong it.
        """
        channel, _ = self.watch()
        watching = self.web.browserPages.operator.subpages["live"]
        self.assertEqual(len(watching.watchers), 1)
        self.wall.time += 1801
        self.clock.advance(2)
        self.assertEqual(len(watching.watchers), 0)
        self.assertFalse(channel.requests)

    def test_lasts(self) -> None:
        """
        Looking on lasts longer than a connection may be idle, and ends when
        the daemon stops.
        """
        channel, transport = self.watch()
        self.clock.pump([2] * 100)
        self.assertFalse(transport.disconnecting)
        self.registry.drop(self.registry.devices[MAC])
        transport.clear()
        self.clock.advance(2)
        self.assertIn(b'"devices": 0', transport.value())
        self.web.browserPages.close()
        self.assertFalse(channel.requests)

    def test_gone(self) -> None:
        """
        Who hangs up costs nothing any more.
        """
        channel, _ = self.watch()
        self.leave(channel)
        watching = self.web.browserPages.operator.subpages["live"]
        self.assertEqual(len(watching.watchers), 0)
        self.assertEqual(
            [call for call in self.clock.getDelayedCalls() if call.time < 3], []
        )

    def test_slow(self) -> None:
        """
        Who takes nothing is sent nothing.
        """
        _, transport = self.watch()
        transport.clear()
        transport.producer.pauseProducing()
        self.registry.drop(self.registry.devices[MAC])
        self.clock.pump([2] * 5)
        self.assertEqual(transport.value(), b"")
        transport.producer.resumeProducing()
        self.clock.advance(2)
        self.assertIn(b'"devices": 0', transport.value())

    def test_bounded(self) -> None:
        """
        So many may look on, and no more.
        """
        for _ in range(16):
            self.watch()
        _, transport = self.watch()
        self.assertIn(b"503", transport.value())
