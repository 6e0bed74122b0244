# -*- test-case-name: tests.xmpp.test_service -*-
"""
Whose phones see each other without asking.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.devices.lan import Neighbourhood
from gigasetd.registry.registry import Registry


def householdOf(
    registry: Registry, neighbourhood: Neighbourhood
) -> Callable[[str, str], bool]:
    """
    Who lives together: all in the local networks.  Elsewhere an address alone
    proves nothing, since many homes can share one.

    @return: tells it of two numbers.
    """

    def home(number: str) -> bool:
        mac = registry.macs.get(number, "")
        return number in neighbourhood.numbers or mac in neighbourhood.macs

    return lambda number, other: home(number) and home(other)
