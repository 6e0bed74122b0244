# -*- test-case-name: tests.sip.test_service -*-
"""
The way from the sockets of calls to the agents that have the calls.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Sequence

from gigasetd.sip.echo.useragent import Echo
from gigasetd.sip.transportlayer import Transports


class Told:
    """
    Carries what became of a call's media to the agent that has the call, with
    the time that rules are told.
    """

    def __init__(self, agents: Sequence[Echo], transports: Transports) -> None:
        self._agents = agents
        self._transports = transports

    def _agent(self, call: str) -> Echo:
        """
        Whose call it is; of one that is over any of them says the same.
        """
        found = (agent for agent in self._agents if agent.holds(call))
        return next(found, self._agents[0])

    def opened(self, call: str, port: int) -> None:
        """
        The sockets are bound.
        """
        now = self._transports.now()
        self._transports.perform(self._agent(call).opened(call, port, now))

    def refused(self, call: str) -> None:
        """
        There is no pair of ports left.
        """
        now = self._transports.now()
        self._transports.perform(self._agent(call).refused(call, now))

    def silent(self, call: str) -> None:
        """
        No RTP was heard for a while.
        """
        now = self._transports.now()
        self._transports.perform(self._agent(call).silent(call, now))
