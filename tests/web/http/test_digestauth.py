"""
Tests of L{gigasetd.web.http.digestauth}.
"""

from __future__ import annotations

import re
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from gigasetd.auth.digest import Nonces
from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.ratelimit.source import Sources
from gigasetd.registry.model import Account
from gigasetd.web.http.digestauth import DigestAuth, DigestRealm
from tests.registry.populated import BOX, NOW, NUMBER, PASSWORD, furnished
from tests.web.provisioned import reply

HOST, REALM, PATH = "192.0.2.7", "example.net", "/directory"
LIFETIME = 300.0


class Asking:
    """
    A request for a path, and what it is answered.
    """

    method = b"GET"
    path = PATH.encode()

    def __init__(self, authorization: str = "") -> None:
        values = [authorization] if authorization else []
        self.requestHeaders = Headers({"Authorization": values})
        self.answer: dict[bytes, bytes] = {}
        self.code = 0

    def setHeader(self, name: bytes, value: bytes) -> None:
        """
        Note a header of the answer.
        """
        self.answer[name] = value

    def setResponseCode(self, code: int) -> None:
        """
        Note the code of the answer.
        """
        self.code = code


class DigestAuthTests(SynchronousTestCase):
    """
    L{DigestAuth}.
    """

    def setUp(self) -> None:
        """
        Build it.
        """
        self.realm = DigestRealm(REALM, Nonces(b"n" * 32, LIFETIME), Sources().of)
        limits = GuardLimits(failures=3)
        sources = Guard(lambda host: False, limits, source=Sources().of)
        guard = GuessGuard(sources, limits, 5)
        self.auth = DigestAuth(furnished(), self.realm, self.open, guard)

    def open(self, account: Account) -> str:
        """
        Decrypt a password.
        """
        return BOX.open(account)

    def challenge(self, host: str = HOST) -> str:
        """
        Ask without credentials.
        """
        request: Any = Asking()
        self.assertIsInstance(self.auth.authenticate(request, host, NOW), bytes)
        self.assertEqual(request.code, 401)
        return request.answer[b"WWW-Authenticate"].decode()

    def attempt(
        self,
        user: str = NUMBER,
        password: str = PASSWORD,
        path: str = PATH,
        later: float = 0.0,
    ) -> tuple[str, str]:
        """
        Answer a challenge.

        @return: the account's number, C{""} for a refusal; the new challenge.
        """
        credentials = reply(self.challenge(), path, user, password)
        request: Any = Asking(credentials)
        account = self.auth.authenticate(request, HOST, NOW + later)
        if isinstance(account, bytes):
            return "", request.answer[b"WWW-Authenticate"].decode()
        return account.number, ""

    def test_names(self) -> None:
        """
        A phone may add the suffix or the domain to its number, and hashes
        what it writes.
        """
        for user in (NUMBER, f"{NUMBER}#9", f"{NUMBER}%239", f"{NUMBER}@{REALM}"):
            self.assertEqual(self.attempt(user), (NUMBER, ""), user)

    def test_wrong(self) -> None:
        """
        A wrong password, an unknown number and another path get the same
        challenge, which does not say what was wrong.
        """
        for arguments in (
            {"password": "wrong"},
            {"user": "99999999"},
            {"path": "/elsewhere"},
        ):
            number, challenge = self.attempt(**arguments)
            self.assertEqual(number, "")
            self.assertNotIn("stale", challenge)

    def test_stale(self) -> None:
        """
        Right credentials for an old nonce are asked for again, and said to be
        stale, so that the phone need not ask its user.
        """
        number, challenge = self.attempt(later=LIFETIME + 1)
        self.assertEqual(number, "")
        self.assertIn("stale=true", challenge)

    def test_staleIsNoGuess(self) -> None:
        """
        Credentials for an old nonce are not looked at: wrong ones are answered as
        right ones, and are not counted.
        """
        for _ in range(20):
            number, challenge = self.attempt(password="wrong", later=LIFETIME + 1)
            self.assertEqual(number, "")
            self.assertIn("stale=true", challenge)
        self.assertEqual(self.attempt(), (NUMBER, ""))
        self.assertEqual(self.auth.counts["unproven"], 0)

    def test_foreignIsNoGuess(self) -> None:
        """
        A nonce that was sent to another source, or was never sent, is no guess of
        the source that answers it.
        """
        foreign = self.challenge("198.51.100.1")
        invented = re.sub('nonce="[^"]*"', 'nonce="0"', foreign)
        for challenge in [foreign, invented] * 10:
            credentials = reply(challenge, PATH, NUMBER, "wrong")
            request: Any = Asking(credentials)
            self.assertIsInstance(self.auth.authenticate(request, HOST, NOW), bytes)
            self.assertTrue(self.auth.admits(HOST, NOW))
        self.assertEqual(self.attempt(), (NUMBER, ""))

    def test_sameSource(self) -> None:
        """
        An IPv6 host may answer from another address of its /64.
        """
        challenge = self.challenge("2001:db8::1")
        request: Any = Asking(reply(challenge, PATH, NUMBER, PASSWORD))
        account = self.auth.authenticate(request, "2001:db8::2", NOW)
        self.assertIsInstance(account, Account)

    def test_manyAddresses(self) -> None:
        """
        600 guesses, each from another address of one /64: three are looked at,
        and another source is not touched.
        """
        looked = 0
        for number in range(600):
            host = f"2001:db8::{number:x}"
            if self.auth.admits(host, NOW):
                looked += 1
                challenge = self.challenge(host)
                request: Any = Asking(reply(challenge, PATH, NUMBER, f"x{number}"))
                self.auth.authenticate(request, host, NOW)
        self.assertEqual(looked, 3)
        self.assertEqual(self.attempt(), (NUMBER, ""))

    def test_pair(self) -> None:
        """
        A source cannot use its own account's password to buy further guesses at
        another account.
        """
        other = self.auth._registry.accounts[NUMBER]._replace(number="30000009")
        self.auth._registry.put(other)
        for _ in range(3):
            self.attempt("30000009", password="wrong")
            self.assertEqual(self.attempt(), (NUMBER, ""))
        challenge = self.challenge()
        request: Any = Asking(reply(challenge, PATH, "30000009", PASSWORD))
        self.auth.authenticate(request, HOST, NOW)
        self.assertEqual(request.code, 429)

    def test_nonceOfAnother(self) -> None:
        """
        Credentials that were recorded are of no use from another address.
        """
        credentials = reply(self.challenge("198.51.100.1"), PATH, NUMBER, PASSWORD)
        request: Any = Asking(credentials)
        self.assertIsInstance(self.auth.authenticate(request, HOST, NOW), bytes)

    def test_limit(self) -> None:
        """
        Wrong attempts end in a ban of their address.
        """
        for _ in range(3):
            self.assertTrue(self.auth.admits(HOST, NOW))
            self.attempt(password="wrong")
        self.assertFalse(self.auth.admits(HOST, NOW))
        self.assertEqual(self.auth.counts["limited"], 1)

    def test_sameWork(self) -> None:
        """
        A name with a suffix has a password decrypted, whether its number exists or
        not: the time shows nothing.
        """
        opened: list[str] = []

        def opening(account: Account) -> str:
            opened.append(account.number)
            return BOX.open(account)

        self.auth._opened = opening
        self.attempt(f"{NUMBER}#9")
        self.attempt("20000777#9", password="wrong")
        self.assertEqual(opened, [NUMBER, NUMBER])

    def test_undecryptable(self) -> None:
        """
        A stored password that cannot be decrypted admits only the name whose
        hash is stored.
        """

        def fail(account: Account) -> str:
            raise VaultError("another key")

        self.auth._opened = fail
        self.assertEqual(self.attempt(), (NUMBER, ""))
        self.assertEqual(self.attempt(f"{NUMBER}#9")[0], "")
