"""
Tests of L{gigasetd.web.pages.access}: what hostile browsers, sites and people
send.
"""

from __future__ import annotations

from base64 import b64encode

from gigasetd.auth.passwords import tokenHash
from gigasetd.registry.model import Account, Device, Token, WebLogin
from tests.registry.populated import MAC, NUMBER, OTHER, PASSWORD, report
from tests.web.browser import Browser, PeopleCase
from tests.web.case import FAR, NEAR

TOKEN = "t" * 43
FORM = "application/x-www-form-urlencoded"
EVIL = "'\"><script>alert(1)</script>"


class AccessCase(PeopleCase):
    """
    An owner who is logged in.
    """

    def setUp(self) -> None:
        """
        Log in.
        """
        super().setUp()
        self.registry.drop(WebLogin(NUMBER, "", 0.0))
        self.registry.put(Token("me", tokenHash(TOKEN), 0.0))
        self.browser.login()


class HeadTests(AccessCase):
    """
    What browsers are told.
    """

    def test_policy(self) -> None:
        """
        Every page for people has the strict headers, also those that refuse.
        """
        for path in ("/account/", "/account/login", "/account/x", "/admin/login", "/"):
            headers = self.browser.ask(path).headers
            self.assertIn("default-src 'none'", headers["content-security-policy"])
            self.assertNotIn("unsafe", headers["content-security-policy"])
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["referrer-policy"], "no-referrer")
            self.assertEqual(headers["cache-control"], "no-store")

    def test_phonesAreSpared(self) -> None:
        """
        Phones get none of that.
        """
        for path in ("/info/menu.jsp", f"/{MAC}.xml", "/checkin?mac=7C2F80AAAA01"):
            headers = self.ask(path).headers
            self.assertEqual(
                {"content-security-policy", "set-cookie"} & headers.keys(), set()
            )

    def test_cookie(self) -> None:
        """
        Scripts and other sites cannot get at the cookie; with TLS, and only
        then, it never goes in clear.
        """
        for host, headers, secure in (
            (NEAR, {}, False),
            (NEAR, {"X_Forwarded_Proto": "https"}, False),
            ("10.9.9.1", {"X_Forwarded_Proto": "https"}, True),
            ("10.9.9.1", {"Forwarded": 'for=1.2.3.4;proto="https"'}, True),
            ("10.9.9.1", {"X_Forwarded_Proto": "http"}, False),
        ):
            cookie = self.ask("/account/login", host, **headers).headers["set-cookie"]
            for word in ("HttpOnly", "SameSite=strict", "Path=/"):
                self.assertIn(word.lower(), cookie.lower())
            self.assertEqual("secure" in cookie.lower(), secure, (host, headers))


class ForgeryTests(AccessCase):
    """
    Other sites, and people who make requests by hand.
    """

    def change(self, **fields: str) -> int:
        """
        Try to change the nickname.
        """
        told = {"nickname": "Forged", **fields}
        return self.browser.post("/account/set/nickname", told).code

    def test_token(self) -> None:
        """
        Without the form's token, or with another one's, nothing changes.
        """
        other = Browser(self)
        other.login()
        stolen = other.page().forms[0]["csrf"]
        for told in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": stolen}):
            self.assertEqual(self.change(**told), 403)
        self.assertEqual(self.registry.accounts[NUMBER].nickname, "Anna")

    def test_otherSite(self) -> None:
        """
        A browser that says another site made it do this is not listened to,
        even with the right token.
        """
        token = self.browser.page().forms[0]["csrf"]
        for headers in (
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
            {"Origin": "http://evil.example"},
            {"Origin": "https://info.gigaset.net.evil.example"},
        ):
            self.browser.extra = headers
            self.assertEqual(self.change(csrf=token), 403, headers)
        for headers in (
            {"Sec_Fetch_Site": "same-origin"},
            {"Origin": "null"},
            {"Origin": "http://info.gigaset.net"},
        ):
            self.browser.extra = headers
            self.assertEqual(self.change(csrf=token), 200, headers)

    def test_logIn(self) -> None:
        """
        Nobody can be logged in to somebody else's account by another site.
        """
        for path, told in (
            ("/account/login", {"number": NUMBER, "password": PASSWORD}),
            ("/admin/login", {"token": TOKEN}),
        ):
            victim = Browser(self)
            self.assertEqual(victim.post(path, told).code, 403)
            victim.get(path)
            self.assertEqual(victim.post(path, {**told, "csrf": "x"}).code, 403)
            victim.cookies["gigasetd_form"] = ""
            self.assertEqual(victim.post(path, {**told, "csrf": ""}).code, 403)

    def test_fixation(self) -> None:
        """
        A session that somebody planted before is not the one after log-in,
        and a cookie that we never gave is no session.
        """
        for planted in ("x" * 43, self.browser.cookies["gigasetd_account"]):
            victim = Browser(self)
            victim.cookies["gigasetd_account"] = planted
            victim.get("/account/login")
            if victim.last.code == 200 and b"one-time-code" in victim.last.body:
                victim.send("/account/login", number=NUMBER, password=PASSWORD)
                self.assertNotEqual(victim.cookies["gigasetd_account"], planted)

    def test_anew(self) -> None:
        """
        Whoever logs in again gets a new session, and the old one ends.
        """
        old = dict(self.browser.cookies)
        form = Browser(self)
        form.get("/account/login")
        form.cookies["gigasetd_account"] = old["gigasetd_account"]
        form.send("/account/login", number=NUMBER, password=PASSWORD)
        self.browser.cookies = old
        self.assertEqual(self.browser.ask("/account/").code, 303)
        self.assertEqual(form.get("/account/").code, 200)

    def test_forgedCookies(self) -> None:
        """
        No cookie that was not given is a session, whatever is in it.
        """
        for value in ("", "x", "\xff", "a=b", "' OR 1=1", "x" * 5000, NUMBER, "None"):
            browser = Browser(self)
            browser.cookies["gigasetd_account"] = value
            self.assertEqual(browser.ask("/account/").code, 303, value)

    def test_roles(self) -> None:
        """
        An owner's session is none for the operator's pages under whichever
        name it comes, and the other way round.
        """
        operator = Browser(self)
        operator.get("/admin/login")
        operator.send("/admin/login", token=TOKEN)
        mine = self.browser.cookies["gigasetd_account"]
        theirs = operator.cookies["gigasetd_admin"]
        forged = Browser(self)
        forged.cookies = {"gigasetd_admin": mine, "gigasetd_account": theirs}
        for path in ("/account/", "/admin/"):
            self.assertEqual(forged.ask(path).code, 303)


class HostileTests(AccessCase):
    """
    What people and phones put into texts.
    """

    def test_escaped(self) -> None:
        """
        Whatever a nickname, a device's name, a product or a firmware says, it
        is read and never run.
        """
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(nickname=EVIL))
        self.registry.put(
            report(MAC)._replace(name=EVIL, product=EVIL, software_version=EVIL)
        )
        device = self.registry.devices[MAC]
        self.registry.put(device._replace(product=EVIL, serial=EVIL))
        operator = Browser(self)
        operator.get("/admin/login")
        operator.send("/admin/login", token=TOKEN)
        for browser, path in (
            (self.browser, "/account/"),
            (self.browser, "/account/erase"),
            (self.browser, "/account/set/password"),
            (self.browser, "/account/set/service/voip"),
            (operator, "/admin/devices/"),
            (operator, "/admin/devices/?q=%3Cscript%3Ealert(1)"),
            (operator, f"/admin/devices/one/{MAC}"),
            (operator, f"/admin/devices/one/{MAC}/settings"),
            (operator, "/admin/live/registrations?number=%22%3E%3Cscript%3E"),
            (operator, "/admin/devices/add?mac=%22%3E%3Cscript%3E"),
            (self.browser, "/"),
        ):
            answer = browser.get(path)
            self.assertEqual(answer.code, 200, path)
            self.assertNotIn(b"<script>", answer.body, path)

    def test_paths(self) -> None:
        """
        Dots, slashes and zeros in paths lead nowhere new.
        """
        for path in (
            "/account/../admin/",
            "/account/%2e%2e/admin/",
            "/account//x",
            "/account/%00",
            "/account/set/../../x",
            "/account/%ff",
            "/account/info/..%2f..%2fetc",
            "/admin/devices/one/%2e%2e",
        ):
            answer = self.browser.ask(path)
            self.assertIn(answer.code, (200, 303, 403, 404), path)
            self.assertNotIn(b"Something is wrong", answer.body)

    def test_bodies(self) -> None:
        """
        Only forms are read, each name once, and no more than so many.
        """
        token = self.browser.page().forms[0]["csrf"]
        good = f"csrf={token}&nickname=Good"
        for body, kind, code in (
            (f"{good}&nickname=Bad", FORM, 400),
            (f"{good}&csrf={token}", FORM, 400),
            (f"{good}&x=%ff", FORM, 400),
            (good + "&a=" + "x" * 20000, FORM, 413),
            (good + "".join(f"&f{n}=" for n in range(300)), FORM, 400),
            (good, "multipart/form-data; boundary=x", 415),
            (good, "application/json", 415),
            (good, "", 415),
            (good, f"{FORM}; charset=utf-8", 303),
        ):
            self.browser.extra = {"Content_Type": kind} if kind else {"X": "x"}
            answer = self.send_(body, kind)
            self.assertEqual(answer, code, (body[:40], kind))

    def send_(self, body: str, kind: str) -> int:
        """
        Post a body of some kind, and tell the status.
        """
        channel, transport = self.connect()
        cookie = "; ".join(f"{k}={v}" for k, v in self.browser.cookies.items())
        said = f"Content-Type: {kind}\r\n" if kind else ""
        channel.dataReceived(
            f"POST /account/set/nickname HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n"
            f"{said}Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        self.clock.pump([0.1] * 20)
        return int(transport.value().split()[1])

    def test_failure(self) -> None:
        """
        Where the store is away, the page says so and no detail of it.
        """
        self.disk.broken = True
        answer = self.browser.send("/account/set/nickname", nickname="X")
        self.assertEqual(answer.code, 503)
        self.assertNotIn(b"disk", answer.body)


class StartTests(AccessCase):
    """
    The page of devices, from elsewhere.
    """

    def test_session(self) -> None:
        """
        An owner who is logged in sees the own device there and nobody
        else's; without that a password is asked for.
        """
        self.registry.put(Device(OTHER, "20000002", "", "", "Sly", "", 0.0))
        self.registry.put(Account("20000002", "digest", "", "", "", "", 0.0, 0.0))
        away = Browser(self, FAR)
        self.assertEqual(away.get("/").code, 401)
        self.assertIn("digest", away.last.headers["www-authenticate"].lower())
        self.assertIn("/account/login", away.page().links)
        away.login()
        self.assertEqual(away.get("/").code, 200)
        self.assertIn(MAC, away.page().text)
        self.assertNotIn(OTHER, away.page().text)

    def test_basicIsNotDigest(self) -> None:
        """
        A password in clear does not open it.
        """
        basic = b64encode(f"{NUMBER}:{PASSWORD}".encode()).decode()
        answer = self.ask("/", FAR, Authorization=f"Basic {basic}")
        self.assertEqual(answer.code, 401)
