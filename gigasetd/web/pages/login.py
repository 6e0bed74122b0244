# -*- test-case-name: tests.web.account.test_home -*-
"""
How people prove who they are: owners by number and password or by the code on
their handset, operators by a token.

Every failure reads the same and takes the same time, whatever was wrong.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.task import deferLater

from gigasetd.auth.logincode import DIGITS, Codes
from gigasetd.auth.passwordhash import Hashing
from gigasetd.auth.passwords import LONGEST, ha1, tokenHash
from gigasetd.errors import Refused
from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.web.pages.form import same

PATIENCE = 1.0  #: seconds that a failure takes, and more while many log in
NOBODY = "0" * 32  #: what an unknown account's password is held against
WRONG = "That was not right. Look again at the number and the password or code."
DAY = 86400.0


class TooManyAttempts(Refused):
    """
    Somebody guesses.
    """

    http = 429

    def __init__(self) -> None:
        super().__init__("Too many attempts. Try again in ten minutes.")


class LogIn:
    """
    @ivar counts: how log-ins went.
    """

    def __init__(
        self,
        registry: Registry,
        realm: str,
        opened: Callable[[Account], str],
        codes: Codes,
        hashing: Hashing,
        guards: tuple[Guard, Guard, Guard],
        reactor: Any,
    ) -> None:
        """
        @param opened: tells an account's password, or raises L{VaultError}.
        @param guards: what watches addresses, accounts, and codes; the first
            spares whom the operator exempts, the others nobody.
        """
        self.counts = {"right": 0, "wrong": 0, "limited": 0}
        self._registry = registry
        self._realm = realm
        self._opened = opened
        self._codes = codes
        self._hashing = hashing
        self._addresses, self._accounts, self._guesses = guards
        self._reactor = reactor

    async def owner(self, host: str, number: str, password: str, now: float) -> str:
        """
        Log an owner in by number and password.

        @return: the number, C{""} where something was wrong.
        @raise TooMany: this address, or somebody for this account, has
            guessed too often.
        """
        number = "".join(number.split()).removesuffix("#9")[:64]
        self._admit(host, now, (self._accounts, number))
        account = self._registry.accounts.get(number)
        right = await self._matches(account, number, password)
        who = (self._accounts, number)
        return await self._judged(host, number if right else "", now, who)

    async def _matches(
        self, account: Account | None, number: str, password: str
    ) -> bool:
        """
        Whether it is the account's password for the web, which is that of the
        phone until its owner sets another one.
        """
        login = self._registry.weblogins.get(number)
        short = len(password.encode("utf-8", "replace")) <= LONGEST
        tried = password if short else ""
        hashed = await self._hashing.matches(login.hash if login else "", tried)
        given = ha1(number, self._realm, tried)
        plain = same(given, self._expected(account))
        if account is None or not tried:
            return False
        return hashed if login else plain

    def _expected(self, account: Account | None) -> str:
        """
        The hash of the phone's password, with which none agrees where there
        is none.
        """
        if account is None:
            return NOBODY
        if account.ha1:
            return account.ha1
        try:
            password = self._opened(account)
        except VaultError:
            return NOBODY
        return ha1(account.number, self._realm, password) if password else NOBODY

    async def code(self, host: str, code: str, now: float) -> str:
        """
        Log an owner in by the code on a handset.

        @return: the number of its device's account, C{""} where something was
            wrong.
        """
        digits = "".join(code.split()).replace("-", "")[: DIGITS + 1]
        self._admit(host, now, (self._guesses, "code"))
        device = self._registry.devices.get(self._codes.redeem(digits, now))
        number = device.number if device else ""
        await self._hashing.matches("", digits)
        return await self._judged(host, number, now, (self._guesses, "code"))

    async def operator(self, host: str, token: str, now: float) -> str:
        """
        Log an operator in.

        @return: the token's name, C{""} where there is none such.
        """
        self._admit(host, now)
        return await self._judged(host, self.holder(token), now)

    def holder(self, token: str) -> str:
        """
        The name of a token, C{""} for none; all are looked at, so that the
        time tells nothing.
        """
        given, name = tokenHash(token.strip()[:256]), ""
        for each in self._registry.tokens.values():
            if same(given, each.hash):
                name = each.name
        return name

    def script(self, host: str, name: str, token: str, now: float) -> str:
        """
        As L{operator} for a program, which is told at once.

        @param name: whose token it must be, C{""} where that is not said.
        @raise TooMany: this address has guessed too often.
        """
        self._admit(host, now)
        found = self.holder(token)
        right = found if name in ("", found) else ""
        self._note(host, right, now)
        return right

    def _admit(self, host: str, now: float, *further: tuple[Guard, str]) -> None:
        """
        @raise TooMany: somebody guesses.
        """
        watched = ((self._addresses, host), *further)
        if not all(guard.admits(key, now) for guard, key in watched):
            self.counts["limited"] += 1
            raise TooManyAttempts

    async def _judged(
        self, host: str, right: str, now: float, *further: tuple[Guard, str]
    ) -> str:
        """
        Take note of how it went; a failure is told late.
        """
        self._note(host, right, now, *further)
        if not right:
            await deferLater(self._reactor, PATIENCE)
        return right

    def _note(
        self, host: str, right: str, now: float, *further: tuple[Guard, str]
    ) -> None:
        """
        Take note of how it went.
        """
        self.counts["right" if right else "wrong"] += 1
        for guard, key in ((self._addresses, host), *further):
            if not right:
                guard.failed(key, now)
            elif guard is not self._guesses:
                guard.proven(key)


def use(registry: Registry, number: str, now: float) -> None:
    """
    An account is in use, which its owner showed by logging in; noted to the
    day.
    """
    account = registry.accounts.get(number)
    if account is not None and now - account.active > DAY:
        registry.put(account._replace(active=now))
