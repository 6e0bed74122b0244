"""
A log-in policy with one account, and clients of each mechanism.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from itertools import count

from scramp import ScramClient
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.auth import scram
from gigasetd.xmpp.auth.login import Login
from gigasetd.xmpp.auth.policy import LoginPolicy
from gigasetd.xmpp.auth.result import (
    Challenge,
    Channel,
    Derive,
    LoginDenied,
    Outcome,
)

DOMAIN = "gigaset.net"
NUMBER = "20000001"
PASSWORD = "tr0ub4dor&3"
BINDINGS = {"tls-exporter": b"e" * 32, "tls-server-end-point": b"p" * 32}

PHONE = Channel("192.168.1.5", phone=True, secure=False)
SECURE = Channel("198.51.100.7", phone=False, secure=True, bindings=BINDINGS)
OPEN = Channel("198.51.100.7", phone=False, secure=False)


def encoded(text: str) -> str:
    """
    Encode a SASL message.
    """
    return b64encode(text.encode()).decode()


def read(outcome: Outcome) -> str:
    """
    The text of a challenge.
    """
    assert isinstance(outcome, Challenge), outcome
    return b64decode(outcome.text).decode()


def opened(account: Account) -> str:
    """
    A vault that everybody can look into.
    """
    if account.password == "broken":
        raise VaultError("broken")
    return account.password


class LoginTestCase(SynchronousTestCase):
    """
    One number with a password, and nobody else.
    """

    def setUp(self) -> None:
        self.registry = Registry(Journal())
        self.account = Account(NUMBER, "digest", PASSWORD, "", "", "", 1.0, 0.0)
        self.registry.put(self.account)
        limits = GuardLimits(failures=3)
        numbers = count()
        self.logins = LoginPolicy(
            self.registry,
            DOMAIN,
            opened,
            b"k" * 32,
            GuessGuard(Guard(PHONE.host.__eq__, limits), limits, 100),
            lambda: f"token{next(numbers)}",
        )

    def plain(
        self,
        password: str = PASSWORD,
        name: str = NUMBER,
        authzid: str = "",
        channel: Channel = SECURE,
        now: float = 0.0,
    ) -> Outcome:
        """
        One try by PLAIN.
        """
        login = Login(self.logins, channel)
        text = encoded(f"{authzid}\0{name}\0{password}")
        return login.begin("PLAIN", text, now)

    def scram(
        self,
        mechanism: str,
        channel: Channel = SECURE,
        name: str = NUMBER,
        password: str = PASSWORD,
        header: str = "n,,",
        data: bytes = b"",
    ) -> Outcome:
        """
        One try by SCRAM, with scramp's client.
        """
        login = Login(self.logins, channel)
        kind = mechanism.removesuffix("-PLUS")
        client = ScramClient([kind], name, password)
        bare = client.get_client_first().partition(",,")[2]
        outcome = login.begin(mechanism, encoded(header + bare), 0.0)
        if not isinstance(outcome, Challenge):
            return outcome
        final = self.bound(client, read(outcome), kind, header, bare, data)
        outcome = login.respond(encoded(final), 0.0)
        if isinstance(outcome, Derive):
            outcome = login.derived(scram.keysOf(*outcome), 0.0)
        return outcome

    def bound(
        self,
        client: ScramClient,
        challenge: str,
        kind: str,
        header: str,
        bare: str,
        data: bytes,
    ) -> str:
        """
        The last message; scramp's client knows no tls-exporter, so that one
        with a binding is made from its keys here.
        """
        client.set_server_first(challenge)
        if header == "n,,":
            plain: str = client.get_client_final()
            return plain
        told = dict(one.split("=", 1) for one in challenge.split(","))
        name = scram.HASHES[kind]
        salted = hashlib.pbkdf2_hmac(
            name, PASSWORD.encode(), b64decode(told["s"]), int(told["i"])
        )
        key = hmac.digest(salted, b"Client Key", name)
        channel = b64encode(header.encode() + data).decode()
        without = f"c={channel},r={told['r']}"
        signed = f"{bare},{challenge},{without}".encode()
        signature = hmac.digest(hashlib.new(name, key).digest(), signed, name)
        proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        return f"{without},p={b64encode(proof).decode()}"

    def assertDenied(
        self, outcome: Outcome, condition: str = "not-authorized"
    ) -> LoginDenied:
        """
        It did not work, for this reason.
        """
        assert isinstance(outcome, LoginDenied), outcome
        self.assertEqual(outcome.condition, condition)
        return outcome
