# -*- test-case-name: tests.sip.test_autoenrol -*-
"""
Accounts for phones that register without having been added: C{sip.enrol}.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry

RECOUNT = 10.0
"""Seconds after which the enrolled numbers are counted again."""


class Enrolment:
    """
    Decides which numbers may enrol, and adds their accounts.

    @ivar open: whether a peer at an address may enrol at all.
    @ivar most: how many numbers without a device there may be.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        registry: Registry,
        open: Callable[[str], bool],
        reserved: frozenset[str],
        most: int,
    ) -> None:
        """
        @param reserved: service numbers, which no phone may have.
        """
        self.open = open
        self.counts = {"enrolled": 0, "full": 0}
        self._registry = registry
        self._reserved = reserved
        self.most = most
        self._counted = (-RECOUNT, 0)

    def admits(self, number: str, host: str, now: float) -> bool:
        """
        Whether a phone may enrol with a number that has no account.

        @param number: C{""} for an invalid number.
        """
        if not number or number in self._reserved:
            return False
        if not self.open(host) or number in self._registry.macs:
            return False
        if self._present(now) < self.most:
            return True
        self.counts["full"] += 1
        return False

    def _present(self, now: float) -> int:
        # Counted every ten seconds: each REGISTER of a stranger asks for it.
        at, count = self._counted
        if not 0 <= now - at < RECOUNT:
            count = len(self._registry.factory - self._registry.macs.keys())
            self._counted = now, count
        return count

    def enrol(self, number: str, now: float) -> None:
        """
        Add an account with a factory login.
        """
        self._registry.put(Account(number, "factory", "", "", "", "", now, 0.0))
        at, count = self._counted
        self._counted = at, count + 1
        self.counts["enrolled"] += 1
