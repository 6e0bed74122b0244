"""
Tests for L{gigasetd.xmpp.auth.mechanisms}.
"""

from __future__ import annotations

from base64 import b64encode

from scramp import ScramClient
from twisted.words.protocols.jabber.sasl_mechanisms import DigestMD5

from gigasetd.xmpp.auth import digestmd5, scram
from gigasetd.xmpp.auth.login import Login
from gigasetd.xmpp.auth.result import Derive, LoginPassed
from tests.xmpp.auth.logincase import (
    BINDINGS,
    DOMAIN,
    NUMBER,
    PASSWORD,
    PHONE,
    SECURE,
    LoginTestCase,
    encoded,
    read,
)


class ScramTests(LoginTestCase):
    """
    RFC 5802.
    """

    def test_right(self) -> None:
        """
        A client logs in, and its keys are kept for the next time.
        """
        channel = SECURE._replace(bindings={})
        for mechanism in scram.HASHES:
            self.assertIsInstance(self.scram(mechanism, channel), LoginPassed)
            kept = self.registry.scrams[NUMBER][mechanism]
            self.assertGreaterEqual(kept.iterations, 4096)
            self.assertIsInstance(self.scram(mechanism, channel), LoginPassed)
            self.assertIs(self.registry.scrams[NUMBER][mechanism], kept)

    def test_wrong(self) -> None:
        """
        A wrong password is found out, and no key kept.
        """
        self.assertDenied(self.scram("SCRAM-SHA-1", password="wrong"))
        self.assertEqual(self.registry.scrams, {})

    def test_unknown(self) -> None:
        """
        A number that nobody has is challenge like any other, always the same.
        """
        salts = set()
        for _ in range(2):
            login = Login(self.logins, SECURE)
            challenge = login.begin("SCRAM-SHA-1", encoded("n,,n=30009,r=abc"), 0.0)
            salts.add(read(challenge).partition(",")[2])
        self.assertEqual(len(salts), 1)
        self.assertDenied(self.scram("SCRAM-SHA-1", name="30009"))

    def test_unknownAlike(self) -> None:
        """
        Whatever is wrong with the last message, it is told alike for a number
        that nobody has.
        """
        for final in ("", "c=biws,r=x,p=AAAA", "c=biws,r=x,p=A", "p=AAAA"):
            outcomes = []
            for number in (NUMBER, "30009"):
                login = Login(self.logins, PHONE)
                login.begin("SCRAM-SHA-1", encoded(f"n,,n={number},r=abc"), 0.0)
                outcome = login.respond(encoded(final) or "=", 0.0)
                if isinstance(outcome, Derive):
                    outcome = login.derived(scram.keysOf(*outcome), 0.0)
                outcomes.append(outcome)
                self.logins.guard.proven(PHONE.host, number)
            self.assertEqual(outcomes[0], outcomes[1])

    def test_binding(self) -> None:
        """
        A client binds the log-in to its channel by either type, and a
        channel that somebody else ends is found out.
        """
        for kind, data in BINDINGS.items():
            for mechanism in scram.HASHES:
                whole = mechanism + "-PLUS"
                header = f"p={kind},,"
                outcome = self.scram(whole, header=header, data=data)
                self.assertIsInstance(outcome, LoginPassed, mechanism)
                outcome = self.scram(whole, header=header, data=b"x" * 32)
                self.assertDenied(outcome)
                self.logins.guard.sources.proven(SECURE.host)
                self.logins.guard.proven(SECURE.host, NUMBER)

    def test_downgrade(self) -> None:
        """
        A client that believes we cannot bind was told so by somebody else;
        flag and mechanism must agree.
        """
        self.assertDenied(self.scram("SCRAM-SHA-1", header="y,,"))
        self.assertDenied(self.scram("SCRAM-SHA-1-PLUS", header="n,,"))
        self.assertDenied(self.scram("SCRAM-SHA-1", header="p=tls-exporter,,"))

    def test_unknownBinding(self) -> None:
        """
        A binding that we do not offer is none.
        """
        outcome = self.scram("SCRAM-SHA-1-PLUS", header="p=tls-unique,,")
        self.assertDenied(outcome)

    def test_changedMeanwhile(self) -> None:
        """
        A password that was changed while its keys were made is no longer it.
        """
        login = Login(self.logins, PHONE)
        client = ScramClient(["SCRAM-SHA-1"], NUMBER, PASSWORD)
        first = client.get_client_first()
        client.set_server_first(read(login.begin("SCRAM-SHA-1", encoded(first), 0.0)))
        outcome = login.respond(encoded(client.get_client_final()), 0.0)
        assert isinstance(outcome, Derive)
        self.registry.put(self.account._replace(password="new", ha1="new"))
        outcome = login.derived(scram.keysOf(*outcome), 0.0)
        self.assertDenied(outcome, "temporary-auth-failure")


class DigestTests(LoginTestCase):
    """
    RFC 2831.
    """

    def test_digest(self) -> None:
        """
        DIGEST-MD5 as Twisted's own client speaks it, with any answer to our
        proof.
        """
        client = DigestMD5("xmpp", DOMAIN, None, NUMBER, PASSWORD)
        login = Login(self.logins, PHONE)
        challenge = read(login.begin("DIGEST-MD5", "", 0.0))
        answer = client.getResponse(challenge.encode())
        proof = login.respond(b64encode(answer).decode(), 0.0)
        self.assertIn("rspauth=", read(proof))
        self.assertEqual(login.respond("=", 0.0), LoginPassed(NUMBER, "", "DIGEST-MD5"))

    def test_digestOfAnother(self) -> None:
        """
        An answer to another challenge is refused, but is no guess.
        """
        for _ in range(20):
            login = Login(self.logins, SECURE._replace(phone=True))
            login.begin("DIGEST-MD5", "", 0.0)
            answer = (
                f'username="{NUMBER}",nonce="0",cnonce=c,'
                f'digest-uri="xmpp/{DOMAIN}",response={"0" * 32}'
            )
            self.assertDenied(login.respond(encoded(answer), 0.0), "not-authorized")
        self.assertIsInstance(self.plain(), LoginPassed)

    def test_digestUnknown(self) -> None:
        """
        A number that nobody has is told like a wrong password.
        """
        login = Login(self.logins, PHONE)
        challenge = digestmd5.directives(read(login.begin("DIGEST-MD5", "", 0.0)))
        answer = (
            f'username="30009",nonce="{challenge["nonce"]}",cnonce=c,'
            f'digest-uri="xmpp/{DOMAIN}",response={"0" * 32}'
        )
        self.assertDenied(login.respond(encoded(answer), 0.0))
