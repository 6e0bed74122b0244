# -*- test-case-name: tests.ratelimit.test_guard -*-
"""
Rate limit and ban list: the requests and the failed log-ins of each source.

Addresses of exempt networks are never limited.  Any other source has a token
bucket for its requests, and is banned for a while after too many failed log-ins.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gigasetd.ratelimit.bucket import TokenBuckets
from gigasetd.registry.boundeddict import BoundedDict


class GuardLimits(NamedTuple):
    """
    The limits of each source.
    """

    rate: float = 50.0  #: requests a second in the long run
    burst: float = 200.0  #: requests at once
    failures: int = 10  #: failed log-ins within C{window} before a ban
    window: float = 600.0  #: seconds
    ban: float = 600.0  #: seconds
    addresses: int = 100000  #: sources that are remembered


def _neverSpared(source: str) -> bool:
    return False


class Guard:
    """
    Limits requests and bans sources that guess passwords.

    @ivar source: returns the source of an address.
    @ivar exempt: whether an address is never limited.
    @ivar counts: C{flood_dropped} and C{banned_dropped} requests, C{bans}, and
        sources C{spared} from a ban.
    """

    def __init__(
        self,
        exempt: Callable[[str], bool],
        limits: GuardLimits,
        holds: Callable[[str], bool] = _neverSpared,
        source: Callable[[str], str] = str,
    ) -> None:
        """
        @param exempt: whether an address is never limited.
        @param holds: whether a source has live bindings.  Such a source is not
            banned: one misconfigured phone behind a NAT must not shut out the
            others.
        @param source: as for L{gigasetd.ratelimit.bucket.RateLimiter}.
        """
        self.source = source
        self.exempt = exempt
        self._holds = holds
        most = limits.addresses
        self._buckets: TokenBuckets[str] = TokenBuckets(most)
        self._failures: BoundedDict[str, tuple[int, float]] = BoundedDict(most)
        self._bans: BoundedDict[str, float] = BoundedDict(most)
        self._limits = limits
        self.counts = {"flood_dropped": 0, "banned_dropped": 0, "bans": 0, "spared": 0}

    @property
    def limits(self) -> GuardLimits:
        """
        The limits, which a reload replaces.
        """
        return self._limits

    @limits.setter
    def limits(self, limits: GuardLimits) -> None:
        self._limits = limits
        for table in (self._buckets, self._failures, self._bans):
            table.most = limits.addresses

    def admits(self, host: str, now: float) -> bool:
        """
        Take a token of C{host}'s bucket.

        @return: whether the request is served.
        """
        if self.exempt(host):
            return True
        source = self.source(host)
        if self._bans and self._isBanned(source, now):
            self.counts["banned_dropped"] += 1
            return False
        limits = self._limits
        if self._buckets.take(source, limits.rate, limits.burst, now):
            return True
        self.counts["flood_dropped"] += 1
        return False

    def refund(self, host: str) -> None:
        """
        Give back the token of a request that was none.
        """
        source = self.source(host)
        bucket = self._buckets.get(source)
        if bucket is not None:
            tokens, since = bucket
            self._buckets[source] = (min(self._limits.burst, tokens + 1), since)

    def _isBanned(self, source: str, now: float) -> bool:
        until = self._bans.get(source)
        if until is None:
            return False
        if until > now:
            return True
        del self._bans[source]
        return False

    def failed(self, host: str, now: float) -> None:
        """
        Count a failed log-in of C{host}; ban it after too many.
        """
        if self.exempt(host):
            return
        source = self.source(host)
        count, since = self._failures.get(source, (0, now))
        if now - since > self._limits.window:
            count, since = 0, now
        self._failures[source] = (count + 1, since)
        if count + 1 >= self._limits.failures:
            del self._failures[source]
            if self._holds(source):
                self.counts["spared"] += 1
                return
            self._bans[source] = now + self._limits.ban
            self.counts["bans"] += 1

    def isBanned(self, host: str, now: float) -> bool:
        """
        Tell whether C{host}'s source is banned; takes no token.
        """
        return not self.exempt(host) and self._isBanned(self.source(host), now)

    def hasFailed(self, host: str, now: float) -> bool:
        """
        Tell whether C{host}'s source has a failed log-in on record.
        """
        count, since = self._failures.get(self.source(host), (0, now))
        return count > 0 and now - since <= self._limits.window

    def proven(self, host: str) -> None:
        """
        Forget the failed log-ins of C{host}'s source, which has logged in: behind
        a NAT one phone with an old password must not shut out the others.
        """
        self._failures.pop(self.source(host), None)

    def lift(self, host: str) -> bool:
        """
        Lift the ban of an address's source, and forget its failed log-ins.

        @return: whether it was banned.
        """
        source = self.source(host)
        self._failures.pop(source, None)
        return self._bans.pop(source, None) is not None

    def bans(self, now: float) -> dict[str, float]:
        """
        List the banned sources, with the seconds that remain of each ban.
        """
        return {each: end - now for each, end in self._bans.items() if end > now}
