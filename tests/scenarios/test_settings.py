# -*- test-case-name: tests.scenarios.test_settings -*-
"""
Scenario: an owner changes settings on the handset, by the links and forms of its pages.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from tests.info.checker import check, links, text
from tests.info.test_plugins import example
from tests.scenarios.test_http import MAC, HttpCase

PHONE = f"lang=2&tz=60&mac={MAC}&cc=49&handsetid=0123456789&provid=11"
"""What the phone adds to each request, behind a link's own parameters."""


class SettingsTests(HttpCase):
    """
    A phone's own settings.
    """

    async def setUp(self) -> None:
        """
        Start a daemon with a page of the operator's.
        """
        self.settings = {"info": f'plugins = "{self._plugins()}"'}
        await super().setUp()

    def _plugins(self) -> Path:
        plugins = Path(self.mktemp()).absolute()
        plugins.mkdir()
        (plugins / "dice.py").write_text(example("python"), "utf-8")
        return plugins

    async def open(self, href: str, **filled: str) -> tuple[str, list[str]]:
        """
        Follow a link, or send a form.

        @param filled: the form's fields.
        @return: what the page says, and where it leads to.
        """
        page, _, query = href.partition("?")
        own = "&".join(filter(None, (query, urlencode(filled), PHONE)))
        answer = await self.ask(f"/info/{page}?{own}")
        self.assertEqual(answer.code, 200)
        body = check(answer.body)
        return text(body), links(body)

    async def test_survives(self) -> None:
        """
        City, date of birth, nickname and choice of services: what the phone
        was told is saved is there after the power was cut.
        """
        _, menu = await self.open("menu.jsp")
        self.assertIn("settings", menu)
        self.assertIn("dice", menu)
        _, found = await self.open("city", q="bochol")
        said, _ = await self.open(found[0])
        self.assertIn("Gespeichert", said)
        await self.open("born", d="24", m="12", y="1980")
        await self.open("people_named", nickname="Flur & Küche")
        await self.open("choose_ticker0", s_sky="1")
        await self.daemon.kill9()
        await self.daemon.start()
        said, _ = await self.open("settings")
        self.assertIn("Bocholt", said)
        self.assertIn("24.12.1980", said)
        said, _ = await self.open("phone")
        self.assertIn("Flur & Küche", said)
        said, _ = await self.open("request.do")
        self.assertIn("Sonne", said)
        said, _ = await self.open("dice")
        self.assertIn("You threw", said)
        said, _ = await self.open("settings_deleted")
        self.assertIn("gelöscht", said)
        shown = await self.daemon.ctl("device", "export", MAC)
        self.assertEqual(shown["profiles"], [])
