# -*- test-case-name: tests.sip.stun.test_responder -*-
"""
Answer STUN requests, within limits (RFC 8489 section 16).

No state is stored, and a response goes only to the source of its request.  The
longest has 92 octets, and a few for each unknown attribute: as packets never more
than two and a half times its request.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address

from gigasetd.sip.actions import Flow
from gigasetd.sip.stun.message import TransportAddress, answer, parse, transportAddress


class StunResponder:
    """
    Answers the STUN requests of all listeners.

    @ivar own: our listeners, as (address, port): what seems to come from one
        gets no response.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        admits: Callable[[Flow, float], bool],
        address: Callable[[Flow], str],
        hosts: Iterable[str] = (),
    ) -> None:
        """
        @param admits: whether a peer may get an answer now.
        @param address: returns our "host:port" as a flow's peer can reach it.
        @param hosts: the addresses of this machine.
        """
        self._admits = admits
        self._address = address
        self.own: set[tuple[str, int]] = set()
        self._hosts = hosts
        self.counts = {"answered": 0, "refused": 0, "ignored": 0, "dropped": 0}

    def listening(self, ports: Iterable[int]) -> None:
        """
        Note that listeners are open at these ports.
        """
        self.own.update((host, port) for port in ports for host in self._hosts)

    def receive(self, data: bytes, flow: Flow, now: float) -> bytes | None:
        """
        Answer one datagram.

        @return: the response, C{None} for none.
        """
        request = parse(data)
        reply = None
        if request is not None:
            # What is no request spends no allowance.
            if not self._isPeer(flow) or not self._admits(flow, now):
                self.counts["dropped"] += 1
                return None
            ours = _parsed(self._address(flow))
            reply = answer(request, transportAddress(flow.host, flow.port), ours)
        if reply is None:
            self.counts["ignored"] += 1
        else:
            # The second octet of an error's type is 0x11.
            self.counts["answered" if reply[1] == 1 else "refused"] += 1
        return reply

    def _isPeer(self, flow: Flow) -> bool:
        # One that can be written to, and not ourselves.
        if not flow.port or (flow.host, flow.port) in self.own:
            return False
        return _isSingle(flow.host)


@lru_cache(4096)
def _isSingle(host: str) -> bool:
    address = ip_address(host.partition("%")[0])
    wide = address.is_multicast or address.is_unspecified
    return not wide and host != "255.255.255.255"


@lru_cache(64)
def _parsed(address: str) -> TransportAddress | None:
    # "host:port", whose host may be a name.
    host, _, port = address.rpartition(":")
    try:
        return transportAddress(host.strip("[]"), int(port))
    except ValueError:
        return None
