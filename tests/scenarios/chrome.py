# -*- test-case-name: tests.scenarios.test_browser -*-
"""
Debian's chromium without a screen, with its own profile, on loopback only.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from tests.scenarios.case import require

SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--disable-dev-shm-usage --disable-extensions --no-default-browser-check "
    "--disable-features=Translate,OptimizationHints,MediaRouter "
    "--disable-domain-reliability"
).split()
NOBODY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Nothing but this machine is there."""

PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}


def requireBrowser() -> None:
    """
    Require chromium, its driver, selenium and axe.
    """
    for program in ("chromium", "chromedriver"):
        require(f"{program} (Debian: {program})", which(program) is not None)
    for package in ("selenium", "axe_playwright_python"):
        require(package, find_spec(package) is not None)


def axe() -> str:
    """
    Read the source of axe-core.
    """
    found = find_spec("axe_playwright_python")
    assert found is not None and found.origin is not None
    return (Path(found.origin).parent / "axe.min.js").read_text("utf-8")


class Chrome:
    """
    One browser; every call waits until it is done.

    @ivar driver: selenium's.
    """

    def __init__(self, directory: Path, base: str, scripts: bool = True) -> None:
        """
        @param directory: for its profile and downloads.
        @param scripts: whether pages may run any.
        """
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        self.base = base
        self.downloads = directory / "downloads"
        self._axe = axe()
        options: Any = webdriver.ChromeOptions()
        options.binary_location = which("chromium")
        for switch in SWITCHES:
            argument = switch.replace("MAP*~", "MAP * ~").replace(
                "EXCLUDE", " EXCLUDE "
            )
            options.add_argument(argument)
        options.add_argument(f"--user-data-dir={directory / 'profile'}")
        prefs: dict[str, Any] = {"download.default_directory": str(self.downloads)}
        if not scripts:
            prefs["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", prefs)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver: Any = webdriver.Chrome(
            options=options, service=Service(which("chromedriver"))
        )
        self._process = self.driver.service.process
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(60)

    def close(self) -> None:
        """
        Close the browser; kill it if it does not end.
        """
        with suppress(Exception):
            self.driver.quit()
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    def go(self, path: str) -> None:
        """
        Open a page.
        """
        self.driver.get(path if path.startswith("http") else self.base + path)

    @property
    def text(self) -> str:
        """
        Read the text of the page.
        """
        return str(self.one("body").text)

    @property
    def path(self) -> str:
        """
        Read the path of the page.
        """
        return str(self.driver.current_url).removeprefix(self.base)

    def one(self, selector: str) -> Any:
        """
        Find an element of the page.
        """
        return self.driver.find_element("css selector", selector)

    def every(self, selector: str) -> list[Any]:
        """
        Find all matching elements.
        """
        found: list[Any] = self.driver.find_elements("css selector", selector)
        return found

    def fill(self, **fields: str) -> None:
        """
        Type into fields, by their ids.
        """
        for name, text in fields.items():
            field = self.one(f"#{name}")
            field.clear()
            field.send_keys(text)

    def press(self, words: str) -> None:
        """
        Press the button or follow the link with a text, and wait for the next page.
        """
        for found in self.every("button, a.button, main a"):
            if words in (found.text.strip(), found.get_attribute("aria-label")):
                self.follow(found)
                return
        raise AssertionError(f"nothing says {words!r} on {self.path}:\n{self.text}")

    def follow(self, button: Any) -> None:
        """
        Press an element, and wait for the next page.
        """
        from selenium.webdriver.support.ui import WebDriverWait

        body = self.one("body")
        button.click()
        WebDriverWait(self.driver, 30).until(lambda _: gone(body))

    def image(self, selector: str) -> str:
        """
        Read an image of the page as fetched.
        """
        source = self.one(selector).get_attribute("src")
        fetched = (
            "const done = arguments[1]; fetch(arguments[0])"
            ".then(r => r.text()).then(done)"
        )
        return str(self.driver.execute_async_script(fetched, source))

    def narrow(self, on: bool = True) -> None:
        """
        Set the size of a mobile phone, or of a desktop again.
        """
        if on:
            self._tell("Emulation.setDeviceMetricsOverride", PHONE)
        else:
            self._tell("Emulation.clearDeviceMetricsOverride", {})

    def dark(self, on: bool) -> None:
        """
        Set the dark colour scheme.
        """
        scheme = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self._tell("Emulation.setEmulatedMedia", {"features": [scheme]})

    def _tell(self, command: str, arguments: dict[str, Any]) -> None:
        self.driver.execute_cdp_cmd(command, arguments)

    def violations(self, *rules: str) -> list[str]:
        """
        List the accessibility violations that axe-core reports.

        @param rules: the only ones to look at; none for all.
        """
        self.driver.execute_script(f"if (!window.axe) {{ {self._axe} }}")
        found = self.driver.execute_async_script(
            "const [rules, done] = arguments;"
            "axe.run(rules.length ? {runOnly: rules} : {})"
            ".then(r => done(r.violations))",
            list(rules),
        )
        return [
            f"{self.path}: {one['id']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """
        Measure by how many pixels the page is too wide.
        """
        told = "return document.documentElement.scrollWidth - window.innerWidth"
        return int(self.driver.execute_script(told))

    def complaints(self) -> list[str]:
        """
        Read the browser's console errors: refused scripts and the like.
        """
        return [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE" and "404" not in entry["message"]
        ]


def gone(element: Any) -> bool:
    """
    Say whether the page has been replaced.
    """
    from selenium.common.exceptions import (
        StaleElementReferenceException,
        WebDriverException,
    )

    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    except WebDriverException:
        # What the driver says while the one page goes and the other comes.
        return False
    return False
