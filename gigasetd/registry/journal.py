# -*- test-case-name: tests.registry.test_journal -*-
"""
The changes that are not on disk yet: numbered, and merged by key.

Two readers take from it at their own speed.  The spool takes each change
once, before the response is sent (L{Journal.take}).  The flush reads what the
database lacks (L{Journal.waiting}) and acknowledges after its commit, so that
a failed write loses nothing.  The newest value of a key replaces the older
one, so memory grows with the number of values, not of changes.

Layer 1 (state).
"""

from __future__ import annotations

from itertools import islice

from gigasetd.registry.model import Change, Value

Key = tuple[str, tuple[str, ...]]


class Journal:
    """
    @ivar number: the number of the newest change.
    @ivar flushed: every change up to this number is in the database.
    """

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.flushed = number
        self._pending: dict[Key, Change] = {}
        self._fresh: list[Change] = []

    def record(self, kind: str, key: tuple[str, ...], value: Value | None) -> int:
        """
        Record that C{key} now has C{value}, L{None} for a removed one.

        @return: the change's number.
        """
        self.number = number = self.number + 1
        change = Change(number, kind, key, value)
        # Removed first, so that the dict's order is the order of the numbers.
        self._pending.pop((kind, key), None)
        self._pending[(kind, key)] = change
        self._fresh.append(change)
        return number

    def take(self) -> list[Change]:
        """
        Take the changes that are not spooled yet, oldest first.
        """
        fresh, self._fresh = self._fresh, []
        return fresh

    def untake(self, changes: list[Change]) -> None:
        """
        Return changes that could not be spooled; they come first again.

        Only the newest change of each key stays, so that a full disk does not
        fill the memory as well.
        """
        newest: dict[Key, Change] = {}
        for change in changes + self._fresh:
            key = (change.kind, change.key)
            newest.pop(key, None)
            newest[key] = change
        self._fresh = list(newest.values())

    @property
    def fresh(self) -> int:
        """
        How many changes are not spooled yet.
        """
        return len(self._fresh)

    def waiting(self, most: int | None = None) -> list[Change]:
        """
        List what the database lacks: the newest change of each key, oldest
        first.

        @param most: changes at most, L{None} for all.
        """
        return list(islice(self._pending.values(), most))

    def __len__(self) -> int:
        return len(self._pending)

    def acknowledge(self, changes: list[Change]) -> None:
        """
        Remove committed changes, except keys that have changed again since.
        """
        pending = self._pending
        for change in changes:
            key = (change.kind, change.key)
            if pending.get(key) is change:
                del pending[key]
        if changes:
            self.flushed = max(self.flushed, changes[-1].number)
        if not pending:
            self.flushed = self.number
