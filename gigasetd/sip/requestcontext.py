# -*- test-case-name: tests.sip.test_requestcontext -*-
"""
One request while the rules handle it: how it came, its server transaction,
its dialog and its target.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Action, Flow
from gigasetd.sip.domain import Domain
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.via import marked
from gigasetd.sip.transaction import Transaction

_TAG = re.compile(r";[ \t]*tag[ \t]*=", re.IGNORECASE)


class RequestContext:
    """
    Lives from the arrival of a request to the end of its handling, and is not
    stored: its actions would stay in memory with it.

    @ivar request: the request.
    @ivar flow: the flow that it came by.
    @ivar now: when it came.
    @ivar out: the actions so far; each rule appends its own.
    @ivar size: the octets of the message; 0 where the answer may have any size.
    @ivar admitted: whether its sender has proven who it is.
    @ivar caller: the number of the account that sends it, outside a dialog.
    @ivar onward: inside a dialog, the flow to its other side, and the Route
        values that stay.
    @ivar transaction: its server transaction; unset for REGISTER, ACK and
        CANCEL, and until the request is admitted.
    @ivar inDialog: whether it belongs to a dialog: its To has a tag.
    @ivar number: the number in its Request-URI, for a REGISTER in its To;
        C{None} where that holds no number, and inside a dialog.
    @ivar owned: whether that URI is in our domain; C{None} where the URI
        cannot be used.  False inside a dialog.
    """

    __slots__ = tuple(
        "admitted caller flow inDialog now number onward out owned request size "
        "transaction".split()
    )
    caller: str
    onward: tuple[Flow, Sequence[str]]
    transaction: Transaction

    def __init__(
        self,
        request: Request,
        flow: Flow,
        now: float,
        out: list[Action],
        size: int = 0,
    ) -> None:
        self.request = request
        self.flow = flow
        self.now = now
        self.out = out
        self.size = size
        self.admitted = False
        self.inDialog = False
        self.number: str | None = None
        self.owned: bool | None = False

    def mark(self) -> None:
        """
        Write the source into the top Via (RFC 3261 section 18.2.1, RFC 3581).
        """
        request = self.request
        via = request.via
        top = marked(via, self.flow.host, self.flow.port)
        if top is not via.top:
            rest = f", {via.rest}" if via.rest else ""
            request.lines[request.keys.index("via")] = f"Via: {top}{rest}"

    def locate(self, domain: Domain) -> None:
        """
        Set C{inDialog}, and outside a dialog C{number} and C{owned} by the
        Request-URI.
        """
        to = self.request.first["to"]
        # Behind the last bracket stand only parameters of the header.
        if _TAG.search(to, to.rfind(">") + 1) is not None:
            self.inDialog = True
            return
        try:
            self.number, self.owned = domain.target(self.request.uri)
        except BadValue:
            self.owned = None

    def replyFlow(self) -> Flow:
        """
        Return the flow that responses take: back over a stream, to the source
        port where C{rport} asks for it, else to the port that Via names (RFC
        3261 section 18.2.2, RFC 3581).
        """
        via, flow = self.request.via, self.flow
        if flow.connection or via.rport is not None:
            return flow
        port = via.port or 5060
        return flow if port == flow.port else flow._replace(port=port)
