# -*- test-case-name: tests.devices.test_service -*-
"""
The index of the local networks' devices, filled when the registry is loaded, and
the admission of what phones report.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.application.service import Service

from gigasetd.config.schema import Config
from gigasetd.devices.admission import ReportAdmission
from gigasetd.devices.household import HouseholdIndex
from gigasetd.devices.sipcheckin import SipCheckIns
from gigasetd.site.part import Part
from gigasetd.site.site import Site

KEYS = ("guard.guests_per_source",)
"""The keys that a reload applies."""


def part(site: Site) -> Part:
    """
    Fill the index before any listener is bound, and follow registrations.
    """
    reports = site.caches.reports
    site.registry.listen("binding", SipCheckIns(reports).registered)
    return Part(
        services=(HouseholdService(site.caches.households),),
        counters={"reports": reports.counts},
        follows=((KEYS, _following(reports)),),
    )


def _following(reports: ReportAdmission) -> Callable[[Config], None]:
    def follow(config: Config) -> None:
        reports.most = config.guard.guests_per_source

    return follow


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
