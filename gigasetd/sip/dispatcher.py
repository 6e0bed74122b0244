# -*- test-case-name: tests.sip.test_dispatcher -*-
"""
The entrance to the rules: octets and the time in, actions out (RFC 3261
sections 8.2, 16, 17 and 18.2).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Action, Flow, SendBytes
from gigasetd.sip.fork import Fork
from gigasetd.sip.forwarding import LONGEST_CALL
from gigasetd.sip.localagents import AgentRequest, LocalAgent, LocalAgents
from gigasetd.sip.message.message import (
    MalformedSIP,
    MessageLimits,
    Request,
    Response,
    parse,
)
from gigasetd.sip.message.response import respond
from gigasetd.sip.proxy import Proxy
from gigasetd.sip.registrar import Registrar
from gigasetd.sip.rejection import RequestRejected
from gigasetd.sip.requestcontext import RequestContext
from gigasetd.sip.serverstate import ServerState
from gigasetd.sip.transactionlayer import serverKey

METHODS = (
    "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, UPDATE, PRACK, MESSAGE, "
    "REFER, NOTIFY, SUBSCRIBE"
)
"""The methods that this server handles or forwards, for Allow."""

AMPLIFICATION = 2.5
"""How much larger than its request an answer may be whose receiver has not proven
that it sent the request, as packets: else one that forges the address of another
would flood it through us."""

PACKET = 28
"""Octets of the headers of IPv4 and UDP."""

SWEEP = 60.0
"""Seconds between two searches for calls that ended without a BYE."""


class DispatcherLimits(NamedTuple):
    """
    What may be under way.
    """

    message: MessageLimits = MessageLimits()
    transactions: int = 100000  #: client and server transactions together
    unbound: int = 5000
    """Server transactions whose requests came over flows without a binding; never
    more than half of all."""
    unboundEach: int = 200  #: those of one source
    callSeconds: float = LONGEST_CALL
    """Seconds after which a call without a BYE is no longer listed."""


class Peers(NamedTuple):
    """
    What the dispatcher needs to know of peers.
    """

    hasBinding: Callable[[str], bool]  #: whether a number has one
    isBound: Callable[[Flow], bool]  #: whether a flow has one
    source: Callable[[str], str]  #: the source of an address


class SipDispatcher:
    """
    Hands each message to the rule that it concerns.

    @ivar limits: what may be under way.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        state: ServerState,
        registrar: Registrar,
        proxy: Proxy,
        agents: LocalAgents,
        peers: Peers,
        limits: DispatcherLimits,
    ) -> None:
        self._state = state
        self._transactions = state.transactions
        self._registrar = registrar
        self._proxy = proxy
        self._agents = agents
        self._peers = peers
        self.limits = limits
        self._swept = 0.0
        self.counts = {
            "requests": 0,
            "responses": 0,
            "malformed": 0,
            "faulty": 0,
            "stray_responses": 0,
            "overload": 0,
            "unregistered_overload": 0,
            "not_admitted": 0,
            "too_small": 0,
        }

    # the verbs of a transport

    def receive(self, data: bytes, flow: Flow, now: float) -> list[Action]:
        """
        Handle one message that came over C{flow}.
        """
        out: list[Action] = []
        try:
            message = parse(data, self.limits.message)
        except MalformedSIP:
            self.counts["malformed"] += 1
            return out
        if isinstance(message, Request):
            self.counts["requests"] += 1
            size = 0 if flow.connection else len(data)
            self._request(RequestContext(message, flow, now, out, size))
        else:
            self.counts["responses"] += 1
            self._response(message, flow, now, out)
        return out

    def wake(self, now: float) -> list[Action]:
        """
        Do what is due at L{deadline}.
        """
        out: list[Action] = []
        self._transactions.wake(now, out)
        out += self._agents.wake(now)
        if now >= self._swept + SWEEP:
            self._swept = now
            self._state.calls.sweep(
                now - self.limits.callSeconds, self._peers.hasBinding
            )
        return out

    def deadline(self) -> float | None:
        """
        Return when L{wake} is to be called next, C{None} for never.
        """
        due = self._transactions.deadline()
        agents = self._agents.deadline()
        if agents is not None and (due is None or agents < due):
            due = agents
        if self._state.calls:
            due = min(due or self._swept + SWEEP, self._swept + SWEEP)
        return due

    def opened(self, flow: Flow) -> None:
        """
        Note that a stream is open.
        """
        self._state.network.streams.add(flow.connection)

    def lost(self, flow: Flow, now: float) -> list[Action]:
        """
        End what depended on a stream that has closed: requests sent over it
        fail, requests that came over it are cancelled.
        """
        out: list[Action] = []
        self._state.network.streams.discard(flow.connection)
        self._state.network.proven.discard(flow.connection)
        for server in self._transactions.lost(flow, now, out):
            if isinstance(server.user, Fork):
                server.user.cancel(now, out)
        return out

    def perform(self, actions: list[Action], now: float) -> list[Action]:
        """
        Turn the actions of a local agent into those of a transport.
        """
        return self._agents.perform(actions, now)

    # requests

    def _request(self, context: RequestContext) -> None:
        context.mark()
        request = context.request
        if request.fault is not None:
            self._faulty(context)
        elif request.method == "REGISTER":
            # Without a transaction: the same request again gets the same
            # answer, and a thousand a second would hold 32,000 transactions.
            data = self._registrar.register(context)
            if context.admitted:
                send = SendBytes(data, context.replyFlow(), self._registrar.after)
                context.out.append(send)
            else:
                self._send(context, data)
        elif request.method == "ACK":
            self._ack(context)
        elif request.method == "CANCEL":
            self._cancel(context)
        else:
            self._open(context)
        if context.admitted and context.flow.connection:
            self._state.network.proven.add(context.flow.connection)

    def _faulty(self, context: RequestContext) -> None:
        self.counts["faulty"] += 1
        fault = context.request.fault
        # An ACK gets no answer, whatever is wrong with it.
        if fault is not None and context.request.method != "ACK":
            self._answer(context, fault.code, fault.phrase)

    def _answer(
        self, context: RequestContext, code: int, phrase: str = "", *headers: str
    ) -> None:
        # Without a transaction: who is not proven gets one copy, and nothing is
        # stored for it (RFC 3261 section 26.3.2.4).
        tag = self._state.tag
        data = respond(context.request, code, phrase, toTag=tag, headers=headers)
        self._send(context, data)

    def _send(self, context: RequestContext, data: bytes) -> None:
        # A request that is too small to be a phone's gets no answer: its sender
        # may have written the address of another, which the answer would flood.
        if context.size and not context.admitted:
            most = AMPLIFICATION * (context.size + PACKET)
            if len(data) + PACKET > most:
                self.counts["too_small"] += 1
                return
        context.out.append(SendBytes(data, context.replyFlow()))

    def _open(self, context: RequestContext) -> None:
        request, transactions = context.request, self._transactions
        key = serverKey(request, request.method)
        server = transactions.server.get(key)
        if server is not None:
            transactions.fire(server, "request", context.now, context.out)
            return
        context.locate(self._state.domain)
        if request.method == "OPTIONS" and context.owned:
            # Outside a dialog always ours, for the server, for a number, or
            # for one that does not exist: any peer may send it, and must not
            # learn from it which numbers exist (RFC 3261 section 11).
            headers = (f"Allow: {METHODS}", "Accept: application/sdp")
            self._answer(context, 200, "", *headers)
            return
        agent = self._agents.find(context)
        if self._admits(context, key, agent):
            if agent is None:
                self._proxy.receive(context)
            elif self._proxy.begins(context):
                self._agents.receive(agent, context)

    def _admits(
        self, context: RequestContext, key: str, agent: LocalAgent | None
    ) -> bool:
        # Creates the transaction of a request that is admitted; answers any other.
        try:
            self._proxy.admit(context, forwarded=agent is None)
            if agent is not None:
                self._agents.checkPeer(agent, context)
            source = self._room(context.flow)
        except BadValue as error:
            self._answer(context, 400, str(error).capitalize())
        except RequestRejected as rejection:
            self.counts["not_admitted"] += 1
            self._proxy.counts["refused"] += 1
            self._answer(context, rejection.code, rejection.phrase, *rejection.headers)
        else:
            invite = context.request.method == "INVITE"
            context.transaction = self._transactions.serve(
                key, invite, context.replyFlow(), source
            )
            return True
        return False

    def _room(self, flow: Flow) -> str:
        """
        Return the source that a new transaction counts for, C{""} for a flow with a
        binding.

        @raise RequestRejected: there is no room for it.
        """
        limits, transactions = self.limits, self._transactions
        if len(transactions) >= limits.transactions:
            self.counts["overload"] += 1
            raise RequestRejected(503, "Retry-After: 5")
        if self._peers.isBound(flow):
            return ""
        source = self._peers.source(flow.host)
        most = min(limits.unbound, limits.transactions // 2)
        share = transactions.shares.get(source, 0)
        if share >= limits.unboundEach or transactions.unbound >= most:
            self.counts["unregistered_overload"] += 1
            raise RequestRejected(503, "Retry-After: 5")
        return source

    def _ack(self, context: RequestContext) -> None:
        server = self._transactions.server.get(serverKey(context.request, "INVITE"))
        if server is None and f";tag={self._state.tag}" in context.request.first["to"]:
            # Of a response that was sent without a transaction.
            return
        if server is not None and server.state in ("completed", "confirmed"):
            # The ACK of an error response goes from hop to hop (section
            # 17.1.1.3), that of a 2xx from end to end.
            self._transactions.fire(server, "ack", context.now, context.out)
            return
        context.locate(self._state.domain)
        agent = self._agents.find(context)
        if agent is None:
            self._proxy.acknowledge(context)
            return
        try:
            self._agents.checkPeer(agent, context)
        except RequestRejected:
            return
        context.out += self._agents.perform(agent.receive(context), context.now)

    def _cancel(self, context: RequestContext) -> None:
        """
        Answer a CANCEL at once, then cancel its INVITE (section 9.2).
        """
        transactions, now, out = self._transactions, context.now, context.out
        key = serverKey(context.request, "CANCEL")
        repeated = transactions.server.get(key)
        if repeated is not None:
            transactions.fire(repeated, "request", now, out)
            return
        invite = transactions.server.get(serverKey(context.request, "INVITE"))
        if invite is None or invite.flow.host != context.flow.host:
            # Who knows a branch is not yet who sent its INVITE.
            self._answer(context, 481)
            return
        server = transactions.serve(key, False, context.replyFlow())
        data = respond(context.request, 200, toTag=self._state.tag)
        transactions.reply(server, 200, data, now, out)
        if invite.state == "proceeding":
            self._cancelInvite(invite.user, now, out)

    def _cancelInvite(self, user: object, now: float, out: list[Action]) -> None:
        if isinstance(user, Fork):
            user.cancel(now, out)
        elif isinstance(user, AgentRequest):
            out += self._agents.perform(user.agent.cancelled(user.request, now), now)

    # responses

    def _response(
        self, response: Response, flow: Flow, now: float, out: list[Action]
    ) -> None:
        if response.fault is not None:
            self.counts["faulty"] += 1
        elif not self._transactions.answer(response, flow, now, out):
            # Not forwarded without a state either (RFC 6026 section 7.1).
            self.counts["stray_responses"] += 1
