# -*- test-case-name: tests.info.fetch.test_hostlimits -*-
"""
Limits requests to each host: a few at once, with pauses between them, a number
per day, and none for a while after failures.

Layer 1 (state).
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

DAY = 86400.0
MOST = 2000  #: hosts that are remembered
TRUSTED = 3  #: consecutive failures that block a host


class HostLimits(NamedTuple):
    """
    The limits of each host.
    """

    at_once: int = 2
    spacing: float = 0.5  #: seconds between the starts of two requests
    daily: int = 9000  #: requests


class HostState:
    """
    One host; times are epoch seconds.

    @ivar running: requests in progress.
    @ivar failures: consecutive failures.
    @ivar blockedUntil: no requests before this time.
    @ivar requests: requests since C{day}.
    """

    __slots__ = ("blockedUntil", "day", "failures", "last", "requests", "running")

    def __init__(self) -> None:
        self.running = self.failures = self.requests = 0
        self.last = self.blockedUntil = self.day = 0.0


class HostLimiter:
    """
    Tracks requests by host name.

    @ivar limits: for every host.
    """

    def __init__(self, limits: HostLimits, most: int = MOST) -> None:
        self.limits = limits
        self._most = most
        self._hosts: dict[str, HostState] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def _host(self, name: str) -> HostState:
        host = self._hosts.pop(name, None) or HostState()
        self._hosts[name] = host
        if len(self._hosts) > self._most:
            idle = (other for other in self._hosts if not self._hosts[other].running)
            oldest = next(idle, name)
            if oldest != name:
                del self._hosts[oldest]
        return host

    def earliest(self, name: str, now: float) -> float:
        """
        Return the earliest time of the next request; C{inf} while the host has
        as many running as allowed.
        """
        host = self._host(name)
        if host.running >= self.limits.at_once:
            return inf
        due = max(host.blockedUntil, host.last + self.limits.spacing)
        if host.requests >= self.limits.daily and now < host.day + DAY:
            due = max(due, host.day + DAY)
        return due

    def blocked(self, name: str, now: float) -> bool:
        """
        Whether the host is blocked, or its daily limit is used up.
        """
        host = self._host(name)
        spent = host.requests >= self.limits.daily and now < host.day + DAY
        return spent or host.blockedUntil > now

    def begin(self, name: str, now: float) -> None:
        """
        Count a request that starts.
        """
        host = self._host(name)
        if not host.requests or now >= host.day + DAY:
            host.day, host.requests = now, 0
        host.running += 1
        host.requests += 1
        host.last = now

    def end(self, name: str) -> None:
        """
        Count a request that has ended, whatever its result.
        """
        host = self._host(name)
        host.running = max(0, host.running - 1)

    def succeeded(self, name: str) -> None:
        """
        Record a valid response.
        """
        host = self._host(name)
        host.failures, host.blockedUntil = 0, 0.0

    def failed(self, name: str, until: float, refused: bool = False) -> None:
        """
        Record a failure, and block the host after several in a row or when it
        refused.

        @param until: end of the block, epoch seconds.
        @param refused: whether the host asked us to stay away.
        """
        host = self._host(name)
        host.failures += 1
        if refused or host.failures >= TRUSTED:
            host.blockedUntil = max(host.blockedUntil, until)

    def failures(self, name: str) -> int:
        """
        Return the number of consecutive failures.
        """
        return self._host(name).failures
