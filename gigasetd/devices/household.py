# -*- test-case-name: tests.devices.test_household -*-
"""
Index of the devices in the local network, and of the numbers that share a home
elsewhere.

Layer 1 (state).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from ipaddress import IPv6Address

from gigasetd.config.networks import Networks, readAddress
from gigasetd.registry.model import Binding, CheckIn
from gigasetd.registry.registry import Registry


class HouseholdIndex:
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
        registry.listen("checkin", self.checkInChanged)
        registry.listen("binding", self.bindingChanged)

    def rebuild(self) -> None:
        """
        Index the whole registry: loading it calls no listener.
        """
        self.macs.clear()
        self.numbers.clear()
        self.homes.clear()
        for checkin in self._registry.checkins.values():
            self.checkInChanged(None, checkin)
        for bindings in self._registry.bindings.values():
            for binding in bindings:
                self.bindingChanged(None, binding)

    def checkInChanged(self, old: CheckIn | None, new: CheckIn | None) -> None:
        """
        Update the index for a changed check-in.
        """
        if new is not None and self._local.contains(new.public_ip):
            self.macs.add(new.mac)
        elif old is not None:
            self.macs.discard(old.mac)

    def bindingChanged(self, old: Binding | None, new: Binding | None) -> None:
        """
        Follow one contact; called for each registration.
        """
        if old is not None and new is not None and old.host == new.host:
            return
        if new is not None:
            self._add(new)
        if old is not None:
            self._remove(old)

    def _add(self, binding: Binding) -> None:
        if self._local.contains(binding.host):
            self.numbers[binding.number] += 1
        elif ":" in binding.host and binding.proven:
            self.homes[prefixOf(binding.host)][binding.number] += 1

    def _remove(self, binding: Binding) -> None:
        if self._local.contains(binding.host):
            _decrement(self.numbers, binding.number)
        elif ":" in binding.host and binding.proven:
            home = prefixOf(binding.host)
            _decrement(self.homes[home], binding.number)
            if not self.homes[home]:
                del self.homes[home]

    def members(self, number: str) -> list[str]:
        """
        Return a number, and those that share its home outside the local
        network.

        Many homes can share one IPv4 address, but not one IPv6 /64; and only
        a registration with the password proves where a phone is.
        """
        numbers = {number}
        for binding in self._registry.bindings.get(number, ()):
            if ":" in binding.host and not self._local.contains(binding.host):
                numbers.update(self.homes.get(prefixOf(binding.host), ()))
        return sorted(numbers)

    def together(self, number: str, other: str) -> bool:
        """
        Return whether the phones of two numbers are both in the local network.

        Elsewhere an address alone proves nothing.
        """
        return self._isLocal(number) and self._isLocal(other)

    def _isLocal(self, number: str) -> bool:
        mac = self._registry.macs.get(number, "")
        return number in self.numbers or mac in self.macs

    def local(self) -> set[str]:
        """
        Return the MACs of all devices in the local network, guests included.
        """
        bound = {self._registry.macs.get(number, "") for number in self.numbers}
        return (self.macs | bound) - {""}


def prefixOf(host: str) -> str:
    """
    Return the /64 of an IPv6 address, C{""} for any other text.
    """
    address = readAddress(host.partition("%")[0])
    return address.exploded[:19] if isinstance(address, IPv6Address) else ""


def _decrement(counter: Counter[str], number: str) -> None:
    counter[number] -= 1
    if counter[number] <= 0:
        del counter[number]
