# -*- test-case-name: tests.sip.stun.test_responder -*-
"""
STUN requests answered, with what a peer may cost (RFC 8489 section 16).

Nothing is kept of a request, and an answer goes nowhere but to where the
request came from; the longest has 116 octets and a few for what was unknown.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address

from gigasetd.ratelimit.guard import Guard
from gigasetd.sip.actions import Flow
from gigasetd.sip.stun.message import Place, answer, parse, place


class StunResponder:
    """
    @ivar own: our listeners, as (address, port): what seems to come from one
        is not answered.
    @ivar counts: what has come in so far.
    """

    def __init__(
        self, guard: Guard, address: Callable[[Flow], str], hosts: Iterable[str] = ()
    ) -> None:
        """
        @param hosts: the addresses of this machine.
        @param address: "host:port" of ours, as a flow's peer names it.
        """
        self._guard = guard
        self._address = address
        self.own: set[tuple[str, int]] = set()
        self._hosts = hosts
        self.counts = {"answered": 0, "refused": 0, "ignored": 0, "dropped": 0}

    def listening(self, ports: Iterable[int]) -> None:
        """
        Listeners are open at these ports.
        """
        self.own.update((host, port) for port in ports for host in self._hosts)

    def receive(self, data: bytes, flow: Flow, now: float) -> bytes | None:
        """
        One datagram; what is to be sent back, C{None} for nothing.
        """
        if not self._mayHear(flow) or not self._guard.admits(flow.host, now):
            self.counts["dropped"] += 1
            return None
        request = parse(data)
        reply = None
        if request is not None:
            ours = _placeOf(self._address(flow))
            reply = answer(request, place(flow.host, flow.port), ours)
        if reply is None:
            self.counts["ignored"] += 1
        else:
            # The second octet of an error's type is 0x11.
            self.counts["answered" if reply[1] == 1 else "refused"] += 1
        return reply

    def _mayHear(self, flow: Flow) -> bool:
        """
        Whether a flow's peer is one that can be written to, and not ourselves.
        """
        if not flow.port or (flow.host, flow.port) in self.own:
            return False
        return _isSingle(flow.host)


@lru_cache(4096)
def _isSingle(host: str) -> bool:
    """
    Whether an address belongs to one machine.
    """
    address = ip_address(host.partition("%")[0])
    wide = address.is_multicast or address.is_unspecified
    return not wide and host != "255.255.255.255"


@lru_cache(64)
def _placeOf(address: str) -> Place | None:
    """
    "host:port" as STUN writes it, C{None} where the host is a name.
    """
    host, _, port = address.rpartition(":")
    try:
        return place(host.strip("[]"), int(port))
    except ValueError:
        return None
