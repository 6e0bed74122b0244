# -*- test-case-name: tests.sip.test_dispatcher -*-
"""
The SIP server without its sockets: octets and the time in, actions out
(RFC 3261 sections 8.2, 16, 17 and 18.2).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Action, Flow, Send
from gigasetd.sip.admission import inDialog
from gigasetd.sip.calls import Calls
from gigasetd.sip.domain import Domain
from gigasetd.sip.flows import Network
from gigasetd.sip.fork import Fork
from gigasetd.sip.localagents import Agents, Owner
from gigasetd.sip.message.message import Limits, Malformed, Request, Response, parse
from gigasetd.sip.message.response import respond
from gigasetd.sip.message.via import marked
from gigasetd.sip.proxy import Proxy
from gigasetd.sip.registrar import Registrar
from gigasetd.sip.transaction import Transaction
from gigasetd.sip.transactionlayer import Transactions, serverKey

METHODS = (
    "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, UPDATE, PRACK, MESSAGE, "
    "REFER, NOTIFY, SUBSCRIBE"
)
"""What passes through this server, for Allow."""

SWEEP = 60.0
"""Seconds between two looks at calls whose end nobody told."""


class Layer:
    """
    @ivar mostTransactions: how many may be under way.
    @ivar counts: what has come in so far.
    """

    def __init__(
        self,
        domain: Domain,
        network: Network,
        registrar: Registrar,
        proxy: Proxy,
        transactions: Transactions,
        calls: Calls,
        agents: Agents,
        alive: Callable[[str], bool],
        limits: Limits,
        mostTransactions: int,
        longestCall: float,
        tag: str,
    ) -> None:
        self._domain = domain
        self._network = network
        self._registrar = registrar
        self._proxy = proxy
        self._transactions = transactions
        self._calls = calls
        self._agents = agents
        self._alive = alive
        self._limits = limits
        self.mostTransactions = mostTransactions
        self._longestCall = longestCall
        self._tag = tag
        self._swept = 0.0
        self.counts = {
            "requests": 0,
            "responses": 0,
            "malformed": 0,
            "faulty": 0,
            "stray_responses": 0,
            "overload": 0,
        }

    # the four verbs of a transport

    def receive(self, data: bytes, flow: Flow, now: float) -> list[Action]:
        """
        One message came over C{flow}.
        """
        out: list[Action] = []
        try:
            message = parse(data, self._limits)
        except Malformed:
            self.counts["malformed"] += 1
            return out
        if isinstance(message, Request):
            self.counts["requests"] += 1
            self._request(message, flow, now, out)
        else:
            self.counts["responses"] += 1
            self._response(message, now, out)
        return out

    def wake(self, now: float) -> list[Action]:
        """
        The L{deadline} has come.
        """
        out: list[Action] = []
        self._transactions.wake(now, out)
        out += self._agents.wake(now)
        if now >= self._swept + SWEEP:
            self._swept = now
            self._calls.sweep(now - self._longestCall, self._alive)
        return out

    def deadline(self) -> float | None:
        """
        When L{wake} is to be called next, C{None} when nothing waits.
        """
        due = self._transactions.deadline()
        waiting = self._agents.deadline()
        if waiting is not None and (due is None or waiting < due):
            due = waiting
        if self._calls:
            due = min(due or self._swept + SWEEP, self._swept + SWEEP)
        return due

    def opened(self, flow: Flow) -> None:
        """
        A stream is there.
        """
        self._network.streams.add(flow.connection)

    def lost(self, flow: Flow, now: float) -> list[Action]:
        """
        The stream of C{flow} has ended: what it was to answer fails, and what
        it asked is called off.
        """
        out: list[Action] = []
        self._network.streams.discard(flow.connection)
        for server in self._transactions.lost(flow, now, out):
            if isinstance(server.user, Fork):
                server.user.cancel(now, out)
        return out

    # requests

    def _request(
        self, request: Request, flow: Flow, now: float, out: list[Action]
    ) -> None:
        """
        Mark where it came from, and give it to whom it concerns.
        """
        _mark(request, flow)
        if request.fault is not None:
            self._faulty(request, flow, out)
        elif request.method == "REGISTER":
            data = self._registrar.register(request, flow, now)
            out.append(Send(data, replyFlow(request, flow), self._registrar.after))
        elif request.method == "ACK":
            self._ack(request, flow, now, out)
        elif request.method == "CANCEL":
            self._cancel(request, flow, now, out)
        else:
            self._open(request, flow, now, out)

    def _faulty(self, request: Request, flow: Flow, out: list[Action]) -> None:
        """
        Tell the sender what is wrong with its request; an ACK gets no answer.
        """
        self.counts["faulty"] += 1
        fault = request.fault
        if fault is not None and request.method != "ACK":
            data = respond(request, fault.code, fault.phrase, toTag=self._tag)
            out.append(Send(data, replyFlow(request, flow)))

    def _open(
        self, request: Request, flow: Flow, now: float, out: list[Action]
    ) -> None:
        """
        A request with a server transaction: absorb a repetition, else begin.
        """
        key = serverKey(request, request.method)
        server = self._transactions.server.get(key)
        if server is not None:
            self._transactions.fire(server, "request", now, out)
            return
        answerTo = replyFlow(request, flow)
        if len(self._transactions) >= self.mostTransactions:
            self.counts["overload"] += 1
            headers = ("Retry-After: 5",)
            data = respond(request, 503, toTag=self._tag, headers=headers)
            out.append(Send(data, answerTo))
            return
        invite = request.method == "INVITE"
        server = self._transactions.serve(key, invite, answerTo)
        self._dispatch(request, flow, server, now, out)

    def _dispatch(
        self,
        request: Request,
        flow: Flow,
        server: Transaction,
        now: float,
        out: list[Action],
    ) -> None:
        """
        To one of our own agents, to ourselves, or on to a phone.
        """
        agent = self._agents.find(request)
        if agent is not None:
            if self._proxy.admits(request, flow, server, now, out):
                server.user = Owner(agent, request)
                out += self._agents.perform(agent.receive(request, flow, now), now)
        elif request.method == "OPTIONS" and self._isOurs(request):
            data = respond(
                request,
                200,
                toTag=self._tag,
                headers=(f"Allow: {METHODS}", "Accept: application/sdp"),
            )
            self._transactions.reply(server, 200, data, now, out)
        else:
            self._proxy.receive(request, flow, server, now, out)

    def _isOurs(self, request: Request) -> bool:
        """
        Whether we answer an OPTIONS ourselves (RFC 3261 section 11): outside
        a dialog always, be it for the server, a number, or one that does not
        exist, since anybody may send it and nobody shall learn from it.
        """
        if inDialog(request):
            return False
        try:
            return self._domain.target(request.uri)[1]
        except BadValue:
            return False

    def _ack(self, request: Request, flow: Flow, now: float, out: list[Action]) -> None:
        """
        The ACK of a refusal ends here; that of a 2xx goes to whom it is for.
        """
        server = self._transactions.server.get(serverKey(request, "INVITE"))
        if server is not None and server.state in ("completed", "confirmed"):
            self._transactions.fire(server, "ack", now, out)
            return
        agent = self._agents.find(request)
        if agent is not None:
            out += self._agents.perform(agent.receive(request, flow, now), now)
        else:
            self._proxy.acknowledge(request, flow, now, out)

    def _cancel(
        self, request: Request, flow: Flow, now: float, out: list[Action]
    ) -> None:
        """
        Answer at once, then call the INVITE off (section 9.2).
        """
        key = serverKey(request, "CANCEL")
        known = self._transactions.server.get(key)
        if known is not None:
            self._transactions.fire(known, "request", now, out)
            return
        invite = self._transactions.server.get(serverKey(request, "INVITE"))
        answerTo = replyFlow(request, flow)
        if invite is None:
            # Without a transaction: such requests cost nothing to make up.
            out.append(Send(respond(request, 481, toTag=self._tag), answerTo))
            return
        mine = self._transactions.serve(key, False, answerTo)
        data = respond(request, 200, toTag=self._tag)
        self._transactions.reply(mine, 200, data, now, out)
        if invite.state != "proceeding":
            return
        if isinstance(invite.user, Fork):
            invite.user.cancel(now, out)
        elif isinstance(invite.user, Owner):
            out += self._agents.perform(
                invite.user.agent.cancelled(invite.user.request, now), now
            )

    # responses

    def _response(self, response: Response, now: float, out: list[Action]) -> None:
        """
        Hand a response to its transaction; strays are counted and dropped,
        but for a 2xx that comes after its transaction (RFC 6026 leaves none).
        """
        if response.fault is not None:
            self.counts["faulty"] += 1
        elif not self._transactions.answer(response, now, out):
            self.counts["stray_responses"] += 1

    def perform(self, actions: list[Action], now: float) -> list[Action]:
        """
        Turn what one of our agents wants into what a transport can do.
        """
        return self._agents.perform(actions, now)


def _mark(request: Request, flow: Flow) -> None:
    """
    Write the source into the top Via (section 18.2.1, RFC 3581).
    """
    via = request.via
    top = marked(via, flow.host, flow.port)
    if top is not via.top:
        rest = f", {via.rest}" if via.rest else ""
        request.lines[request.keys.index("via")] = f"Via: {top}{rest}"


def replyFlow(request: Request, flow: Flow) -> Flow:
    """
    Where responses go: back over a stream, to the source port where C{rport}
    asks for it, else to the port that Via names (section 18.2.2, RFC 3581).
    """
    via = request.via
    if flow.connection or via.rport is not None:
        return flow
    port = via.port or 5060
    return flow if port == flow.port else flow._replace(port=port)
