"""
Tests of L{gigasetd.provisioning.redirect}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.enrolment import removeDevice
from gigasetd.provisioning.redirect import (
    check,
    deregister,
    destination,
    listed,
    register,
    secretOf,
    validUrl,
)
from gigasetd.registry.model import Device
from gigasetd.registry.subject import subjectOf
from tests.registry.populated import MAC, NOW, OTHER, empty

URL = "http://pbx.example.com/settings.xml"


class RedirectTests(SynchronousTestCase):
    """
    What integrators may say.
    """

    def setUp(self) -> None:
        """
        One device whose characters are known.
        """
        self.registry = empty()
        self.registry.put(Device(MAC, "", "", "", "", "ABCD", NOW))

    def register(self, *macs: str, url: str = URL, name: str = "PBX", now: float = NOW):
        """
        Register.
        """
        return register(self.registry, macs, url, name, now)

    def test_comesAndGoes(self) -> None:
        """
        A device is sent elsewhere from the moment it is registered to the
        moment it is not, and is told of under any spelling of its MAC.
        """
        self.assertEqual(self.register(f"{OTHER}-1a2b"), [True, "OK"])
        self.assertEqual(secretOf(self.registry, OTHER), "1A2B")
        self.assertEqual(destination(self.registry, OTHER, "own"), URL)
        row = [OTHER, "PBX", URL, "2023-11-14 22:13:20"]
        self.assertEqual(check(self.registry, "7c:2f:80:aa:aa:02"), [True, *row])
        self.assertEqual(listed(self.registry, ""), [row])
        self.assertEqual(listed(self.registry, "PBX"), [row])
        self.assertEqual(listed(self.registry, "other"), [])
        self.assertEqual(deregister(self.registry, [OTHER]), [True, "OK"])
        self.assertEqual(destination(self.registry, OTHER, "own"), "own")

    def test_password(self) -> None:
        """
        Who leaves the four characters out is told them where they are known
        here; where they are not, no phone could prove itself.
        """
        self.assertEqual(self.register(MAC), [True, "OK:ABCD"])
        self.assertEqual(self.register(OTHER), [False, f"mac_invalid:{OTHER}"])

    def test_wrongPassword(self) -> None:
        """
        The operator's record of the four characters cannot be overwritten.
        """
        self.assertEqual(
            self.register(f"{MAC}-EFGH"), [False, f"mac_invalid:{MAC}-EFGH"]
        )
        self.assertEqual(secretOf(self.registry, MAC), "ABCD")

    def test_inUse(self) -> None:
        """
        Saying the same twice is fine; nobody takes a device from another.
        """
        self.register(MAC)
        again = self.register(MAC, now=NOW + 5)
        self.assertEqual(again, [True, "OK:ABCD"])
        self.assertEqual(self.registry.redirects[MAC].added, NOW)
        for other in ({"name": "X"}, {"url": "https://x.example/"}):
            self.assertEqual(
                self.register(MAC, **other), [False, f"mac_already_in_use:{MAC}"]
            )

    def test_refusals(self) -> None:
        """
        Each fault has its token, with the MAC that it is about.
        """
        self.assertEqual(self.register("xyz"), [False, "mac_invalid:xyz"])
        self.assertEqual(self.register("A" * 500), [False, "mac_invalid:" + "A" * 40])
        self.assertEqual(
            self.register(MAC, url="ftp://x"), [False, f"url_invalid:{MAC}"]
        )
        self.assertEqual(self.register(MAC, name=""), [False, f"name_invalid:{MAC}"])
        self.assertEqual(check(self.registry, MAC), [False, f"mac_not_exist:{MAC}"])
        self.assertEqual(
            deregister(self.registry, [MAC]), [False, f"mac_not_found:{MAC}"]
        )
        self.assertEqual(self.registry.redirects, {})

    def test_lists(self) -> None:
        """
        A list is taken whole or not at all, and each fault in it is told.
        """
        told = self.register(MAC, "x", "00")
        self.assertEqual(told, [False, "mac_invalid:x", "mac_invalid:00"])
        self.assertEqual(self.registry.redirects, {})
        self.assertEqual(self.register(MAC, f"{OTHER}-1234"), [True, "OK:ABCD", "OK"])
        self.assertEqual(
            deregister(self.registry, [MAC, "x"]), [False, "mac_invalid:x"]
        )
        self.assertEqual(deregister(self.registry, [MAC, OTHER]), [True, "OK", "OK"])
        self.assertEqual(self.register()[0], False)

    def test_urls(self) -> None:
        """
        Nothing that could break a header line or leads nowhere is an address.
        """
        for good in (URL, "https://[fd00::1]:8443/x?mac=%MACD", "HTTP://h"):
            self.assertTrue(validUrl(good), good)
        for bad in (
            "", "http://", "http:///x", "http://h/\r\nX: y", "http://h/ x", "/x",
            "javascript:alert(1)", "http://h:99999/", "http://[x/", "http://ä/",
            "http://h/" + "x" * 1100,
        ):  # fmt: skip
            self.assertFalse(validUrl(bad), bad)

    def test_removed(self) -> None:
        """
        With the device its redirect goes.
        """
        self.register(MAC)
        removeDevice(self.registry, subjectOf(self.registry, MAC))
        self.assertEqual(self.registry.redirects, {})
