"""
Tests of L{gigasetd.web.account.settings}.
"""

from __future__ import annotations

from gigasetd.accounts.factorypairing import pinOf
from gigasetd.registry.model import Account, WebLogin
from tests.registry.populated import BOX, MAC, NUMBER, PASSWORD
from tests.web.browser import Browser, PeopleCase

FRESH = "a fresh one 4711"


class ChoicesTests(PeopleCase):
    """
    What an owner switches and sets.
    """

    def setUp(self) -> None:
        """
        An owner who is logged in.
        """
        super().setUp()
        self.registry.drop(WebLogin(NUMBER, "", 0.0))
        self.browser.login()

    def account(self) -> Account:
        """
        The account as it is now.
        """
        return self.registry.accounts[NUMBER]

    def test_off(self) -> None:
        """
        Before a service is switched off, it is said what goes; then it does,
        and is safe on disk before the answer.
        """
        self.browser.get("/account/set/service/messaging")
        self.assertIn("deleted", self.browser.page().text)
        self.assertIn(NUMBER, self.registry.rosters)
        self.disk.slow = True
        self.browser.case = self
        body = f"csrf={self.browser.page().forms[0]['csrf']}&service=messaging"
        channel, transport = self.connect()
        cookie = "; ".join(f"{k}={v}" for k, v in self.browser.cookies.items())
        channel.dataReceived(
            f"POST /account/set/service HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        self.clock.pump([0.1] * 20)
        self.assertEqual(transport.value(), b"")
        self.disk.waits.pop().callback(None)
        self.clock.pump([0.1] * 20)
        self.assertIn(b"303", transport.value())
        self.assertEqual(self.account().off, "messaging")
        self.assertNotIn(NUMBER, self.registry.rosters)

    def test_on(self) -> None:
        """
        It can be switched on again.
        """
        self.browser.send("/account/set/service", service="voip")
        self.assertIn("off", self.notice())
        self.browser.send("/account/set/service", service="voip", on="yes")
        self.assertIn("on", self.notice())
        self.assertEqual(self.account().off, "")

    def test_noSuchService(self) -> None:
        """
        What is no service is refused in a sentence.
        """
        self.assertEqual(self.browser.get("/account/set/service/gas").code, 400)
        self.browser.get("/account/")
        answer = self.browser.send("/account/set/service", service="<b>")
        self.assertEqual(answer.code, 400)

    def test_nickname(self) -> None:
        """
        A nickname is set and deleted; one that somebody has, or that cannot
        be shown, is refused.
        """
        self.registry.put(Account("2", "digest", "", "", "Ben", "", 0.0, 0.0))
        self.browser.send("/account/set/nickname", nickname="Zoë <i>")
        self.assertEqual(self.account().nickname, "Zoë <i>")
        self.assertNotIn(b"Zo\xc3\xab <i>", self.browser.last.body)
        for wrong in ("BEN", "x" * 33, "日本"):
            answer = self.browser.send("/account/set/nickname", nickname=wrong)
            self.assertIn(answer.code, (400, 409))
            self.browser.get("/account/")
        self.browser.send("/account/set/nickname", nickname="X", clear="yes")
        self.assertEqual(self.account().nickname, "")

    def test_webPassword(self) -> None:
        """
        A password for the web is hashed, ends all other sessions, keeps this
        one under a new cookie, and is dropped again.
        """
        other = Browser(self)
        other.login()
        before = dict(self.browser.cookies)
        self.browser.get("/account/set/password")
        self.browser.send("/account/set/web-password", password=FRESH, again=FRESH)
        self.assertIn("Web password set", self.notice())
        self.assertRegex(self.registry.weblogins[NUMBER].hash, r"\A\$argon2id\$")
        self.assertNotEqual(self.browser.cookies, before)
        self.assertEqual(other.ask("/account/").code, 303)
        self.assertEqual(Browser(self).login(password=FRESH).code, 200)
        self.browser.send("/account/set/web-password", drop="yes")
        self.assertNotIn(NUMBER, self.registry.weblogins)
        self.assertEqual(Browser(self).login().code, 200)

    def test_badWebPassword(self) -> None:
        """
        Typed differently, too short, too long: nothing is set.
        """
        for one, two in ((FRESH, "other"), ("short", "short"), ("x" * 129, "x" * 129)):
            self.browser.get("/account/set/password")
            answer = self.browser.send(
                "/account/set/web-password", password=one, again=two
            )
            self.assertEqual(answer.code, 400)
        self.assertNotIn(NUMBER, self.registry.weblogins)

    def test_phonePassword(self) -> None:
        """
        A new password of the phone ends its registrations and all sessions
        but the one that set it.
        """
        other = Browser(self)
        other.login()
        self.browser.get("/account/set/password")
        self.browser.send("/account/set/phone-password", password=FRESH, again=FRESH)
        self.assertIn("Phone password set", self.notice())
        self.assertEqual(BOX.open(self.account()), FRESH)
        self.assertNotIn(NUMBER, self.registry.bindings)
        self.assertEqual(other.ask("/account/").code, 303)

    def test_factory(self) -> None:
        """
        An owner of a factory phone sets a password for messages; the phone
        goes on as before.
        """
        self.registry.put(self.account()._replace(login="factory", password="", ha1=""))
        pin = pinOf(self.registry, NUMBER)._replace(answer="a", username="u")
        self.registry.put(pin)
        code = self.built.caches.codes.make(MAC, self.wall.time)
        self.browser.get("/account/login")
        self.browser.send("/account/login", code=code)
        self.browser.get("/account/set/password")
        self.assertIn("No messaging password is set", self.browser.page().text)
        self.browser.send("/account/set/phone-password", password=FRESH, again=FRESH)
        account = self.account()
        self.assertEqual((account.login, BOX.open(account)), ("factory", FRESH))
        self.assertEqual(self.registry.pins[NUMBER], pin)
        self.assertIn(NUMBER, self.registry.bindings)
        settings = self.ask(f"/{MAC}.xml")
        self.assertEqual(settings.code, 200)
        self.assertNotIn(FRESH.encode(), settings.body)
        self.assertEqual(Browser(self).login(password=PASSWORD).code, 403)
        self.assertEqual(Browser(self).login(password=FRESH).code, 200)

    def test_update(self) -> None:
        """
        What is no offer is refused.
        """
        for fields in ({"version": "9.9", "decision": "accept"}, {"version": "9.9"}):
            self.browser.get("/account/")
            answer = self.browser.send("/account/set/update", **fields)
            self.assertIn(answer.code, (400, 404))
