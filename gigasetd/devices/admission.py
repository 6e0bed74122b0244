# -*- test-case-name: tests.devices.test_admission -*-
"""
Admission of reports: what a check-in, a fetched page, a registration or a PnP
request says of a phone is stored only if this rule lets it.

A report is proven when it comes from a local network, or from the address of the
device's last proof. Any other is kept only where nothing was reported before,
never as local, and evicts no other.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.config.networks import Networks
from gigasetd.devices.checkin import GUESTS, Facts, guests, report
from gigasetd.devices.guestindex import GuestIndex
from gigasetd.registry.mac import macOf
from gigasetd.registry.model import CheckIn
from gigasetd.registry.registry import Registry

GUESTS_PER_SOURCE = 20


class ReportAdmission:
    """
    @ivar registry: holds the reports.
    @ivar local: the local networks.
    @ivar most: guests that one source may report without proof.
    @ivar counts: reports, by outcome; they only grow.
    """

    def __init__(
        self,
        registry: Registry,
        local: Networks,
        source: Callable[[str], str],
        most: int = GUESTS_PER_SOURCE,
    ) -> None:
        """
        @param source: returns the source of an address.
        """
        self.registry = registry
        self.local = local
        self.most = most
        self.counts = dict.fromkeys(
            ("proven", "first", "unproven", "guests_limited", "guests_full"), 0
        )
        self._guests = GuestIndex(registry, source)

    def report(self, facts: Facts, proven: bool, now: float) -> bool:
        """
        Store a report, if it is admitted.

        @param proven: whether it is from a local network, or from the address of
            the device's last proof.
        @param now: epoch seconds.
        @return: C{False} where there is no MAC.
        """
        mac = macOf(facts.mac)
        if mac is None:
            return False
        if not proven and self.local.contains(facts.public_ip):
            # The home page lists what was reported from a local address.
            facts = facts._replace(public_ip="")
        isNew = mac not in self.registry.checkins
        outcome = self._outcome(mac, facts.public_ip, isNew, proven, now)
        self.counts[outcome] += 1
        if outcome in ("proven", "first"):
            if isNew and outcome == "proven":
                self._makeRoom(mac, now)
            report(self.registry, facts._replace(mac=mac), now)
            if isNew and mac not in self.registry.devices:
                self._guests.add(mac)
        return True

    def _outcome(
        self, mac: str, host: str, isNew: bool, proven: bool, now: float
    ) -> str:
        if proven:
            return "proven"
        if not isNew:
            return "unproven"
        if mac in self.registry.devices:
            return "first"
        if self._guests.of(host, now) >= self.most:
            return "guests_limited"
        return "guests_full" if self._guests.total(now) >= GUESTS else "first"

    def _makeRoom(self, mac: str, now: float) -> None:
        # Strangers' guests give way first.
        if mac in self.registry.devices or self._guests.total(now) < GUESTS:
            return
        strangers = [
            guest
            for guest in guests(self.registry)
            if not self.local.contains(guest.public_ip)
        ]
        if strangers:
            self.registry.drop(min(strangers, key=_seen))


def _seen(checkin: CheckIn) -> float:
    return checkin.seen
