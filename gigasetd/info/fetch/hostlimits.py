# -*- test-case-name: tests.info.fetch.test_hostlimits -*-
"""
How fast a host may be asked: a few questions at once, some time between two of
them, so many a day, and not at all for a while after it has failed or sent us
away.

Layer 1 (state).
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

DAY = 86400.0
MOST = 2000  #: hosts that are remembered
TRUSTED = 3  #: failures in a row that say nothing of a host


class HostLimits(NamedTuple):
    """
    What holds for each host.
    """

    at_once: int = 2
    spacing: float = 0.5  #: seconds between the begins of two questions
    daily: int = 9000


class HostState:
    """
    One host; times are epoch seconds.

    @ivar running: questions under way.
    @ivar failures: failures in a row.
    @ivar shut: until when it is not asked.
    @ivar asked: questions since C{day}.
    """

    __slots__ = ("asked", "day", "failures", "last", "running", "shut")

    def __init__(self) -> None:
        self.running = self.failures = self.asked = 0
        self.last = self.shut = self.day = 0.0


class HostLimiter:
    """
    Host name -> how it is doing.

    @ivar limits: what holds for each.
    """

    def __init__(self, limits: HostLimits, most: int = MOST) -> None:
        self.limits = limits
        self._most = most
        self._hosts: dict[str, HostState] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def _host(self, name: str) -> HostState:
        """
        A host, made where it is new; those that tell nothing make room.
        """
        host = self._hosts.pop(name, None) or HostState()
        self._hosts[name] = host
        if len(self._hosts) > self._most:
            idle = (one for one in self._hosts if not self._hosts[one].running)
            oldest = next(idle, name)
            if oldest != name:
                del self._hosts[oldest]
        return host

    def when(self, name: str, now: float) -> float:
        """
        The earliest time that the host may be asked, C{inf} for as soon as
        a question that is under way ends.
        """
        host = self._host(name)
        if host.running >= self.limits.at_once:
            return inf
        due = max(host.shut, host.last + self.limits.spacing)
        if host.asked >= self.limits.daily and now < host.day + DAY:
            due = max(due, host.day + DAY)
        return due

    def shut(self, name: str, now: float) -> bool:
        """
        Whether the host is better left alone now.
        """
        host = self._host(name)
        spent = host.asked >= self.limits.daily and now < host.day + DAY
        return spent or host.shut > now

    def begin(self, name: str, now: float) -> None:
        """
        A question begins.
        """
        host = self._host(name)
        if not host.asked or now >= host.day + DAY:
            host.day, host.asked = now, 0
        host.running += 1
        host.asked += 1
        host.last = now

    def end(self, name: str) -> None:
        """
        A question has ended, whichever way.
        """
        host = self._host(name)
        host.running = max(0, host.running - 1)

    def good(self, name: str) -> None:
        """
        The host has answered as it should.
        """
        host = self._host(name)
        host.failures, host.shut = 0, 0.0

    def bad(self, name: str, until: float, refused: bool = False) -> None:
        """
        The host has failed; several times in a row, or once where it told so
        itself, and it is left alone.

        @param until: epoch seconds.
        @param refused: whether it sent us away.
        """
        host = self._host(name)
        host.failures += 1
        if refused or host.failures >= TRUSTED:
            host.shut = max(host.shut, until)

    def failures(self, name: str) -> int:
        """
        How often it has failed in a row.
        """
        return self._host(name).failures
