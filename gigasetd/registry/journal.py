# -*- test-case-name: tests.registry.test_journal -*-
"""
What has changed and is not yet safe: numbered, and merged by key.

Two readers take from it at their own speed.  The spool takes each change
once, before the answer leaves (L{Journal.take}).  The flush looks at what the
database lacks (L{Journal.waiting}) and acknowledges after its commit, so that
a failed write forgets nothing; the newest value of a key replaces the older
one, which bounds the memory by the number of things, not of changes.

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
        Note that C{key} now holds C{value}, or nothing.

        @return: the number of this change.
        """
        self.number = number = self.number + 1
        change = Change(number, kind, key, value)
        # Put in anew, so that the dict's order is the order of the numbers.
        self._pending.pop((kind, key), None)
        self._pending[(kind, key)] = change
        self._fresh.append(change)
        return number

    def take(self) -> list[Change]:
        """
        Hand out the changes that the spool has not seen, oldest first.
        """
        fresh, self._fresh = self._fresh, []
        return fresh

    def untake(self, changes: list[Change]) -> None:
        """
        Give back changes that could not be spooled; they come first again.

        Of each key only the newest is kept, so that a full disk cannot fill
        the memory too.
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
        How many changes the spool has not taken.
        """
        return len(self._fresh)

    def waiting(self, most: int | None = None) -> list[Change]:
        """
        The newest change of each key that the database lacks, oldest first.

        @param most: at most so many of them.
        """
        return list(islice(self._pending.values(), most))

    def __len__(self) -> int:
        """
        How many keys wait for the database.
        """
        return len(self._pending)

    def acknowledge(self, changes: list[Change]) -> None:
        """
        These are committed; forget each that has not changed again since.
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
