"""
Tests of L{gigasetd.web.pages.ownerpassword}.
"""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.passwordhash import PasswordHashing
from gigasetd.auth.passwords import LONGEST
from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.fairqueue import FairQueue
from gigasetd.registry.model import Account, WebLogin
from gigasetd.web.pages.ownerpassword import OwnerPasswords
from tests.registry.populated import BOX, NOW, NUMBER, PASSWORD, furnished

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HOST = "192.0.2.7"


class Counted(PasswordHasher):
    """
    A hasher that counts its checks.
    """

    checks = 0

    def verify(self, hash: Any, password: Any) -> Any:
        """
        Count one.
        """
        self.checks += 1
        return super().verify(hash, password)


def lost(account: Account) -> str:
    """
    A password that was sealed under another key.
    """
    raise VaultError("another key")


class OwnerPasswordTests(SynchronousTestCase):
    """
    Which password opens an owner's pages.
    """

    def setUp(self) -> None:
        """
        An owner without a web password.
        """
        self.registry = furnished()
        self.registry.drop(WebLogin(NUMBER, "", 0.0))
        queue: FairQueue[Any] = FairQueue(16)
        self.hashing = PasswordHashing(maybeDeferred, queue, CHEAP)

    def matches(
        self, password: str, number: str = NUMBER, opened: Any = BOX.open
    ) -> bool:
        """
        Try a password.
        """
        passwords = OwnerPasswords(self.registry, "example.net", opened, self.hashing)
        return self.successResultOf(
            Deferred.fromCoroutine(passwords.matches(number, password, HOST))
        )

    def setWeb(self, password: str) -> None:
        """
        Set a web password.
        """
        made = self.successResultOf(Deferred.fromCoroutine(self.hashing.make(password)))
        self.registry.put(WebLogin(NUMBER, made, NOW))

    def store(self, **fields: str) -> None:
        """
        Change what is stored of the phone's password.
        """
        self.registry.put(self.registry.accounts[NUMBER]._replace(**fields))

    def test_phone(self) -> None:
        """
        Without a web password the phone's own opens the pages, whether it is
        stored or only its hash.
        """
        self.assertTrue(self.matches(PASSWORD))
        self.assertTrue(self.matches(PASSWORD, opened=lost))
        self.store(ha1="")
        self.assertTrue(self.matches(PASSWORD))
        self.assertFalse(self.matches(f"{PASSWORD}x"))

    def test_web(self) -> None:
        """
        A web password replaces the phone's.
        """
        self.setWeb("web secret")
        self.assertTrue(self.matches("web secret"))
        self.assertFalse(self.matches(PASSWORD))

    def test_none(self) -> None:
        """
        What has no password is opened by none, not by an empty one either.
        """
        self.store(ha1="", password="")
        for attempt in ("", PASSWORD):
            self.assertFalse(self.matches(attempt))
            self.assertFalse(self.matches(attempt, opened=lost))
            self.assertFalse(self.matches(attempt, number="20000099"))

    def test_long(self) -> None:
        """
        An attempt that is too long is not hashed, and opens nothing, even where
        it is the password.
        """
        for length, opens in ((LONGEST, True), (LONGEST + 1, False)):
            self.setWeb("x" * length)
            self.assertEqual(self.matches("x" * length), opens, length)

    def test_unknown(self) -> None:
        """
        A number without an account costs as many hashes as one that has an
        account, so that the time says nothing.
        """
        counted = Counted(time_cost=1, memory_cost=8, parallelism=1)
        self.hashing = PasswordHashing(maybeDeferred, FairQueue(16), counted)
        for number in (NUMBER, "20000099"):
            counted.checks = 0
            self.assertFalse(self.matches("wrong", number=number))
            self.assertEqual(counted.checks, 1, number)
