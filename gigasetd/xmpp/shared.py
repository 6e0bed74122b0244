# -*- test-case-name: tests.xmpp.test_shared -*-
"""
Contacts that nobody needs to add: the household's phones, or the groups that
the operator has named, see each other at once.

They are worked out when they are asked for, and stored nowhere.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.model import RosterItem
from gigasetd.xmpp.realm import Realm

HOUSEHOLD = "Household"
"""The group that the household's phones are listed in."""

FRESH = 60.0
"""Seconds for which a household is not looked through again."""


class Shared:
    """
    Who shares a roster with whom.
    """

    def __init__(self, realm: Realm) -> None:
        self._realm = realm
        self.follow()

    def follow(self) -> None:
        """
        Go by the section as it is now.
        """
        section = self._realm.section
        self._kind = section.shared_roster
        self._groups: dict[str, dict[str, list[str]]] = {}
        if self._kind == "groups":
            for name, numbers in section.groups:
                self._join(name, numbers)
        self._found: dict[str, tuple[float, tuple[str, ...]]] = {}

    def _join(self, name: str, numbers: tuple[str, ...]) -> None:
        """
        Note for each member who else is in a group.
        """
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
        if self._kind == "groups":
            there = other in self._groups.get(number, {})
        else:
            there = self._realm.household(number, other)
        return there and self._realm.account(other) is not None

    def members(self, number: str) -> tuple[str, ...]:
        """
        All whom an account shares with, at most as many as a roster holds.
        """
        if self._kind == "off":
            return ()
        if self._kind == "groups":
            known = self._groups.get(number, {})
            return tuple(other for other in known if self._realm.account(other))
        found = self._found.get(number)
        if found is None or not 0 <= self._realm.now - found[0] < FRESH:
            found = self._realm.now, self._look(number)
            if len(self._found) > len(self._realm.sessions.numbers) + 100:
                self._found.clear()
            self._found[number] = found
        return found[1]

    def _look(self, number: str) -> tuple[str, ...]:
        """
        The household, as it is now.
        """
        household, members = self._realm.household, []
        for other in self._realm.registry.accounts:
            if other != number and household(number, other):
                if self._realm.account(other) is not None:
                    members.append(other)
                if len(members) >= self._realm.section.max_roster:
                    break
        return tuple(members)

    def item(self, number: str, other: str, stored: RosterItem | None) -> RosterItem:
        """
        A shared contact as it stands in the roster.

        @param stored: what the owner has made of it.
        """
        groups = self._groups.get(number, {}).get(other, [HOUSEHOLD])
        account = self._realm.registry.accounts[other]
        name, own = account.nickname or other, ""
        if stored is not None and stored.listed:
            name, own = stored.name or name, stored.groups
        return RosterItem(
            number,
            self._realm.bareOf(other),
            name,
            "both",
            "",
            0,
            own or "\n".join(groups),
            1,
            "",
        )
