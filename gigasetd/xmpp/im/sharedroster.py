# -*- test-case-name: tests.xmpp.im.test_sharedroster -*-
"""
Contacts that nobody needs to add: the household's phones, or the groups that
the operator has named, see each other at once.

They are worked out when they are asked for, and stored nowhere.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Mapping

from gigasetd.registry.model import RosterItem
from gigasetd.xmpp.im.context import MessagingContext

HOUSEHOLD = "Household"
"""The group that the household's phones are listed in."""

FRESH = 60.0
"""Seconds for which a household is not looked through again."""

SPARE = 1000
"""Households that are remembered besides those of who is here."""


class SharedRoster:
    """
    Who shares a roster with whom.
    """

    def __init__(self, context: MessagingContext) -> None:
        self._context = context
        self.follow()

    def follow(self) -> None:
        """
        Go by the section as it is now.
        """
        section = self._context.section
        self._kind = section.shared_roster
        self._groups: dict[str, dict[str, list[str]]] = {}
        if self._kind == "groups":
            for name, numbers in section.groups:
                self._join(name, numbers)
        self._found: dict[str, tuple[float, dict[str, None]]] = {}

    def _join(self, name: str, numbers: tuple[str, ...]) -> None:
        for number in numbers:
            for other in numbers:
                if other != number:
                    mine = self._groups.setdefault(number, {})
                    mine.setdefault(other, []).append(name)

    def together(self, number: str, other: str) -> bool:
        """
        Whether two accounts of ours see each other without asking.
        """
        if self._kind == "off" or not other or number == other:
            return False
        known = other in self._known(number)
        return known and self._context.account(other) is not None

    def members(self, number: str) -> list[str]:
        """
        All whom an account shares with.
        """
        return [other for other in self._known(number) if self._context.account(other)]

    def _known(self, number: str) -> Mapping[str, object]:
        if self._kind != "household":
            return self._groups.get(number, {})
        found = self._found.get(number)
        if found is None or not 0 <= self._context.now - found[0] < FRESH:
            if len(self._found) > 2 * len(self._context.sessions.numbers) + SPARE:
                self._found.clear()
            found = self._found[number] = self._context.now, self._look(number)
        return found[1]

    def _look(self, number: str) -> dict[str, None]:
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
        A shared contact as it stands in the roster.

        @param stored: what the owner has made of it.
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
