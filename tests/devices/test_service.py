"""
Tests of L{gigasetd.devices.service}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.devices.household import HouseholdIndex
from gigasetd.devices.service import HouseholdService
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from tests.devices.test_household import bound


class HouseholdServiceTests(SynchronousTestCase):
    """
    L{HouseholdService}.
    """

    def test_start(self) -> None:
        """
        What the registry has loaded is in the index after the start.
        """
        registry = Registry(Journal())
        households = HouseholdIndex(registry, Networks(["192.168.0.0/16"]))
        registry.load([bound("1", "192.168.1.5")])
        HouseholdService(households).startService()
        self.assertTrue(households.together("1", "1"))
