# -*- test-case-name: tests.process.test_ports -*-
"""
Which listeners are bound, and where.

Layer 1 (state).
"""

from __future__ import annotations

from typing import NamedTuple


class BoundPort(NamedTuple):
    """
    One bound listener.
    """

    service: str  #: "sip", "http", ...
    transport: str  #: "udp", "tcp" or "tls"
    host: str
    port: int


class BoundPorts:
    """
    The listeners of all services, in the order in which they were bound.
    """

    def __init__(self) -> None:
        self._bound: list[BoundPort] = []

    def add(self, service: str, transport: str, host: str, port: int) -> None:
        """
        Note a listener that was bound.
        """
        self._bound.append(BoundPort(service, transport, host, port))

    def clear(self, service: str) -> None:
        """
        Drop the listeners of a service that has stopped.
        """
        self._bound = [each for each in self._bound if each.service != service]

    def of(self, service: str, *transports: str) -> list[BoundPort]:
        """
        The listeners of a service.

        @param transports: only these; none for all.
        """
        return [
            each
            for each in self._bound
            if each.service == service
            and (not transports or each.transport in transports)
        ]
