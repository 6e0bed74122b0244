# -*- test-case-name: tests.sip.test_branch -*-
"""
One branch of a forked request: its state, and the requests that concern only
this hop (RFC 3261 sections 9.1 and 17.1.1.3).

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.sip.message.message import Request, encode
from gigasetd.sip.transaction import Transaction


class ForkBranch:
    """
    The request as it went to one contact.

    @ivar uri: its Request-URI.
    @ivar via: our Via line on it.
    @ivar transaction: its client transaction.
    @ivar doomed: CANCEL is to be sent as soon as the contact has answered.
    @ivar cancelled: CANCEL was sent.
    @ivar over: it has a final response, or will get none.
    """

    __slots__ = ("cancelled", "doomed", "over", "transaction", "uri", "via")

    def __init__(self, uri: str, via: str, transaction: Transaction) -> None:
        self.uri, self.via, self.transaction = uri, via, transaction
        self.doomed = self.cancelled = self.over = False

    def hopByHop(
        self, method: str, request: Request, routes: list[str], to: str
    ) -> bytes:
        """
        Encode the ACK or CANCEL of this hop, with the Via of the branch.

        @param request: the request as it came.
        @param routes: the Route values that stayed on it.
        @param to: the value of To.
        """
        first = request.first
        lines = [
            self.via,
            *(f"Route: {value}" for value in routes),
            "Max-Forwards: 70",
            f"From: {first['from']}",
            f"To: {to}",
            f"Call-ID: {first['call-id']}",
            f"CSeq: {request.cseq} {method}",
            "Content-Length: 0",
        ]
        return encode(f"{method} {self.uri} SIP/2.0", lines)
