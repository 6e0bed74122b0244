# -*- test-case-name: tests.sip.test_localagents -*-
"""
The user agents inside this process: which request is for which, and what
becomes of their requests and responses.

Layer 2 (rules).
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from gigasetd.sip.actions import Action, Flow, SendRequest, SendResponse
from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.proxy import Proxy
from gigasetd.sip.rejection import RequestRejected
from gigasetd.sip.requestcontext import RequestContext
from gigasetd.sip.serverstate import ServerState
from gigasetd.sip.transactionlayer import serverKey


class LocalAgent(Protocol):
    """
    A user agent inside this process, such as the echo call.

    @ivar deadline: when C{wake} is to be called, C{None} for never.
    @ivar counts: event -> how often it happened.
    """

    deadline: float | None
    counts: dict[str, int]

    def owns(self, request: Request) -> bool:
        """
        Whether a request belongs to one of its dialogs.
        """

    def peer(self, request: Request) -> tuple[str, Flow] | None:
        """
        Return the number of the peer whose dialog a request belongs to, and the
        flow that it last used; C{None} where L{owns} is false.
        """

    def receive(self, context: RequestContext) -> list[Action]:
        """
        Handle a request that is no repetition.
        """

    def cancelled(self, request: Request, now: float) -> list[Action]:
        """
        Handle the CANCEL of the INVITE C{request}.
        """

    def wake(self, now: float) -> list[Action]:
        """
        Do what is due at C{deadline}.
        """


class AgentRequest(NamedTuple):
    """
    A request that a local agent answers: the user of its server transaction.
    """

    agent: LocalAgent
    request: Request
    opens: bool  #: whether it is an INVITE outside a dialog


class LocalAgents:
    """
    Delivers requests to local agents, and carries out their actions.

    @ivar all: each agent once, though it may have several numbers.
    """

    def __init__(
        self,
        state: ServerState,
        proxy: Proxy,
        numbers: dict[str, LocalAgent],
        subscriptions: LocalAgent,
    ) -> None:
        """
        @param numbers: number -> the agent that answers there.
        @param subscriptions: the agent that answers SUBSCRIBE.
        """
        self._transactions = state.transactions
        self._calls = state.calls
        self._proxy = proxy
        self._numbers = numbers
        self._subscriptions = subscriptions
        self.all = (*dict.fromkeys(numbers.values()), subscriptions)

    def deadline(self) -> float | None:
        """
        Return the earliest deadline of all agents, C{None} for never.
        """
        first = None
        for agent in self.all:
            due = agent.deadline
            if due is not None and (first is None or due < first):
                first = due
        return first

    def wake(self, now: float) -> list[Action]:
        """
        Wake each agent whose deadline has come.
        """
        out: list[Action] = []
        for agent in self.all:
            if agent.deadline is not None and agent.deadline <= now:
                out += self.perform(agent.wake(now), now)
        return out

    def find(self, context: RequestContext) -> LocalAgent | None:
        """
        Return the agent that a request is for: by its dialog, else by its
        method or by the number.
        """
        if context.inDialog:
            for agent in self.all:
                if agent.owns(context.request):
                    return agent
            return None
        if not context.owned:
            return None
        if context.request.method == "SUBSCRIBE":
            return self._subscriptions
        return self._numbers.get(context.number or "")

    def checkPeer(self, agent: LocalAgent, context: RequestContext) -> None:
        """
        Check that a request inside a dialog comes from the dialog's peer: from its
        address, or over a live binding of its number.

        @raise RequestRejected: it comes from elsewhere.
        """
        if context.inDialog:
            peer = agent.peer(context.request)
            if not (peer and self._proxy.isSide(context, {peer[1].host}, peer[:1])):
                raise RequestRejected(481)

    def receive(self, agent: LocalAgent, context: RequestContext) -> None:
        """
        Have an agent answer a request that has a server transaction.
        """
        request = context.request
        opens = request.method == "INVITE" and not context.inDialog
        context.transaction.user = AgentRequest(agent, request, opens)
        context.out += self.perform(agent.receive(context), context.now)

    def perform(self, actions: list[Action], now: float) -> list[Action]:
        """
        Turn the actions of an agent into those of a transport.
        """
        out: list[Action] = []
        for action in actions:
            if isinstance(action, SendResponse):
                self._respond(action, now, out)
            elif isinstance(action, SendRequest):
                if action.method == "BYE":
                    self._calls.end(parse(action.data).first["call-id"])
                self._transactions.request(action, now, out)
            else:
                out.append(action)
        return out

    def _respond(self, action: SendResponse, now: float, out: list[Action]) -> None:
        request = action.request
        server = self._transactions.server.get(serverKey(request, request.method))
        if server is None:
            return
        code, user = int(action.data[8:11]), server.user
        if request.method == "BYE":
            self._calls.end(request.first["call-id"])
        elif code >= 200 and isinstance(user, AgentRequest) and user.opens:
            self._proxy.finished(request.first["call-id"], code, None)
        self._transactions.reply(server, code, action.data, now, out)
