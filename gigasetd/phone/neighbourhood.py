# -*- test-case-name: tests.phone.test_nearby -*-
"""
Which devices are in the local network, known without a search.

Layer 1 (state).
"""

from __future__ import annotations

from collections import Counter

from gigasetd.model import Binding, CheckIn
from gigasetd.networks import Networks
from gigasetd.registry.registry import Registry


class Neighbourhood:
    """
    Follows the registry's check-ins and bindings.

    @ivar macs: the devices whose last report came from the local network.
    @ivar numbers: the numbers registered from there -> how many contacts.
    """

    def __init__(self, registry: Registry, local: Networks) -> None:
        self.macs: set[str] = set()
        self.numbers: Counter[str] = Counter()
        self._registry = registry
        self._local = local
        registry.listen("checkin", self.reported)
        registry.listen("binding", self.bound)

    def look(self) -> None:
        """
        Begin with what the registry has loaded, which nobody was told of.
        """
        self.macs.clear()
        self.numbers.clear()
        for checkin in self._registry.checkins.values():
            self.reported(None, checkin)
        for bindings in self._registry.bindings.values():
            for binding in bindings:
                self.bound(None, binding)

    def reported(self, old: CheckIn | None, new: CheckIn | None) -> None:
        """
        A device reported, or is forgotten.
        """
        if new is not None and self._local.contains(new.public_ip):
            self.macs.add(new.mac)
        elif old is not None:
            self.macs.discard(old.mac)

    def bound(self, old: Binding | None, new: Binding | None) -> None:
        """
        A contact is bound, bound anew, or gone.
        """
        if old is not None and new is not None and old.host == new.host:
            return
        if new is not None and self._local.contains(new.host):
            self.numbers[new.number] += 1
        if old is not None and self._local.contains(old.host):
            self.numbers[old.number] -= 1
            if not self.numbers[old.number]:
                del self.numbers[old.number]

    def here(self) -> set[str]:
        """
        The MACs of all that is near.
        """
        bound = {self._registry.macs.get(number, "") for number in self.numbers}
        return (self.macs | bound) - {""}
