# -*- test-case-name: tests.devices.test_lanview -*-
"""
Which devices are in the local network, known without a search.

Layer 1 (state).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from ipaddress import IPv6Address

from gigasetd.config.networks import Networks, readAddress
from gigasetd.registry.model import Binding, CheckIn
from gigasetd.registry.registry import Registry


class Neighbourhood:
    """
    Follows the registry's check-ins and bindings.

    @ivar macs: the devices whose last report came from the local network.
    @ivar numbers: the numbers registered from there -> how many contacts.
    @ivar homes: elsewhere, each IPv6 /64 -> the numbers that registered from
        it with their password -> how many contacts.
    """

    def __init__(self, registry: Registry, local: Networks) -> None:
        self.macs: set[str] = set()
        self.numbers: Counter[str] = Counter()
        self.homes: defaultdict[str, Counter[str]] = defaultdict(Counter)
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
        self.homes.clear()
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
        elif new is not None and ":" in new.host and new.proven:
            self.homes[homeOf(new.host)][new.number] += 1
        if old is not None and self._local.contains(old.host):
            _less(self.numbers, old.number)
        elif old is not None and ":" in old.host and old.proven:
            home = homeOf(old.host)
            _less(self.homes[home], old.number)
            if not self.homes[home]:
                del self.homes[home]

    def household(self, number: str) -> list[str]:
        """
        A number, and those that share its home elsewhere.

        Many homes can share one IPv4 address, but not one IPv6 /64; and only
        a registration with the password tells where somebody is.
        """
        found = {number}
        for binding in self._registry.bindings.get(number, ()):
            if ":" in binding.host and not self._local.contains(binding.host):
                found.update(self.homes.get(homeOf(binding.host), ()))
        return sorted(found)

    def here(self) -> set[str]:
        """
        The MACs of all that is near.
        """
        bound = {self._registry.macs.get(number, "") for number in self.numbers}
        return (self.macs | bound) - {""}


def homeOf(host: str) -> str:
    """
    The /64 of an IPv6 address, C{""} for any other text.
    """
    address = readAddress(host.partition("%")[0])
    return address.exploded[:19] if isinstance(address, IPv6Address) else ""


def _less(counter: Counter[str], number: str) -> None:
    """
    One contact of a number is gone.
    """
    counter[number] -= 1
    if counter[number] <= 0:
        del counter[number]
