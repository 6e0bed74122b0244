# -*- test-case-name: tests.web.pages.test_login -*-
"""
Log-ins: owners by number and password or by the code on their handset,
operators by a token.

All failures read the same and take the same time, whatever was wrong.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from twisted.internet.defer import CancelledError
from twisted.internet.task import deferLater

from gigasetd.auth.logincode import DIGITS, LoginCodes
from gigasetd.auth.passwords import tokenHash
from gigasetd.errors import Refused
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.registry import Registry
from gigasetd.web.pages.form import isSame
from gigasetd.web.pages.ownerpassword import OwnerPasswords

PATIENCE = 1.0  #: seconds that a failure takes, and more while many log in
WRONG = "Wrong number, password or code. Check them and try again."
DAY = 86400.0
CODES = "codes"  #: the subject of guesses at codes, which name no account

Enter = Callable[[str], Awaitable[object]]
"""Logs in the owner of a number."""


class TooManyAttempts(Refused):
    """
    A source has made too many wrong attempts.
    """

    http = 429

    def __init__(self) -> None:
        super().__init__("Too many attempts. Try again in ten minutes.")


class AttemptGuards(NamedTuple):
    """
    What limits wrong attempts; both have the same guard of sources, which spares
    those that are exempt.
    """

    accounts: GuessGuard  #: passwords, by source and account number
    codes: GuessGuard  #: codes, by source


class LogIn:
    """
    @ivar counts: outcomes, by name; they only grow.
    """

    def __init__(
        self,
        registry: Registry,
        passwords: OwnerPasswords,
        codes: LoginCodes,
        guards: AttemptGuards,
        reactor: Any,
    ) -> None:
        self.counts = {"right": 0, "wrong": 0, "limited": 0}
        self._registry = registry
        self._passwords = passwords
        self._codes = codes
        self._guards = guards
        self._reactor = reactor

    async def owner(self, host: str, number: str, password: str, now: float) -> str:
        """
        Log an owner in by number and password.

        @return: the number, C{""} when number or password is wrong.
        @raise TooManyAttempts: from this source.
        """
        number = "".join(number.split()).removesuffix("#9")[:64]
        guard = self._guards.accounts
        self._admit(guard.admits(host, number, now))
        check = self._passwords.matches(number, password, self._source(host))
        right = await _counted(check, partial(guard.failed, host, number, now))
        self._admit(guard.holds(host, number, now))
        if right:
            guard.proven(host, number)
        else:
            guard.failed(host, number, now)
        return await self._outcome(number if right else "")

    async def code(self, host: str, code: str, now: float, enter: Enter) -> str:
        """
        Log an owner in by the code on a handset.

        @param enter: logs the owner in; where it fails, the code stays good.
        @return: the number of its device's account, C{""} when the code is
            wrong.
        @raise TooManyAttempts: from this source.
        """
        digits = "".join(code.split()).replace("-", "")[: DIGITS + 1]
        guard = self._guards.codes
        self._admit(guard.admits(host, CODES, now))
        # Takes as long as a password does.
        check = self._passwords.hashing.matches("", digits, self._source(host))
        await _counted(check, partial(guard.failed, host, CODES, now))
        self._admit(guard.holds(host, CODES, now))
        device = self._registry.devices.get(self._codes.reserve(digits, now))
        if device is None or not device.number:
            guard.failed(host, CODES, now)
            return await self._outcome("")
        try:
            await enter(device.number)
        except BaseException:
            self._codes.release(digits)
            raise
        self._codes.use(digits)
        # One right code says nothing about the source's other guesses at codes.
        guard.sources.proven(host)
        return await self._outcome(device.number)

    async def operator(self, host: str, token: str, now: float) -> str:
        """
        Log an operator in.

        @return: the token's name, C{""} when there is no such token.
        @raise TooManyAttempts: from this source.
        """
        return await self._outcome(self._token(host, "", token, now))

    def script(self, host: str, name: str, token: str, now: float) -> str:
        """
        Authenticate a script as L{operator}, but answer a failure at once.

        @param name: the token's name, C{""} for any.
        @raise TooManyAttempts: from this source.
        """
        proven = self._token(host, name, token, now)
        self.counts["right" if proven else "wrong"] += 1
        return proven

    def scope(self, name: str) -> str:
        """
        Return the scope of a token, C{""} for none of that name.
        """
        token = self._registry.tokens.get(name)
        return token.scope if token else ""

    def _token(self, host: str, name: str, token: str, now: float) -> str:
        sources = self._guards.accounts.sources
        self._admit(sources.admits(host, now))
        holder = self._tokenName(token)
        if not holder or name not in ("", holder):
            sources.failed(host, now)
            return ""
        sources.proven(host)
        return holder

    def _tokenName(self, token: str) -> str:
        # All tokens are compared, so that the time tells nothing.
        hashed, name = tokenHash(token.strip()[:256]), ""
        for each in self._registry.tokens.values():
            if isSame(hashed, each.hash):
                name = each.name
        return name

    def _source(self, host: str) -> str:
        return self._guards.accounts.sources.source(host)

    def _admit(self, admitted: bool) -> None:
        if not admitted:
            self.counts["limited"] += 1
            raise TooManyAttempts

    async def _outcome(self, proven: str) -> str:
        self.counts["right" if proven else "wrong"] += 1
        if not proven:
            await deferLater(self._reactor, PATIENCE)
        return proven


async def _counted(check: Awaitable[bool], failed: Callable[[], None]) -> bool:
    # A client that hangs up has made a wrong guess: otherwise it could have any
    # number of passwords checked, each of which costs as much as a log-in.
    try:
        return await check
    except CancelledError:
        failed()
        raise


def noteUse(registry: Registry, number: str, now: float) -> None:
    """
    Record that an account is in use, at most once a day.
    """
    account = registry.accounts.get(number)
    if account is not None and now - account.active > DAY:
        registry.put(account._replace(active=now))
