"""
Tests for L{gigasetd.xmpp.auth.policy}.
"""

from __future__ import annotations

from gigasetd.xmpp.auth.login import Login
from gigasetd.xmpp.auth.result import LoginPassed
from gigasetd.xmpp.auth.sasl import LoginError
from tests.xmpp.auth.logincase import (
    DOMAIN,
    NUMBER,
    OPEN,
    PASSWORD,
    PHONE,
    SECURE,
    LoginTestCase,
    encoded,
)


class OfferTests(LoginTestCase):
    """
    What is offered to whom.
    """

    def test_offers(self) -> None:
        """
        Without TLS nobody but a phone can log in at all; old mechanisms are
        for phones.
        """
        self.assertEqual(self.logins.mechanisms(OPEN), [])
        self.assertEqual(
            self.logins.mechanisms(PHONE),
            ["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "PLAIN"],
        )
        self.assertEqual(
            self.logins.mechanisms(SECURE),
            [
                "SCRAM-SHA-256-PLUS",
                "SCRAM-SHA-1-PLUS",
                "SCRAM-SHA-256",
                "SCRAM-SHA-1",
                "PLAIN",
            ],
        )

    def test_notOffered(self) -> None:
        """
        What was not offered is refused, whoever asks.
        """
        self.assertDenied(self.plain(channel=OPEN), "encryption-required")
        for mechanism in ("DIGEST-MD5", "ANONYMOUS", "EXTERNAL", "", "scram-sha-1"):
            login = Login(self.logins, SECURE)
            self.assertDenied(login.begin(mechanism, "", 0.0), "invalid-mechanism")


class AccountTests(LoginTestCase):
    """
    From a user name to an account and its password.
    """

    def test_number(self) -> None:
        """
        A user name is a number, or an address of it in our domain.
        """
        for name in (NUMBER, f"{NUMBER}@{DOMAIN}", f"{NUMBER}@GIGASET.NET"):
            self.assertEqual(self.logins.numberOf(name), NUMBER)
        for name in ("", "x", f"{NUMBER}@other", f"{NUMBER}@{DOMAIN}/r", "1" * 16):
            self.assertEqual(self.logins.numberOf(name), "")

    def test_password(self) -> None:
        """
        Without an account, or with a password that cannot be decrypted, there
        is no password, and no log-in by an empty one.
        """
        broken = self.account._replace(password="broken")
        self.assertEqual(self.logins.passwordOf(self.account), PASSWORD)
        for account in (None, broken):
            self.assertEqual(self.logins.passwordOf(account), "")
            for password in ("", "\0", "broken"):
                self.assertRaises(LoginError, self.logins.verify, account, password)
        self.assertEqual(self.logins.verify(self.account, PASSWORD), NUMBER)

    def test_counts(self) -> None:
        """
        Right and wrong passwords are counted, the right ones by mechanism.
        """
        self.plain()
        self.plain("wrong")
        counts = self.logins.counts
        self.assertEqual((counts["logins"], counts["logins_plain"]), (1, 1))
        self.assertEqual((counts["login_failures"], counts["logins_limited"]), (1, 0))


class GuessTests(LoginTestCase):
    """
    Limits on guessing.
    """

    def test_atOnce(self) -> None:
        """
        A source that has begun many log-ins at once has as many guesses as one
        that makes them one after the other.
        """
        logins = [Login(self.logins, SECURE) for _ in range(20)]
        for login in logins:
            login.begin("PLAIN", "", 0.0)
        text = encoded(f"\0{NUMBER}\0wrong")
        conditions = [login.respond(text, 0.0).condition for login in logins]
        expected = ["not-authorized"] * 3 + ["temporary-auth-failure"] * 17
        self.assertEqual(conditions, expected)

    def test_atOnceElsewhere(self) -> None:
        """
        The same where each log-in is for another number, or has chosen its number
        already.
        """
        numbers = [f"4000000{number}" for number in range(10)]
        logins = [Login(self.logins, SECURE) for _ in numbers]
        for number, login in zip(numbers, logins):
            login.begin("SCRAM-SHA-1", encoded(f"n,,n={number},r=abc"), 0.0)
        final = encoded("c=biws,r=x,p=AAAA")
        conditions = [login.respond(final, 0.0).condition for login in logins]
        expected = ["not-authorized"] * 3 + ["temporary-auth-failure"] * 7
        self.assertEqual(conditions, expected)

    def test_contested(self) -> None:
        """
        Guesses from many sources do not keep the owner out; each further source
        has one.
        """
        for number in range(100):
            channel = SECURE._replace(host=f"198.51.100.{number}")
            self.plain("wrong", channel=channel)
        guesser = SECURE._replace(host="203.0.113.9")
        self.assertDenied(self.plain("wrong", channel=guesser))
        self.assertDenied(self.plain(channel=guesser), "temporary-auth-failure")
        owner = SECURE._replace(host="203.0.113.7")
        self.assertIsInstance(self.plain(channel=owner), LoginPassed)

    def test_guessing(self) -> None:
        """
        Whoever guesses is not listened to for a while; who is at home is only
        kept from the number he guessed at.
        """
        for _ in range(3):
            self.plain("wrong")
        self.assertDenied(self.plain(), "temporary-auth-failure")
        self.assertIsInstance(self.plain(now=601.0), LoginPassed)
        for _ in range(3):
            self.plain("wrong", channel=PHONE)
        self.assertDenied(self.plain(channel=PHONE), "temporary-auth-failure")
        other = self.account._replace(number="30003")
        self.registry.put(other)
        self.assertIsInstance(self.plain(name="30003", channel=PHONE), LoginPassed)
