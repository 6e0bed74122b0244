# -*- test-case-name: tests.sip.test_forwarding -*-
"""
How a request looks when it leaves, and where its Route leads (RFC 3261
sections 16.3, 16.4 and 16.6).

Layer 2 (rules).
"""

from __future__ import annotations

from zlib import crc32

from gigasetd.sip.actions import Flow
from gigasetd.sip.admission import Refusal, breadth, inDialog
from gigasetd.sip.calls import Calls
from gigasetd.sip.domain import Domain
from gigasetd.sip.flows import Network
from gigasetd.sip.flowtoken import Tokens
from gigasetd.sip.message.header import number as decimal
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.uri import parseAddress, parseURI

_CONSUMED = frozenset(("route", "proxy-authorization", "max-breadth"))
_FEWER = {str(hops): f"Max-Forwards: {hops - 1}" for hops in range(1, 256)}
"""Max-Forwards -> the line with which a request leaves."""


class Forwarding:
    """
    @ivar loops: requests that came round again.
    """

    def __init__(
        self, domain: Domain, network: Network, tokens: Tokens, calls: Calls, tag: str
    ) -> None:
        self._domain = domain
        self._network = network
        self._tokens = tokens
        self._calls = calls
        self._tag = tag
        self._serial = 0
        self.loops = 0

    def check(self, request: Request) -> None:
        """
        Max-Forwards, Proxy-Require and loops (section 16.3).
        """
        hops = request.first.get("max-forwards")
        if hops is not None and hops not in _FEWER:
            left = decimal(hops, 255)
            if left is None:
                raise Refusal(400, "Bad Max-Forwards")
            if left == 0:
                raise Refusal(483)
        if "proxy-require" in request.first:
            names = ", ".join(request.all("proxy-require"))
            raise Refusal(420, "", f"Unsupported: {names}")
        if (request.via.rest or request.keys.count("via") > 1) and any(
            f".{self._loopMark(request)}" in value for value in request.all("via")
        ):
            self.loops += 1
            raise Refusal(482)

    def _loopMark(self, request: Request) -> str:
        """
        What our branch says of the fields that routing looks at (RFC 5393
        section 4.2.1): the same again means a loop, other ones a spiral.
        """
        first = request.first
        text = f"{request.uri} {first['call-id']} {first['from']} {request.cseq}"
        # Not hash(): the mark must be the same after a restart.
        return f"{crc32(text.encode('latin-1')):x}"

    def routed(self, request: Request, flow: Flow) -> tuple[Flow | None, list[str]]:
        """
        The flow that our own values at the top of Route name, and the values
        that stay (section 16.4).

        @raise Refusal: a Route leads elsewhere, and we are no relay.
        """
        callID = request.first["call-id"]
        if "route" not in request.first:
            if not inDialog(request):
                return None, []
            # COMPAT: cheap phones forget the route set of their own call.
            return self._calls.otherSide(callID, flow), []
        routes = request.values("route")
        if len(routes) == 2:
            # Usually both are the two that we recorded.  What stands before a
            # token of this call can only have been ours as well.
            target = self._opened(routes[1], callID)
            if target is not None:
                return target, []
        target = None
        while routes:
            opened = self._opened(routes[0], callID)
            if opened is None and ("@" in routes[0] or not self._isOurs(routes[0])):
                break
            target = opened or target
            del routes[0]
        if target is None and routes:
            raise Refusal(403, "Route Is Not Of This Server")
        return target, routes

    def via(self, request: Request, target: Flow) -> tuple[str, str]:
        """
        A fresh branch, and our Via line with it.
        """
        self._serial += 1
        branch = f"z9hG4bKg{self._tag}{self._serial:x}.{self._loopMark(request)}"
        where = self._network.address(target)
        return branch, (
            f"Via: SIP/2.0/{target.transport.upper()} {where};branch={branch};rport"
        )

    def recordRoute(self, request: Request, flow: Flow, target: Flow) -> list[str]:
        """
        Our two Record-Route lines; the callee's side stands first, so that it
        sends to the address that it can reach (RFC 5658).
        """
        if request.method not in ("INVITE", "SUBSCRIBE", "REFER"):
            return []
        callID = request.first["call-id"]
        return [self._routeLine(each, callID) for each in (target, flow)]

    def _routeLine(self, flow: Flow, callID: str) -> str:
        """
        One Record-Route line that leads to C{flow}.
        """
        token = self._tokens.make(flow, callID)
        where = self._network.address(flow)
        transport = "" if flow.transport == "udp" else f";transport={flow.transport}"
        return f"Record-Route: <sip:{token}@{where}{transport};lr>"

    def lines(self, request: Request, routes: list[str], targets: int = 1) -> list[str]:
        """
        The request's lines as they leave: one hop fewer, the routes that
        stay, each branch's share of Max-Breadth (RFC 5393 section 5.3.3.1),
        no credentials of this server.
        """
        first = request.first
        kept = request.lines.copy()
        if not first.keys().isdisjoint(_CONSUMED):
            kept = [
                line
                for key, line in zip(request.keys, kept)
                if key not in _CONSUMED and key != "max-forwards"
            ]
            kept.append(_fewer(first))
        elif "max-forwards" in first:
            kept[request.keys.index("max-forwards")] = _fewer(first)
        else:
            kept.append(_fewer(first))
        if "content-length" not in request.first:
            # A datagram needs none; the stream that it may leave by does.
            kept.append(f"Content-Length: {len(request.body)}")
        kept += [f"Route: {value}" for value in routes]
        if targets > 1 or "max-breadth" in request.first:
            kept.append(f"Max-Breadth: {breadth(request) // targets}")
        return kept

    def _opened(self, route: str, callID: str) -> Flow | None:
        """
        The flow that a Route value of ours names.
        """
        user = route.partition("@")[0]
        return self._tokens.open(user[5:], callID) if user[:5] == "<sip:" else None

    def _isOurs(self, route: str) -> bool:
        """
        Whether a Route value without a user names this server: a phone's
        configured outbound proxy.

        @raise BadValue: it names nothing.
        """
        return self._domain.owns(parseURI(parseAddress(route).uri))


def _fewer(first: dict[str, str]) -> str:
    """
    The Max-Forwards line of a request that has one hop less to go; one that
    named none may go 70 (RFC 3261 section 16.6 step 3).
    """
    hops = first.get("max-forwards", "71")
    return _FEWER.get(hops) or f"Max-Forwards: {(decimal(hops, 255) or 71) - 1}"
