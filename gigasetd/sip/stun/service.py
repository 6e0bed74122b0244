# -*- test-case-name: tests.sip.stun.test_service -*-
"""
STUN on ports of its own; the SIP port answers it by itself.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twisted.application.service import Service

from gigasetd.config.endpoint import Endpoint
from gigasetd.process.listeners import bind
from gigasetd.process.udpreader import Datagram
from gigasetd.sip.stun.responder import StunResponder
from gigasetd.sip.transportlayer import Transports
from gigasetd.sip.udp import BUFFER, SHORTEST, Datagrams


class StunDatagrams(Datagrams):
    """
    A socket on which there is nothing but STUN.
    """

    name = "stun"

    def start(self) -> None:
        """
        Start reading.
        """
        self._reader.start()

    def received(self, datagrams: list[Datagram], now: float) -> None:
        """
        Answer the requests that arrived together.
        """
        for data, address in datagrams:
            if len(data) >= SHORTEST:
                flow = self._flows.get(address) or self._flow(address)
                self.reflect(data, flow, now)


class StunService(Service):
    """
    The STUN listeners.
    """

    name = "stun"

    def __init__(
        self,
        listen: Iterable[Endpoint],
        reflector: StunResponder,
        transports: Transports,
        reactor: Any,
    ) -> None:
        self._listen = listen
        self._reflector = reflector
        self._transports = transports
        self._reactor = reactor
        self._datagrams: list[StunDatagrams] = []

    def startService(self) -> None:
        """
        Bind every listener, then let them read.

        @raise CannotListenError: one cannot be bound; none is then.
        """
        super().startService()
        try:
            for listen in self._listen:
                self._bind(listen)
        except Exception:
            self.stopService()
            raise
        self._reflector.listening(each.port for each in self._datagrams)
        for each in self._datagrams:
            each.start()

    def _bind(self, listen: Endpoint) -> None:
        """
        Bind one listener, and say so.
        """
        bound = bind("stun", listen, ("udp",), BUFFER)
        each = StunDatagrams(self._transports, bound, self._reactor)
        self._datagrams.append(each)

    def stopService(self) -> None:
        """
        Close every listener.
        """
        super().stopService()
        for each in self._datagrams:
            each.stop()
        self._datagrams = []
