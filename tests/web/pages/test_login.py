"""
Tests of L{gigasetd.web.pages.login} and L{gigasetd.web.pages.ownerpassword}.
"""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.logincode import LoginCodes
from gigasetd.auth.passwordhash import PasswordHashing
from gigasetd.auth.passwords import tokenHash
from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.registry.model import Account, Token, WebLogin
from gigasetd.web.pages.login import (
    DAY,
    PATIENCE,
    AttemptGuards,
    LogIn,
    TooManyAttempts,
    noteUse,
)
from gigasetd.web.pages.ownerpassword import OwnerPasswords
from tests.registry.populated import BOX, MAC, NOW, NUMBER, PASSWORD, furnished

HOST, REALM = "192.0.2.7", "example.net"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def limited(failures: int) -> Guard:
    """
    A guard that bans after so many failures.
    """
    return Guard(lambda key: False, GuardLimits(failures=failures))


class LogInCase(SynchronousTestCase):
    """
    A registry with an owner whose web password is not set.
    """

    def setUp(self) -> None:
        """
        Build it.
        """
        self.registry = furnished()
        self.registry.drop(WebLogin(NUMBER, "", 0.0))
        self.clock: Any = Clock()
        self.hashing = PasswordHashing(maybeDeferred, 16, CHEAP)
        self.codes = LoginCodes(lambda: 12345678)
        passwords = OwnerPasswords(self.registry, REALM, self.open, self.hashing)
        self.guards = AttemptGuards(limited(5), limited(3), limited(4))
        self.login = LogIn(
            self.registry, passwords, self.codes, self.guards, self.clock
        )

    def open(self, account: Account) -> str:
        """
        Decrypt a password.
        """
        return BOX.open(account)

    def result(self, attempt: Any, wait: float = 60.0) -> str:
        """
        Wait for an attempt.
        """
        done: Deferred[str] = Deferred.fromCoroutine(attempt)
        self.clock.advance(wait)
        return self.successResultOf(done)

    def owner(self, password: str, host: str = HOST, number: str = NUMBER) -> str:
        """
        Try a password.
        """
        return self.result(self.login.owner(host, number, password, NOW))


class OwnerTests(LogInCase):
    """
    L{LogIn.owner}.
    """

    def test_phonePassword(self) -> None:
        """
        The phone's password opens the pages, with or without the suffix, and
        no other one does.
        """
        self.assertEqual(self.owner(PASSWORD), NUMBER)
        self.assertEqual(self.owner(PASSWORD, number=f" {NUMBER} #9"), NUMBER)
        for wrong in ("", PASSWORD + "x", "x" * 5000):
            self.assertEqual(self.owner(wrong, host=wrong[:9]), "")

    def test_webPassword(self) -> None:
        """
        A web password replaces the phone's.
        """
        made = self.successResultOf(
            Deferred.fromCoroutine(self.hashing.make("web secret"))
        )
        self.registry.put(WebLogin(NUMBER, made, NOW))
        self.assertEqual(self.owner("web secret"), NUMBER)
        self.assertEqual(self.owner(PASSWORD), "")

    def test_undecryptable(self) -> None:
        """
        A stored password that cannot be decrypted opens nothing, not even for
        an empty attempt.
        """

        def fail(account: Account) -> str:
            raise VaultError("another key")

        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(ha1=""))
        self.assertEqual(self.owner(PASSWORD), NUMBER)
        self.login._passwords._opened = fail
        self.assertEqual(self.owner(PASSWORD), "")
        self.assertEqual(self.owner(""), "")

    def test_failureIsLate(self) -> None:
        """
        A failure takes a second, whatever was wrong; success takes none.
        """
        for number in (NUMBER, "99999999"):
            attempt = self.login.owner(number, number, "wrong", NOW)
            done: Deferred[str] = Deferred.fromCoroutine(attempt)
            self.clock.advance(PATIENCE - 0.1)
            self.assertNoResult(done)
            self.clock.advance(0.2)
            self.assertEqual(self.successResultOf(done), "")
        self.assertEqual(
            self.result(self.login.owner(HOST, NUMBER, PASSWORD, NOW), 0.0), NUMBER
        )

    def test_limits(self) -> None:
        """
        Wrong passwords from many addresses count together for one account,
        and from one address for many accounts.
        """
        for n in range(3):
            self.owner("wrong", host=f"198.51.100.{n}")
        failure = self.failureResultOf(
            Deferred.fromCoroutine(self.login.owner("x", NUMBER, PASSWORD, NOW))
        )
        failure.trap(TooManyAttempts)
        for n in range(5):
            self.owner("wrong", host="y", number=f"3000000{n}")
        failure = self.failureResultOf(
            Deferred.fromCoroutine(self.login.owner("y", "40000000", "w", NOW))
        )
        failure.trap(TooManyAttempts)
        self.assertEqual(self.login.counts, {"right": 0, "wrong": 8, "limited": 2})


class CodeTests(LogInCase):
    """
    L{LogIn.code}.
    """

    def test_code(self) -> None:
        """
        A handset's code logs in its device's owner, once, however it is
        grouped.
        """
        self.codes.make(MAC, NOW)
        right = self.login.code(HOST, "1234 56-78", NOW)
        self.assertEqual(self.result(right), NUMBER)
        self.assertEqual(self.result(self.login.code(HOST, "12345678", NOW)), "")

    def test_limit(self) -> None:
        """
        Wrong codes of all addresses count together, and a right one in
        between forgives none.
        """
        for n in range(4):
            if n == 2:
                self.codes.make(MAC, NOW)
                self.result(self.login.code("a", "12345678", NOW))
            self.result(self.login.code(f"b{n}", "00000000", NOW))
        failure = self.failureResultOf(
            Deferred.fromCoroutine(self.login.code("c", "12345678", NOW))
        )
        failure.trap(TooManyAttempts)


class TokenTests(LogInCase):
    """
    L{LogIn.operator} and L{LogIn.script}.
    """

    def setUp(self) -> None:
        """
        Add a token.
        """
        super().setUp()
        self.registry.put(Token("me", tokenHash("t" * 43), NOW))

    def test_operator(self) -> None:
        """
        A token logs in its holder by name.
        """
        self.assertEqual(
            self.result(self.login.operator(HOST, " " + "t" * 43, NOW)), "me"
        )
        self.assertEqual(self.result(self.login.operator(HOST, "t" * 42, NOW)), "")

    def test_script(self) -> None:
        """
        A script may name its token, and then rightly; it is answered at once.
        """
        for name, expected in (("", "me"), ("me", "me"), ("you", "")):
            self.assertEqual(self.login.script(HOST, name, "t" * 43, NOW), expected)


class NoteUseTests(LogInCase):
    """
    L{noteUse}.
    """

    def test_daily(self) -> None:
        """
        The time of use is written once a day, not at each log-in.
        """
        self.registry.put(self.registry.accounts[NUMBER]._replace(active=NOW))
        noteUse(self.registry, NUMBER, NOW + DAY)
        self.assertEqual(self.registry.accounts[NUMBER].active, NOW)
        noteUse(self.registry, NUMBER, NOW + DAY + 1)
        self.assertEqual(self.registry.accounts[NUMBER].active, NOW + DAY + 1)
        noteUse(self.registry, "99999999", NOW)
