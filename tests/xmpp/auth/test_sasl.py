"""
What all log-ins share, and the vectors of the standards.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from scramp import ScramMechanism
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import Scram
from gigasetd.xmpp.auth import digestmd5, scram
from gigasetd.xmpp.auth.sasl import LoginError, Plain, decode, encode, parsePlain, same


def keys(mechanism: str, salt: str) -> Scram:
    """
    What is kept of the standards' "pencil".
    """
    method = ScramMechanism(mechanism)
    _, stored, server, rounds = method.make_auth_info("pencil", 4096, b64decode(salt))
    texts = [b64encode(one).decode() for one in (stored, server)]
    return Scram("1", mechanism, salt, rounds, *texts)


class MessageTests(SynchronousTestCase):
    """
    Messages as they are carried.
    """

    def test_strict(self) -> None:
        """
        Base64 is that of the standard, or no log-in.
        """
        self.assertEqual(decode("AGEAYg=="), "\0a\0b")
        self.assertEqual(decode("="), "")
        for broken in ("AGEAYg", "AGEAYg==\n", "AG EAYg=", "====", "\u00e4AAA", "/w=="):
            self.assertRaises(LoginError, decode, broken)
        self.assertRaises(LoginError, decode, "A" * 8192)
        self.assertEqual(encode(b""), "=")

    def test_plain(self) -> None:
        """
        PLAIN has three parts, two of them needed.
        """
        self.assertEqual(parsePlain("\0a\0b"), Plain("", "a", "b"))
        for broken in ("", "a\0b", "\0\0b", "\0a\0", "a\0b\0c\0d"):
            self.assertRaises(LoginError, parsePlain, broken)

    def test_same(self) -> None:
        """
        A password may be typed on another system than it was set on.
        """
        self.assertTrue(same("a\u0308", "\u00e4"))
        self.assertFalse(same("a", "b"))
        self.assertTrue(same("\x07", "\x07"))


class ScramTests(SynchronousTestCase):
    """
    RFC 5802 section 5 and RFC 7677 section 3.
    """

    def exchange(self, mechanism: str, *texts: str) -> None:
        """
        Play one exchange.
        """
        first, nonce, salt, challenge, final, proof = texts
        asked = scram.begin(mechanism, scram.parseFirst(first), nonce, salt, 4096)
        self.assertEqual(asked.challenge, challenge)
        found = keys(mechanism, salt)
        last = scram.parseFinal(final)
        self.assertEqual(scram.finish(asked, last, found, {}), proof)
        forged = last._replace(proof=bytes(len(last.proof)))
        self.assertRaises(LoginError, scram.finish, asked, forged, found, {})

    def test_sha1(self) -> None:
        """
        RFC 5802 section 5.
        """
        self.exchange(
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
        self.exchange(
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
        asked = scram.begin("SCRAM-SHA-1", first, "def", "QSXCR+Q6sek8bf92", 4096)
        found = keys("SCRAM-SHA-1", "QSXCR+Q6sek8bf92")
        last = scram.ClientFinal(b"n,,", "abcdef", bytes(20), "c=biws,r=abcdef")
        for wrong in (
            last,
            last._replace(channel=b"y,,"),
            last._replace(nonce="abc"),
            last._replace(proof=b""),
        ):
            self.assertRaises(LoginError, scram.finish, asked, wrong, found, {})

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


class DigestTests(SynchronousTestCase):
    """
    RFC 2831 section 4, and what phones make of it.
    """

    def test_vector(self) -> None:
        """
        The exchange of the standard.
        """
        told = digestmd5.DigestResponse(
            "chris",
            "elwood.innosoft.com",
            "OA6MHXh6VqTrRk",
            "00000001",
            "imap/elwood.innosoft.com",
            "d388dad90d4bbd760a152321f2143af7",
            "",
        )
        proof = digestmd5.finish(
            told, "OA6MG9tEQGm2hh", "elwood.innosoft.com", "secret"
        )
        self.assertEqual(proof, "rspauth=ea40f60335c427b5527b84dbabcdfffd")
        for password in ("Secret", ""):
            self.assertRaises(
                LoginError,
                digestmd5.finish,
                told,
                "OA6MG9tEQGm2hh",
                "elwood.innosoft.com",
                password,
            )

    def test_lenient(self) -> None:
        """
        Names in either case, no quotes, no charset, no realm, blanks.
        """
        text = (
            'Username=chris, NONCE="n", cnonce=c , Digest-URI=xmpp/10.0.0.1,'
            "response=ABC"
        )
        told = digestmd5.parseResponse(text, "n")
        self.assertEqual(
            told, ("chris", "", "c", "00000001", "xmpp/10.0.0.1", "abc", "")
        )

    def test_quoted(self) -> None:
        """
        A quoted value may hold commas and quotes.
        """
        self.assertEqual(
            digestmd5.directives(r'a="b,\"c",d=e'), {"a": 'b,"c', "d": "e"}
        )

    def test_broken(self) -> None:
        """
        What is no answer to our challenge proves nothing.
        """
        whole = 'username=u,nonce=n,cnonce=c,digest-uri="xmpp/h",response=r'
        digestmd5.parseResponse(whole, "n")
        for broken in (
            "",
            "username",
            whole.replace("nonce=n", "nonce=m"),
            whole.replace("xmpp/", "imap/"),
            whole + ",nc=00000002",
            whole + ",qop=auth-int",
            whole + ",username=v",
            whole.replace("cnonce=c,", ""),
            whole + ',x="',
            ",".join(f"a{one}=b" for one in range(40)),
        ):
            self.assertRaises(LoginError, digestmd5.parseResponse, broken, "n")

    def test_realms(self) -> None:
        """
        A phone that tells no realm may have hashed ours, or none; one with
        another realm is refused.
        """
        for realm in ("", "h"):
            told = digestmd5.DigestResponse(
                "u", realm, "c", "00000001", "xmpp/h", "", ""
            )
            [secret, *_] = digestmd5._secrets(told._replace(realm="h"), "h", "p\u00e4")
            answer = digestmd5._digest(told, "n", secret, "AUTHENTICATE").decode()
            told = told._replace(response=answer)
            digestmd5.finish(told, "n", "h", "p\u00e4")
        told = told._replace(realm="other")
        self.assertRaises(LoginError, digestmd5.finish, told, "n", "h", "p\u00e4")

    def test_old(self) -> None:
        """
        The digest of XEP-0078, by its own example.
        """
        digest = "48fc78be9ec8f86d8ce1c39c320c97c21d62334d"
        self.assertTrue(digestmd5.matches(digest, "3EE948B0", "Calli0pe"))
        self.assertFalse(digestmd5.matches(digest, "3EE948B1", "Calli0pe"))
