# -*- test-case-name: tests.devices.test_guestindex -*-
"""
Index of the guests (check-ins of MACs that are not added) by their source.

Layer 1 (state).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from gigasetd.registry.registry import Registry

PERIOD = 60.0  #: seconds between two readings of the whole registry


class GuestIndex:
    """
    Counts guests without reading all check-ins for each report.
    """

    def __init__(self, registry: Registry, source: Callable[[str], str]) -> None:
        """
        @param source: returns the source of an address.
        """
        self._registry = registry
        self._source = source
        self._macs: defaultdict[str, set[str]] = defaultdict(set)
        self._read = float("-inf")

    def add(self, mac: str) -> None:
        """
        Count a guest that was stored just now.
        """
        self._macs[self._source(self._registry.checkins[mac].public_ip)].add(mac)

    def of(self, host: str, now: float) -> int:
        """
        Return how many guests the source of C{host} has reported.
        """
        self._refresh(now)
        source = self._source(host)
        macs = self._macs.get(source)
        if not macs:
            return 0
        macs &= {mac for mac in macs if self._isFrom(mac, source)}
        if not macs:
            del self._macs[source]
        return len(macs)

    def total(self, now: float) -> int:
        """
        Return how many guests there are; too many by those that went within
        L{PERIOD}.
        """
        self._refresh(now)
        return sum(map(len, self._macs.values()))

    def _isFrom(self, mac: str, source: str) -> bool:
        checkin = self._registry.checkins.get(mac)
        if checkin is None or mac in self._registry.devices:
            return False
        return self._source(checkin.public_ip) == source

    def _refresh(self, now: float) -> None:
        # Retention, erasure and the operator end guests without telling us.
        if 0 <= now - self._read < PERIOD:
            return
        self._read = now
        self._macs.clear()
        checkins = self._registry.checkins
        for mac in checkins.keys() - self._registry.devices.keys():
            self.add(mac)
