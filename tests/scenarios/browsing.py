# -*- test-case-name: tests.scenarios.test_browser -*-
"""
Base class of the scenarios with a browser.

Layer 4 (assembly).
"""

from __future__ import annotations

import time
from typing import Any

from twisted.internet.threads import deferToThread

from tests.scenarios.case import ScenarioCase
from tests.scenarios.chrome import Chrome, requireBrowser

MAC, PASSWORD = "7C2F80AABB01", "s3cret-browser"
NUMBER = "20304050"


class BrowserCase(ScenarioCase):
    """
    A daemon and a browser.
    """

    async def setUp(self) -> None:
        """
        Start the daemon; skip without a browser.
        """
        requireBrowser()
        await super().setUp()
        self.base = f"http://127.0.0.1:{self.daemon.port('http', 'tcp')}"

    async def browse(self, story: Any, scripts: bool = True) -> None:
        """
        Run a function with a browser, and close the browser.
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
        Create a token with gigasetctl.
        """
        return str((await self.daemon.ctl("token", "add", "me"))["token"])

    async def household(self) -> None:
        """
        Add a device with a known number and password.
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
        Log in as an operator.
        """
        browser.go("/admin/login")
        browser.fill(token=token)
        browser.press("Log in")
        self.assertEqual(browser.path, "/admin/")

    def fillBook(self, browser: Chrome) -> None:
        """
        Add entries to the phone book and to the contacts.
        """
        browser.go("/account/book/entry")
        browser.fill(last="Bauer", first="Bernd", home="+49287112345")
        browser.press("Save")
        browser.go("/account/messaging/")
        browser.fill(jid="20304051")
        browser.press("Add contact")
        self.assertIn("20304051@gigaset.net", browser.text)

    def until(self, done: Any) -> None:
        """
        Wait for the effect of a key.
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
