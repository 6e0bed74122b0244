"""
The web pages in a real browser, with a real daemon: a complete story, and live pages.
"""

from __future__ import annotations

import json
import re
import time

from twisted.internet.threads import deferToThread

from tests.scenarios.browsing import MAC, NUMBER, PASSWORD, BrowserCase
from tests.scenarios.chrome import Chrome


class StoryTests(BrowserCase):
    """
    From a fresh start to a deleted account.
    """

    async def test_story(self) -> None:
        """
        The link in the log leads to a token and a device; its owner logs in,
        changes the city, sees it in the picture, switches a service off,
        takes a copy of everything, and erases it.
        """
        (link,) = re.findall(r"set-up: open (\S+) to", "\n".join(self.daemon.log()))
        await self.browse(lambda browser: self.story(browser, link))
        shown = await self.daemon.ctl("device", "show", NUMBER)
        self.assertEqual((shown["services"], shown["nickname"]), (["voip", "info"], ""))

    def story(self, browser: Chrome, link: str) -> None:
        """
        As above.
        """
        self.operator(browser, link)
        self.login(browser)
        self.city(browser)
        browser.go("/account/")
        browser.press("Turn off messaging…")
        browser.press("Turn off and delete data")
        self.assertIn("Messaging turned off", browser.text)
        self.copy(browser)
        browser.press("Delete my data…")
        browser.one("input[name=sure]").click()
        browser.press("Delete my data")
        self.assertIn("has been deleted", browser.text)
        browser.go("/account/")
        self.assertEqual(browser.path, "/account/login")
        self.assertEqual(browser.complaints(), [])

    def operator(self, browser: Chrome, link: str) -> None:
        """
        Create the first token and the first device.
        """
        browser.go(link)
        browser.press("Create token")
        self.assertEqual(len(browser.one("#token").text), 43)
        browser.press("Add your first device")
        browser.fill(mac=MAC, number=NUMBER, password=PASSWORD, nickname="Anna")
        browser.press("Add device")
        self.assertIn(f"Device added with number {NUMBER}", browser.text)
        self.assertIn("has never seen the phone", browser.text)
        browser.go(link)
        self.assertIn("404: Page not found", browser.text)

    def city(self, browser: Chrome) -> None:
        """
        Choose a city, and check the preview.
        """
        browser.go("/account/info/")
        browser.press("Set defaults for other handsets")
        weather = "img[alt*='weather']"
        before = browser.image(weather)
        browser.fill(sought="Bocholt")
        browser.press("Search")
        browser.follow(browser.one("main li button"))
        self.assertIn("Bocholt", browser.one("#place").text)
        self.assertNotEqual(browser.image(weather), before)
        self.assertIn("Bocholt", browser.image(weather))

    def copy(self, browser: Chrome) -> None:
        """
        Download all data.
        """
        browser.one("a[download]").click()
        file = browser.downloads / f"gigaset-{NUMBER}.json"
        for _ in range(100):
            if file.exists():
                break
            time.sleep(0.1)
        told = json.loads(file.read_text("utf-8"))
        self.assertEqual(told["account"]["number"], NUMBER)
        self.assertEqual(told["profiles"][0]["handset"], "")


class LiveTests(BrowserCase):
    """
    Pages that update themselves.
    """

    async def test_live(self) -> None:
        """
        A device that is added elsewhere is counted within seconds, without
        reloading the page.
        """
        token = await self.token()
        seen: list[str] = []
        browser = await deferToThread(Chrome, self.directory, self.base)
        try:
            await deferToThread(self.enter, browser, token)
            await self.household()
            await deferToThread(self.watch, browser, seen)
        finally:
            await deferToThread(browser.close)
        self.assertEqual(seen, ["1"])

    def watch(self, browser: Chrome, seen: list[str]) -> None:
        """
        Wait until a number has changed.
        """
        for _ in range(100):
            figure = browser.one("[data-figure=devices]").text
            if figure == "1":
                seen.append(figure)
                self.assertIn("Live", browser.text)
                self.assertEqual(browser.complaints(), [])
                return
            time.sleep(0.1)
