"""
Tests of L{gigasetd.web.admin.home}.
"""

from __future__ import annotations

from gigasetd.auth.passwords import tokenHash
from gigasetd.registry.model import Token
from tests.registry.populated import MAC
from tests.web.admin.case import EVIL, TOKEN, OperatorCase
from tests.web.browser import Browser
from tests.web.case import FAR, MONDAY


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
        self.assertIn("No problems", text)
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
        token = self.notice().partition(": ")[2].partition(" ")[0]
        second = Browser(self)
        self.enter(second, token)
        self.assertEqual(second.last.code, 200)
        self.browser.get("/admin/tokens")
        self.browser.send("/admin/do/token-remove", name="script <b>")
        self.assertEqual(self.notice(), "Token script <b> revoked.")
        self.assertEqual(second.ask("/admin/").code, 303)
        self.assertNotIn(token.encode(), self.browser.get("/admin/tokens").body)

    def test_scope(self) -> None:
        """
        A token is made with the scope that the form says, and the list shows it.
        """
        self.browser.get("/admin/tokens")
        self.browser.send("/admin/do/token-add", name="probe", scope="metrics")
        self.assertIn("Token probe (metrics): ", self.notice())
        self.assertEqual(self.registry.tokens["probe"].scope, "metrics")
        self.browser.get("/admin/tokens")
        self.assertIn("probe metrics", self.browser.page().text)
        answer = self.browser.send("/admin/do/token-add", name="x", scope="root")
        self.assertEqual(answer.code, 400)

    def test_readOnly(self) -> None:
        """
        A token of the scope read shows every page and changes nothing; it can
        log out.
        """
        self.registry.put(Token("eyes", tokenHash("r" * 43), 0.0, "read"))
        browser = Browser(self)
        self.enter(browser, "r" * 43)
        for path in ("", "devices/", f"devices/one/{MAC}", "live/calls", "tokens"):
            self.assertEqual(browser.get(f"/admin/{path}").code, 200, path)
            self.assertIn("forms are refused", browser.page().text)
        for path, fields in (
            ("do/token-add", {"name": "more"}),
            ("do/token-remove", {"name": "me"}),
            ("devices/add", {"mac": "7C2F80000077"}),
            (f"devices/one/{MAC}/do/password", {"password": "x"}),
        ):
            browser.get("/admin/tokens")
            answer = browser.send(f"/admin/{path}", **fields)
            self.assertEqual(answer.code, 403, path)
            self.assertIn(b"scope is read", answer.body)
        self.assertEqual(set(self.registry.tokens), {"me", "eyes"})
        browser.get("/admin/")
        browser.send("/admin/logout")
        self.assertEqual(browser.ask("/admin/").code, 303)

    def test_otherScopes(self) -> None:
        """
        A token for scripts opens no page.
        """
        for scope in ("redirect", "metrics", "later"):
            self.registry.put(Token(scope, tokenHash(scope * 9), 0.0, scope))
            browser = Browser(self)
            self.enter(browser, scope * 9)
            self.assertEqual(browser.last.code, 403)
            self.assertIn(b"opens no pages", browser.last.body)
            self.assertEqual(browser.ask("/admin/").code, 303)

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

    def test_setupNotNeeded(self) -> None:
        """
        Where there is a token no set-up link is made.
        """
        self.web.browserPages.operator.setup.announce("http://x")
        self.assertEqual(self.web.browserPages.operator.setup.link, "")
