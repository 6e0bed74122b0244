"""
Tests of L{gigasetd.web.admin.devices}.
"""

from __future__ import annotations

from urllib.parse import quote

from gigasetd.auth.passwords import tokenHash
from gigasetd.registry.model import Binding, CheckIn, Token
from tests.registry.populated import BOX, MAC, NUMBER, OTHER, PASSWORD, report
from tests.web.admin.case import EVIL, OperatorCase
from tests.web.case import FAR, MONDAY


class DevicePagesTests(OperatorCase):
    """
    Devices and what can be done to them.
    """

    def one(self, name: str = NUMBER) -> str:
        """
        The text of a device's page.
        """
        self.assertEqual(self.browser.get(f"/admin/devices/one/{name}").code, 200)
        return self.browser.page().text

    def act(self, what: str, **fields: str) -> str:
        """
        Do something to the device, and read what came of it.
        """
        self.one()
        self.browser.send(f"/admin/devices/one/{NUMBER}/do/{what}", **fields)
        return self.notice()

    def test_story(self) -> None:
        """
        One page tells everything, by number or MAC, and escapes what phones
        say.
        """
        evil = Binding(
            NUMBER, "k", "<sip:x@h>", "c", 1, 9e9, "udp", "", FAR, 1, 0, EVIL, 1.0,
            MONDAY, 1
        )  # fmt: skip
        self.registry.bind(NUMBER, (evil,))
        self.registry.put(report(MAC)._replace(name=EVIL, product=EVIL))
        for name in (NUMBER, MAC, "7c:2f:80:aa:aa:01"):
            text = self.one(name)
            self.assertIn("registration", text)
            self.assertIn(EVIL, text)
        self.assertNotIn(EVIL.encode(), self.browser.last.body)
        self.assertNotIn(PASSWORD.encode(), self.browser.last.body)
        self.assertEqual(self.browser.get("/admin/devices/one/nobody").code, 404)

    def test_list(self) -> None:
        """
        Devices are found by any of their names, filtered, and told a page at
        a time.
        """
        for turn in range(120):
            mac = f"7C2F81{turn:06X}"
            self.registry.put(report(mac)._replace(name=f"guest-{turn}"))
        for query, found in (
            ("", True),
            ("?q=anna", True),
            ("?q=7c:2f:80:aa", True),
            ("?q=guest-7", False),
            ("?state=guests", False),
            ("?state=registered", False),
            ("?state=unregistered", True),
            ("?state=nonsense&page=x", True),
            ("?page=99999999999", False),
        ):
            self.browser.get(f"/admin/devices/{query}")
            self.assertEqual(NUMBER in self.browser.page().text, found, query)
        self.browser.get("/admin/devices/?state=guests&q=guest")
        self.assertIn("Next page", self.browser.page().text)
        self.browser.get("/admin/devices/?state=guests&q=guest&page=2")
        self.assertNotIn("Next page", self.browser.page().text)
        self.assertEqual(self.browser.last.body.count(b"<tr>"), 21)

    def test_add(self) -> None:
        """
        A device is added with what is made up told once; a guest can be taken
        over; a wrong MAC is refused.
        """
        self.registry.put(CheckIn(OTHER, 1.0, "S", "", "C610", "", "", 0, "", ""))
        self.one(OTHER)
        self.browser.get(f"/admin/devices/add?mac={OTHER}")
        self.browser.send("/admin/devices/add", mac=OTHER, number="", factory="yes")
        self.assertIn("Device added with number", self.notice())
        self.assertEqual(self.registry.devices[OTHER].serial, "S")
        self.browser.get("/admin/devices/add")
        self.browser.send("/admin/devices/add", mac="7C2F80000077")
        self.assertIn("not shown again", self.notice())
        self.browser.get("/admin/devices/add")
        self.assertEqual(self.browser.send("/admin/devices/add", mac="no").code, 400)

    def test_actions(self) -> None:
        """
        Passwords, services, pin, sync, erasing and removing do what
        gigasetctl does, and say so.
        """
        self.assertIn("not shown again", self.act("password"))
        self.assertIn("weak", self.act("password", password="1"))
        self.assertEqual(BOX.open(self.registry.accounts[NUMBER]), "1")
        notice = f"Information turned off for {NUMBER}; its data was deleted."
        self.assertEqual(self.act("disable", service="info"), notice)
        self.assertEqual(self.registry.accounts[NUMBER].off, "info")
        self.act("enable", service="info")
        self.assertEqual(self.registry.accounts[NUMBER].off, "")
        self.act("sync")
        self.assertEqual(self.browser.last.code, 403)
        self.assertIn("Tick the box", self.act("erase"))
        self.assertIn("data of 20000001 deleted", self.act("erase", sure="yes"))
        self.assertNotIn(NUMBER, self.registry.rosters)
        self.assertIn("Tick the box", self.act("remove"))
        self.assertIn("20000001 removed", self.act("remove", sure="yes"))
        self.assertEqual(self.registry.devices, {})

    def test_readOnly(self) -> None:
        """
        The scope read does not see a MAC-ID, which opens the device's settings.
        """
        device = self.registry.devices[MAC]
        self.registry.put(device._replace(mac_id="QX77"))
        path = f"/admin/devices/one/{MAC}"
        self.assertIn(b"QX77", self.browser.get(path).body)
        self.registry.put(Token("r", tokenHash("read"), 0.0, "read"))
        self.browser.cookies.clear()
        self.enter(self.browser, "read")
        page = self.browser.get(path)
        self.assertEqual(page.code, 200)
        self.assertNotIn(b"QX77", page.body)

    def test_preview(self) -> None:
        """
        What the phone would be sent is shown in both forms, without the
        password.
        """
        for query in ("", "?nvm"):
            self.browser.get(f"/admin/devices/one/{MAC}/settings{query}")
            self.assertIn("********", self.browser.page().text)
            self.assertNotIn(quote(PASSWORD).encode(), self.browser.last.body)
            self.assertNotIn(PASSWORD.encode(), self.browser.last.body)
