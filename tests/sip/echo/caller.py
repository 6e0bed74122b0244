"""
A phone that calls the echo: it writes requests and reads what comes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from gigasetd.sip.actions import (
    Action,
    Flow,
    Media,
    OpenMedia,
    SendRequest,
    SendResponse,
)
from gigasetd.sip.echo.useragent import Echo, EchoLimits
from gigasetd.sip.message.message import Request, Response, parse
from gigasetd.sip.message.uri import parseAddress
from gigasetd.sip.requestcontext import RequestContext
from tests.sip.echo.offers import PJSIP

FLOW = Flow("udp", "0.0.0.0:5060", "127.0.0.1", 5062, 0)


class Caller:
    """
    One caller and the echo it calls.

    @ivar tag: the echo's tag, "" before its answer.
    """

    def __init__(self, limits: EchoLimits = EchoLimits(), flow: Flow = FLOW) -> None:
        numbers = count(1)
        self.echo = Echo(
            address=lambda flow: "127.0.0.1",
            fresh=lambda: f"{next(numbers):016x}",
            limits=limits,
        )
        self.flow, self.tag, self.cseq, self.call = flow, "", 0, "call@phone"

    def request(
        self,
        method: str,
        body: str = "",
        headers: Iterable[str] = (),
        cseq: int | None = None,
    ) -> Request:
        """
        A request of this caller, inside its dialog once there is one.
        """
        if cseq is None:
            self.cseq += 1
        number = self.cseq if cseq is None else cseq
        lines = [
            f"{method} sip:12341@gigaset.net SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK{method}{number};rport",
            "Max-Forwards: 70",
            'From: "A" <sip:20000001@gigaset.net>;tag=abc',
            "To: <sip:12341@gigaset.net>" + (f";tag={self.tag}" if self.tag else ""),
            f"Call-ID: {self.call}",
            f"CSeq: {number} {method}",
            "Contact: <sip:20000001@127.0.0.1:5062>",
            *(["Content-Type: application/sdp"] if body else []),
            *headers,
            f"Content-Length: {len(body)}",
            "",
            body,
        ]
        parsed = parse("\r\n".join(lines).encode("latin-1"))
        assert isinstance(parsed, Request)
        return parsed

    def send(
        self,
        method: str,
        body: str = "",
        headers: Iterable[str] = (),
        now: float = 0.0,
        cseq: int | None = None,
    ) -> list[Action]:
        """
        Send a request; what the echo does about it.
        """
        return self.receive(self.request(method, body, headers, cseq), now)

    def receive(self, request: Request, now: float = 0.0) -> list[Action]:
        """
        What the echo does about a request.
        """
        return self.echo.receive(RequestContext(request, self.flow, now, []))

    def open(self, body: str = PJSIP, headers: Iterable[str] = ()) -> list[Action]:
        """
        INVITE, and give the echo its port: the actions after that.
        """
        [asked] = self.send("INVITE", body, headers)
        assert isinstance(asked, OpenMedia), asked
        actions = self.echo.opened(asked.media.call, 6000, 0.0)
        self.tag = parseAddress(answers(actions)[-1].first["to"]).param("tag") or ""
        return actions

    def talk(self, body: str = PJSIP, headers: Iterable[str] = ()) -> None:
        """
        A whole call set-up.
        """
        self.open(body, headers)
        self.send("ACK", cseq=self.cseq)


def answers(actions: list[Action]) -> list[Response]:
    """
    The responses among actions.
    """
    found = []
    for action in actions:
        if isinstance(action, SendResponse):
            response = parse(action.data)
            assert isinstance(response, Response)
            found.append(response)
    return found


def codes(actions: list[Action]) -> list[int]:
    """
    Their status codes.
    """
    return [response.code for response in answers(actions)]


def asked(actions: list[Action]) -> list[Request]:
    """
    The requests of the echo's own among actions.
    """
    found = []
    for action in actions:
        if isinstance(action, SendRequest):
            request = parse(action.data)
            assert isinstance(request, Request)
            found.append(request)
    return found


def medias(actions: list[Action]) -> list[Media]:
    """
    What actions tell the sockets.
    """
    return [media for action in actions if (media := getattr(action, "media", None))]
