# -*- test-case-name: tests.sip.test_messagewaiting -*-
"""
Notifies phones when the count of their offline messages changes (RFC 3842).

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from gigasetd.registry.model import HeldMessage
from gigasetd.registry.registry import Registry
from gigasetd.sip.actions import Action
from gigasetd.sip.notifier import Subscriptions


class ActionPerformer(Protocol):
    """
    The part of L{gigasetd.sip.transportlayer.Transports} that is used here.
    """

    now: Callable[[], float]

    def perform(self, actions: list[Action]) -> None:
        """
        Carry out the actions of a local agent.
        """


class MessageWaiting:
    """
    Carries changes from the registry to the subscriptions.
    """

    def __init__(
        self,
        registry: Registry,
        subscriptions: Subscriptions,
        transports: ActionPerformer,
        reactor: Any,
    ) -> None:
        self._registry, self._subscriptions = registry, subscriptions
        self._transports, self._reactor = transports, reactor
        self._numbers: dict[str, None] = {}
        registry.listen("held", self._changed)

    def _changed(self, old: HeldMessage | None, new: HeldMessage | None) -> None:
        message = new or old
        assert message is not None
        if not self._numbers:
            # Ten messages that come at once are one change.
            self._reactor.callLater(0, self._notify)
        self._numbers[message.number] = None

    def _notify(self) -> None:
        numbers, self._numbers = self._numbers, {}
        now = self._transports.now()
        for number in numbers:
            count = len(self._registry.waiting(number))
            actions = self._subscriptions.changed(number, count, now)
            if actions:
                self._transports.perform(actions)
