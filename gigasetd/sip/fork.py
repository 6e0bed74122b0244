# -*- test-case-name: tests.sip.test_fork -*-
"""
One request on its way to all contacts of a number, and the one answer that
goes back (RFC 3261 sections 16.6 to 16.10: the response context).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.sip.actions import Action, Flow, Send
from gigasetd.sip.branch import Branch
from gigasetd.sip.message.message import Request, Response, encode
from gigasetd.sip.message.response import respond
from gigasetd.sip.transaction import LENGTHS, Transaction
from gigasetd.sip.transactionlayer import Transactions

_CHALLENGES = ("www-authenticate", "proxy-authenticate")
_PREFERRED = (401, 407, 415, 420, 484)


class Fork:
    """
    @ivar request: the request as it came, the top Via marked.
    @ivar routes: Route values that stay on it.
    @ivar server: the transaction to answer.
    @ivar cancelled: the caller gave up.
    """

    __slots__ = (
        "_best",
        "_branches",
        "_challenges",
        "_done",
        "_finish",
        "_ringTimeout",
        "_tag",
        "_transactions",
        "cancelled",
        "invite",
        "request",
        "routes",
        "server",
    )

    def __init__(
        self,
        request: Request,
        routes: list[str],
        server: Transaction,
        transactions: Transactions,
        ringTimeout: float,
        tag: str,
        finish: Callable[[Request, int, Flow | None], None],
    ) -> None:
        self.request, self.routes, self.server = request, routes, server
        self.invite = request.method == "INVITE"
        self.cancelled = False
        self._transactions = transactions
        self._ringTimeout = ringTimeout
        self._tag = tag
        self._finish = finish
        self._branches: list[Branch] = []
        self._best: tuple[tuple[int, int], int, Response | None] | None = None
        self._challenges: list[str] = []
        self._done = False

    def send(
        self,
        uri: str,
        branch: str,
        via: str,
        data: bytes,
        flow: Flow,
        now: float,
        out: list[Action],
    ) -> None:
        """
        Send the request to one contact.
        """
        leg = Branch(self, uri, via)
        self._branches.append(leg)
        leg.transaction = self._transactions.ask(
            branch, self.request.method, flow, data, leg, now, out
        )
        if self.invite:
            self._transactions.start(leg.transaction, "C", now, self._ringTimeout)

    # answers from below

    def answered(
        self, leg: Branch, response: Response, now: float, out: list[Action]
    ) -> None:
        """
        Pass on what must pass at once, keep the rest until all have answered
        (section 16.7).
        """
        code = response.code
        if code < 200:
            self._provisional(leg, response, now, out)
            return
        first = not leg.over
        leg.over = True
        leg.transaction.timers.pop("C", None)
        if code < 300:
            self._success(leg, response, now, out)
        elif first:
            self._keep(response)
            if code >= 600:
                self._cancelOthers(leg, now, out)
            self._conclude(now, out)

    def _provisional(
        self, leg: Branch, response: Response, now: float, out: list[Action]
    ) -> None:
        """
        100 stops here; others pass and wind up Timer C (section 16.7 steps 2
        and 5).  A non-INVITE request is not kept waiting by any (RFC 4320).
        """
        if leg.doomed and not leg.cancelled:
            self._cancel(leg, now, out)
        if leg.cancelled:
            return
        if response.code == 100 or not self.invite or self._done:
            return
        self._transactions.start(leg.transaction, "C", now, self._ringTimeout)
        self._forward(response, now, out)

    def _success(
        self, leg: Branch, response: Response, now: float, out: list[Action]
    ) -> None:
        """
        Every 2xx to an INVITE passes, also a second one, also after another
        final answer (section 16.7 step 5, RFC 6026 section 8.5).
        """
        if not self._done:
            self._done = True
            self._finish(self.request, response.code, leg.transaction.flow)
            self._cancelOthers(leg, now, out)
        elif not self.invite:
            return
        self._forward(response, now, out)

    def failed(self, leg: Branch, now: float, out: list[Action]) -> None:
        """
        A contact is silent: as if it had said 408 (section 16.9).
        """
        if not leg.over:
            leg.over = True
            self._keep(None)
            self._conclude(now, out)

    def overdue(self, leg: Branch, now: float, out: list[Action]) -> None:
        """
        Timer C (section 16.8).
        """
        if leg.transaction.state == "proceeding" and not leg.cancelled:
            self._cancel(leg, now, out)
        else:
            self._transactions.fire(leg.transaction, "stop", now, out)

    def ended(self, leg: Branch) -> None:
        """
        Let go of a contact that has nothing more to say, so that no cycle is
        left for the garbage collector, which stops everybody while it looks.
        """
        self._branches.remove(leg)

    def _keep(self, response: Response | None) -> None:
        """
        Remember the best of the final answers (section 16.7 step 6).
        """
        code = 408 if response is None else response.code
        if response is not None and code in (401, 407):
            for name in _CHALLENGES:
                self._challenges += [
                    line
                    for key, line in zip(response.keys, response.lines)
                    if key == name
                ]
        rank = (0 if code >= 600 else code // 100, 0 if code in _PREFERRED else 1)
        if self._best is None or rank < self._best[0]:
            self._best = (rank, code, response)

    def _conclude(self, now: float, out: list[Action]) -> None:
        """
        When all have answered, the best answer goes upstream.
        """
        if self._done or not all(leg.over for leg in self._branches):
            return
        self._done = True
        assert self._best is not None
        _, code, response = self._best
        self._finish(self.request, code, None)
        if response is not None and code != 503:
            self._forward(response, now, out, merged=True)
        elif self.invite and self.cancelled:
            self.refuse(487, now, out)
        elif self.invite or code == 503:
            self.refuse(500 if code == 503 else code, now, out)
        else:
            # RFC 4320 section 4.2: a 408 would come too late to be of use.
            self._transactions.drop(self.server)

    def refuse(self, code: int, now: float, out: list[Action]) -> None:
        """
        A final answer of our own.
        """
        data = respond(self.request, code, toTag=self._tag)
        self._transactions.reply(self.server, code, data, now, out)

    def _forward(
        self, response: Response, now: float, out: list[Action], merged: bool = False
    ) -> None:
        """
        Send a response upstream without our Via (section 16.7 steps 3 to 9).
        """
        lines = withoutTopVia(response)
        if merged and self._challenges and response.code in (401, 407):
            lines = [
                line
                for key, line in zip(withoutTopKey(response), lines)
                if key not in _CHALLENGES
            ] + self._challenges
        if "content-length" not in response.first:
            lines.append(f"Content-Length: {len(response.body)}")
        data = encode(response.start, lines, response.body)
        if self.server.state == "terminated":
            out.append(Send(data, self.server.flow))
        else:
            self._transactions.reply(self.server, response.code, data, now, out)

    # calling off

    def cancel(self, now: float, out: list[Action]) -> None:
        """
        The caller gave up (section 16.10).
        """
        self.cancelled = True
        self._cancelOthers(None, now, out)

    def _cancelOthers(self, but: Branch | None, now: float, out: list[Action]) -> None:
        """
        Cancel every contact that still rings.
        """
        if not self.invite:
            return
        for leg in self._branches:
            if leg is but or leg.over or leg.cancelled:
                continue
            if leg.transaction.state == "proceeding":
                self._cancel(leg, now, out)
            else:
                # Nothing may be cancelled before it has answered at all.
                leg.doomed = True

    def _cancel(self, leg: Branch, now: float, out: list[Action]) -> None:
        """
        Send CANCEL to one contact; if it then says nothing, it is given up
        after 64*T1 (section 9.1).
        """
        leg.cancelled = True
        transaction = leg.transaction
        branch = transaction.key.partition("|")[0]
        self._transactions.ask(
            branch, "CANCEL", transaction.flow, leg.cancel(), None, now, out
        )
        self._transactions.start(transaction, "C", now, LENGTHS["B"])


def withoutTopVia(response: Response) -> list[str]:
    """
    The response's lines without its top Via I{value}, which may share its
    line with others.
    """
    lines = response.lines.copy()
    at = response.keys.index("via")
    if response.via.rest:
        lines[at] = f"Via: {response.via.rest}"
    else:
        del lines[at]
    return lines


def withoutTopKey(response: Response) -> list[str]:
    """
    The keys of L{withoutTopVia}'s lines.
    """
    keys = response.keys.copy()
    if not response.via.rest:
        keys.remove("via")
    return keys
