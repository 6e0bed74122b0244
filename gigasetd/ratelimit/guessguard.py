# -*- test-case-name: tests.ratelimit.test_guessguard -*-
"""
Limits on guessing secrets: by source, then by source and subject.

A subject is what a secret opens: an account, a device, or all codes together.  No
source can use up the attempts of another.  A subject that many sources guess at is
contested: each source then has one wrong guess in a window instead of
C{guard.login_failures}, and a source without one is always let try.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.source import pairSource
from gigasetd.registry.boundeddict import BoundedDict


def _neverExempt(host: str) -> bool:
    return False


class GuessGuard:
    """
    Limits wrong guesses.

    @ivar sources: limits each source, whatever it guesses at; several guards may
        share it, and the operator sees its bans.
    @ivar contested: wrong guesses at a subject within a window, from all sources,
        that make it contested.
    @ivar counts: guesses that were not looked at, C{pair_refused} for too many
        wrong ones of the source at the subject, C{contested_refused} for one at a
        contested subject.
    """

    def __init__(
        self,
        sources: Guard,
        limits: GuardLimits,
        contested: int,
        exempt: Callable[[str], bool] = _neverExempt,
    ) -> None:
        """
        @param limits: of each pair of source and subject.
        @param exempt: whether an address may guess at a subject without limit.
        """
        self.sources = sources
        self.contested = contested
        self.counts = {"pair_refused": 0, "contested_refused": 0}
        self._pairs = Guard(
            lambda pair: exempt(pair.partition(" ")[0]),
            limits,
            source=lambda pair: pairSource(pair, sources.source),
        )
        self._subjects: BoundedDict[str, tuple[int, float]]
        self._subjects = BoundedDict(limits.addresses)

    @property
    def limits(self) -> GuardLimits:
        """
        The limits of each pair, which a reload replaces.
        """
        return self._pairs.limits

    @limits.setter
    def limits(self, limits: GuardLimits) -> None:
        self._pairs.limits = limits
        self._subjects.most = limits.addresses

    def admits(self, host: str, subject: str, now: float) -> bool:
        """
        Tell whether a guess of C{host} at C{subject} is looked at.
        """
        return self.sources.admits(host, now) and self.admitsPair(host, subject, now)

    def admitsPair(self, host: str, subject: str, now: float) -> bool:
        """
        As L{admits}, for a request that C{sources} has admitted already.
        """
        pair = f"{host} {subject}"
        if not self._pairs.admits(pair, now):
            self.counts["pair_refused"] += 1
            return False
        if self._isSpent(pair, subject, now):
            self.counts["contested_refused"] += 1
            return False
        return True

    def admitsGuess(self, host: str, subject: str, now: float) -> bool:
        """
        As L{admitsPair}, without a limit on the rate of guesses: for requests whose
        rate is limited already.  It costs one look-up where no guess at the subject
        was wrong.
        """
        if subject not in self._subjects:
            return True
        pair = f"{host} {subject}"
        if self._pairs.isBanned(pair, now):
            self.counts["pair_refused"] += 1
            return False
        if self._isSpent(pair, subject, now):
            self.counts["contested_refused"] += 1
            return False
        return True

    def holds(self, host: str, subject: str, now: float) -> bool:
        """
        Tell whether a guess that was admitted still is: others of its source may
        have failed while it waited.  Without this, all that a source sends at once
        would be looked at.
        """
        pair = f"{host} {subject}"
        banned = self.sources.isBanned(host, now) or self._pairs.isBanned(pair, now)
        return not (banned or self._isSpent(pair, subject, now))

    def _isSpent(self, pair: str, subject: str, now: float) -> bool:
        return self.isContested(subject, now) and self._pairs.hasFailed(pair, now)

    def isContested(self, subject: str, now: float) -> bool:
        """
        Tell whether too many wrong guesses were made at a subject.
        """
        count, since = self._subjects.get(subject, (0, now))
        return count >= self.contested and now - since <= self.limits.window

    def failed(self, host: str, subject: str, now: float) -> None:
        """
        Count a wrong guess.
        """
        self.sources.failed(host, now)
        self._pairs.failed(f"{host} {subject}", now)
        count, since = self._subjects.get(subject, (0, now))
        if now - since > self.limits.window:
            count, since = 0, now
        self._subjects[subject] = (count + 1, since)

    def proven(self, host: str, subject: str) -> None:
        """
        Forget the wrong guesses of C{host}'s source, in all and at the subject.
        """
        self.sources.proven(host)
        # Each failure is on record for its subject too: most have none.
        if subject in self._subjects:
            self._pairs.proven(f"{host} {subject}")
