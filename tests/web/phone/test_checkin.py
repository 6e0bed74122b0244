"""
Tests of L{gigasetd.web.phone.checkin}.
"""

from __future__ import annotations

from gigasetd.config.sections.http import HttpSection
from tests.web.case import FAR, MAC, MONDAY, NEAR, WebCase


class CheckinTests(WebCase):
    """
    C{/checkin}.
    """

    # Above the allowance of check-ins, which is under test.
    http = HttpSection(requests_per_second=1000)

    def test_flood(self) -> None:
        """
        A client outside that reports one unknown device after the other is
        stopped before these displace all others; a house full of phones is
        not.
        """
        codes = [
            self.ask(f"/checkin?mac=7C2F8000{index:04X}", FAR).code
            for index in range(202)
        ]
        self.assertEqual((codes[199], codes[201]), (204, 429))
        self.ask("/info/menu.jsp?mac=7C2F80FFFFFF", FAR)
        self.assertNotIn("7C2F80FFFFFF", self.registry.checkins)
        self.assertEqual(self.built.status.counters["provisioning"]["limited"], 3)
        for index in range(202):
            path = f"/checkin?mac=7C2F8001{index:04X}"
            self.assertEqual(self.ask(path, NEAR).code, 204)

    def test_get(self) -> None:
        """
        A check-in is stored, saved, and answered with 204.
        """
        query = (
            "mac=7c:2f:80:01:23:45&serial=S1&item_number=S30852&private_ip=192.168.1.2"
            "&private_port=80&name=Flur&product=C610&software_version=42.1"
        )
        answer = self.ask(f"/checkin?{query}")
        self.assertEqual((answer.code, answer.body), (204, b""))
        self.assertEqual(self.settled, 1)
        self.assertEqual(
            self.registry.checkins[MAC],
            (MAC, MONDAY, "S1", "S30852", "C610", "42.1", "192.168.1.2", 80, NEAR,
             "Flur"),
        )  # fmt: skip

    def test_post(self) -> None:
        """
        The same, posted as a form, with and without its type.
        """
        form = {"Content_Type": "application/x-www-form-urlencoded; charset=utf-8"}
        for headers in (form, {}):
            body = f"mac={MAC}&name=Küche\n".encode()
            answer = self.ask("/checkin", body=body, method=b"POST", **headers)
            self.assertEqual(answer.code, 204)
            self.assertEqual(self.registry.checkins.pop(MAC).name, "Küche")

    def test_noMac(self) -> None:
        """
        A check-in without a MAC is refused with a reason, and nothing is stored.
        """
        other = {"Content_Type": "application/json"}
        for answer in (
            self.ask("/checkin"),
            self.ask("/checkin?mac=zz"),
            self.ask("/checkin", method=b"POST", body=b"\xff\0", **other),
        ):
            self.assertEqual(answer.code, 400)
            self.assertIn(b"mac", answer.body)
        self.assertEqual(self.registry.checkins, {})
        self.assertEqual(self.settled, 0)

    def test_guest(self) -> None:
        """
        A device that was not added becomes a guest.
        """
        self.ask("/checkin?mac=7C2F80999999")
        self.assertIn("7C2F80999999", self.registry.checkins)
        self.assertNotIn("7C2F80999999", self.registry.devices)
