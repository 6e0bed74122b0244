"""
Tests for L{gigasetd.xmpp.auth.login}.
"""

from __future__ import annotations

from hashlib import sha1

from gigasetd.registry.model import Account
from gigasetd.xmpp.auth.login import Login
from gigasetd.xmpp.auth.policy import OLD
from gigasetd.xmpp.auth.result import Challenge, LoginPassed
from tests.xmpp.auth.logincase import (
    DOMAIN,
    NUMBER,
    PASSWORD,
    PHONE,
    SECURE,
    LoginTestCase,
    encoded,
)


class PlainTests(LoginTestCase):
    """
    RFC 4616.
    """

    def test_right(self) -> None:
        """
        The number, or the whole address, and the password.
        """
        for name in (NUMBER, f"{NUMBER}@{DOMAIN}", f"{NUMBER}@GIGASET.NET"):
            self.assertEqual(self.plain(name=name), LoginPassed(NUMBER, "", "PLAIN"))

    def test_challenge(self) -> None:
        """
        A client may begin without a word.
        """
        login = Login(self.logins, SECURE)
        self.assertEqual(login.begin("PLAIN", "", 0.0), Challenge(""))
        outcome = login.respond(encoded(f"\0{NUMBER}\0{PASSWORD}"), 0.0)
        self.assertIsInstance(outcome, LoginPassed)

    def test_wrong(self) -> None:
        """
        A wrong password, an unknown number and a number without a password
        are told alike.
        """
        factory = Account("30002", "factory", "", "", "", "", 1.0, 0.0)
        self.registry.put(factory)
        self.registry.put(factory._replace(number="4", password="broken"))
        texts = set()
        for one in (
            ("wrong",),
            ("x", "30001"),
            ("x", "30002"),
            ("x", "not a number"),
            ("x", "a@b"),
            ("broken", "4"),
        ):
            texts.add(self.assertDenied(self.plain(*one)).text)
            self.logins.guard.sources.proven(SECURE.host)
        self.assertEqual(len(texts), 1)

    def test_authzid(self) -> None:
        """
        One may name oneself, and nobody else.
        """
        own = f"{NUMBER}@{DOMAIN}"
        self.assertIsInstance(self.plain(authzid=own), LoginPassed)
        for other in (f"30001@{DOMAIN}", own + "/x", "x", f"{NUMBER}@other"):
            self.assertDenied(self.plain(authzid=other), "invalid-authzid")

    def test_encoding(self) -> None:
        """
        What is no base64, and what is no message, are told so.
        """
        login = Login(self.logins, SECURE)
        self.assertDenied(login.begin("PLAIN", "!", 0.0), "incorrect-encoding")
        self.assertDenied(login.begin("PLAIN", "=", 0.0), "malformed-request")
        self.assertDenied(login.respond("=", 0.0), "malformed-request")
        self.assertEqual(login.tries, 3)

    def test_abort(self) -> None:
        """
        An exchange that was given up is over.
        """
        login = Login(self.logins, SECURE)
        login.begin("PLAIN", "", 0.0)
        self.assertDenied(login.abort(), "aborted")
        text = encoded(f"\0{NUMBER}\0{PASSWORD}")
        self.assertDenied(login.respond(text, 0.0), "malformed-request")

    def test_off(self) -> None:
        """
        Whoever switched messaging off is told so, once he has proved who he
        is.
        """
        self.registry.put(self.account._replace(off="messaging"))
        wrong = self.assertDenied(self.plain("wrong"))
        self.assertNotIn("switched off", wrong.text)
        self.assertIn("switched off", self.assertDenied(self.plain()).text)

    def test_factory(self) -> None:
        """
        At home a phone without a password is told what to do; with one set it
        may log in.
        """
        factory = self.account._replace(login="factory", password="")
        self.registry.put(factory)
        denied = self.assertDenied(self.plain(channel=PHONE), "account-disabled")
        self.assertIn("password", denied.text)
        self.registry.put(factory._replace(password=PASSWORD))
        self.assertIsInstance(self.plain(channel=PHONE), LoginPassed)

    def test_use(self) -> None:
        """
        A log-in counts as use of the account, to the day.
        """
        now = 1e6
        self.plain(now=now)
        self.assertEqual(self.registry.accounts[NUMBER].active, now)
        self.plain(now=now + 5)
        self.assertEqual(self.registry.accounts[NUMBER].active, now)


class OldTests(LoginTestCase):
    """
    Log-ins without SASL (XEP-0078).
    """

    def test_withoutSasl(self) -> None:
        """
        XEP-0078 by password and by digest.
        """
        right = sha1(f"stream{PASSWORD}".encode()).hexdigest()
        for password, digest, good in (
            (PASSWORD, "", True),
            ("", right, True),
            ("wrong", "", False),
            ("", "0" * 40, False),
        ):
            login = Login(self.logins, PHONE)
            outcome = login.old(NUMBER, password, digest, "stream", 0.0)
            if good:
                self.assertEqual(outcome, LoginPassed(NUMBER, "", OLD))
            else:
                self.assertDenied(outcome)
        login = Login(self.logins, PHONE)
        self.assertDenied(login.old("30009", "", right, "stream", 0.0))
