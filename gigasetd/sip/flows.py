# -*- test-case-name: tests.sip.test_flows -*-
"""
What is open: our listeners, the streams that live, and how peers name us.

Layer 1 (state).
"""

from __future__ import annotations

from functools import lru_cache

from gigasetd.registry.model import Binding
from gigasetd.sip.actions import Flow


class Network:
    """
    @ivar public: the address that phones reach this server at.
    @ivar streams: the numbers of the streams that are open.
    """

    def __init__(self, public: str) -> None:
        self.public = public
        self.streams: set[int] = set()
        self._locals: list[str] = []

    def listening(self, local: str) -> None:
        """
        A datagram listener is open at C{local}, "address:port".
        """
        self._locals.append(local)

    def alive(self, flow: Flow) -> bool:
        """
        Whether octets can be sent over a flow.
        """
        if flow.connection:
            return flow.connection in self.streams
        return flow.local in self._locals

    def reaches(self, binding: Binding) -> bool:
        """
        Whether a binding can be reached: a datagram flow through any
        listener of its family, a stream while it is open.
        """
        if binding.transport == "udp":
            return self._listener(binding) is not None
        return binding.connection in self.streams

    def flow(self, binding: Binding) -> Flow:
        """
        The flow of a binding; one that was made through a listener that is no
        more goes through another.
        """
        local = binding.local
        if binding.transport == "udp":
            local = self._listener(binding) or local
        return Flow(
            binding.transport, local, binding.host, binding.port, binding.connection
        )

    def _listener(self, binding: Binding) -> str | None:
        """
        The listener that a UDP binding is reached through, C{None} when there
        is none of its family.
        """
        if binding.local in self._locals:
            return binding.local
        wide = ":" in binding.host
        for local in self._locals:
            if local.startswith("[") == wide:
                return local
        return None

    def address(self, flow: Flow) -> str:
        """
        "host:port" of ours as the peer of C{flow} should name us.
        """
        return _address(self.public, flow.local, flow.host)


@lru_cache(4096)
def _address(public: str, local: str, peer: str) -> str:
    """
    A listener on all interfaces is known by the public address, but to peers
    on this machine by loopback's.
    """
    host, _, port = local.rpartition(":")
    if host == "0.0.0.0":  # noqa: S104
        host = "127.0.0.1" if peer.startswith("127.") else public
    elif host == "[::]":
        host = "[::1]" if peer == "::1" else public
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"{host}:{port}"
