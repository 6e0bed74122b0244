# -*- test-case-name: tests.site.test_site -*-
"""
The state of the daemon beside the registry: read by C{gigasetctl}, C{/health}
and C{/metrics}.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from gigasetd.registry.lastseen import LastSeen

Counters = Mapping[str, int]
Gauges = Callable[[], Mapping[str, float]]
Warnings = Callable[[], Sequence[str]]


class Bans(Protocol):
    """
    A limiter, as far as the operator is concerned.
    """

    @property
    def source(self) -> Callable[[str], str]:
        """
        Returns the source of an address.
        """

    def bans(self, now: float) -> Mapping[str, float]:
        """
        The banned sources -> the seconds that are left.
        """

    def lift(self, host: str) -> bool:
        """
        Lift the ban of an address's source.

        @return: whether it was banned.
        """


class Status:
    """
    @ivar started: when the daemon started, epoch seconds.
    @ivar ready: whether the registry is loaded and all listeners are bound.
    @ivar store: reads the store's state: a dict with C{ok} (bool), C{detail} (a
        sentence, "" when ok), C{kind} ("sqlite"), C{pending} (keys that wait
        for the database), C{oldest} (seconds the oldest of them has waited),
        C{flushed} and C{number} (change numbers).
    @ivar counters: part -> its counters by name.
    @ivar gauges: part -> reads its present figures by name.
    @ivar guards: part -> its limiter.
    @ivar expires: drop what is held in memory only and has expired.
    @ivar warnings: return what the operator has to set right, one sentence each.
    @ivar resolved: address -> when it last asked our resolver for a vendor's
        name.
    @ivar fetched: MAC -> when its settings were last fetched.
    """

    def __init__(
        self,
        started: float = 0.0,
        store: Callable[[], dict[str, Any]] = lambda: {
            "ok": False,
            "detail": "not open",
        },
    ) -> None:
        self.started = started
        self.ready = False
        self.store = store
        self.counters: dict[str, Counters] = {}
        self.gauges: dict[str, Gauges] = {}
        self.guards: dict[str, Bans] = {}
        self.expires: list[Callable[[float], object]] = []
        self.warnings: list[Warnings] = []
        self.resolved = LastSeen()
        self.fetched = LastSeen()

    def warn(self) -> list[str]:
        """
        Return what the operator has to set right, one sentence each.
        """
        return [sentence for warnings in self.warnings for sentence in warnings()]

    def measure(
        self, counters: Mapping[str, Counters], gauges: Mapping[str, Gauges]
    ) -> None:
        """
        Add what a part measures.
        """
        self.counters.update(counters)
        self.gauges.update(gauges)

    def add(
        self,
        guards: Mapping[str, Bans],
        expires: Sequence[Callable[[float], object]],
        warnings: Sequence[Warnings],
    ) -> None:
        """
        Add what a part guards, lets expire and warns of.
        """
        self.guards.update(guards)
        self.expires.extend(expires)
        self.warnings.extend(warnings)
