# -*- test-case-name: tests.sip.echo.test_useragent -*-
"""
The echo test call: somebody calls 12341, hears a tone, and then themselves
(RFC 3261 sections 13.3.1, 14.2 and 15); the directory's number plays the tone
and hangs up.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Action, CloseMedia, Flow, OpenMedia, Reply
from gigasetd.sip.dialog import Dialog
from gigasetd.sip.echo.call import (
    ALLOW,
    SUPPORTED,
    Leg,
    bracketed,
    checkRequire,
    contactLine,
)
from gigasetd.sip.echo.indialog import InCall
from gigasetd.sip.echo.offeranswer import (
    TYPE,
    Declined,
    Negotiation,
    checkAccept,
    descriptionOf,
)
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.response import respond
from gigasetd.sip.message.uri import parseAddress
from gigasetd.sip.message.via import MAGIC

ACCEPT = f"Accept: {TYPE}"


class EchoLimits(NamedTuple):
    """
    How much echo there is.
    """

    calls: int = 20  #: calls at a time
    seconds: float = 300.0  #: the longest call
    opening: float = 10.0  #: seconds to wait for a port
    reflects: bool = True  #: whether callers hear themselves after the tone


class Echo:
    """
    The user agent behind the echo numbers.

    @ivar limits: how much echo there is.
    @ivar deadline: when L{wake} wants to be called, C{None} for never.
    @ivar counts: what happened, by name; only ever grows.
    """

    def __init__(
        self,
        *,
        address: Callable[[Flow], str],
        fresh: Callable[[], str],
        limits: EchoLimits = EchoLimits(),
    ) -> None:
        """
        @param address: our address towards a flow's peer, a literal.
        @param fresh: a new random token, hexadecimal.
        """
        self.deadline: float | None = None
        self.counts = dict.fromkeys(
            "begun busy declined unacknowledged silent portless overlong".split(), 0
        )
        self._address, self._fresh, self.limits = address, fresh, limits
        self._legs: dict[str, Leg] = {}
        self._inCall = InCall(address)

    def __len__(self) -> int:
        """
        How many calls are under way.
        """
        return len(self._legs)

    def holds(self, call: str) -> bool:
        """
        Whether a call's media are for one of our calls.
        """
        return call in self._legs

    def owns(self, request: Request) -> bool:
        """
        Whether a request is inside one of our dialogs.
        """
        return bool(self._legs) and self._legOf(request) is not None

    def calls(self) -> list[dict[str, Any]]:
        """
        The calls under way, as C{gigasetctl calls} shows them.
        """
        return [leg.row() for leg in self._legs.values()]

    def receive(self, request: Request, flow: Flow, now: float) -> list[Action]:
        """
        A request for an echo number, or inside one of its dialogs.
        """
        try:
            actions = self._receive(request, flow, now)
        except Declined as error:
            actions = self._decline(request, flow, error)
        except BadValue:
            actions = self._decline(request, flow, Declined(400))
        return self._settled(actions)

    def _receive(self, request: Request, flow: Flow, now: float) -> list[Action]:
        """
        Tell apart what is inside a dialog and what is not.
        """
        leg = self._legOf(request)
        if request.method == "ACK":
            return [] if leg is None else self._ack(leg, request)
        if request.fault is not None:
            raise Declined(request.fault.code)
        if leg is None:
            return self._outside(request, flow, now)
        checkRequire(request)
        return self._inCall.receive(leg, request, flow, now)

    def _ack(self, leg: Leg, request: Request) -> list[Action]:
        """
        Our answer arrived; the peer's answer to our offer may come with it.
        """
        try:
            return self._inCall.acknowledge(leg, request)
        except Declined:
            self.counts["declined"] += 1
            return self._end(leg)

    def _outside(self, request: Request, flow: Flow, now: float) -> list[Action]:
        """
        A request outside any dialog of ours.
        """
        if parseAddress(request.first["to"]).param("tag") is not None:
            raise Declined(481)
        checkRequire(request)
        if request.method == "OPTIONS":
            return [self._answer(request, flow, 200, ALLOW, SUPPORTED, ACCEPT)]
        if request.method in ("BYE", "UPDATE", "INFO", "PRACK"):
            raise Declined(481)
        if request.method != "INVITE":
            raise Declined(405, ALLOW)
        return self._invite(request, flow, now)

    def _invite(self, request: Request, flow: Flow, now: float) -> list[Action]:
        """
        A new call: ask for a port, and ring when it is there.
        """
        if any(leg.repeats(request) for leg in self._legs.values()):
            # By another way: a second call would answer the same phone twice.
            raise Declined(482)
        if len(self._legs) >= self.limits.calls:
            self.counts["busy"] += 1
            raise Declined(486)
        checkAccept(request)
        talk = Negotiation(int(self._fresh()[:8], 16), self.limits.reflects)
        talk.take(descriptionOf(request))
        leg = Leg(request, flow, Dialog(request, self._fresh()), talk, now)
        leg.agreeTimer(request, now)
        leg.due = now + self.limits.opening
        self._legs[leg.dialog.tag] = leg
        self.counts["begun"] += 1
        return [OpenMedia(talk.media(leg.dialog.tag, flow.host))]

    def opened(self, call: str, port: int, now: float) -> list[Action]:
        """
        The call has its RTP port: ring and answer.
        """
        leg = self._legs.get(call)
        if leg is None or leg.port:
            return [] if leg else [CloseMedia(call)]
        leg.port, leg.due = port, inf
        leg.ends = now + self.limits.seconds
        contact = contactLine(leg.invite, leg.flow, self._address)
        timer = leg.agreeTimer(leg.invite, now)
        body = leg.talk.speak(self._address(leg.flow), port)
        headers = (contact, ALLOW, SUPPORTED, *timer)
        return self._settled(
            [leg.ring(contact), leg.accept(leg.invite, headers, body, now)]
        )

    def refused(self, call: str, now: float) -> list[Action]:
        """
        There is no port for the call.
        """
        leg = self._legs.get(call)
        if leg is None or leg.port:
            return []
        self.counts["portless"] += 1
        return self._settled([leg.drop(503, "Retry-After: 60")])

    def silent(self, call: str, now: float) -> list[Action]:
        """
        Nothing was heard for a while; a peer that holds may be quiet.
        """
        leg = self._legs.get(call)
        if leg is None or not leg.acknowledged or leg.talk.direction != "sendrecv":
            return []
        self.counts["silent"] += 1
        return self._settled(self._end(leg))

    def cancelled(self, request: Request, now: float) -> list[Action]:
        """
        The INVITE was taken back; too late once it is answered.
        """
        for leg in self._legs.values():
            if not leg.port and leg.repeats(request):
                return self._settled([leg.drop(487), CloseMedia(leg.dialog.tag)])
        return []

    def wake(self, now: float) -> list[Action]:
        """
        Whatever is due.
        """
        actions: list[Action] = []
        for leg in list(self._legs.values()):
            if now >= leg.due:
                actions += [leg.drop(503), CloseMedia(leg.dialog.tag)]
            elif leg.lost(now):
                self.counts["unacknowledged"] += 1
                actions += self._end(leg)
            elif leg.over(now):
                self.counts["overlong"] += now >= leg.ends
                actions += self._end(leg)
            else:
                actions += leg.repeat(now)
        return self._settled(actions)

    def close(self, now: float) -> list[Action]:
        """
        End every call: the daemon stops.
        """
        actions: list[Action] = []
        for leg in list(self._legs.values()):
            if leg.port:
                actions += self._end(leg)
            else:
                actions += [leg.drop(503), CloseMedia(leg.dialog.tag)]
        return self._settled(actions)

    def _answer(self, request: Request, flow: Flow, code: int, *headers: str) -> Reply:
        """
        Any other answer.
        """
        data = respond(request, code, toTag=self._fresh(), headers=headers)
        return Reply(request, flow, data)

    def _decline(self, request: Request, flow: Flow, error: Declined) -> list[Action]:
        """
        An error, counted; an ACK is never answered.
        """
        self.counts["declined"] += 1
        if request.method == "ACK":
            return []
        return [self._answer(request, flow, error.code, *error.headers)]

    def _end(self, leg: Leg) -> list[Action]:
        """
        Hang up a call that is answered.
        """
        host = bracketed(self._address(leg.flow))
        return leg.hangUp(host, MAGIC + self._fresh())

    def _legOf(self, request: Request) -> Leg | None:
        """
        The call whose dialog a request belongs to (RFC 3261 section 12.2.2).
        """
        try:
            tag = parseAddress(request.first["to"]).param("tag")
            leg = self._legs.get(tag or "")
            if leg is None or leg.dialog.call != request.first["call-id"]:
                return None
            theirs = parseAddress(request.first["from"]).param("tag") or ""
        except BadValue:
            return None
        return leg if theirs == leg.dialog.theirs else None

    def _settled(self, actions: list[Action]) -> list[Action]:
        """
        Forget what is over, and look for the next deadline.
        """
        for tag in [tag for tag, leg in self._legs.items() if leg.done]:
            del self._legs[tag]
        self.deadline = min(
            (leg.deadline() for leg in self._legs.values()), default=inf
        )
        if self.deadline == inf:
            self.deadline = None
        return actions
