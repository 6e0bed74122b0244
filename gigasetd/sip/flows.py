# -*- test-case-name: tests.sip.test_flows -*-
"""
The network as the rules see it: open listeners and streams, and our address
towards each peer.

Layer 1 (state).
"""

from __future__ import annotations

from functools import lru_cache

from gigasetd.registry.model import Binding
from gigasetd.sip.actions import Flow


class Network:
    """
    Knows which flows can be used.

    @ivar public: the address that phones reach this server at.
    @ivar listeners: where datagrams are read, "address:port".
    @ivar streams: the numbers of the streams that are open.
    @ivar proven: the numbers of those over which an account has proven itself.
    """

    def __init__(self, public: str) -> None:
        self.public = public
        self.streams: set[int] = set()
        self.proven: set[int] = set()
        self.listeners: list[str] = []

    def listening(self, local: str) -> None:
        """
        Note that a datagram listener is open at C{local}, "address:port".
        """
        self.listeners.append(local)

    def alive(self, flow: Flow) -> bool:
        """
        Whether octets can be sent over a flow.
        """
        if flow.connection:
            return flow.connection in self.streams
        return flow.local in self.listeners

    def reaches(self, binding: Binding) -> bool:
        """
        Whether a binding can be reached: by UDP through any listener of its
        IP version, by a stream while it is open.
        """
        if binding.transport == "udp":
            return self._listener(binding) is not None
        return binding.connection in self.streams

    def flow(self, binding: Binding) -> Flow:
        """
        Return the flow to a binding; if the listener that it came through is
        gone, through another.
        """
        local = binding.local
        if binding.transport == "udp":
            local = self._listener(binding) or local
        return Flow(
            binding.transport, local, binding.host, binding.port, binding.connection
        )

    def _listener(self, binding: Binding) -> str | None:
        if binding.local in self.listeners:
            return binding.local
        wide = ":" in binding.host
        for local in self.listeners:
            if local.startswith("[") == wide:
                return local
        return None

    def address(self, flow: Flow) -> str:
        """
        Return our "host:port" as the peer of C{flow} can reach it.
        """
        return _address(self.public, flow.local, flow.host)


def isFlowOf(flow: Flow, binding: Binding) -> bool:
    """
    Whether a binding was made over a flow.
    """
    return (
        binding.host == flow.host
        and binding.port == flow.port
        and binding.connection == flow.connection
        and binding.local == flow.local
        and binding.transport == flow.transport
    )


@lru_cache(4096)
def _address(public: str, local: str, peer: str) -> str:
    # A listener on all interfaces has the public address, but for peers on
    # this machine that of loopback.
    host, _, port = local.rpartition(":")
    if host == "0.0.0.0":  # noqa: S104
        host = "127.0.0.1" if peer.startswith("127.") else public
    elif host == "[::]":
        host = "[::1]" if peer == "::1" else public
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"{host}:{port}"
