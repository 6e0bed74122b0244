# -*- test-case-name: tests.sip.test_proxy -*-
"""
The proxy between registered numbers: stateful, record-routing, forking
(RFC 3261 section 16).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from gigasetd.errors import BadValue
from gigasetd.registry.model import Binding
from gigasetd.sip.actions import Flow, SendBytes, SendRequest
from gigasetd.sip.admission import Admission
from gigasetd.sip.contact import parseContact
from gigasetd.sip.fork import Fork
from gigasetd.sip.forwarding import NO_ROUTE, Forwarding, RouteSet
from gigasetd.sip.message.header import tagOf
from gigasetd.sip.message.message import encode
from gigasetd.sip.message.response import respond
from gigasetd.sip.rejection import RequestRejected
from gigasetd.sip.requestcontext import RequestContext
from gigasetd.sip.serverstate import ServerState


class Proxy:
    """
    Forwards requests between the phones of this server.

    @ivar ringTimeout: seconds that a phone may ring.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        state: ServerState,
        admission: Admission,
        forwarding: Forwarding,
        ringTimeout: float,
    ) -> None:
        self._transactions = state.transactions
        self._network = state.network
        self._calls = state.calls
        self._tag = state.tag
        self._started = state.started
        self._admission = admission
        self._forwarding = forwarding
        self.ringTimeout = ringTimeout
        self.counts = {
            "calls": 0,
            "answered": 0,
            "forwarded": 0,
            "acks": 0,
            "refused": 0,
            "full": 0,
        }

    def admit(self, context: RequestContext, forwarded: bool) -> None:
        """
        Check that the sender may send a request, before anything is stored for it.

        @param forwarded: C{False} where one of our own agents answers it.
        @raise RequestRejected: it may not.
        @raise BadValue: a Route value is broken.
        """
        if forwarded:
            self._forwarding.check(context.request)
        if not context.inDialog:
            self._admission.caller(context)
        elif forwarded:
            route = self._forwarding.routed(context)
            if route.flow is None or not self._mayContinue(context, route):
                raise RequestRejected(481)
            context.onward = route.flow, route.rest

    def receive(self, context: RequestContext) -> None:
        """
        Forward a request that is admitted, or answer it with the reason why not.
        """
        try:
            if context.inDialog:
                self._continueDialog(context, *context.onward)
            else:
                # A flow token of an earlier call is no permission for another.
                self._forwarding.routed(context)
                self._openDialog(context)
        except RequestRejected as rejection:
            self._reject(context, rejection)
        except BadValue as error:
            phrase = str(error).capitalize()
            self._reject(context, RequestRejected(400, phrase=phrase))

    def _mayContinue(self, context: RequestContext, route: RouteSet) -> bool:
        """
        Whether the sender is a side of the call: by the address of one of its
        flows, or over a live binding of one of its numbers.
        """
        if route.made is None:
            # Found by the flow itself, for a phone that forgot its route set.
            return True
        call = self._calls.find(context.request.first["call-id"])
        if call is not None:
            return self.isSide(context, call.hosts(), (call.caller, call.callee))
        if route.made <= self._started:
            # A restart has forgotten the call: the tokens tell its addresses.
            numbers = (self._admission.claimed(context),)
            return self.isSide(context, self._forwarding.hosts(context), numbers)
        return False

    def isSide(
        self, context: RequestContext, hosts: Collection[str], numbers: Iterable[str]
    ) -> bool:
        """
        Whether a request comes from one of these addresses, or over a live binding
        of one of these numbers.
        """
        return context.flow.host in hosts or any(
            self._admission.holds(number, context.flow, context.now)
            for number in numbers
        )

    def begins(self, context: RequestContext) -> bool:
        """
        Note that an admitted request opens a call to one of our own agents; answer
        it where there may be no more calls.
        """
        if context.inDialog or context.request.method != "INVITE":
            return True
        try:
            self._begin(context, context.caller, self._admission.dialled(context))
        except RequestRejected as rejection:
            self._reject(context, rejection)
            return False
        return True

    def _reject(self, context: RequestContext, rejection: RequestRejected) -> None:
        self.counts["refused"] += 1
        code, tag = rejection.code, self._tag
        data = respond(
            context.request,
            code,
            rejection.phrase,
            toTag=tag,
            headers=rejection.headers,
        )
        self._transactions.reply(
            context.transaction, code, data, context.now, context.out
        )

    def _begin(self, context: RequestContext, caller: str, callee: str) -> None:
        callID = context.request.first["call-id"]
        if not self._calls.begin(callID, caller, callee, context.now, context.flow):
            self.counts["full"] += 1
            raise RequestRejected(503, "Retry-After: 5", phrase="Too Many Calls")
        self.counts["calls"] += 1

    def _openDialog(self, context: RequestContext) -> None:
        """
        Forward a request to every contact of a number at once (section 16.6).
        """
        request = context.request
        caller, callee = context.caller, self._admission.callee(context)
        bindings = self._admission.targets(request, callee)
        if request.method == "INVITE":
            self._begin(context, caller, callee)
        elif request.method in ("SUBSCRIBE", "REFER"):
            callID = request.first["call-id"]
            self._calls.note(callID, caller, callee, context.now, context.flow)
        lines = self._forwarding.lines(request, [], len(bindings))
        lines += self._forwarding.asserted(request, caller)
        fork = self._newFork(context, [])
        for binding in bindings:
            self._forwardTo(context, fork, binding, lines)

    def _forwardTo(
        self, context: RequestContext, fork: Fork, binding: Binding, lines: list[str]
    ) -> None:
        flow = self._network.flow(binding)
        recorded = self._forwarding.recordRoute(context, flow)
        uri = parseContact(binding.contact).uri.partition("?")[0]
        self._forward(context, fork, uri, flow, recorded + lines)

    def _continueDialog(
        self, context: RequestContext, flow: Flow, routes: Sequence[str]
    ) -> None:
        """
        Forward a request of a dialog to its other side.
        """
        request = context.request
        if request.method == "BYE":
            first = request.first
            self._calls.hangUp(
                first["call-id"], tagOf(first["to"]), tagOf(first["from"])
            )
        if not self._network.alive(flow):
            raise RequestRejected(480)
        fork = self._newFork(context, routes)
        lines = self._forwarding.lines(request, routes)
        self._forward(context, fork, request.uri, flow, lines)

    def acknowledge(self, context: RequestContext) -> None:
        """
        Forward the ACK of a 2xx, without any state (section 16.11).
        """
        request = context.request
        try:
            route = self._forwarding.routed(context)
        except (RequestRejected, BadValue):
            route = NO_ROUTE
        flow, routes = route.flow, route.rest
        spent = request.get("max-forwards") == "0"
        if (
            flow is None
            or spent
            or not self._network.alive(flow)
            or not self._mayContinue(context, route)
        ):
            self.counts["refused"] += 1
            return
        self.counts["acks"] += 1
        _, via = self._forwarding.via(request, flow)
        lines = [via, *self._forwarding.lines(request, routes)]
        context.out.append(SendBytes(encode(request.start, lines, request.body), flow))

    def _newFork(self, context: RequestContext, routes: Sequence[str]) -> Fork:
        request = context.request
        fork = Fork(
            context,
            list(routes),
            self._transactions,
            self.ringTimeout,
            self._tag,
            self.finished,
        )
        context.transaction.user = fork
        if request.method == "INVITE":
            # At once, so that the phone does not repeat it (section 16.2).
            self._transactions.reply(
                context.transaction,
                100,
                respond(request, 100),
                context.now,
                context.out,
            )
        return fork

    def _forward(
        self,
        context: RequestContext,
        fork: Fork,
        uri: str,
        flow: Flow,
        lines: list[str],
    ) -> None:
        request = context.request
        self.counts["forwarded"] += 1
        branch, via = self._forwarding.via(request, flow)
        start = f"{request.method} {uri} SIP/2.0"
        data = encode(start, [via, *lines], request.body)
        send = SendRequest(data, branch, request.method, flow, fork)
        fork.send(uri, via, send, context.now, context.out)

    def finished(
        self, callID: str, code: int, flow: Flow | None, tag: str = ""
    ) -> None:
        """
        Note the final response to the INVITE that opened a call.

        @param flow: the flow of the callee; C{None} for an error response, and
            for a local agent.
        @param tag: the callee's tag.
        """
        if code < 300:
            self.counts["answered"] += 1
            self._calls.answer(callID, flow, tag)
        else:
            self._calls.fail(callID)
