# -*- test-case-name: tests.sip.test_dispatcher -*-
"""
The user agents inside this process: which request is for which, and what
they want done.

Layer 2 (rules).
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Action, Ask, Flow, Reply
from gigasetd.sip.admission import inDialog
from gigasetd.sip.calls import Calls
from gigasetd.sip.domain import Domain
from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.proxy import Proxy
from gigasetd.sip.transactionlayer import Transactions, serverKey


class Agent(Protocol):
    """
    A user agent inside this process, such as the echo call.
    """

    deadline: float | None
    counts: dict[str, int]

    def owns(self, request: Request) -> bool:
        """
        Whether a request belongs to one of its dialogs.
        """

    def receive(self, request: Request, flow: Flow, now: float) -> list[Action]:
        """
        A request for it that is no repetition.
        """

    def cancelled(self, request: Request, now: float) -> list[Action]:
        """
        The INVITE C{request} was cancelled.
        """

    def wake(self, now: float) -> list[Action]:
        """
        C{deadline} has come.
        """


class Owner(NamedTuple):
    """
    What a server transaction remembers when one of our agents answers it.
    """

    agent: Agent
    request: Request


class Agents:
    """
    @ivar all: each agent once, though it may have several numbers.
    """

    def __init__(
        self,
        domain: Domain,
        proxy: Proxy,
        transactions: Transactions,
        calls: Calls,
        numbers: dict[str, Agent],
        subscriptions: Agent,
    ) -> None:
        """
        @param numbers: number -> who answers there.
        @param subscriptions: who answers SUBSCRIBE.
        """
        self._domain = domain
        self._proxy = proxy
        self._transactions = transactions
        self._calls = calls
        self._numbers = numbers
        self._subscriptions = subscriptions
        self.all = (*dict.fromkeys(numbers.values()), subscriptions)

    def deadline(self) -> float | None:
        """
        When the first of them wants to be woken.
        """
        first = None
        for agent in self.all:
            due = agent.deadline
            if due is not None and (first is None or due < first):
                first = due
        return first

    def wake(self, now: float) -> list[Action]:
        """
        Wake whose time has come.
        """
        out: list[Action] = []
        for agent in self.all:
            if agent.deadline is not None and agent.deadline <= now:
                out += self.perform(agent.wake(now), now)
        return out

    def find(self, request: Request) -> Agent | None:
        """
        The agent that a request is for: by its dialog, else by its method or
        by the number.
        """
        if inDialog(request):
            for agent in self.all:
                if agent.owns(request):
                    return agent
            return None
        subscribes = request.method == "SUBSCRIBE"
        if not self._numbers and not subscribes:
            return None
        try:
            number, owned = self._domain.target(request.uri)
        except BadValue:
            return None
        if subscribes and owned:
            return self._subscriptions
        return self._numbers.get(number or "") if owned else None

    def perform(self, actions: list[Action], now: float) -> list[Action]:
        """
        Turn what an agent wants into what a transport can do.
        """
        out: list[Action] = []
        for action in actions:
            if isinstance(action, Reply):
                self._reply(action, now, out)
            elif isinstance(action, Ask):
                self._ask(action, now, out)
            else:
                out.append(action)
        return out

    def _ask(self, action: Ask, now: float, out: list[Action]) -> None:
        """
        Send an agent's request; its BYE ends the call.
        """
        branch, method, flow = action.branch, action.method, action.flow
        if method == "BYE":
            self._calls.end(parse(action.data).first["call-id"])
        self._transactions.ask(branch, method, flow, action.data, action.user, now, out)

    def _reply(self, action: Reply, now: float, out: list[Action]) -> None:
        """
        Send an agent's answer through its server transaction.
        """
        request = action.request
        server = self._transactions.server.get(serverKey(request, request.method))
        if server is None:
            return
        code = int(action.data[8:11])
        if request.method == "INVITE" and code >= 200 and not inDialog(request):
            self._proxy.finished(request, code, None)
        elif request.method == "BYE":
            self._calls.end(request.first["call-id"])
        self._transactions.reply(server, code, action.data, now, out)
