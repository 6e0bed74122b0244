"""
People's pages in a real browser, on a daemon as twistd starts it.

With C{GIGASETD_SCREENSHOTS=1} the main pages are written to
C{docs/screenshots/}.
"""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

from twisted.internet.threads import deferToThread

from tests.scenarios.case import ScenarioCase
from tests.scenarios.chrome import Chrome, requireBrowser

SHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
MAC, PASSWORD = "7C2F80AABB01", "s3cret-browser"
NUMBER = "20304050"
HANDSET = "/account/info/-"
CHECKIN = (
    f"/checkin?mac={MAC}&product=C610+IP&software_version=42.250"
    "&private_ip=127.0.0.1&name=hall"
)

OWNERS = (
    "/account/ /account/info/ /account/info/-?city=berlin /account/book/ "
    "/account/book/entry /account/messaging/ /account/set/password "
    "/account/set/service/info /account/erase"
).split()
OPERATORS = (
    f"/admin/ /admin/devices/ /admin/devices/add /admin/devices/one/{NUMBER} "
    f"/admin/devices/one/{NUMBER}/settings /admin/live/registrations "
    "/admin/live/calls /admin/sources /admin/notices /admin/tokens"
).split()
STRANGERS = "/ /account/login /account/nothing /admin/login".split()


class BrowserCase(ScenarioCase):
    """
    A daemon and a browser.
    """

    async def setUp(self) -> None:
        """
        Start the daemon, if there is a browser at all.
        """
        requireBrowser()
        await super().setUp()
        self.base = f"http://127.0.0.1:{self.daemon.port('http', 'tcp')}"

    async def browse(self, story: Any, scripts: bool = True) -> None:
        """
        Do something with a browser, which then is gone.
        """

        def doing() -> None:
            browser = Chrome(self.directory, self.base, scripts)
            try:
                story(browser)
            finally:
                browser.close()

        await deferToThread(doing)

    async def token(self) -> str:
        """
        A token by gigasetctl.
        """
        return str((await self.daemon.ctl("token", "add", "me"))["token"])

    async def household(self) -> None:
        """
        A device with a known number and password.
        """
        await self.daemon.ctl(
            "device", "add", "--mac", MAC, "--number", NUMBER,
            "--password", PASSWORD, "--nickname", "Anna", "--product", "C610 IP",
        )  # fmt: skip

    def login(self, browser: Chrome) -> None:
        """
        Log in as the owner.
        """
        browser.go("/account/login")
        browser.fill(number=NUMBER, password=PASSWORD)
        browser.follow(browser.every("main form button")[1])
        self.assertEqual(browser.path, "/account/")

    def enter(self, browser: Chrome, token: str) -> None:
        """
        Log in as the operator.
        """
        browser.go("/admin/login")
        browser.fill(token=token)
        browser.press("Log in")
        self.assertEqual(browser.path, "/admin/")


class StoryTests(BrowserCase):
    """
    From a fresh start to an erased account.
    """

    async def test_story(self) -> None:
        """
        The link in the log leads to a token and a device; its owner logs in,
        changes the city, sees it in the picture, switches a service off,
        takes a copy of everything, and erases it.
        """
        (link,) = re.findall(r"set-up: open (\S+) once", "\n".join(self.daemon.log()))
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
        browser.press("Switch off messages…")
        browser.press("Switch it off and delete its data")
        self.assertIn("Messages is switched off", browser.text)
        self.copy(browser)
        browser.press("Erase everything…")
        browser.one("input[name=sure]").click()
        browser.press("Erase everything now")
        self.assertIn("is erased", browser.text)
        browser.go("/account/")
        self.assertEqual(browser.path, "/account/login")
        self.assertEqual(browser.complaints(), [])

    def operator(self, browser: Chrome, link: str) -> None:
        """
        The first token and the first device.
        """
        browser.go(link)
        browser.press("Make the token")
        self.assertEqual(len(browser.one("#token").text), 43)
        browser.press("Add your first device")
        browser.fill(mac=MAC, number=NUMBER, password=PASSWORD, nickname="Anna")
        browser.press("Add it")
        self.assertIn(f"Added: number {NUMBER}", browser.text)
        self.assertIn("has never been heard of", browser.text)
        browser.go(link)
        self.assertIn("no such page", browser.text)

    def city(self, browser: Chrome) -> None:
        """
        Choose a city, and see it.
        """
        browser.go("/account/info/")
        browser.press("Choose for handsets that tell no name")
        weather = "img[alt*='weather']"
        before = browser.image(weather)
        browser.fill(sought="Bocholt")
        browser.press("Look up")
        browser.follow(browser.one("main li button"))
        self.assertIn("Bocholt", browser.one("#place").text)
        self.assertNotEqual(browser.image(weather), before)
        self.assertIn("Bocholt", browser.image(weather))

    def copy(self, browser: Chrome) -> None:
        """
        Take a copy of everything.
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


class EverybodyTests(BrowserCase):
    """
    Whoever cannot see, hold a mouse, or run scripts, and whoever has a small
    screen.
    """

    async def test_pages(self) -> None:
        """
        No page of any kind has something that axe-core objects to, by day and
        night, and each fits on the screen of a mobile phone.
        """
        await self.household()
        await self.daemon.ctl("notice", "add", "hello", "Maintenance on Sunday")
        token = await self.token()
        await self.browse(lambda browser: self.pages(browser, token))

    def pages(self, browser: Chrome, token: str) -> None:
        """
        As above.
        """
        browser.go(CHECKIN)
        self.look(browser, STRANGERS)
        self.enter(browser, token)
        self.look(browser, OPERATORS)
        self.login(browser)
        browser.go("/account/info/")
        browser.press("Choose for handsets that tell no name")
        browser.go(f"{HANDSET}?city=berlin")
        browser.follow(browser.one("main li button"))
        self.fillBook(browser)
        self.look(browser, OWNERS)
        self.shoot(browser)

    def look(self, browser: Chrome, paths: list[str]) -> None:
        """
        Look at pages by day, at night, and on a small screen.
        """
        found: list[str] = []
        for path in paths:
            browser.go(path)
            found += browser.violations()
            browser.dark(True)
            found += browser.violations("color-contrast")
            browser.dark(False)
            browser.narrow()
            wide = browser.overflow()
            found += [f"{path}: {wide} pixels too wide"] if wide > 0 else []
            browser.narrow(False)
        self.assertEqual(found, [])

    def fillBook(self, browser: Chrome) -> None:
        """
        Have something in the book and among the contacts.
        """
        browser.go("/account/book/entry")
        browser.fill(last="Bauer", first="Bernd", home="+49287112345")
        browser.press("Save")
        browser.go("/account/messaging/")
        browser.fill(jid="20304051")
        browser.press("Add")
        self.assertIn("20304051@gigaset.net", browser.text)

    def shoot(self, browser: Chrome) -> None:
        """
        Keep pictures of the main pages, where that is asked for.
        """
        if not os.environ.get("GIGASETD_SCREENSHOTS"):
            return
        SHOTS.mkdir(exist_ok=True)
        browser.driver.set_window_size(1000, 900)
        for name, path in (
            ("devices", "/"),
            ("account", "/account/"),
            ("handset", HANDSET),
            ("admin", "/admin/"),
            ("device", f"/admin/devices/one/{NUMBER}"),
        ):
            browser.go(path)
            browser.driver.save_screenshot(str(SHOTS / f"{name}.png"))
        browser.narrow()
        browser.go(HANDSET)
        browser.driver.save_screenshot(str(SHOTS / "handset-on-a-phone.png"))
        browser.narrow(False)

    async def test_keyboard(self) -> None:
        """
        An owner logs in, saves a nickname and logs out by keyboard alone, and
        the first key leads past the navigation.
        """
        await self.household()
        await self.browse(self.keyboard)

    def keyboard(self, browser: Chrome) -> None:
        """
        As above.
        """
        from selenium.webdriver.common.keys import Keys

        browser.go("/account/login")
        self.type(browser, Keys.TAB)
        self.assertEqual(
            browser.driver.switch_to.active_element.text, "Skip to the content"
        )
        self.tabTo(browser, "number")
        self.type(browser, NUMBER, Keys.TAB, PASSWORD, Keys.ENTER)
        self.until(lambda: browser.path == "/account/")
        self.tabTo(browser, "nickname")
        self.type(browser, "Berta", Keys.ENTER)
        self.until(lambda: "Your nickname is" in browser.text)

    def tabTo(self, browser: Chrome, name: str) -> None:
        """
        Press the tabulator until a field has the focus.
        """
        from selenium.webdriver.common.keys import Keys

        for _ in range(60):
            self.type(browser, Keys.TAB)
            if browser.driver.switch_to.active_element.get_attribute("id") == name:
                return
        self.fail(f"the keyboard does not reach {name}")

    def type(self, browser: Chrome, *keys: str) -> None:
        """
        Press keys.
        """
        from selenium.webdriver import ActionChains

        ActionChains(browser.driver).send_keys(*keys).perform()

    def until(self, done: Any) -> None:
        """
        Wait for what a key has led to.
        """
        for _ in range(100):
            try:
                if done():
                    return
            except Exception as error:  # the page may be changing right now
                last = error
            else:
                last = None
            time.sleep(0.1)
        self.fail(f"it does not come: {last}")

    async def test_noScripts(self) -> None:
        """
        Without scripts everything works but what is live.
        """
        await self.household()
        token = await self.token()
        await self.browse(lambda browser: self.noScripts(browser, token), scripts=False)

    def noScripts(self, browser: Chrome, token: str) -> None:
        """
        As above.
        """
        self.enter(browser, token)
        self.assertIn("As of loading this page", browser.text)
        browser.go("/admin/live/registrations")
        self.assertIn("Nobody is registered", browser.text)
        self.login(browser)
        browser.fill(nickname="Carla")
        browser.press("Save the nickname")
        self.assertIn("Your nickname is Carla", browser.text)
        browser.go("/account/info/")
        browser.press("Choose for handsets that tell no name")
        browser.fill(sought="Berlin")
        browser.press("Look up")
        browser.follow(browser.one("main li button"))
        self.assertIn("Berlin", browser.one("#place").text)
        self.fillBook(browser)


class LiveTests(BrowserCase):
    """
    What changes by itself.
    """

    async def test_live(self) -> None:
        """
        A device that is added elsewhere is counted within seconds, without
        anybody reloading the page.
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
        Wait until the figure has changed.
        """
        for _ in range(100):
            figure = browser.one("[data-figure=devices]").text
            if figure == "1":
                seen.append(figure)
                self.assertIn("Live:", browser.text)
                self.assertEqual(browser.complaints(), [])
                return
            time.sleep(0.1)
