"""
Tests of L{gigasetd.devices.firmware}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.firmware import ServedFile, firmwareImages, newer, parseVersion
from gigasetd.devices.models import familyOf


class FirmwareTests(SynchronousTestCase):
    """
    Versions in names.
    """

    def test_names(self) -> None:
        """
        Names as they have been seen tell their version.
        """
        for path, version in (
            ("42/merkur245_42.bin", "42.245"),
            ("70/einsteiniwu117_70.bin", "70.117"),
            ("42/2/fw258.bin", "42.258"),
            ("71/sat7111700000000.bin", "71.117"),
            ("83/Gigaset-Nx70-V2.62.1-build.d1d6a22.bin", "83.V2.62.1"),
            ("83/1/83.V2.65.0.bin", "83.V2.65.0"),
            ("n870-2.65.0.bin", "83.V2.65.0"),
            ("42/x-42.263.00.000.000.bin", "42.263"),
        ):
            (found,) = firmwareImages([ServedFile(path, 1)])
            self.assertEqual(str(found.version), version, path)

    def test_others(self) -> None:
        """
        What is no firmware is none: index files, languages, another variant.
        """
        for path in (
            "42/2/master.bin",
            "42/2/webuil/02.bin",
            "42/merkur245_70.bin",
            "x/fw111.bin",
            "42/fw111.txt",
        ):
            self.assertEqual(firmwareImages([ServedFile(path, 1)]), [], path)

    def test_versions(self) -> None:
        """
        Versions compare by their numbers, zeros at the end aside.
        """
        old, new = parseVersion("42.075.00.000.000"), parseVersion("42.258")
        assert old and new
        self.assertLess(old, new)
        self.assertEqual(str(parseVersion("V2.53.0")), "83.V2.53.0")
        for text in ("", "021400000000", "R020770000000", "1.2", "x" * 999, "42."):
            self.assertIsNone(parseVersion(text), text)

    def test_newer(self) -> None:
        """
        Only what is newer, of the same variant and for the same model; the
        newest first.
        """
        names = ("42/fw245.bin", "42/2/fw258.bin", "42/1/fw300.bin", "70/fw400.bin")
        stock = firmwareImages(ServedFile(name, 1) for name in (*names, "42/fw263.bin"))
        n510 = familyOf("N510 IP PRO")
        found = newer(stock, n510, "42.245.00.000.000")
        self.assertEqual([str(one.version) for one in found], ["42.263", "42.258"])
        self.assertEqual(newer(stock, n510, "42.263.00.000.000"), [])
        self.assertEqual(len(newer(stock, n510, "")), 3)
