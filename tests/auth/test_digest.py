"""
Tests for L{gigasetd.auth.digest}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.digest import (
    Credentials,
    Nonces,
    challenge,
    expected,
    parseCredentials,
    proves,
)
from gigasetd.auth.passwords import ha1

RFC2617 = (
    'Digest username="Mufasa", realm="testrealm@host.com", '
    'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, '
    'nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", '
    'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
"""The example of RFC 2617 section 3.5."""


def given(value: str) -> Credentials:
    """
    Credentials that can be parsed.
    """
    parsed = parseCredentials(value)
    assert parsed is not None
    return parsed


class CredentialsTests(SynchronousTestCase):
    """
    What phones write into Authorization.
    """

    def test_published(self) -> None:
        """
        The worked example of the standard proves its password, and no other.
        """
        credentials = given(RFC2617)
        right = ha1("Mufasa", "testrealm@host.com", "Circle Of Life")
        self.assertTrue(proves(right, "GET", credentials))
        self.assertFalse(proves(right, "PUT", credentials))
        self.assertFalse(proves("0" * 32, "GET", credentials))

    def test_withoutQop(self) -> None:
        """
        An old phone that knows no qop proves its password too (RFC 2069).
        """
        plain = given(
            'Digest username="1", realm="r", nonce="n", uri="sip:r", response="x"'
        )
        answer = expected(ha1("1", "r", "pw"), "REGISTER", plain)
        plain = plain._replace(response=answer)
        self.assertTrue(proves(ha1("1", "r", "pw"), "REGISTER", plain))
        self.assertEqual((plain.qop, plain.uses), ("", 0))

    def test_spellings(self) -> None:
        """
        Quoted or not, in any case, spaced or not: each phone writes the words
        in its own way.
        """
        for text in (
            'digest USERNAME = "1" ,realm="r",nonce="n",response="AB",qop="auth"',
            'Digest algorithm="md5",response=ab,nonce="n",realm=r,username=1,qop=AUTH',
        ):
            parsed = given(text)
            self.assertEqual(parsed[:3], ("1", "r", "n"))
            self.assertEqual(parsed.response, "ab")
            self.assertEqual((parsed.algorithm, parsed.qop), ("MD5", "auth"))

    def test_quotedQuote(self) -> None:
        """
        A user name may hold a quote.
        """
        text = r'Digest username="a\"b, c", nonce="n", response="1"'
        self.assertEqual(given(text).username, 'a"b, c')

    def test_rubbish(self) -> None:
        """
        What is no digest counts as no proof at all, whatever it is.
        """
        for text in (
            "",
            "Basic dTpw",
            "Digest",
            "Digest ",
            'Digest username="1"',
            'Digest username="1", nonce="n"',
            'Digest username="", nonce="n", response="1"',
            "Digest " + "," * 10000,
            "Digest " + 'a="' * 5000,
        ):
            self.assertIsNone(parseCredentials(text), text[:30])

    def test_otherAlgorithms(self) -> None:
        """
        An answer by an algorithm or quality that we did not offer is no
        proof.
        """
        right = ha1("Mufasa", "testrealm@host.com", "Circle Of Life")
        good = given(RFC2617)
        for other in (
            good._replace(algorithm="SHA-256"),
            good._replace(algorithm="MD5-SESS"),
            good._replace(qop="auth-int"),
            good._replace(nc="1"),
            good._replace(nc="00000000"),
            good._replace(nc="0000000g"),
        ):
            self.assertFalse(proves(right, "GET", other))

    def test_latinLetters(self) -> None:
        """
        Letters beyond ASCII anywhere in the header do no harm.
        """
        text = 'Digest username="\xfc", nonce="\xe9", response="\xe4", uri="\xf6"'
        self.assertFalse(proves("0" * 32, "REGISTER", given(text)))


class NonceTests(SynchronousTestCase):
    """
    Nonces of ours.
    """

    def setUp(self) -> None:
        """
        Good for five minutes.
        """
        self.nonces = Nonces(b"k" * 32, 300)

    def test_fresh(self) -> None:
        """
        A nonce is good for its lifetime, and no longer.
        """
        nonce = self.nonces.make("192.0.2.7", 1000.0)
        for now, fresh in ((1000.0, True), (1300.0, True), (1301.5, False)):
            self.assertEqual(self.nonces.fresh(nonce, "192.0.2.7", now), fresh)

    def test_boundToTheHost(self) -> None:
        """
        What was recorded on one address is worthless on another.
        """
        nonce = self.nonces.make("192.0.2.7", 1000.0)
        self.assertFalse(self.nonces.fresh(nonce, "192.0.2.8", 1000.0))

    def test_noTwoAlike(self) -> None:
        """
        Two challenges within one second can be told apart.
        """
        made = {self.nonces.make("192.0.2.7", 1000.0) for _ in range(100)}
        self.assertEqual(len(made), 100)

    def test_mark(self) -> None:
        """
        A mark is the same for its peer for a while, and known for as long again.
        """
        mark = self.nonces.mark("192.0.2.7", 900.0)
        self.assertEqual(self.nonces.mark("192.0.2.7", 1199.0), mark)
        for host, now, known in (
            ("192.0.2.7", 900.0, True),
            ("192.0.2.7", 1499.0, True),
            ("192.0.2.7", 1500.0, False),
            ("192.0.2.8", 900.0, False),
        ):
            self.assertEqual(self.nonces.marked(mark, host, now), known)
        self.assertFalse(self.nonces.marked("ä", "192.0.2.7", 900.0))

    def test_forged(self) -> None:
        """
        A nonce that we did not make is not fresh, whatever it looks like.
        """
        mine = self.nonces.make("192.0.2.7", 1000.0)
        other = Nonces(b"x" * 32, 300).make("192.0.2.7", 1000.0)
        forged = [
            "",
            ".",
            "..",
            "3e8",
            other,
            mine + "0",
            mine[:-1],
            "f" * 9000 + ".1." + "0" * 24,
            "\xb2.1.x",
            "-3e8.1.x",
            "3e9" + mine[3:],
        ]
        for nonce in forged:
            self.assertFalse(self.nonces.fresh(nonce, "192.0.2.7", 1000.0), nonce[:40])

    def test_challenge(self) -> None:
        """
        The challenge names what old phones know: MD5, and qop in quotes.
        """
        self.assertEqual(
            challenge('"r"', "n", False),
            'Digest realm="r", nonce="n", algorithm=MD5, qop="auth"',
        )
        self.assertIn("stale=true", challenge('"r"', "n", True))
