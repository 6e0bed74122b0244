# -*- test-case-name: tests.ratelimit.test_guard -*-
"""
How much one address may ask, and how often it may guess wrong.

Networks that the operator exempts are never limited; others have a bucket of
requests each, and are silenced for a while after too many wrong answers.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gigasetd.registry.boundeddict import BoundedDict


class GuardLimits(NamedTuple):
    """
    What an address may do.
    """

    rate: float = 50.0  #: requests a second in the long run
    burst: float = 200.0  #: requests at once
    failures: int = 10  #: wrong answers within C{window} before a ban
    window: float = 600.0  #: seconds
    ban: float = 600.0  #: seconds
    addresses: int = 100000  #: how many addresses are remembered


def _nobody(host: str) -> bool:
    """
    Where nobody registers, nobody is spared.
    """
    return False


class Guard:
    """
    @ivar counts: what was turned away.
    """

    def __init__(
        self,
        exempt: Callable[[str], bool],
        limits: GuardLimits,
        holds: Callable[[str], bool] = _nobody,
    ) -> None:
        """
        @param holds: whether an address holds live bindings; such a one is
            not banned, since one bad phone behind a NAT must not silence the
            good ones.
        """
        self._exempt = exempt
        self._holds = holds
        most = limits.addresses
        self._buckets: BoundedDict[str, tuple[float, float]] = BoundedDict(most)
        self._failures: BoundedDict[str, tuple[int, float]] = BoundedDict(most)
        self._bans: BoundedDict[str, float] = BoundedDict(most)
        self._limits = limits
        self.counts = {"flood_dropped": 0, "banned_dropped": 0, "bans": 0, "spared": 0}

    @property
    def limits(self) -> GuardLimits:
        """
        What an address may do; a reload replaces it.
        """
        return self._limits

    @limits.setter
    def limits(self, limits: GuardLimits) -> None:
        self._limits = limits
        for table in (self._buckets, self._failures, self._bans):
            table.most = limits.addresses

    def admits(self, host: str, now: float) -> bool:
        """
        Whether one more request of C{host} is looked at.
        """
        if self._exempt(host):
            return True
        if self._bans and self._isBanned(host, now):
            self.counts["banned_dropped"] += 1
            return False
        limits = self._limits
        tokens, since = self._buckets.get(host, (limits.burst, now))
        tokens = min(limits.burst, tokens + (now - since) * limits.rate)
        if tokens < 1:
            self.counts["flood_dropped"] += 1
            return False
        self._buckets[host] = (tokens - 1, now)
        return True

    def _isBanned(self, host: str, now: float) -> bool:
        """
        Whether a ban still holds; one that is over is forgotten.
        """
        until = self._bans.get(host)
        if until is None:
            return False
        if until > now:
            return True
        del self._bans[host]
        return False

    def failed(self, host: str, now: float) -> None:
        """
        C{host} gave a wrong password.
        """
        if self._exempt(host):
            return
        count, since = self._failures.get(host, (0, now))
        if now - since > self._limits.window:
            count, since = 0, now
        self._failures[host] = (count + 1, since)
        if count + 1 >= self._limits.failures:
            del self._failures[host]
            if self._holds(host):
                self.counts["spared"] += 1
                return
            self._bans[host] = now + self._limits.ban
            self.counts["bans"] += 1

    def proven(self, host: str) -> None:
        """
        Somebody at C{host} gave a right password, so that it is no mere
        guesser: a NAT with one bad phone must not silence the good ones.
        """
        self._failures.pop(host, None)

    def lift(self, host: str) -> bool:
        """
        Let an address in again, as if it had never guessed.

        @return: whether it was banned.
        """
        self._failures.pop(host, None)
        return self._bans.pop(host, None) is not None

    def bans(self, now: float) -> dict[str, float]:
        """
        The addresses that are silenced -> the seconds that are left.
        """
        return {host: end - now for host, end in self._bans.items() if end > now}
