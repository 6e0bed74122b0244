# -*- test-case-name: tests.sip.echo.test_useragent -*-
"""
The echo test call: a caller of 12341 hears a tone, and then their own voice
(RFC 3261 sections 13.3.1, 14.2 and 15).  The directory's number plays the tone
and hangs up.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Action, CloseMedia, Flow, OpenMedia, SendResponse
from gigasetd.sip.dialog import Dialog
from gigasetd.sip.echo.call import (
    ALLOW,
    SUPPORTED,
    EchoCall,
    bracketed,
    callerOf,
    checkRequire,
    contactLine,
)
from gigasetd.sip.echo.indialog import InDialog
from gigasetd.sip.echo.offeranswer import (
    TYPE,
    Negotiation,
    checkAccept,
    descriptionOf,
)
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.response import respond
from gigasetd.sip.message.uri import parseAddress
from gigasetd.sip.message.via import MAGIC
from gigasetd.sip.rejection import RequestRejected
from gigasetd.sip.requestcontext import RequestContext

ACCEPT = f"Accept: {TYPE}"


class EchoLimits(NamedTuple):
    """
    What echo calls may cost.
    """

    calls: int = 20  #: calls at a time
    each: int = 2  #: calls at a time of one account
    seconds: float = 300.0  #: the longest call
    opening: float = 10.0  #: seconds to wait for a port
    reflects: bool = True  #: whether callers hear themselves after the tone


class Echo:
    """
    Answers calls to the echo numbers (a L{LocalAgent
    <gigasetd.sip.localagents.LocalAgent>}).

    @ivar limits: what echo calls may cost.
    @ivar deadline: when L{wake} is to be called, C{None} for never.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        *,
        address: Callable[[Flow], str],
        fresh: Callable[[], str],
        limits: EchoLimits = EchoLimits(),
    ) -> None:
        """
        @param address: returns our address towards a flow's peer, a literal.
        @param fresh: returns a new random token, hexadecimal.
        """
        self.deadline: float | None = None
        events = (
            *("begun", "busy", "busy_account", "declined"),
            *("unacknowledged", "silent", "portless", "overlong"),
        )
        self.counts = dict.fromkeys(events, 0)
        self._address, self._fresh, self.limits = address, fresh, limits
        self._calls: dict[str, EchoCall] = {}
        self._inDialog = InDialog(address)

    def __len__(self) -> int:
        return len(self._calls)

    def holds(self, name: str) -> bool:
        """
        Whether a call is one of this agent's.

        @param name: its name in L{Media <gigasetd.sip.actions.Media>}.
        """
        return name in self._calls

    def owns(self, request: Request) -> bool:
        """
        Whether a request is inside one of our dialogs.
        """
        return bool(self._calls) and self._callOf(request) is not None

    def peer(self, request: Request) -> tuple[str, Flow] | None:
        """
        Return the number and the last flow of the caller in whose dialog a request
        is, C{None} for any other request.
        """
        call = self._callOf(request)
        return None if call is None else (callerOf(call.invite), call.flow)

    def calls(self) -> list[dict[str, Any]]:
        """
        Return the calls under way, as C{gigasetctl calls} shows them.
        """
        return [call.row() for call in self._calls.values()]

    def receive(self, context: RequestContext) -> list[Action]:
        """
        Handle a request for an echo number, or inside one of its dialogs.
        """
        try:
            actions = self._receive(context)
        except RequestRejected as error:
            actions = self._reject(context.request, error)
        except BadValue:
            actions = self._reject(context.request, RequestRejected(400))
        return self._settled(actions)

    def _receive(self, context: RequestContext) -> list[Action]:
        request = context.request
        call = self._callOf(request)
        if request.method == "ACK":
            return [] if call is None else self._ack(call, request)
        if request.fault is not None:
            raise RequestRejected(request.fault.code)
        if call is None:
            return self._outside(context)
        checkRequire(request)
        return self._inDialog.receive(call, context)

    def _ack(self, call: EchoCall, request: Request) -> list[Action]:
        # The ACK may hold the peer's answer to our offer.
        try:
            return self._inDialog.acknowledge(call, request)
        except RequestRejected:
            self.counts["declined"] += 1
            return self._end(call)

    def _outside(self, context: RequestContext) -> list[Action]:
        request = context.request
        if parseAddress(request.first["to"]).param("tag") is not None:
            raise RequestRejected(481)
        checkRequire(request)
        if request.method == "OPTIONS":
            return [self._answer(request, 200, ALLOW, SUPPORTED, ACCEPT)]
        if request.method in ("BYE", "UPDATE", "INFO", "PRACK"):
            raise RequestRejected(481)
        if request.method != "INVITE":
            raise RequestRejected(405, ALLOW)
        return self._invite(context)

    def _invite(self, context: RequestContext) -> list[Action]:
        request, flow, now = context.request, context.flow, context.now
        if any(call.repeats(request) for call in self._calls.values()):
            # The same INVITE by another route: one call must not be answered
            # twice.
            raise RequestRejected(482)
        if len(self._calls) >= self.limits.calls:
            self.counts["busy"] += 1
            raise RequestRejected(486)
        caller = callerOf(request)
        own = sum(callerOf(call.invite) == caller for call in self._calls.values())
        if own >= self.limits.each:
            self.counts["busy_account"] += 1
            raise RequestRejected(486)
        checkAccept(request)
        talk = Negotiation(int(self._fresh()[:8], 16), self.limits.reflects)
        talk.take(descriptionOf(request))
        call = EchoCall(request, flow, Dialog(request, self._fresh()), talk, now)
        call.agreeTimer(request, now)
        call.due = now + self.limits.opening
        self._calls[call.dialog.tag] = call
        self.counts["begun"] += 1
        return [OpenMedia(talk.media(call.dialog.tag, flow.host))]

    def opened(self, name: str, port: int, now: float) -> list[Action]:
        """
        Ring and answer: the call has its RTP port.
        """
        call = self._calls.get(name)
        if call is None or call.port:
            return [] if call else [CloseMedia(name)]
        call.port, call.due = port, inf
        call.ends = now + self.limits.seconds
        contact = contactLine(call.invite, call.flow, self._address)
        timer = call.agreeTimer(call.invite, now)
        body = call.talk.speak(self._address(call.flow), port)
        headers = (contact, ALLOW, SUPPORTED, *timer)
        return self._settled(
            [call.ring(contact), call.accept(call.invite, headers, body, now)]
        )

    def refused(self, name: str, now: float) -> list[Action]:
        """
        Reject a call for which no port is free.
        """
        call = self._calls.get(name)
        if call is None or call.port:
            return []
        self.counts["portless"] += 1
        return self._settled([call.drop(503, "Retry-After: 60")])

    def silent(self, name: str, now: float) -> list[Action]:
        """
        Hang up on a peer that sends no RTP, unless it holds the call.
        """
        call = self._calls.get(name)
        if call is None or not call.acknowledged or call.talk.direction != "sendrecv":
            return []
        self.counts["silent"] += 1
        return self._settled(self._end(call))

    def cancelled(self, request: Request, now: float) -> list[Action]:
        """
        End the call of an INVITE that was cancelled, unless it is answered.
        """
        for call in self._calls.values():
            if not call.port and call.repeats(request):
                return self._settled([call.drop(487), CloseMedia(call.dialog.tag)])
        return []

    def wake(self, now: float) -> list[Action]:
        """
        Do what is due at C{deadline}.
        """
        actions: list[Action] = []
        for call in list(self._calls.values()):
            if now >= call.due:
                actions += [call.drop(503), CloseMedia(call.dialog.tag)]
            elif call.lost(now):
                self.counts["unacknowledged"] += 1
                actions += self._end(call)
            elif call.over(now):
                self.counts["overlong"] += now >= call.ends
                actions += self._end(call)
            else:
                actions += call.repeat(now)
        return self._settled(actions)

    def close(self, now: float) -> list[Action]:
        """
        End every call, before the daemon stops.
        """
        actions: list[Action] = []
        for call in list(self._calls.values()):
            if call.port:
                actions += self._end(call)
            else:
                actions += [call.drop(503), CloseMedia(call.dialog.tag)]
        return self._settled(actions)

    def _answer(self, request: Request, code: int, *headers: str) -> SendResponse:
        data = respond(request, code, toTag=self._fresh(), headers=headers)
        return SendResponse(request, data)

    def _reject(self, request: Request, error: RequestRejected) -> list[Action]:
        self.counts["declined"] += 1
        if request.method == "ACK":
            return []
        return [self._answer(request, error.code, *error.headers)]

    def _end(self, call: EchoCall) -> list[Action]:
        host = bracketed(self._address(call.flow))
        return call.hangUp(host, MAGIC + self._fresh())

    def _callOf(self, request: Request) -> EchoCall | None:
        # By Call-ID and both tags (RFC 3261 section 12.2.2).
        try:
            tag = parseAddress(request.first["to"]).param("tag")
            call = self._calls.get(tag or "")
            if call is None or call.dialog.call != request.first["call-id"]:
                return None
            theirs = parseAddress(request.first["from"]).param("tag") or ""
        except BadValue:
            return None
        return call if theirs == call.dialog.theirs else None

    def _settled(self, actions: list[Action]) -> list[Action]:
        for tag in [tag for tag, call in self._calls.items() if call.done]:
            del self._calls[tag]
        self.deadline = min(
            (call.deadline() for call in self._calls.values()), default=inf
        )
        if self.deadline == inf:
            self.deadline = None
        return actions
