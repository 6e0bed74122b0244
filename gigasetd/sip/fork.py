# -*- test-case-name: tests.sip.test_fork -*-
"""
The response context of a request that was forwarded: its branches, and the
one final response that goes back (RFC 3261 sections 16.6 to 16.10).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.sip.actions import Action, Flow, SendBytes, SendRequest
from gigasetd.sip.branch import ForkBranch
from gigasetd.sip.message.header import tagOf
from gigasetd.sip.message.message import Response, encode
from gigasetd.sip.message.response import respond
from gigasetd.sip.requestcontext import RequestContext
from gigasetd.sip.transaction import LENGTHS, Transaction
from gigasetd.sip.transactionlayer import Transactions
from gigasetd.sip.trust import TRUSTED_ONLY

_CHALLENGES = ("www-authenticate", "proxy-authenticate")
_PREFERRED = (401, 407, 415, 420, 484)


class Fork:
    """
    The user of the server transaction, and of the client transaction of each
    branch (L{gigasetd.sip.transactionlayer.TransactionUser}).

    @ivar request: the request as it came, the top Via marked.
    @ivar server: the transaction to answer.
    @ivar cancelled: the caller has sent CANCEL.
    """

    __slots__ = (
        "_best",
        "_branches",
        "_challenges",
        "_done",
        "_finished",
        "_invite",
        "_opens",
        "_ringTimeout",
        "_routes",
        "_tag",
        "_transactions",
        "cancelled",
        "request",
        "server",
    )

    def __init__(
        self,
        context: RequestContext,
        routes: list[str],
        transactions: Transactions,
        ringTimeout: float,
        tag: str,
        finished: Callable[[str, int, Flow | None, str], None],
    ) -> None:
        """
        @param routes: the Route values that stay on the request.
        @param ringTimeout: seconds of Timer C.
        @param tag: the To tag of our own responses.
        @param finished: called with Call-ID, status code and the callee's flow
            when the INVITE that opens a call has its final response.
        """
        self.request, self.server = context.request, context.transaction
        self._invite = context.request.method == "INVITE"
        self._opens = self._invite and not context.inDialog
        self.cancelled = False
        self._routes = routes
        self._transactions = transactions
        self._ringTimeout = ringTimeout
        self._tag = tag
        self._finished = finished
        self._branches: dict[Transaction, ForkBranch] = {}
        self._best: tuple[tuple[int, int], int, Response | None] | None = None
        self._challenges: list[str] = []
        self._done = False

    def send(
        self, uri: str, via: str, send: SendRequest, now: float, out: list[Action]
    ) -> None:
        """
        Open a branch: send the request to one contact.

        @param uri: its Request-URI.
        @param via: our Via line on it.
        """
        transaction = self._transactions.request(send, now, out)
        self._branches[transaction] = ForkBranch(uri, via, transaction)
        if self._invite:
            self._transactions.start(transaction, "C", now, self._ringTimeout)

    # as the user of the client transactions

    def answered(
        self,
        transaction: Transaction,
        response: Response,
        now: float,
        out: list[Action],
    ) -> None:
        """
        Forward what must go back at once, store the rest until all branches
        have answered (section 16.7).
        """
        branch = self._branches[transaction]
        code = response.code
        if code < 200:
            self._provisional(branch, response, now, out)
            return
        first = not branch.over
        branch.over = True
        transaction.timers.pop("C", None)
        if code < 300:
            self._success(branch, response, now, out)
        elif first:
            self._store(response)
            if code >= 600:
                self._cancelOthers(branch, now, out)
            self._conclude(now, out)

    def failed(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        Treat silence as a 408 (section 16.9).
        """
        branch = self._branches[transaction]
        if not branch.over:
            branch.over = True
            self._store(None)
            self._conclude(now, out)

    def overdue(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        Cancel a branch whose Timer C has fired (section 16.8).
        """
        branch = self._branches[transaction]
        if transaction.state == "proceeding" and not branch.cancelled:
            self._cancel(branch, now, out)
        else:
            self._transactions.fire(transaction, "stop", now, out)

    def ended(self, transaction: Transaction) -> None:
        """
        Forget a branch whose transaction is over.

        No reference cycle is left then, and the garbage collector, which
        stops the whole server while it runs, has nothing to find.
        """
        del self._branches[transaction]

    def acknowledge(self, transaction: Transaction, response: Response) -> bytes:
        """
        Encode the ACK of a final response that is no 2xx.
        """
        branch, to = self._branches[transaction], response.first["to"]
        return branch.hopByHop("ACK", self.request, self._routes, to)

    # responses

    def _provisional(
        self, branch: ForkBranch, response: Response, now: float, out: list[Action]
    ) -> None:
        if branch.doomed and not branch.cancelled:
            self._cancel(branch, now, out)
        # 100 stops here (section 16.7 step 5); RFC 4320 section 4.1 forbids
        # provisional responses to anything but INVITE.
        if branch.cancelled or response.code == 100 or not self._invite or self._done:
            return
        self._transactions.start(branch.transaction, "C", now, self._ringTimeout)
        self._forward(response, now, out)

    def _success(
        self, branch: ForkBranch, response: Response, now: float, out: list[Action]
    ) -> None:
        # Every 2xx to an INVITE goes back, a second one too, and one after
        # another final response (section 16.7 step 5, RFC 6026 section 8.5).
        if not self._done:
            self._done = True
            self._finish(response.code, branch.transaction.flow, response)
            self._cancelOthers(branch, now, out)
        elif not self._invite:
            return
        else:
            # A second phone answered: a dialog of its own (section 13.2.2.4).
            self._finish(response.code, branch.transaction.flow, response)
        self._forward(response, now, out)

    def _store(self, response: Response | None) -> None:
        """
        Store a final response if it is the best so far (section 16.7 step 6).

        @param response: C{None} for a branch that was silent.
        """
        code = 408 if response is None else response.code
        if response is not None and code in (401, 407):
            # The caller needs the challenges of all branches (step 7).
            self._challenges += [
                line
                for key, line in zip(response.keys, response.lines)
                if key in _CHALLENGES
            ]
        rank = (0 if code >= 600 else code // 100, 0 if code in _PREFERRED else 1)
        if self._best is None or rank < self._best[0]:
            self._best = (rank, code, response)

    def _conclude(self, now: float, out: list[Action]) -> None:
        """
        Send the best response back, if all branches have answered.
        """
        if self._done or not all(each.over for each in self._branches.values()):
            return
        self._done = True
        assert self._best is not None
        _, code, response = self._best
        self._finish(code, None)
        if response is not None and code != 503:
            self._forward(response, now, out, merged=True)
        elif self._invite and self.cancelled:
            self._reject(487, now, out)
        elif self._invite or code == 503:
            self._reject(500 if code == 503 else code, now, out)
        else:
            # RFC 4320 section 4.2: a 408 would come too late to be of use.
            self._transactions.drop(self.server)

    def _finish(
        self, code: int, flow: Flow | None, response: Response | None = None
    ) -> None:
        if self._opens:
            tag = "" if response is None else tagOf(response.first["to"])
            self._finished(self.request.first["call-id"], code, flow, tag)

    def _reject(self, code: int, now: float, out: list[Action]) -> None:
        data = respond(self.request, code, toTag=self._tag)
        self._transactions.reply(self.server, code, data, now, out)

    def _forward(
        self, response: Response, now: float, out: list[Action], merged: bool = False
    ) -> None:
        """
        Send a response back without our Via (section 16.7 steps 3 to 9).

        @param merged: whether it stands for the responses of all branches.
        """
        lines = withoutTopVia(response)
        joins = merged and self._challenges and response.code in (401, 407)
        dropped = TRUSTED_ONLY.union(_CHALLENGES) if joins else TRUSTED_ONLY
        if not response.first.keys().isdisjoint(dropped):
            lines = [
                line
                for key, line in zip(withoutTopKey(response), lines)
                if key not in dropped
            ]
        if joins:
            lines += self._challenges
        if "content-length" not in response.first:
            lines.append(f"Content-Length: {len(response.body)}")
        data = encode(response.start, lines, response.body)
        if self.server.state == "terminated":
            out.append(SendBytes(data, self.server.flow))
        else:
            self._transactions.reply(self.server, response.code, data, now, out)

    # CANCEL

    def cancel(self, now: float, out: list[Action]) -> None:
        """
        Cancel all branches: the caller has sent CANCEL (section 16.10).
        """
        self.cancelled = True
        self._cancelOthers(None, now, out)

    def _cancelOthers(
        self, but: ForkBranch | None, now: float, out: list[Action]
    ) -> None:
        if not self._invite:
            return
        for branch in self._branches.values():
            if branch is but or branch.over or branch.cancelled:
                continue
            if branch.transaction.state == "proceeding":
                self._cancel(branch, now, out)
            else:
                # No CANCEL before the first response (section 9.1).
                branch.doomed = True

    def _cancel(self, branch: ForkBranch, now: float, out: list[Action]) -> None:
        """
        Send CANCEL to one contact; without a final response within 64*T1 the
        branch fails (section 9.1).
        """
        branch.cancelled = True
        transaction, to = branch.transaction, self.request.first["to"]
        data = branch.hopByHop("CANCEL", self.request, self._routes, to)
        name = transaction.key.partition("|")[0]
        send = SendRequest(data, name, "CANCEL", transaction.flow)
        self._transactions.request(send, now, out)
        self._transactions.start(transaction, "C", now, LENGTHS["B"])


def withoutTopVia(response: Response) -> list[str]:
    """
    Return the response's lines without its top Via I{value}, which may share
    its line with others.
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
    Return the keys of L{withoutTopVia}'s lines.
    """
    keys = response.keys.copy()
    if not response.via.rest:
        keys.remove("via")
    return keys
