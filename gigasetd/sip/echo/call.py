# -*- test-case-name: tests.sip.echo.test_call -*-
"""
One echo call: its dialog, its media, the repetition of its 200, its timers
(RFC 3261 section 13.3.1, RFC 4028).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Action, CloseMedia, Flow, SendRequest, SendResponse
from gigasetd.sip.dialog import Dialog
from gigasetd.sip.echo.offeranswer import CONTENT, Negotiation
from gigasetd.sip.message.header import number
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.response import respond
from gigasetd.sip.message.uri import numberOf, parseAddress, parseURI
from gigasetd.sip.rejection import RequestRejected

T1 = 0.5
T2 = 4.0
GIVE_UP = 64 * T1
"""Seconds after which a 200 without an ACK fails (RFC 3261 section 13.3.1.4)."""

SHORTEST = 90
"""Seconds of the shortest session interval (RFC 4028 section 5)."""

ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"
SUPPORTED = "Supported: timer"


def callerOf(request: Request) -> str:
    """
    Return the number in From, which the proxy has proven.
    """
    return userOf(parseAddress(request.first["from"]).uri)


class EchoCall:
    """
    Holds the state of a call, and encodes its messages.

    @ivar invite: the INVITE that opened the call.
    @ivar flow: the flow that the peer last used.
    @ivar port: our RTP port, 0 while there is none.
    @ivar acknowledged: False while a 200 of ours waits for its ACK.
    @ivar done: whether it is over.
    @ivar due: when the wait for an RTP port ends.
    @ivar ends: when the longest call ends.
    @ivar expires: when its session timer ends.
    """

    def __init__(
        self,
        invite: Request,
        flow: Flow,
        dialog: Dialog,
        talk: Negotiation,
        now: float,
    ) -> None:
        self.invite, self.flow, self.dialog, self.talk = invite, flow, dialog, talk
        self.since = now
        self.port = 0
        self.acknowledged = True
        self.done = False
        self.ends = self.expires = self.due = inf
        self._answer: SendResponse | None = None
        self._again = self._until = inf
        self._interval = T1

    def row(self) -> dict[str, Any]:
        """
        Return the call as C{gigasetctl calls} shows it.
        """
        return {
            "call_id": self.dialog.call,
            "caller": callerOf(self.invite),
            "callee": userOf(self.invite.uri),
            "since": self.since,
            "state": "talking" if self.port else "ringing",
        }

    def repeats(self, request: Request) -> bool:
        """
        Whether a request is the INVITE of this call, perhaps by another route
        (RFC 3261 section 8.2.2.2).
        """
        mine, theirs = self.invite.first, request.first
        return all(mine[key] == theirs[key] for key in ("call-id", "cseq", "from"))

    def deadline(self) -> float:
        """
        Return when the call needs attention next.
        """
        if not self.acknowledged:
            return min(self._again, self._until)
        return min(self.due, self.ends, self.expires)

    def agreeTimer(self, request: Request, now: float) -> list[str]:
        """
        Agree to a session timer that the peer refreshes; we never refresh it.

        @return: the header lines for the answer.
        @raise RequestRejected: the interval is too small (422).
        """
        interval = request.get("session-expires")
        if interval is None:
            return []
        text, _, rest = interval.partition(";")
        seconds = number(text.strip(" \t"), 2**32 - 1)
        if seconds is None:
            raise RequestRejected(400)
        if seconds < SHORTEST:
            raise RequestRejected(422, f"Min-SE: {SHORTEST}")
        names = [name.lower() for name in _options(request)]
        if "timer" not in names or "uas" in rest.lower():
            return []
        self.expires = now + seconds - min(32, seconds / 3)
        return [f"Session-Expires: {seconds};refresher=uac", "Require: timer"]

    def ring(self, contact: str) -> SendResponse:
        """
        Return the 180.
        """
        return self.answer(self.invite, 180, (contact,))

    def accept(
        self, request: Request, headers: Iterable[str], body: str, now: float
    ) -> SendResponse:
        """
        Return the 200 to an INVITE, and repeat it until its ACK comes.
        """
        reply = self.answer(request, 200, (*headers, CONTENT), body)
        self._answer, self.acknowledged = reply, False
        self._interval, self._again, self._until = T1, now + T1, now + GIVE_UP
        return reply

    def answer(
        self, request: Request, code: int, headers: Iterable[str] = (), body: str = ""
    ) -> SendResponse:
        """
        Return a response with our tag.
        """
        tag = self.dialog.tag
        data = respond(request, code, toTag=tag, headers=headers, body=body)
        return SendResponse(request, data)

    def acknowledge(self, request: Request) -> bool:
        """
        Take an ACK; return C{False} if no 200 waits for it.
        """
        answer = self._answer
        if answer is None or answer.request.cseq != request.cseq:
            return False
        self._answer, self.acknowledged = None, True
        return True

    def lost(self, now: float) -> bool:
        """
        Whether the ACK did not come in time.
        """
        return not self.acknowledged and now >= self._until

    def over(self, now: float) -> bool:
        """
        Whether the call has to end; never while an answer waits for its ACK
        (RFC 3261 section 15).
        """
        return self.acknowledged and now >= min(self.ends, self.expires)

    def repeat(self, now: float) -> list[Action]:
        """
        Return the 200 once more, if it is time.
        """
        if self._answer is None or now < self._again:
            return []
        self._interval = min(2 * self._interval, T2)
        self._again = now + self._interval
        return [self._answer]

    def drop(self, code: int, *headers: str) -> SendResponse:
        """
        Reject a call that is not answered yet.
        """
        self.done = True
        return self.answer(self.invite, code, headers)

    def hangUp(self, host: str, branch: str) -> list[Action]:
        """
        Return our BYE, and the end of the media.

        @param host: our address, as in URIs.
        """
        flow = self.flow
        port = flow.local.rpartition(":")[2]
        transport = flow.transport.upper()
        via = f"SIP/2.0/{transport} {host}:{port};branch={branch};rport"
        bye = SendRequest(self.dialog.request("BYE", via), branch, "BYE", flow)
        self.done = True
        return [bye, CloseMedia(self.dialog.tag)]


def _options(request: Request) -> list[str]:
    return request.values("supported") + request.values("require")


def checkRequire(request: Request) -> None:
    """
    Check Require against our only extension, the session timer.

    @raise RequestRejected: the request needs another one (420).
    """
    unknown = [name for name in request.values("require") if name.lower() != "timer"]
    if unknown:
        raise RequestRejected(420, f"Unsupported: {', '.join(unknown)}")


def userOf(text: str) -> str:
    """
    Return the number in a URI, C{""} where there is none.
    """
    try:
        return numberOf(parseURI(text).user) or ""
    except BadValue:
        return ""


def contactLine(request: Request, flow: Flow, address: Callable[[Flow], str]) -> str:
    """
    Return our Contact line towards a peer, with the number that it called.
    """
    user = userOf(request.uri) or "echo"
    port = flow.local.rpartition(":")[2]
    transport = "" if flow.transport == "udp" else f";transport={flow.transport}"
    return f"Contact: <sip:{user}@{bracketed(address(flow))}:{port}{transport}>"


def bracketed(host: str) -> str:
    """
    Return an address literal as URIs write it.
    """
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
