# -*- test-case-name: tests.web.pages.test_login -*-
"""
Log-ins: owners by number and password or by the code on their handset,
operators by a token.

All failures read the same and take the same time, whatever was wrong.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from twisted.internet.task import deferLater

from gigasetd.auth.logincode import DIGITS, LoginCodes
from gigasetd.auth.passwords import tokenHash
from gigasetd.errors import Refused
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.registry import Registry
from gigasetd.web.pages.form import isSame
from gigasetd.web.pages.ownerpassword import OwnerPasswords

PATIENCE = 1.0  #: seconds that a failure takes, and more while many log in
WRONG = "Wrong number, password or code. Check them and try again."
DAY = 86400.0


class TooManyAttempts(Refused):
    """
    An address, an account or the codes have seen too many wrong attempts.
    """

    http = 429

    def __init__(self) -> None:
        super().__init__("Too many attempts. Try again in ten minutes.")


class AttemptGuards(NamedTuple):
    """
    What limits wrong attempts.
    """

    addresses: Guard  #: by client address; spares those that are exempt
    accounts: Guard  #: by account number; spares no address
    codes: Guard  #: of all codes together; spares no address


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
        @raise TooManyAttempts: from this address, or for this account.
        """
        number = "".join(number.split()).removesuffix("#9")[:64]
        limit = (self._guards.accounts, number)
        self._admit(host, now, limit)
        right = await self._passwords.matches(number, password)
        return await self._outcome(host, number if right else "", now, limit)

    async def code(self, host: str, code: str, now: float) -> str:
        """
        Log an owner in by the code on a handset.

        @return: the number of its device's account, C{""} when the code is
            wrong.
        @raise TooManyAttempts: from this address, or of codes.
        """
        digits = "".join(code.split()).replace("-", "")[: DIGITS + 1]
        limit = (self._guards.codes, "code")
        self._admit(host, now, limit)
        device = self._registry.devices.get(self._codes.redeem(digits, now))
        number = device.number if device else ""
        # Takes as long as a password does.
        await self._passwords.hashing.matches("", digits)
        return await self._outcome(host, number, now, limit)

    async def operator(self, host: str, token: str, now: float) -> str:
        """
        Log an operator in.

        @return: the token's name, C{""} when there is no such token.
        @raise TooManyAttempts: from this address.
        """
        self._admit(host, now)
        return await self._outcome(host, self._tokenName(token), now)

    def script(self, host: str, name: str, token: str, now: float) -> str:
        """
        Authenticate a script as L{operator}, but answer a failure at once.

        @param name: the token's name, C{""} for any.
        @raise TooManyAttempts: from this address.
        """
        self._admit(host, now)
        holder = self._tokenName(token)
        proven = holder if name in ("", holder) else ""
        self._count(host, proven, now)
        return proven

    def scope(self, name: str) -> str:
        """
        Return the scope of a token, C{""} for none of that name.
        """
        token = self._registry.tokens.get(name)
        return token.scope if token else ""

    def _tokenName(self, token: str) -> str:
        # All tokens are compared, so that the time tells nothing.
        hashed, name = tokenHash(token.strip()[:256]), ""
        for each in self._registry.tokens.values():
            if isSame(hashed, each.hash):
                name = each.name
        return name

    def _admit(self, host: str, now: float, *further: tuple[Guard, str]) -> None:
        limits = ((self._guards.addresses, host), *further)
        if not all(guard.admits(key, now) for guard, key in limits):
            self.counts["limited"] += 1
            raise TooManyAttempts

    async def _outcome(
        self, host: str, proven: str, now: float, *further: tuple[Guard, str]
    ) -> str:
        self._count(host, proven, now, *further)
        if not proven:
            await deferLater(self._reactor, PATIENCE)
        return proven

    def _count(
        self, host: str, proven: str, now: float, *further: tuple[Guard, str]
    ) -> None:
        self.counts["right" if proven else "wrong"] += 1
        for guard, key in ((self._guards.addresses, host), *further):
            if not proven:
                guard.failed(key, now)
            elif guard is not self._guards.codes:
                # One right code says nothing about the other guesses.
                guard.proven(key)


def noteUse(registry: Registry, number: str, now: float) -> None:
    """
    Record that an account is in use, at most once a day.
    """
    account = registry.accounts.get(number)
    if account is not None and now - account.active > DAY:
        registry.put(account._replace(active=now))
