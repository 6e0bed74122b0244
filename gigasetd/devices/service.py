# -*- test-case-name: tests.devices.test_service -*-
"""
The index of the local networks' devices, filled when the registry is loaded.

Layer 4 (assembly).
"""

from __future__ import annotations

from twisted.application.service import Service

from gigasetd.devices.household import HouseholdIndex
from gigasetd.site.part import Part
from gigasetd.site.site import Site


def part(site: Site) -> Part:
    """
    Fill the index before any listener is bound.
    """
    return Part(services=(HouseholdService(site.caches.households),))


class HouseholdService(Service):
    """
    Fills the index at the start; the registry keeps it up to date from then on.
    """

    name = "households"

    def __init__(self, households: HouseholdIndex) -> None:
        self._households = households

    def startService(self) -> None:
        """
        Read what the registry has loaded.
        """
        super().startService()
        self._households.rebuild()
