# -*- test-case-name: tests.sip.test_proxy -*-
"""
The proxy between registered numbers: stateful, record-routing, forking
(RFC 3261 section 16).

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.errors import BadValue
from gigasetd.registry.model import Binding
from gigasetd.sip.actions import Action, Flow, Send
from gigasetd.sip.admission import Admission, Refusal, inDialog
from gigasetd.sip.calls import Calls
from gigasetd.sip.contact import parseContact
from gigasetd.sip.flows import Network
from gigasetd.sip.fork import Fork
from gigasetd.sip.forwarding import Forwarding
from gigasetd.sip.message.message import Request, encode
from gigasetd.sip.message.response import respond
from gigasetd.sip.transaction import Transaction
from gigasetd.sip.transactionlayer import Transactions


class Proxy:
    """
    @ivar ringTimeout: seconds that a phone may ring.
    @ivar counts: what has happened so far.
    """

    def __init__(
        self,
        admission: Admission,
        forwarding: Forwarding,
        transactions: Transactions,
        network: Network,
        calls: Calls,
        ringTimeout: float,
        tag: str,
    ) -> None:
        self._admission = admission
        self._forwarding = forwarding
        self._transactions = transactions
        self._network = network
        self._calls = calls
        self.ringTimeout = ringTimeout
        self._tag = tag
        self.counts = {
            "calls": 0,
            "answered": 0,
            "forwarded": 0,
            "acks": 0,
            "refused": 0,
            "full": 0,
        }

    def receive(
        self,
        request: Request,
        flow: Flow,
        server: Transaction,
        now: float,
        out: list[Action],
    ) -> None:
        """
        Send a request on, or answer it with the reason why not.
        """
        try:
            self._receive(request, flow, server, now, out)
        except Refusal as refusal:
            self._refuse(request, server, refusal, now, out)
        except BadValue as error:
            broken = Refusal(400, str(error).capitalize())
            self._refuse(request, server, broken, now, out)

    def _receive(
        self,
        request: Request,
        flow: Flow,
        server: Transaction,
        now: float,
        out: list[Action],
    ) -> None:
        """
        As L{receive}.

        @raise Refusal: it goes no further.
        """
        self._forwarding.check(request)
        target, routes = self._forwarding.routed(request, flow)
        if inDialog(request):
            if target is None:
                raise Refusal(481)
            self._inDialog(request, target, routes, server, now, out)
        else:
            # A token of an earlier call is no permission to begin another.
            caller = self._admission.caller(request, flow, now)
            callee = self._admission.callee(request)
            targets = self._admission.targets(request, callee)
            if request.method == "INVITE":
                self._begin(request, caller, callee, flow, now)
            self._fork(request, flow, targets, server, now, out)

    def admits(
        self,
        request: Request,
        flow: Flow,
        server: Transaction,
        now: float,
        out: list[Action],
    ) -> bool:
        """
        Whether one of our own agents may be asked this; else it is refused.
        """
        if inDialog(request) or request.method == "OPTIONS":
            return True
        try:
            caller = self._admission.caller(request, flow, now)
            if request.method == "INVITE":
                callee = self._admission.dialled(request)
                self._begin(request, caller, callee, flow, now)
        except Refusal as refusal:
            self._refuse(request, server, refusal, now, out)
            return False
        return True

    def _refuse(
        self,
        request: Request,
        server: Transaction,
        refusal: Refusal,
        now: float,
        out: list[Action],
    ) -> None:
        """
        Answer instead of sending on.
        """
        self.counts["refused"] += 1
        code = refusal.code
        data = respond(
            request, code, refusal.phrase, toTag=self._tag, headers=refusal.headers
        )
        self._transactions.reply(server, code, data, now, out)

    def _begin(
        self, request: Request, caller: str, callee: str, flow: Flow, now: float
    ) -> None:
        """
        Note that a call rings.

        @raise Refusal: there are too many.
        """
        callID = request.first["call-id"]
        if not self._calls.begin(callID, caller, callee, now, flow):
            self.counts["full"] += 1
            raise Refusal(503, "Too Many Calls", "Retry-After: 5")
        self.counts["calls"] += 1

    def _inDialog(
        self,
        request: Request,
        target: Flow,
        routes: list[str],
        server: Transaction,
        now: float,
        out: list[Action],
    ) -> None:
        """
        Send a request of a running call to its other side.
        """
        if request.method == "BYE":
            self._calls.end(request.first["call-id"])
        if not self._network.alive(target):
            raise Refusal(480)
        fork = self._newFork(request, routes, server, now, out)
        lines = self._forwarding.lines(request, routes)
        self._leg(fork, request.uri, target, lines, now, out)

    def acknowledge(
        self, request: Request, flow: Flow, now: float, out: list[Action]
    ) -> None:
        """
        Send the ACK of a 2xx on, without any state (section 16.11).
        """
        try:
            target, routes = self._forwarding.routed(request, flow)
        except (Refusal, BadValue):
            target, routes = None, []
        spent = request.get("max-forwards") == "0"
        if target is None or spent or not self._network.alive(target):
            self.counts["refused"] += 1
            return
        self.counts["acks"] += 1
        _, via = self._forwarding.via(request, target)
        lines = [via, *self._forwarding.lines(request, routes)]
        out.append(Send(encode(request.start, lines, request.body), target))

    def _newFork(
        self,
        request: Request,
        routes: list[str],
        server: Transaction,
        now: float,
        out: list[Action],
    ) -> Fork:
        """
        A response context for a request; an INVITE is told at once that it
        need not be repeated (section 16.2).
        """
        fork = Fork(
            request,
            routes,
            server,
            self._transactions,
            self.ringTimeout,
            self._tag,
            self.finished,
        )
        server.user = fork
        if request.method == "INVITE":
            self._transactions.reply(server, 100, respond(request, 100), now, out)
        return fork

    def _fork(
        self,
        request: Request,
        flow: Flow,
        targets: list[Binding],
        server: Transaction,
        now: float,
        out: list[Action],
    ) -> None:
        """
        Send a request to every contact at once (section 16.6).
        """
        lines = self._forwarding.lines(request, [], len(targets))
        fork = self._newFork(request, [], server, now, out)
        for binding in targets:
            target = self._network.flow(binding)
            recorded = self._forwarding.recordRoute(request, flow, target)
            uri = parseContact(binding.contact).uri.partition("?")[0]
            self._leg(fork, uri, target, recorded + lines, now, out)

    def _leg(
        self,
        fork: Fork,
        uri: str,
        target: Flow,
        lines: list[str],
        now: float,
        out: list[Action],
    ) -> None:
        """
        Send a fork's request to one flow.
        """
        request = fork.request
        self.counts["forwarded"] += 1
        branch, via = self._forwarding.via(request, target)
        start = f"{request.method} {uri} SIP/2.0"
        data = encode(start, [via, *lines], request.body)
        fork.send(uri, branch, via, data, target, now, out)

    def finished(self, request: Request, code: int, flow: Flow | None) -> None:
        """
        A request has its final answer: the call talks, by C{flow}, or is over.
        """
        if request.method != "INVITE" or inDialog(request):
            return
        callID = request.first["call-id"]
        if code < 300:
            self.counts["answered"] += 1
            self._calls.answer(callID, flow)
        else:
            self._calls.fail(callID)
