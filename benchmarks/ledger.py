"""
What clients requested and what was confirmed, to be compared with the state after a
restart.

A thing may hold what was told last, or anything that was asked for later and
never answered; nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Key = tuple[str, str]
"""The sort of a thing, and its name."""


class Asked(NamedTuple):
    """
    A change that was asked for, and what its thing holds once it is done.
    """

    ticket: int
    value: object


class Ledger:
    """
    The value C{None} means that the thing is not there.

    @ivar answers: how many were told, by the sort of the thing, and by whether
        it was C{"removed"}.
    """

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, str]] = Counter()
        self._told: dict[Key, object] = {}
        self._asked: dict[Key, list[Asked]] = {}

    def ask(self, key: Key, ticket: int, value: object) -> None:
        """
        Note a request to set C{key} to C{value}.

        @param ticket: what the answer will name.
        """
        self._asked.setdefault(key, []).append(Asked(ticket, value))

    def tell(self, key: Key, ticket: int) -> None:
        """
        Note that a request was confirmed, and with it all earlier ones.
        """
        asked = self._asked.get(key, [])
        for place, each in enumerate(asked):
            if each.ticket == ticket:
                self._told[key] = each.value
                self.answers[key[0], "removed" if each.value is None else "set"] += 1
                del asked[: place + 1]
                return

    def refuse(self, key: Key, ticket: int) -> None:
        """
        Note that a request was refused.
        """
        kept = [each for each in self._asked.get(key, []) if each.ticket != ticket]
        self._asked[key] = kept

    def told(self, key: Key) -> object:
        """
        The value of a key by the last confirmation.
        """
        return self._told.get(key)

    def later(self, key: Key) -> list[object]:
        """
        Values of a key requested since, and not confirmed.
        """
        return [each.value for each in self._asked.get(key, ())]

    def touched(self) -> set[Key]:
        """
        Keys with requests since L{settle}, confirmed or not.
        """
        return set(self._asked)

    def lost(self, found: Mapping[Any, object]) -> Iterable[str]:
        """
        Describe every key whose value is not allowed.

        @param found: what there is.
        """
        for key in self._told.keys() | self._asked.keys() | found.keys():
            held = found.get(key)
            if held != self.told(key) and held not in self.later(key):
                yield f"{key}: {held}, told was {self.told(key)}, {self.later(key)}"

    def settle(self, found: Mapping[Any, object]) -> None:
        """
        Take the state as confirmed, and forget unconfirmed requests.
        """
        self._told = dict(found)
        self._asked = {}
