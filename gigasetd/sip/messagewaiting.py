# -*- test-case-name: tests.sip.test_messagewaiting -*-
"""
Tells phones of messages that wait as they come and go (RFC 3842).

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from gigasetd.registry.model import HeldMessage
from gigasetd.registry.registry import Registry
from gigasetd.sip.actions import Action
from gigasetd.sip.notifier import Subscriptions


class Teller(Protocol):
    """
    L{gigasetd.sip.transportlayer.Transports}, as far as it is needed here.
    """

    now: Callable[[], float]

    def tell(self, actions: list[Action]) -> None:
        """
        Carry out what an agent wants.
        """


class Waiting:
    """
    Between the registry, which knows what waits, and those who have
    subscribed.
    """

    def __init__(
        self,
        registry: Registry,
        subscriptions: Subscriptions,
        teller: Teller,
        reactor: Any,
    ) -> None:
        self._registry, self._subscriptions = registry, subscriptions
        self._teller, self._reactor = teller, reactor
        self._numbers: dict[str, None] = {}
        registry.listen("held", self._changed)

    def _changed(self, old: HeldMessage | None, new: HeldMessage | None) -> None:
        """
        A message came or went; ten that come at once are one change.
        """
        some = new or old
        assert some is not None
        if not self._numbers:
            self._reactor.callLater(0, self._tell)
        self._numbers[some.number] = None

    def _tell(self) -> None:
        """
        Tell whom it concerns.
        """
        numbers, self._numbers = self._numbers, {}
        now = self._teller.now()
        for number in numbers:
            count = len(self._registry.waiting(number))
            actions = self._subscriptions.changed(number, count, now)
            if actions:
                self._teller.tell(actions)
