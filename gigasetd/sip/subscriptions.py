# -*- test-case-name: tests.sip.test_notifier -*-
"""
All subscriptions there are: found by Call-ID and by number, and which of them
ends next.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from math import ceil
from typing import NamedTuple

from gigasetd.errors import BadValue
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.uri import parseAddress
from gigasetd.sip.subscription import Subscription

SPARE = 1024
"""Entries of subscriptions that ended early, which the heap may hold."""


class SubscriptionLimits(NamedTuple):
    """
    How many there may be.
    """

    total: int = 100000
    each: int = 10  #: of one number; one more ends the oldest


class Subscribed:
    """
    @ivar calls: by Call-ID.
    @ivar numbers: by number, the oldest first.
    """

    def __init__(self) -> None:
        self.calls: dict[str, Subscription] = {}
        self.numbers: dict[str, list[Subscription]] = {}
        self._ends: list[tuple[float, int, Subscription]] = []
        self._serial = 0

    def __len__(self) -> int:
        """
        How many there are.
        """
        return len(self.calls)

    def find(self, request: Request) -> Subscription | None:
        """
        The subscription whose dialog a request is in.
        """
        each = self.calls.get(request.first["call-id"])
        if each is None:
            return None
        try:
            ours = parseAddress(request.first["to"]).param("tag")
            theirs = parseAddress(request.first["from"]).param("tag") or ""
        except BadValue:
            return None
        dialog = each.dialog
        return each if (ours, theirs) == (dialog.tag, dialog.theirs) else None

    def of(self, number: str) -> list[Subscription]:
        """
        A number's, in a list of its own.
        """
        return list(self.numbers.get(number, ()))

    def add(self, each: Subscription) -> None:
        """
        Remember one, which says itself when it ends.
        """
        self.calls[each.dialog.call] = each
        self.numbers.setdefault(each.number, []).append(each)
        self._watch(each)

    def drop(self, each: Subscription) -> None:
        """
        Forget one.
        """
        each.live = False
        del self.calls[each.dialog.call]
        mine = self.numbers[each.number]
        mine.remove(each)
        if not mine:
            del self.numbers[each.number]

    def prolong(self, each: Subscription, expires: float) -> None:
        """
        Let one end later, or earlier.
        """
        shorter = expires < each.expires
        each.expires = expires
        if shorter:
            self._watch(each)

    def deadline(self) -> float | None:
        """
        When to look for what has ended; C{None} while there is nothing.
        """
        return self._ends[0][0] if self._ends else None

    def over(self, now: float) -> Iterator[Subscription]:
        """
        Those that have ended, which are still to be dropped.
        """
        while self._ends and self._ends[0][0] <= now:
            due, _, each = heappop(self._ends)
            if not each.live or each.due != due:
                continue
            if each.expires > now:
                self._watch(each)
            else:
                yield each

    def _watch(self, each: Subscription) -> None:
        """
        Have a look at one when it ends, together with all of that second.
        """
        if len(self._ends) > 2 * len(self.calls) + SPARE:
            ends = self._ends
            self._ends = [one for one in ends if one[2].live and one[2].due == one[0]]
            heapify(self._ends)
        self._serial += 1
        each.due = float(ceil(each.expires))
        heappush(self._ends, (each.due, self._serial, each))
