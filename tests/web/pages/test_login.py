"""
Tests of L{gigasetd.web.pages.login} and L{gigasetd.web.pages.ownerpassword}.
"""

from __future__ import annotations

import contextlib
from typing import Any

from argon2 import PasswordHasher
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.logincode import LoginCodes
from gigasetd.auth.passwordhash import Busy, PasswordHashing
from gigasetd.auth.passwords import tokenHash
from gigasetd.errors import StoreError
from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.fairqueue import FairQueue
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.ratelimit.source import Sources
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


LIMITS = GuardLimits(failures=10)


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
        self.waiting: FairQueue[Any] = FairQueue(16)
        self.hashing = PasswordHashing(maybeDeferred, self.waiting, CHEAP)
        self.codes = LoginCodes(lambda: 12345678)
        passwords = OwnerPasswords(self.registry, REALM, self.open, self.hashing)
        sources = Guard(lambda host: False, LIMITS, source=Sources().of)
        self.guards = AttemptGuards(
            GuessGuard(sources, LIMITS, 100), GuessGuard(sources, LIMITS, 100)
        )
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

    def limited(self, attempt: Any) -> None:
        """
        Check that an attempt is refused.
        """
        done: Deferred[str] = Deferred.fromCoroutine(attempt)
        self.failureResultOf(done, TooManyAttempts)

    def test_source(self) -> None:
        """
        Ten wrong passwords of one /64, whatever addresses they come from, and for
        whatever accounts.
        """
        for n in range(10):
            self.owner("wrong", host=f"2001:db8::{n:x}", number=f"3000000{n}")
        self.limited(self.login.owner("2001:db8::99", NUMBER, PASSWORD, NOW))
        self.assertEqual(self.login.counts, {"right": 0, "wrong": 10, "limited": 1})

    def test_atOnce(self) -> None:
        """
        Of 100 passwords that are sent before the first is checked, ten are looked
        at, and the right one behind them is not.
        """
        turns: list[Deferred[bool]] = []

        def call(*arguments: object) -> Deferred[bool]:
            turns.append(Deferred())
            return turns[-1]

        self.waiting.most, self.hashing._call = 200, call
        results = [
            Deferred.fromCoroutine(self.login.owner(HOST, NUMBER, password, NOW))
            for password in ("wrong",) * 99 + (PASSWORD,)
        ]
        for number in range(100):
            turns[number].callback(False)
        self.clock.advance(60.0)
        self.assertEqual(
            [self.successResultOf(each) for each in results[:10]], [""] * 10
        )
        for each in results[10:]:
            self.failureResultOf(each, TooManyAttempts)

    def test_ownerGetsIn(self) -> None:
        """
        Wrong passwords from anywhere do not lock the owner out.
        """
        for n in range(10):
            self.owner("wrong", host=f"198.51.100.{n}")
        self.assertEqual(self.owner(PASSWORD, host="203.0.113.7"), NUMBER)
        for n in range(250):
            self.owner("wrong", host=f"198.51.100.{n}")
        self.assertTrue(self.guards.accounts.isContested(NUMBER, NOW))
        self.assertEqual(self.owner(PASSWORD, host="203.0.113.8"), NUMBER)
        self.owner("wrong", host="203.0.113.9")
        self.limited(self.login.owner("203.0.113.9", NUMBER, PASSWORD, NOW))

    def test_hungUp(self) -> None:
        """
        A client that hangs up before its password is checked has made a wrong guess;
        otherwise it would have any number of them checked.
        """
        turns: list[Deferred[bool]] = []

        def call(*arguments: object) -> Deferred[bool]:
            turns.append(Deferred())
            return turns[-1]

        self.hashing._call = call
        for _ in range(LIMITS.failures):
            attempt = self.login.owner(HOST, NUMBER, "x", NOW)
            Deferred.fromCoroutine(attempt).addErrback(lambda failure: None).cancel()
        self.limited(self.login.owner(HOST, NUMBER, PASSWORD, NOW))
        self.assertEqual(len(turns), 2)

    def test_busy(self) -> None:
        """
        A refusal for want of room is no wrong password.
        """
        self.hashing._running, self.waiting.most = 99, 0
        for _ in range(20):
            done = Deferred.fromCoroutine(self.login.owner(HOST, NUMBER, "x", NOW))
            self.failureResultOf(done, Busy)
        self.hashing._running = 0
        self.assertEqual(self.owner(PASSWORD), NUMBER)


class CodeTests(LogInCase):
    """
    L{LogIn.code}.
    """

    def setUp(self) -> None:
        """
        Note who gets in.
        """
        super().setUp()
        self.entered: list[str] = []

    async def enter(self, number: str) -> None:
        """
        Log in.
        """
        self.entered.append(number)

    def code(self, code: str, host: str = HOST) -> str:
        """
        Try a code.
        """
        return self.result(self.login.code(host, code, NOW, self.enter))

    def limited(self, code: str, host: str) -> None:
        """
        Check that a code is refused.
        """
        attempt = self.login.code(host, code, NOW, self.enter)
        self.failureResultOf(Deferred.fromCoroutine(attempt), TooManyAttempts)

    def test_code(self) -> None:
        """
        A handset's code logs in its device's owner, once, however it is
        grouped.
        """
        self.codes.make(MAC, NOW)
        self.assertEqual(self.code("1234 56-78"), NUMBER)
        self.assertEqual(self.code("12345678"), "")
        self.assertEqual(self.entered, [NUMBER])

    def test_unavailable(self) -> None:
        """
        A right code that meets a fault of this server stays good, and is no
        wrong one.
        """

        async def fail(number: str) -> None:
            raise StoreError("the disk is full")

        self.codes.make(MAC, NOW)
        for _ in range(20):
            attempt = self.login.code(HOST, "12345678", NOW, fail)
            self.failureResultOf(Deferred.fromCoroutine(attempt), StoreError)
        self.assertEqual(self.code("12345678"), NUMBER)

    def test_busy(self) -> None:
        """
        A right code that meets too many log-ins stays good.
        """
        self.codes.make(MAC, NOW)
        self.hashing._running, self.waiting.most = 99, 0
        attempt = self.login.code(HOST, "12345678", NOW, self.enter)
        self.failureResultOf(Deferred.fromCoroutine(attempt), Busy)
        self.hashing._running = 0
        self.assertEqual(self.code("12345678"), NUMBER)

    def test_source(self) -> None:
        """
        540 wrong codes from one /64: ten are looked at, and an owner elsewhere
        gets in.
        """
        self.codes.make(MAC, NOW)
        for n in range(10):
            self.assertEqual(self.code(f"{n:08d}", f"2001:db8::{n:x}"), "")
        for n in range(10, 540):
            self.limited(f"{n:08d}", f"2001:db8::{n:x}")
        self.assertEqual(self.code("12345678", "2001:db8:0:1::1"), NUMBER)

    def test_forgivesNone(self) -> None:
        """
        The right code of one owner buys no further guesses at those of others.
        """
        for _ in range(10):
            self.codes.make(MAC, NOW)
            self.assertEqual(self.code("12345678"), NUMBER)
            self.assertEqual(self.code("00000000"), "")
        self.limited("12345678", HOST)

    def test_contested(self) -> None:
        """
        When many sources guess, each has one guess, and the owner gets in from a
        source that has made none.
        """
        for n in range(100):
            self.code("00000000", f"198.51.100.{n}")
        self.assertEqual(self.code("00000000", "203.0.113.9"), "")
        self.limited("00000000", "203.0.113.9")
        self.codes.make(MAC, NOW)
        self.assertEqual(self.code("12345678", "203.0.113.7"), NUMBER)


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

    def test_limit(self) -> None:
        """
        Wrong tokens count by source: 600 from one /64 are ten, and the operator
        gets in from elsewhere.
        """
        for n in range(600):
            with contextlib.suppress(TooManyAttempts):
                self.login.script(f"2001:db8::{n:x}", "", f"{n}", NOW)
        self.assertEqual(self.login.counts["wrong"], 10)
        self.assertEqual(self.login.script(HOST, "", "t" * 43, NOW), "me")


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
