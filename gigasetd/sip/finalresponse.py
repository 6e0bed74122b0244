# -*- test-case-name: tests.sip.test_checksync,tests.sip.test_notifier -*-
"""
Whoever sends a request of our own and wants to know how it was answered.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.sip.actions import Action
from gigasetd.sip.message.message import Response
from gigasetd.sip.transaction import Transaction

SILENCE = 0
"""The "status code" of an answer that never came."""


class Notice:
    """
    Hears the final answer to one request that is no INVITE.
    """

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[int, float], None]) -> None:
        """
        @param tell: gets the status code, or L{SILENCE}, and the time.
        """
        self._tell = tell

    def answered(
        self,
        transaction: Transaction,
        response: Response,
        now: float,
        out: list[Action],
    ) -> None:
        """
        A response came.
        """
        if response.code >= 200:
            self._tell(response.code, now)

    def failed(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        None came in time, or the flow is gone.
        """
        self._tell(SILENCE, now)

    def overdue(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        Only calls ring.
        """

    def ended(self, transaction: Transaction) -> None:
        """
        Nothing is left to do.
        """

    def acknowledge(self, response: Response) -> bytes:
        """
        Only calls are acknowledged.
        """
        return b""
