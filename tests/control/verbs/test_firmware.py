"""
Tests of the verbs about firmware, as the control socket tells them.
"""

from __future__ import annotations

from gigasetd.devices.firmware import ServedFile, firmwareImages
from gigasetd.privacy.retention import RetentionPeriods, due, perform
from tests.control.case import ControlCase
from tests.registry.populated import DAY, MAC, NOW, NUMBER


class DecideTests(ControlCase):
    """
    C{device show}, C{device accept} and C{device decline}.
    """

    def stock(self) -> None:
        """
        Have a firmware that is newer than the device's 42.250.
        """
        found = firmwareImages([ServedFile("42/fw263.bin", 9)])
        self.firmware = lambda: found

    async def test_decide(self) -> None:
        """
        An offer is shown as open, then as what was decided.
        """
        self.stock()
        shown = (await self.ask("device show", id=NUMBER))["done"]
        (offer,) = shown["offers"]
        self.assertEqual(
            (offer["version"], offer["decision"], offer["decided"]),
            ("42.263", "open", None),
        )
        for verb, decision in (("decline", "declined"), ("accept", "accepted")):
            done = (await self.ask(f"device {verb}", id=MAC, version="42.263"))["done"]
            self.assertEqual(done["decision"], decision)
            shown = (await self.ask("device show", id=NUMBER))["done"]
            self.assertEqual(shown["offers"][0]["decision"], decision)

    async def test_refused(self) -> None:
        """
        What is not offered is refused.
        """
        answer = await self.ask("device accept", id=MAC, version="42.263")
        self.assertIn("no version '42.263' is offered", answer["refused"])

    async def test_retention(self) -> None:
        """
        Decisions end with the use of the device.
        """
        self.stock()
        await self.ask("device decline", id=MAC, version="42.263")
        sweep = due(self.registry, NOW + 401 * DAY, RetentionPeriods(2, 400))
        perform(self.registry, sweep)
        self.assertEqual(self.registry.offers, {})
