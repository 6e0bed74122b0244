"""
Tests of L{gigasetd.devices.models}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.models import OTHER, familyAt, familyOf


class FamilyTests(SynchronousTestCase):
    """
    Which models are alike.
    """

    def test_products(self) -> None:
        """
        Each product that is known belongs to its family.
        """
        for product, name, nvm in (
            ("N510 IP PRO", "n510", False),
            ("C610A IP", "c610", False),
            ("GO-Box 100", "c610", False),
            ("N720 DM PRO", "n720", False),
            ("N870 IP PRO", "nx70", True),
            ("COMfortel WS-500M", "nx70", True),
            ("DE410 IP PRO", "de410", False),
            ("S675IP", "other", False),
            ("", "other", False),
        ):
            family = familyOf(product)
            self.assertEqual((family.name, family.nvm), (name, nvm), product)

    def test_firmware(self) -> None:
        """
        A strange name is known by its firmware.
        """
        self.assertEqual(familyOf("Siemens X", "83.V2.65.0").name, "nx70")
        self.assertEqual(familyOf("Siemens X", "42.075.00").variant, 42)
        self.assertEqual(familyOf("Siemens X"), OTHER)

    def test_path(self) -> None:
        """
        The path of the update server names the family; variants without
        provisioning ids take any.
        """
        self.assertEqual(familyAt("42", "2").name, "n510")
        self.assertEqual(familyAt("42", "1").name, "c610")
        self.assertEqual(familyAt("42", "9"), OTHER)
        self.assertEqual(familyAt("71", "9").variant, 71)
        self.assertEqual(familyAt("99", "1"), OTHER)

    def test_variants(self) -> None:
        """
        The N720 IP PRO has a build variant of its own.
        """
        self.assertEqual(familyOf("N720 IP PRO").variant, 71)
        self.assertEqual(familyOf("N720 DM PRO").variant, 70)
