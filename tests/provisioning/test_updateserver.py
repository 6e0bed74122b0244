"""
Tests of L{gigasetd.provisioning.updateserver}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.firmware import FirmwareImage, ServedFile, firmwareImages
from gigasetd.devices.models import familyOf
from gigasetd.provisioning.updateindex import named, parse, textOf
from gigasetd.provisioning.updateserver import (
    USUAL,
    ServerAddress,
    UpdatePath,
    baselines,
    index,
    master,
    parsePath,
    settings,
)
from gigasetd.registry.model import Account, Device

SERVER = ServerAddress("example.org", "192.0.2.1", "http://192.0.2.1:8080", 5060, 600)
DEVICE = Device("7C2F80012345", "30001", "", "", "N510", "", 0.0)
ACCOUNT = Account("30001", "digest", "", "", "Ina", "", 0.0, 0.0)


def firmware(path: str) -> FirmwareImage:
    """
    The firmware of one file.
    """
    (image,) = firmwareImages([ServedFile(path, 1)])
    return image


class PathTests(SynchronousTestCase):
    """
    L{parsePath}.
    """

    def test_index(self) -> None:
        """
        An index file belongs to a build variant and a provisioning id.
        """
        self.assertEqual(
            parsePath("42/2/master.bin"),
            UpdatePath("42/2/master.bin", "master.bin", "42", "2"),
        )

    def test_settings(self) -> None:
        """
        A file that is called by a MAC, in any usual spelling, is that phone's.
        """
        for name in ("7C2F80012345", "7c:2f:80:01:23:45", "7C-2F-80-01-23-45"):
            self.assertEqual(parsePath(f"{name}.xml").mac, DEVICE.mac)
        for name in ("7C2F8001234.xml", "x7C2F80012345.xml", "7C2F80012345.bin"):
            self.assertEqual(parsePath(name).mac, "")

    def test_other(self) -> None:
        """
        Another folder has neither variant nor id.
        """
        for path in ("sifs/siu_000.bin", "42/master.bin", "a/42/2/x", "123456/2/x"):
            self.assertEqual(parsePath(path)[2:4], ("", ""))


class IndexTests(SynchronousTestCase):
    """
    The update index.
    """

    def file(self, path: str, **codes: str) -> bytes | None:
        """
        A generated file.
        """
        formats = {name.strip("_"): text for name, text in codes.items()}
        return index(parsePath(path), None, formats, "http://h/info")

    def test_usual(self) -> None:
        """
        Where no code is configured, every code ends at the usual URL.
        """
        self.assertEqual(self.file("sifs/siu_999.bin"), named(0, USUAL))

    def test_levels(self) -> None:
        """
        Each level names the next ones of the configured codes.
        """
        codes = {"_123": "http://a/", "_145": "http://b/", "_200": "http://c/"}
        for path, names in (
            ("sifsroot", ["sih_1xx", "sih_2xx"]),
            ("sih_1xx", ["sit_12x", "sit_14x"]),
            ("sit_14x", ["siu_145"]),
            ("sit_77x", ["siu_770"]),
        ):
            blocks = parse(self.file(f"sifs/{path}.bin", **codes) or b"")
            texts = [textOf(each.content) for each in blocks]
            self.assertEqual(texts, [f"../../sifs/{name}.bin" for name in names])

    def test_codes(self) -> None:
        """
        A configured code has its own URL, any other the operator's usual one.
        """
        codes = {"_": "http://usual/", "_123": "http://a/"}
        self.assertEqual(self.file("siu_123.bin", **codes), named(0, "http://a/"))
        self.assertEqual(self.file("siu_124.bin", **codes), named(0, "http://usual/"))

    def test_nothing(self) -> None:
        """
        Other names are no file of the index.
        """
        for path in ("42/2/other.bin", "master.bin", "baselines.bin", "sifs/d_.bin"):
            self.assertIsNone(self.file(path))

    def test_master(self) -> None:
        """
        The root names the firmware only where one is offered.
        """
        self.assertEqual(master(True), named(2, "baselines.bin") + master(False))

    def test_baselines(self) -> None:
        """
        The path leads from the index's folder to the file, wherever it is.
        """
        request = parsePath("42/2/baselines.bin")
        for path, link in (
            ("42/2/fw258.bin", b"fw258.bin\0"),
            ("42/merkur258_42.bin", b"../merkur258_42.bin\0"),
            ("merkur258_42.bin", b"../../merkur258_42.bin\0"),
        ):
            data = baselines(request, firmware(path))
            self.assertIn(b"\x03" + bytes((len(link),)) + link, data)
            self.assertIn(b"\x02\x02\x01\x02", data)
        self.assertEqual(baselines(request, None), b"")


class SettingsTests(SynchronousTestCase):
    """
    L{settings}.
    """

    def values(self, account: Account | None, password: str = "pw") -> dict[str, Any]:
        """
        The values of the phone.
        """
        return settings(DEVICE, account, password, SERVER, familyOf("N510"), None)

    def test_account(self) -> None:
        """
        The SIP account carries the nickname, the number and the password.
        """
        sip = self.values(ACCOUNT)["sip"]
        self.assertEqual((sip["display"], sip["user"]), ("Ina", "30001"))
        self.assertEqual((sip["password"], sip["port"]), ("pw", 5060))

    def test_unknownPassword(self) -> None:
        """
        Without a known password the phone keeps its factory's account.
        """
        self.assertEqual(self.values(ACCOUNT, "")["sip"], {})

    def test_services(self) -> None:
        """
        A service that is switched off is left out.
        """
        values = self.values(ACCOUNT._replace(off="voip"))
        self.assertEqual(values["sip"], {})
        self.assertEqual(values["info"]["url"], "http://192.0.2.1:8080/info/menu.jsp")
        self.assertEqual(self.values(ACCOUNT._replace(off="info"))["info"], {})
        self.assertEqual(
            (self.values(None)["sip"], self.values(None)["info"]), ({}, {})
        )

    def test_firmware(self) -> None:
        """
        The firmware that the owner accepted is told with its URL.
        """
        update = firmware("83/Gigaset-Nx70-V2.62.1-build.d1d6a22.bin")
        values = settings(DEVICE, None, "", SERVER, familyOf("N870"), update)
        self.assertEqual(
            values["firmware"],
            {
                "version": "2.62.1",
                "url": "http://192.0.2.1:8080/device/"
                "83/Gigaset-Nx70-V2.62.1-build.d1d6a22.bin",
            },
        )
