# -*- test-case-name: tests.sip.test_fork -*-
"""
One contact that a forked request went to: its hop-by-hop requests, and what
it says (RFC 3261 sections 9.1, 17.1.1.3).

Layer 2 (rules).
"""

from __future__ import annotations

from typing import Protocol

from gigasetd.sip.actions import Action
from gigasetd.sip.message.message import Request, Response, encode
from gigasetd.sip.transaction import Transaction


class Context(Protocol):
    """
    The response context that a branch belongs to.
    """

    request: Request
    routes: list[str]

    def answered(
        self, leg: Branch, response: Response, now: float, out: list[Action]
    ) -> None:
        """
        A response came.
        """

    def failed(self, leg: Branch, now: float, out: list[Action]) -> None:
        """
        None came.
        """

    def overdue(self, leg: Branch, now: float, out: list[Action]) -> None:
        """
        It rang too long.
        """

    def ended(self, leg: Branch) -> None:
        """
        It is over.
        """


class Branch:
    """
    One contact that the request went to.

    @ivar uri: its Request-URI.
    @ivar via: our Via line on it.
    @ivar doomed: it is to be cancelled as soon as it has answered.
    @ivar cancelled: CANCEL was sent.
    @ivar over: it has a final answer.
    """

    __slots__ = ("cancelled", "doomed", "fork", "over", "transaction", "uri", "via")
    transaction: Transaction

    def __init__(self, fork: Context, uri: str, via: str) -> None:
        self.fork, self.uri, self.via = fork, uri, via
        self.doomed = self.cancelled = self.over = False

    def answered(
        self,
        transaction: Transaction,
        response: Response,
        now: float,
        out: list[Action],
    ) -> None:
        """
        The contact said something.
        """
        self.fork.answered(self, response, now, out)

    def failed(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        The contact said nothing, or is gone.
        """
        self.fork.failed(self, now, out)

    def overdue(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        It rang too long (RFC 3261 section 16.8).
        """
        self.fork.overdue(self, now, out)

    def ended(self, transaction: Transaction) -> None:
        """
        Its transaction is over.
        """
        self.fork.ended(self)

    def acknowledge(self, response: Response) -> bytes:
        """
        The ACK of this hop (section 17.1.1.3).
        """
        return self._hopByHop("ACK", response.first["to"])

    def cancel(self) -> bytes:
        """
        The CANCEL of this hop (section 9.1).
        """
        return self._hopByHop("CANCEL", self.fork.request.first["to"])

    def _hopByHop(self, method: str, to: str) -> bytes:
        """
        A request that repeats the branch's own Via.
        """
        request = self.fork.request
        first = request.first
        lines = [
            self.via,
            *(f"Route: {value}" for value in self.fork.routes),
            "Max-Forwards: 70",
            f"From: {first['from']}",
            f"To: {to}",
            f"Call-ID: {first['call-id']}",
            f"CSeq: {request.cseq} {method}",
            "Content-Length: 0",
        ]
        return encode(f"{method} {self.uri} SIP/2.0", lines)
