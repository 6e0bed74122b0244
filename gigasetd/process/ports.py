# -*- test-case-name: tests.process.test_ports -*-
"""
Which listeners are bound, and where.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gigasetd.config.networks import readAddress


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


def webUrl(listeners: Sequence[BoundPort], public: str, default: str) -> str:
    """
    Return the URL of the web server, without a path.

    The port is 80 where that is among several; the listener is rather one on all
    addresses than one on a single address.

    @param listeners: of the web server; at least one.
    @param public: the host to name in any case, C{""} for the address that the
        listener is bound to.
    @param default: the host to name where it is bound to all addresses.
    """
    ports = [each.port for each in listeners]
    port = 80 if 80 in ports else ports[0]
    listener = min((each for each in listeners if each.port == port), key=_narrowness)
    bound = listener.host if _narrowness(listener) else default
    host = public or bound
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}" if port == 80 else f"http://{host}:{port}"


def _narrowness(listener: BoundPort) -> int:
    address = readAddress(listener.host)
    if address is None or address.is_unspecified:
        return 0
    return 2 if address.is_loopback else 1
