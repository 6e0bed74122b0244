"""
Accessibility of the web pages: checked by axe-core, by keyboard alone, on
small screens, without scripts.

With C{GIGASETD_SCREENSHOTS=1} the main pages are written to
C{docs/screenshots/}.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.scenarios.browsing import MAC, NUMBER, PASSWORD, BrowserCase
from tests.scenarios.chrome import Chrome

SHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
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


class AccessibilityTests(BrowserCase):
    """
    Users with a screen reader, with a keyboard only, without scripts, or with a
    small screen.
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
        browser.press("Set defaults for other handsets")
        browser.go(f"{HANDSET}?city=berlin")
        browser.follow(browser.one("main li button"))
        self.fillBook(browser)
        self.look(browser, OWNERS)
        self.shoot(browser)

    def look(self, browser: Chrome, paths: list[str]) -> None:
        """
        Check pages in light and dark mode, and on a small screen.
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

    def shoot(self, browser: Chrome) -> None:
        """
        Save pictures of the main pages, if requested.
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
            browser.driver.switch_to.active_element.text, "Skip to content"
        )
        self.tabTo(browser, "number")
        self.type(browser, NUMBER, Keys.TAB, PASSWORD, Keys.ENTER)
        self.until(lambda: browser.path == "/account/")
        self.tabTo(browser, "nickname")
        self.type(browser, "Berta", Keys.ENTER)
        self.until(lambda: "Your nickname is" in browser.text)

    def tabTo(self, browser: Chrome, name: str) -> None:
        """
        Press the tab key until a field has the focus.
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
        self.assertIn("Not updating", browser.text)
        browser.go("/admin/live/registrations")
        self.assertIn("No registrations", browser.text)
        self.login(browser)
        browser.fill(nickname="Carla")
        browser.press("Save nickname")
        self.assertIn("Your nickname is Carla", browser.text)
        browser.go("/account/info/")
        browser.press("Set defaults for other handsets")
        browser.fill(sought="Berlin")
        browser.press("Search")
        browser.follow(browser.one("main li button"))
        self.assertIn("Berlin", browser.one("#place").text)
        self.fillBook(browser)
