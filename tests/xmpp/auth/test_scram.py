"""
Tests for L{gigasetd.xmpp.auth.scram}: the vectors of the RFCs.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from scramp import ScramMechanism
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import Scram
from gigasetd.xmpp.auth import scram
from gigasetd.xmpp.auth.sasl import LoginError


def keys(mechanism: str, salt: str) -> Scram:
    """
    Derive the keys of "pencil", the password in the RFCs.
    """
    method = ScramMechanism(mechanism)
    _, stored, server, rounds = method.make_auth_info("pencil", 4096, b64decode(salt))
    texts = [b64encode(one).decode() for one in (stored, server)]
    return Scram("1", mechanism, salt, rounds, *texts)


class ScramTests(SynchronousTestCase):
    """
    RFC 5802 section 5 and RFC 7677 section 3.
    """

    def play(self, mechanism: str, *texts: str) -> None:
        """
        Play one exchange.
        """
        first, nonce, salt, challenge, final, proof = texts
        exchange = scram.begin(mechanism, scram.parseFirst(first), nonce, salt, 4096)
        self.assertEqual(exchange.challenge, challenge)
        derived = keys(mechanism, salt)
        last = scram.parseFinal(final)
        self.assertEqual(scram.finish(exchange, last, derived, {}), proof)
        forged = last._replace(proof=bytes(len(last.proof)))
        self.assertRaises(LoginError, scram.finish, exchange, forged, derived, {})

    def test_sha1(self) -> None:
        """
        RFC 5802 section 5.
        """
        self.play(
            "SCRAM-SHA-1",
            "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            "3rfcNHYJY1ZVvWVs7j",
            "QSXCR+Q6sek8bf92",
            "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
            "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        )

    def test_sha256(self) -> None:
        """
        RFC 7677 section 3.
        """
        both = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        self.play(
            "SCRAM-SHA-256",
            "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            "W22ZaJ0SNY7soEsUEjb6gQ==",
            f"r={both},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            f"c=biws,r={both},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        )

    def test_first(self) -> None:
        """
        A first message has its flag, its name and its nonce.
        """
        first = scram.parseFirst("p=tls-exporter,a=x,n=a=2Cb=3D,r=abc,x=y")
        self.assertEqual(first.name, "a,b=")
        self.assertEqual((first.binding, first.authzid), ("tls-exporter", "x"))
        self.assertEqual(first.header, "p=tls-exporter,a=x,")
        self.assertTrue(scram.parseFirst("y,,n=a,r=b").doubt)
        for broken in (
            "", "n,,", "n,n=a,r=b", "n,,r=b,n=a", "n,,n=a", "n,,n=,r=b", "n,,n=a,r=",
            "n,,n=a=b,r=c", "n,,m=x,n=a,r=b", "z,,n=a,r=b", "p,,n=a,r=b",
            "n,,n=a,r=b\u00e4", "n,,n=a\0,r=b",
        ):  # fmt: skip
            self.assertRaises(LoginError, scram.parseFirst, broken)

    def test_broken(self) -> None:
        """
        A last message that is not the one of this exchange proves nothing.
        """
        first = scram.parseFirst("n,,n=user,r=abc")
        exchange = scram.begin("SCRAM-SHA-1", first, "def", "QSXCR+Q6sek8bf92", 4096)
        derived = keys("SCRAM-SHA-1", "QSXCR+Q6sek8bf92")
        last = scram.ClientFinal(b"n,,", "abcdef", bytes(20), "c=biws,r=abcdef")
        for wrong in (
            last,
            last._replace(channel=b"y,,"),
            last._replace(nonce="abc"),
            last._replace(proof=b""),
        ):
            self.assertRaises(LoginError, scram.finish, exchange, wrong, derived, {})

    def test_final(self) -> None:
        """
        What has another form is told so, whoever it is from.
        """
        good = "c=biws,r=abcdef,p=AAAA"
        self.assertEqual(scram.parseFinal(good).channel, b"n,,")
        for final in (
            "", "c=biws,r=abcdef", "c=biws,r=abcdef,p=", "c=?,r=abcdef,p=AAAA",
            "r=abcdef,c=biws,p=AAAA", good + ",x=y", good.replace("AAAA", "AAA"),
        ):  # fmt: skip
            error = self.assertRaises(LoginError, scram.parseFinal, final)
            self.assertEqual(error.condition, "malformed-request")

    def test_salt(self) -> None:
        """
        Each number has its salt, whether anybody has the number or not.
        """
        one = scram.saltOf(b"k", "SCRAM-SHA-1", "1")
        self.assertEqual(one, scram.saltOf(b"k", "SCRAM-SHA-1", "1"))
        self.assertEqual(len(b64decode(one)), scram.SALT)
        self.assertNotEqual(one, scram.saltOf(b"k", "SCRAM-SHA-1", "2"))
        self.assertNotEqual(one, scram.saltOf(b"l", "SCRAM-SHA-1", "1"))
