"""
Tests for L{gigasetd.xmpp.auth.digestmd5}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.auth import digestmd5
from gigasetd.xmpp.auth.sasl import LoginError


class DigestTests(SynchronousTestCase):
    """
    RFC 2831 section 4, and what phones make of it.
    """

    def test_vector(self) -> None:
        """
        The exchange of the standard.
        """
        response = digestmd5.DigestResponse(
            "chris",
            "elwood.innosoft.com",
            "OA6MHXh6VqTrRk",
            "00000001",
            "imap/elwood.innosoft.com",
            "d388dad90d4bbd760a152321f2143af7",
            "",
        )
        proof = digestmd5.finish(
            response, "OA6MG9tEQGm2hh", "elwood.innosoft.com", "secret"
        )
        self.assertEqual(proof, "rspauth=ea40f60335c427b5527b84dbabcdfffd")
        for password in ("Secret", ""):
            self.assertRaises(
                LoginError,
                digestmd5.finish,
                response,
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
        response = digestmd5.parseResponse(text, "n")
        self.assertEqual(
            response, ("chris", "", "c", "00000001", "xmpp/10.0.0.1", "abc", "")
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
            response = digestmd5.DigestResponse(
                "u", realm, "c", "00000001", "xmpp/h", "", ""
            )
            [secret, *_] = digestmd5._secrets(
                response._replace(realm="h"), "h", "p\u00e4"
            )
            answer = digestmd5._digest(response, "n", secret, "AUTHENTICATE").decode()
            response = response._replace(response=answer)
            digestmd5.finish(response, "n", "h", "p\u00e4")
        response = response._replace(realm="other")
        self.assertRaises(LoginError, digestmd5.finish, response, "n", "h", "p\u00e4")

    def test_old(self) -> None:
        """
        The digest of XEP-0078, by its own example.
        """
        digest = "48fc78be9ec8f86d8ce1c39c320c97c21d62334d"
        self.assertTrue(digestmd5.matches(digest, "3EE948B0", "Calli0pe"))
        self.assertFalse(digestmd5.matches(digest, "3EE948B1", "Calli0pe"))
