# -*- test-case-name: tests.xmpp.im.test_sharedroster -*-
"""
The shared roster: phones of one household, or of a group that the operator has
configured, are contacts without being added.

It is computed when it is needed, and not stored.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Mapping

from gigasetd.registry.model import RosterItem
from gigasetd.xmpp.im.context import MessagingContext

HOUSEHOLD = "Household"
"""The roster group of the household's phones."""

FRESH = 60.0
"""Seconds for which a computed household is used again."""

SPARE = 1000
"""Households in the cache besides those of connected accounts."""


class SharedRoster:
    """
    Knows which accounts share a roster.
    """

    def __init__(self, context: MessagingContext) -> None:
        self._context = context
        self.follow()

    def follow(self) -> None:
        """
        Apply a changed configuration.
        """
        section = self._context.section
        self._kind = section.shared_roster
        self._groups: dict[str, dict[str, list[str]]] = {}
        if self._kind == "groups":
            for name, numbers in section.groups:
                self._join(name, numbers)
        self._households: dict[str, tuple[float, dict[str, None]]] = {}

    def _join(self, name: str, numbers: tuple[str, ...]) -> None:
        for number in numbers:
            for other in numbers:
                if other != number:
                    mine = self._groups.setdefault(number, {})
                    mine.setdefault(other, []).append(name)

    def together(self, number: str, other: str) -> bool:
        """
        Whether two accounts share a roster.
        """
        if self._kind == "off" or not other or number == other:
            return False
        known = other in self._known(number)
        return known and self._context.account(other) is not None

    def members(self, number: str) -> list[str]:
        """
        List the accounts that an account shares a roster with.
        """
        return [other for other in self._known(number) if self._context.account(other)]

    def _known(self, number: str) -> Mapping[str, object]:
        if self._kind != "household":
            return self._groups.get(number, {})
        cached = self._households.get(number)
        if cached is None or not 0 <= self._context.now - cached[0] < FRESH:
            if len(self._households) > 2 * len(self._context.sessions.numbers) + SPARE:
                self._households.clear()
            cached = self._households[number] = self._context.now, self._look(number)
        return cached[1]

    def _look(self, number: str) -> dict[str, None]:
        # Accounts that look like one very large household share nothing.
        household = self._context.household
        members: dict[str, None] = {}
        for other in self._context.registry.accounts:
            if other != number and household(number, other):
                members[other] = None
                if len(members) >= self._context.section.max_household:
                    return {}
        return members

    def item(self, number: str, other: str, stored: RosterItem | None) -> RosterItem:
        """
        Make the roster item of a shared contact.

        @param stored: the owner's own item for it, L{None} for none.
        """
        groups = self._groups.get(number, {}).get(other, [HOUSEHOLD])
        account = self._context.registry.accounts[other]
        name, own = account.nickname or other, ""
        if stored is not None and stored.listed:
            name, own = stored.name or name, stored.groups
        return RosterItem(
            number,
            self._context.bareOf(other),
            name,
            "both",
            "",
            0,
            own or "\n".join(groups),
            1,
            "",
        )
