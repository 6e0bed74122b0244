"""
Tests of L{gigasetd.web.account.home} and of how owners log in.
"""

from __future__ import annotations

import json
import re

from gigasetd.registry.model import Account, Device, WebLogin
from tests.registry.populated import MAC, NUMBER, OTHER, PASSWORD
from tests.web.browser import CHEAP, Browser, PeopleCase
from tests.web.case import FAR, NEAR


class OwnerTests(PeopleCase):
    """
    What an owner can rely on.
    """

    def setUp(self) -> None:
        """
        An owner without a password for the web.
        """
        super().setUp()
        self.registry.drop(WebLogin(NUMBER, "", 0.0))

    def code(self, mac: str = MAC) -> str:
        """
        What the handset shows.
        """
        return self.built.caches.codes.make(mac, self.wall.time)

    def enter(self, code: str, host: str = NEAR) -> Browser:
        """
        Log in with a code.
        """
        browser = Browser(self, host)
        browser.get("/account/login")
        browser.send("/account/login", code=code)
        return browser

    def test_numberAndPassword(self) -> None:
        """
        The number and the phone's password open the account, from near and
        far, with C{#9} or blanks as people write numbers.
        """
        for host, number in ((NEAR, NUMBER), (FAR, f" {NUMBER[:4]} {NUMBER[4:]}#9 ")):
            browser = Browser(self, host)
            browser.login(number)
            self.assertEqual(browser.last.code, 200)
            self.assertIn(NUMBER, browser.page().text)

    def test_nobodyGetsPast(self) -> None:
        """
        Without a log-in every page leads to the log-in, also from the local
        network.
        """
        for path in ("", "export.json", "erase", "set/password", "set/service/voip"):
            answer = Browser(self).ask(f"/account/{path}")
            self.assertEqual(
                (answer.code, answer.headers["location"]), (303, "/account/login")
            )
            self.assertNotIn(NUMBER.encode(), answer.body)

    def test_wrong(self) -> None:
        """
        A wrong password, an unknown number and a wrong code read the same and
        take a second each.
        """
        told = set()
        for fields in (
            {"number": NUMBER, "password": "wrong"},
            {"number": "99999999", "password": "wrong"},
            {"number": "", "password": ""},
            {"number": "../..", "password": PASSWORD},
            {"number": NUMBER, "password": "x" * 500},
            {"code": "12345678"},
            {"code": ""},
        ):
            browser, before = Browser(self), self.clock.seconds()
            browser.get("/account/login")
            answer = browser.send("/account/login", **fields)
            took = self.clock.seconds() - before
            told.add((answer.code, self.browser and browser.page().text, round(took)))
        self.assertEqual(len(told), 1)
        self.assertEqual({(code, took) for code, _, took in told}, {(403, 1)})

    def test_code(self) -> None:
        """
        The code on the handset opens its device's account, once.
        """
        code = self.code()
        self.assertIn(NUMBER, self.enter(f"{code[:4]} {code[4:]}").page().text)
        self.assertEqual(self.enter(code).last.code, 403)

    def test_codeOnHandset(self) -> None:
        """
        The code that the handset's own page shows is the one.
        """
        page = self.ask(f"/info/access.jsp?mac={MAC}&handsetid=02B6EC8AA5", NEAR)
        digits = re.search(rb"\d{4} \d{4}", page.body)
        assert digits is not None
        self.assertIn(NUMBER, self.enter(digits[0].decode()).page().text)

    def test_codeOfNobody(self) -> None:
        """
        A handset of a base that nobody added opens nothing.
        """
        self.assertEqual(self.enter(self.code(OTHER)).last.code, 403)

    def test_codeGoes(self) -> None:
        """
        A code goes with what it opened: erased, or removed and added again,
        the device knows it no more.
        """
        device, codes = self.registry.devices[MAC], self.built.caches.codes
        code = self.code()
        self.browser.login()
        self.browser.get("/account/erase")
        self.browser.send("/account/erase", sure="yes")
        self.assertEqual((len(codes), self.enter(code).last.code), (0, 403))
        code = self.code()
        self.registry.drop(device)
        self.registry.put(device)
        self.registry.notify()
        self.assertEqual((len(codes), self.enter(code).last.code), (0, 403))

    def test_webPassword(self) -> None:
        """
        With a password for the web, that one counts, and the phone's no
        longer does.
        """
        self.registry.put(WebLogin(NUMBER, CHEAP.hash("for the web"), 0.0))
        browser = Browser(self)
        self.assertEqual(browser.login().code, 403)
        self.assertEqual(browser.login(password="for the web").code, 200)

    def test_flood(self) -> None:
        """
        Wrong passwords from many addresses do not lock the owner out, at home or
        elsewhere.
        """
        for turn in range(10):
            Browser(self, f"198.51.100.{turn}").login(password="guess")
        self.assertEqual(Browser(self, NEAR).login().code, 200)
        self.assertEqual(Browser(self, "203.0.113.7").login().code, 200)

    def test_floodNearby(self) -> None:
        """
        An address in the local network that guesses at one account is stopped for
        a while; another one there is not.
        """
        for _ in range(10):
            Browser(self, "192.168.1.66").login(password="guess")
        self.assertEqual(Browser(self, "192.168.1.66").login().code, 429)
        self.assertEqual(Browser(self, NEAR).login().code, 200)
        self.wall.time += 601
        self.assertEqual(Browser(self, "192.168.1.66").login().code, 200)

    def test_floodOfCodes(self) -> None:
        """
        540 wrong codes, each from another address of one /64, keep no owner out.
        """
        code = self.code()
        wrong = f"{(int(code) + 1) % 10**8:08d}"
        guesser, codes = Browser(self), []
        guesser.get("/account/login")
        fields = {"csrf": guesser.page().forms[0]["csrf"], "code": wrong}
        for turn in range(540):
            # Slowly enough for the allowance of connections.
            self.clock.advance(0.2)
            guesser.host = f"2001:db8::{turn:x}"
            codes.append(guesser.post("/account/login", fields).code)
        self.assertEqual(codes, [403] * 10 + [429] * 530)
        self.assertEqual(self.enter(code, "2001:db8:0:1::1").last.code, 200)

    def test_codeAfterFault(self) -> None:
        """
        A right code that meets 503 stays good.
        """
        code = self.code()
        self.disk.broken = True
        self.assertEqual(self.enter(code).last.code, 503)
        self.disk.broken = False
        self.assertEqual(self.enter(code).last.code, 200)
        self.assertEqual(self.enter(code).last.code, 403)

    def test_floodOfAddress(self) -> None:
        """
        Who guesses from one address is stopped, whichever numbers it tries.
        """
        for turn in range(10):
            Browser(self, FAR).login(f"3{turn:07d}", "guess")
        self.assertEqual(Browser(self, FAR).login().code, 429)
        self.assertEqual(Browser(self, NEAR).login().code, 200)

    def test_logout(self) -> None:
        """
        Logging out ends this browser's session, or all of them.
        """
        first, second = Browser(self), Browser(self)
        first.login(), second.login()
        cookies = dict(first.cookies)
        first.send("/account/logout")
        first.cookies = cookies
        self.assertEqual(first.ask("/account/").code, 303)
        self.assertEqual(second.get("/account/").code, 200)
        third = Browser(self)
        third.login()
        third.send("/account/logout", everywhere="yes")
        self.assertEqual(second.ask("/account/").code, 303)

    def test_use(self) -> None:
        """
        Logging in is use: the account is not taken for abandoned.
        """
        self.browser.login()
        self.assertEqual(self.registry.accounts[NUMBER].active, self.wall.time)
        self.assertGreater(self.disk.settled, 0)

    def test_export(self) -> None:
        """
        Everything stored comes as a file.
        """
        self.browser.login()
        answer = self.browser.get("/account/export.json")
        self.assertIn("attachment", answer.headers["content-disposition"])
        told = json.loads(answer.body)
        self.assertEqual(told["account"]["password"], PASSWORD)
        self.assertTrue(told["inventory"] and told["contacts"])

    def test_erase(self) -> None:
        """
        Erasing takes a tick, leaves what the page says, and logs out.
        """
        self.browser.login()
        self.browser.get("/account/erase")
        text = self.browser.page().text
        self.assertIn("Last check-in: software version", text)
        self.assertNotIn("Factory log-in", text)
        self.browser.send("/account/erase")
        self.assertIn("Tick the box", self.notice())
        self.assertIn(NUMBER, self.registry.contacts)
        self.browser.send("/account/erase", sure="yes")
        self.assertIn("has been deleted", self.notice())
        self.assertNotIn(NUMBER, self.registry.contacts)
        self.assertEqual(self.browser.ask("/account/").code, 303)
        self.assertIn(MAC, self.registry.devices)

    def test_removed(self) -> None:
        """
        When the operator removes the device, its owner is logged out.
        """
        self.browser.login()
        self.registry.drop(self.registry.devices[MAC])
        self.registry.drop(self.registry.accounts[NUMBER])
        self.assertEqual(self.browser.ask("/account/").code, 303)

    def test_other(self) -> None:
        """
        An owner sees nothing of another one.
        """
        self.registry.put(Device(OTHER, "20000002", "", "", "Sly", "", 0.0))
        self.registry.put(Account("20000002", "digest", "", "", "Nosy", "", 0.0, 0.0))
        self.browser.login()
        self.assertNotIn("20000002", self.browser.page().text)
        self.browser.send(
            "/account/set/service", service="voip", on="no", id="20000002"
        )
        self.assertEqual(self.browser.last.code, 200)
        self.assertEqual(self.registry.accounts["20000002"].off, "")

    def test_unknownPage(self) -> None:
        """
        A page that is not there says so, and a link leads on.
        """
        self.browser.login()
        for path in ("/account/nothing", "/account/nothing/", "/account/set/nothing"):
            self.assertEqual(self.browser.get(path).code, 404)
            self.assertIn("404: Page not found", self.browser.page().text)
