# -*- test-case-name: tests.web.test_guards -*-
"""
The limits on guesses by HTTP.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gigasetd.config.schema import Config
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.ratelimit.settings import CONTESTED, GUARD, guardLimits
from gigasetd.site.part import Part
from gigasetd.site.site import Site

PER_DEVICE = GuardLimits(failures=10, window=86400.0, ban=3600.0)
"""Wrong guesses at a MAC-ID, of one source and of all together.

A MAC-ID has four characters, 36^4 or 1,679,616 values, so its wrong guesses count
for a day, not for ten minutes.  One source has ten; once there were ten from all
sources, each further source has one a day: 1,000 sources need more than four years
for an even chance (1,679,616 / 2 / 1,000 days)."""


@dataclass(frozen=True)
class Guards:
    """
    What limits guesses by HTTP.

    The codes that handsets show have 8 digits and last ten minutes, so a guess hits
    one that is valid with a chance of 1 in 100,000,000.  One source has ten guesses
    in ten minutes.  After C{guard.account_failures} (100) from all sources together,
    each has one.  10,000 sources then have 1 in 10,000 for each code that an owner
    has just fetched; and however many there are, Argon2 computes 20 hashes a second,
    12,000 in the life of a code.  The owner waits for his turn, but is not refused.

    @ivar digest: HTTP digest, by source and account.
    @ivar redirect: the redirect service, by source and device.
    @ivar accounts: the log-in form for passwords, by source and account.
    @ivar codes: the log-in form for codes, by source; its guard of sources is that
        of C{accounts}, and that of operators' tokens.
    """

    digest: GuessGuard
    redirect: GuessGuard
    accounts: GuessGuard
    codes: GuessGuard

    @property
    def login(self) -> Guard:
        """
        The limit on log-ins of each source, whatever they are for.
        """
        return self.accounts.sources

    def part(self) -> Part:
        """
        Contribute the bans that the operator sees and lifts.
        """
        return Part(
            counters={
                "http_guard": self.digest.counts,
                "redirect_guard": self.redirect.counts,
                "login_guard": self.accounts.counts,
                "code_guard": self.codes.counts,
            },
            guards=self._sources(),
            follows=(((*GUARD, CONTESTED), self.follow),),
        )

    def _sources(self) -> Mapping[str, Guard]:
        return {
            "http": self.digest.sources,
            "redirect": self.redirect.sources,
            "login": self.login,
        }

    def follow(self, config: Config) -> None:
        """
        Apply new limits.
        """
        limits = guardLimits(config)
        for sources in self._sources().values():
            sources.limits = limits
        for each in (self.digest, self.accounts, self.codes):
            each.limits, each.contested = limits, config.guard.account_failures


def guardsOf(site: Site) -> Guards:
    """
    Build the limits from the configuration.
    """
    config = site.config
    exempt, limits = config.guard.exempt.contains, guardLimits(config)
    contested = config.guard.account_failures

    def bySource() -> Guard:
        return Guard(exempt, limits, source=site.sources.of)

    login = bySource()
    return Guards(
        digest=GuessGuard(bySource(), limits, contested, exempt),
        redirect=GuessGuard(bySource(), PER_DEVICE, PER_DEVICE.failures, exempt),
        # Local networks too: who is at home there may not try out an owner.
        accounts=GuessGuard(login, limits, contested),
        codes=GuessGuard(login, limits, contested),
    )
