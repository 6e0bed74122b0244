# -*- test-case-name: tests.sip.test_udp -*-
"""
UDP: one socket that SIP and STUN share.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from typing import Any

from gigasetd.config.networks import unmapped
from gigasetd.process.udpreader import Datagram, UDPReader
from gigasetd.sip.actions import Action, Flow
from gigasetd.sip.transportlayer import Transports

BUFFER = 4 * 1024 * 1024
"""Bytes of receive buffer that we ask for: half a second of a burst."""
STUN = 4
"""A first octet below this is STUN's (RFC 7983 section 7), never SIP's."""
SHORTEST = 16
"""Datagrams below this are pings (RFC 5626, four NULs, CRLFs)."""
FLOWS = 16384
"""Interned flows, 5 MB; beyond this the table is emptied, as forged addresses fill
it."""


class Datagrams:
    """
    One UDP socket of SIP.

    @ivar local: our end, "address:port".
    @cvar name: the name in the reactor's own log lines.
    """

    name = "sip"

    def __init__(
        self,
        transports: Transports,
        bound: socket.socket,
        reactor: Any,
    ) -> None:
        """
        @param bound: a UDP socket that does not block.
        """
        self._transports = transports
        self._flows: dict[Any, Flow] = {}
        self._socket = bound
        self._reader = UDPReader(
            self._socket, self.received, transports.now, reactor, self.name
        )
        # Read for each datagram sent; the socket's own attribute is slower.
        self._plain = self._socket.family == socket.AF_INET
        host, self.port = self._socket.getsockname()[:2]
        self.interface = host
        self.local = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def start(self) -> None:
        """
        Start reading.
        """
        self._transports.outlets[self.local] = self
        self._reader.start()

    def stop(self) -> None:
        """
        Close the socket.
        """
        self._transports.outlets.pop(self.local, None)
        self._reader.stop()

    def share(self, shared: bool) -> None:
        """
        Let other sockets bind the port too, or no longer.

        It is not shared for good: a second daemon must fail to start, and no
        other program may take datagrams away.
        """
        level, option = socket.SOL_SOCKET, socket.SO_REUSEADDR
        self._socket.setsockopt(level, option, shared)

    def received(self, datagrams: list[Datagram], now: float) -> None:
        """
        Hand the datagrams of one wake to SIP and STUN, then send all answers.
        """
        transports = self._transports
        receive, flows = transports.receive, self._flows
        actions: list[Action] = []
        transports.counts["datagrams"] += len(datagrams)
        for data, address in datagrams:
            if len(data) < SHORTEST:
                transports.counts["pings"] += 1
                continue
            flow = flows.get(address) or self._flow(address)
            if data[0] < STUN:
                self.reflect(data, flow, now)
            else:
                receive(data, flow, now, actions)
        transports.finish(actions)

    def _flow(self, address: Any) -> Flow:
        if len(self._flows) >= FLOWS:
            self._flows.clear()
        host = address[0]
        if len(address) == 4:
            host = unmapped(host)
            if address[3]:
                host = f"{host}%{address[3]}"
        flow = self._flows[address] = Flow("udp", self.local, host, address[1], 0)
        return flow

    def reflect(self, data: bytes, flow: Flow, now: float) -> None:
        """
        Answer a STUN request at once: no change has to be stored first.
        """
        reply = self._transports.reflect(data, flow, now)
        if reply is not None:
            self.send(reply, flow)

    def send(self, data: bytes, flow: Flow) -> None:
        """
        Send one datagram, or drop it if the send buffer is full.
        """
        try:
            self._socket.sendto(data, self._address(flow))
        except OSError:
            self._transports.counts["unsent"] += 1

    def _address(self, flow: Flow) -> Any:
        # In the form of the socket's family.
        host = flow.host
        if self._plain:
            return host, flow.port
        host, _, scope = host.partition("%")
        if ":" not in host:
            host = f"::ffff:{host}"
        return host, flow.port, 0, int(scope or 0)
