# -*- test-case-name: tests.sip.test_subscriptions -*-
"""
The table of subscriptions: by Call-ID, by number, and by their end.

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
from gigasetd.sip.subscription import EventSubscription

SPARE = 1024
"""Entries of subscriptions that ended early, which the heap may hold."""


class SubscriptionLimits(NamedTuple):
    """
    How many subscriptions there may be.
    """

    total: int = 100000
    each: int = 10  #: of one number; one more ends the oldest


class SubscriptionTable:
    """
    Holds the live subscriptions.

    @ivar calls: Call-ID -> subscription.
    @ivar numbers: number -> its subscriptions, the oldest first.
    """

    def __init__(self) -> None:
        self.calls: dict[str, EventSubscription] = {}
        self.numbers: dict[str, list[EventSubscription]] = {}
        self._ends: list[tuple[float, int, EventSubscription]] = []
        self._serial = 0

    def __len__(self) -> int:
        return len(self.calls)

    def find(self, request: Request) -> EventSubscription | None:
        """
        Return the subscription whose dialog a request is in.
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

    def of(self, number: str) -> list[EventSubscription]:
        """
        Return a number's subscriptions, as a copy.
        """
        return list(self.numbers.get(number, ()))

    def add(self, each: EventSubscription) -> None:
        """
        Add a subscription, which ends at its C{expires}.
        """
        self.calls[each.dialog.call] = each
        self.numbers.setdefault(each.number, []).append(each)
        self._watch(each)

    def drop(self, each: EventSubscription) -> None:
        """
        Remove a subscription.
        """
        each.live = False
        del self.calls[each.dialog.call]
        mine = self.numbers[each.number]
        mine.remove(each)
        if not mine:
            del self.numbers[each.number]

    def prolong(self, each: EventSubscription, expires: float) -> None:
        """
        Move the end of a subscription.
        """
        shorter = expires < each.expires
        each.expires = expires
        if shorter:
            self._watch(each)

    def deadline(self) -> float | None:
        """
        Return when L{over} is to be called, C{None} for never.
        """
        return self._ends[0][0] if self._ends else None

    def over(self, now: float) -> Iterator[EventSubscription]:
        """
        Return the subscriptions that have ended; the caller drops them.
        """
        while self._ends and self._ends[0][0] <= now:
            due, _, each = heappop(self._ends)
            if not each.live or each.due != due:
                continue
            if each.expires > now:
                self._watch(each)
            else:
                yield each

    def _watch(self, each: EventSubscription) -> None:
        # In whole seconds, so that all of one second are handled together.
        if len(self._ends) > 2 * len(self.calls) + SPARE:
            ends = self._ends
            self._ends = [
                each for each in ends if each[2].live and each[2].due == each[0]
            ]
            heapify(self._ends)
        self._serial += 1
        each.due = float(ceil(each.expires))
        heappush(self._ends, (each.due, self._serial, each))
