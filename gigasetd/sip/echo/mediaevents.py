# -*- test-case-name: tests.sip.test_service -*-
"""
Delivers RTP port events to the echo user agents.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gigasetd.sip.actions import Action
from gigasetd.sip.echo.useragent import Echo


class MediaEvents:
    """
    Calls the agent that has the call, with the time.
    """

    def __init__(
        self,
        agents: Sequence[Echo],
        perform: Callable[[list[Action]], None],
        now: Callable[[], float],
    ) -> None:
        """
        @param perform: carries out the actions of an agent.
        """
        self._agents = agents
        self._perform = perform
        self._now = now

    def _agent(self, call: str) -> Echo:
        # For a call that is over any agent does nothing.
        owners = (agent for agent in self._agents if agent.holds(call))
        return next(owners, self._agents[0])

    def opened(self, call: str, port: int) -> None:
        """
        Report that the sockets are bound.
        """
        self._perform(self._agent(call).opened(call, port, self._now()))

    def refused(self, call: str) -> None:
        """
        Report that no pair of ports is free.
        """
        self._perform(self._agent(call).refused(call, self._now()))

    def silent(self, call: str) -> None:
        """
        Report that no RTP came for a while.
        """
        self._perform(self._agent(call).silent(call, self._now()))
