# -*- test-case-name: tests.sip.test_service -*-
"""
Delivers RTP port events to the echo user agents.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Sequence

from gigasetd.sip.echo.useragent import Echo
from gigasetd.sip.transportlayer import Transports


class MediaEvents:
    """
    Calls the agent that has the call, with the time.
    """

    def __init__(self, agents: Sequence[Echo], transports: Transports) -> None:
        self._agents = agents
        self._transports = transports

    def _agent(self, call: str) -> Echo:
        # For a call that is over any agent does nothing.
        owners = (agent for agent in self._agents if agent.holds(call))
        return next(owners, self._agents[0])

    def opened(self, call: str, port: int) -> None:
        """
        Report that the sockets are bound.
        """
        now = self._transports.now()
        self._transports.perform(self._agent(call).opened(call, port, now))

    def refused(self, call: str) -> None:
        """
        Report that no pair of ports is free.
        """
        now = self._transports.now()
        self._transports.perform(self._agent(call).refused(call, now))

    def silent(self, call: str) -> None:
        """
        Report that no RTP came for a while.
        """
        now = self._transports.now()
        self._transports.perform(self._agent(call).silent(call, now))
