# -*- test-case-name: tests.devices.test_service -*-
"""
Starts the household index.

Layer 4 (assembly).
"""

from __future__ import annotations

from twisted.application.service import Service

from gigasetd.devices.household import HouseholdIndex


class HouseholdService(Service):
    """
    Builds the index from the loaded registry, before any listener is bound.
    """

    name = "households"

    def __init__(self, households: HouseholdIndex) -> None:
        self._households = households

    def startService(self) -> None:
        """
        Build the index.
        """
        super().startService()
        self._households.rebuild()
