# -*- test-case-name: tests.web.pages.test_ownerpassword -*-
"""
The password that opens an owner's pages: the web password, or the phone's
until the owner sets one.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.auth.passwordhash import PasswordHashing
from gigasetd.auth.passwords import LONGEST, ha1
from gigasetd.keys.sealing import VaultError
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.web.http.digestauth import UNKNOWN_HA1
from gigasetd.web.pages.form import isSame


class OwnerPasswords:
    """
    @ivar hashing: makes and checks hashes of web passwords.
    """

    def __init__(
        self,
        registry: Registry,
        realm: str,
        opened: Callable[[Account], str],
        hashing: PasswordHashing,
    ) -> None:
        """
        @param opened: returns an account's password; raises L{VaultError}.
        """
        self.hashing = hashing
        self._registry = registry
        self._realm = realm
        self._opened = opened

    async def matches(self, number: str, password: str, source: str) -> bool:
        """
        Tell whether C{password} opens the pages of account C{number}.

        @param source: takes turns with other sources.
        """
        # Both comparisons are made for every number, known or not, so that
        # the time does not tell which accounts there are.
        account = self._registry.accounts.get(number)
        login = self._registry.weblogins.get(number)
        short = len(password.encode("utf-8", "replace")) <= LONGEST
        attempt = password if short else ""
        stored = login.hash if login else ""
        webMatches = await self.hashing.matches(stored, attempt, source)
        hashed = ha1(number, self._realm, attempt)
        phoneMatches = isSame(hashed, self._phoneHa1(account))
        if account is None or not attempt:
            return False
        return webMatches if login else phoneMatches

    def _phoneHa1(self, account: Account | None) -> str:
        if account is None:
            return UNKNOWN_HA1
        if account.ha1:
            return account.ha1
        try:
            password = self._opened(account)
        except VaultError:
            return UNKNOWN_HA1
        return ha1(account.number, self._realm, password) if password else UNKNOWN_HA1
