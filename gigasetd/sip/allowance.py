# -*- test-case-name: tests.sip.test_allowance -*-
"""
How many messages each peer may send.

A flow with a binding has an allowance of its own, every other one shares that of its
source.  Strangers can write the address of a phone, or sit behind its NAT, so what is
no SIP message spends none of these: it is counted for the flow that it came by.  STUN
is counted apart.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Union

from gigasetd.ratelimit.bucket import TokenBuckets
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.tables import FlowKey
from gigasetd.sip.actions import Flow

Key = Union[Flow, str]


class Allowances:
    """
    Decides which messages are parsed, by the limits of a L{Guard}.

    @ivar source: returns the source of an address.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        guard: Guard,
        bound: Container[FlowKey],
        listeners: Sequence[str] = (),
    ) -> None:
        """
        @param bound: the flows with a binding.
        @param listeners: where SIP listens, "address:port": a phone sends STUN from
            its SIP port to another port of ours.
        """
        self._guard, self._bound = guard, bound
        self._listeners = listeners
        self.source = guard.source
        most = guard.limits.addresses
        self._flows, self._junk, self._stun = (
            TokenBuckets[Key](most) for _ in range(3)
        )
        self.counts = dict.fromkeys(
            ("flow_dropped", "junk", "junk_dropped", "stun_dropped"), 0
        )

    def follow(self) -> None:
        """
        Apply the guard's new limit of sources.
        """
        for table in (self._flows, self._junk, self._stun):
            table.most = self._guard.limits.addresses

    def admits(self, flow: Flow, now: float) -> bool:
        """
        Take a token for one message.

        @return: whether it is parsed.
        """
        guard = self._guard
        if guard.exempt(flow.host):
            return True
        rate, burst = guard.limits.rate, guard.limits.burst
        if flow in self._bound:
            if self._flows.take(flow, rate, burst, now):
                return True
            self.counts["flow_dropped"] += 1
            return False
        if flow in self._junk and self._junk.level(flow, rate, burst, now) < 1:
            self.counts["junk_dropped"] += 1
            return False
        return guard.admits(flow.host, now)

    def junk(self, flow: Flow, now: float, costly: bool) -> None:
        """
        Give the token of a message back that was none.

        @param costly: whether parsing it took long enough to charge its flow: too
            many of these from a flow without a binding, and none is parsed.
        """
        self.counts["junk"] += 1
        guard, limits = self._guard, self._guard.limits
        if guard.exempt(flow.host):
            return
        if costly:
            self._junk.take(flow, limits.rate, limits.burst, now)
        if flow in self._bound:
            tokens = self._flows.level(flow, limits.rate, limits.burst, now)
            self._flows[flow] = (tokens + 1, now)
        else:
            guard.refund(flow.host)

    def admitsStun(self, flow: Flow, now: float) -> bool:
        """
        Take a token for one STUN request.

        @return: whether it is answered.
        """
        guard = self._guard
        if guard.exempt(flow.host):
            return True
        key = self._boundFlow(flow)
        if key is None:
            if guard.isBanned(flow.host, now):
                guard.counts["banned_dropped"] += 1
                return False
            key = guard.source(flow.host)
        if self._stun.take(key, guard.limits.rate, guard.limits.burst, now):
            return True
        self.counts["stun_dropped"] += 1
        return False

    def _boundFlow(self, flow: Flow) -> Key | None:
        if flow in self._bound:
            return flow
        for listener in self._listeners:
            beside = flow._replace(local=listener)
            if beside in self._bound:
                return beside
        return None
