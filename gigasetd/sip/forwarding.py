# -*- test-case-name: tests.sip.test_forwarding -*-
"""
The header lines of a request that is forwarded, and the flow that its Route
names (RFC 3261 sections 16.3, 16.4 and 16.6).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from gigasetd.sip.actions import Flow
from gigasetd.sip.admission import breadth
from gigasetd.sip.flowtoken import FlowTokens, OpenedToken
from gigasetd.sip.message.header import number as decimal
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.uri import parseAddress, parseURI
from gigasetd.sip.rejection import RequestRejected
from gigasetd.sip.requestcontext import RequestContext
from gigasetd.sip.serverstate import ServerState
from gigasetd.sip.trust import TRUSTED_ONLY

_CONSUMED = TRUSTED_ONLY | {"route", "proxy-authorization", "max-breadth"}
_FEWER = {str(hops): f"Max-Forwards: {hops - 1}" for hops in range(1, 256)}
"""Max-Forwards of a request -> the line of the forwarded one."""


LONGEST_CALL = 12 * 3600.0
"""Seconds after which a call whose BYE never came is over."""


class RouteSet(NamedTuple):
    """
    The Route of a request, read.
    """

    flow: Flow | None  #: the flow that our values name, the last one counts
    rest: Sequence[str] = ()  #: the values that stay
    made: float | None = None
    """When the token was made, epoch seconds; L{None} without one."""


NO_ROUTE = RouteSet(None)


class Forwarding:
    """
    Checks a request, reads its Route, and writes its lines for the next hop.

    @ivar loops: how many requests came back in a loop.
    """

    def __init__(
        self, state: ServerState, tokens: FlowTokens, asserts: bool = False
    ) -> None:
        """
        @param asserts: C{sip.asserted_identity}.
        """
        self._domain = state.domain
        self._network = state.network
        self._calls = state.calls
        self._tag = state.tag
        self._tokens = tokens
        self._asserts = asserts
        self._serial = 0
        self.loops = 0

    def check(self, request: Request) -> None:
        """
        Check Max-Forwards, Proxy-Require and for loops (section 16.3).

        @raise RequestRejected: the request may not be forwarded.
        """
        hops = request.first.get("max-forwards")
        if hops is not None and hops not in _FEWER:
            left = decimal(hops, 255)
            if left is None:
                raise RequestRejected(400, phrase="Bad Max-Forwards")
            if left == 0:
                raise RequestRejected(483)
        if "proxy-require" in request.first:
            names = ", ".join(request.all("proxy-require"))
            raise RequestRejected(420, f"Unsupported: {names}")
        if (request.via.rest or request.keys.count("via") > 1) and any(
            f".{self._loopMark(request)}" in value for value in request.all("via")
        ):
            self.loops += 1
            raise RequestRejected(482)

    def _loopMark(self, request: Request) -> str:
        # Part of our branch: a checksum of the fields that routing looks at (RFC
        # 5393 section 4.2.1).  The same again means a loop, another a spiral.
        first = request.first
        text = f"{request.uri} {first['call-id']} {first['from']} {request.cseq}"
        # Not hash(): the mark must be the same after a restart.
        return f"{crc32(text.encode('latin-1')):x}"

    def routed(self, context: RequestContext) -> RouteSet:
        """
        Remove our own values from the top of Route (section 16.4).

        @raise RequestRejected: the next value names another server, and we are
            no relay.
        @raise BadValue: a value is broken.
        """
        request = context.request
        callID = request.first["call-id"]
        if "route" not in request.first:
            if not context.inDialog:
                return NO_ROUTE
            # COMPAT: cheap phones forget the route set of their own call.
            return RouteSet(self._calls.otherSide(callID, context.flow))
        routes = request.values("route")
        if len(routes) == 2:
            # Usually both are the two that we recorded.  What stands before a
            # token of this call can only have been ours as well.
            opened = self._opened(routes[1], context)
            if opened is not None:
                return RouteSet(opened.flow, made=opened.made)
        last = None
        while routes:
            opened = self._opened(routes[0], context)
            if opened is None and ("@" in routes[0] or not self._isOurs(routes[0])):
                break
            last = opened or last
            del routes[0]
        if last is not None:
            return RouteSet(last.flow, routes, last.made)
        if routes:
            raise RequestRejected(403, phrase="Route Is Not Of This Server")
        return NO_ROUTE

    def hosts(self, context: RequestContext) -> set[str]:
        """
        Return the addresses in all flow tokens of a request's Route.
        """
        tokens = (
            self._opened(each, context) for each in context.request.values("route")
        )
        return {each.flow.host for each in tokens if each is not None}

    def via(self, request: Request, flow: Flow) -> tuple[str, str]:
        """
        Return a new branch for C{flow}, and our Via line with it.
        """
        self._serial += 1
        branch = f"z9hG4bKg{self._tag}{self._serial:x}.{self._loopMark(request)}"
        where = self._network.address(flow)
        return branch, (
            f"Via: SIP/2.0/{flow.transport.upper()} {where};branch={branch};rport"
        )

    def recordRoute(self, context: RequestContext, flow: Flow) -> list[str]:
        """
        Return our two Record-Route lines for a request that leaves by C{flow}.

        That of the callee's side stands first, so that the callee sends to
        the address that it can reach (RFC 5658).
        """
        request = context.request
        if request.method not in ("INVITE", "SUBSCRIBE", "REFER"):
            return []
        callID = request.first["call-id"]
        now = context.now
        flows = (flow, context.flow)
        return [self._routeLine(each, callID, now) for each in flows]

    def _routeLine(self, flow: Flow, callID: str, now: float) -> str:
        token = self._tokens.make(flow, callID, now)
        where = self._network.address(flow)
        transport = "" if flow.transport == "udp" else f";transport={flow.transport}"
        return f"Record-Route: <sip:{token}@{where}{transport};lr>"

    def lines(
        self, request: Request, routes: Sequence[str], targets: int = 1
    ) -> list[str]:
        """
        Return the lines for the next hop, without our Via: Max-Forwards one
        lower, the routes that stay, each branch's share of Max-Breadth (RFC
        5393 section 5.3.3.1), no credentials for this server, nothing that only a
        trusted server may say.

        @param targets: into how many branches the request is forked.
        """
        first = request.first
        lines = request.lines.copy()
        if not first.keys().isdisjoint(_CONSUMED):
            lines = [
                line
                for key, line in zip(request.keys, lines)
                if key not in _CONSUMED and key != "max-forwards"
            ]
            lines.append(_fewer(first))
        elif "max-forwards" in first:
            lines[request.keys.index("max-forwards")] = _fewer(first)
        else:
            lines.append(_fewer(first))
        if "content-length" not in request.first:
            # A datagram needs none; the stream that it may leave by does.
            lines.append(f"Content-Length: {len(request.body)}")
        lines += [f"Route: {value}" for value in routes]
        if targets > 1 or "max-breadth" in request.first:
            lines.append(f"Max-Breadth: {breadth(request) // targets}")
        return lines

    def asserted(self, request: Request, caller: str) -> list[str]:
        """
        Return the line by which we vouch for the caller, where the operator
        wants that and the caller does not withhold the number (RFC 3325
        sections 5 and 7).
        """
        if not self._asserts or "id" in request.first.get("privacy", "").split(";"):
            return []
        return [f"P-Asserted-Identity: <sip:{caller}@{self._domain.name}>"]

    def _opened(self, route: str, context: RequestContext) -> OpenedToken | None:
        user = route.partition("@")[0]
        if user[:5] != "<sip:":
            return None
        token = self._tokens.open(user[5:], context.request.first["call-id"])
        expired = token is not None and token.made < context.now - LONGEST_CALL
        return None if expired else token

    def _isOurs(self, route: str) -> bool:
        # A value of ours without a token: the phone's outbound proxy setting.
        return self._domain.owns(parseURI(parseAddress(route).uri))


def _fewer(first: dict[str, str]) -> str:
    # A request without Max-Forwards gets 70 (RFC 3261 section 16.6 step 3).
    hops = first.get("max-forwards", "71")
    return _FEWER.get(hops) or f"Max-Forwards: {(decimal(hops, 255) or 71) - 1}"
