# -*- test-case-name: tests.sip.test_finalresponse -*-
"""
The transaction user of requests of our own that are no INVITE.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.sip.actions import Action
from gigasetd.sip.message.message import Response
from gigasetd.sip.transaction import Transaction

SILENCE = 0
"""The "status code" of a response that never came."""


class FinalResponseListener:
    """
    Reports the final response to one request
    (L{gigasetd.sip.transactionlayer.TransactionUser}).
    """

    __slots__ = ("_report",)

    def __init__(self, report: Callable[[int, float], None]) -> None:
        """
        @param report: called with the status code, or L{SILENCE}, and the
            time.
        """
        self._report = report

    def answered(
        self,
        transaction: Transaction,
        response: Response,
        now: float,
        out: list[Action],
    ) -> None:
        """
        Report a final response.
        """
        if response.code >= 200:
            self._report(response.code, now)

    def failed(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        Report that none came in time, or that the flow is gone.
        """
        self._report(SILENCE, now)

    def overdue(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        Never called: only INVITE has a Timer C.
        """

    def ended(self, transaction: Transaction) -> None:
        """
        Nothing is left to do.
        """

    def acknowledge(self, transaction: Transaction, response: Response) -> bytes:
        """
        Never called: only INVITE is acknowledged.
        """
        return b""
