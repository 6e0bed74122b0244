"""
Tests for L{gigasetd.sip.authentication} and L{gigasetd.auth.digest}: more than one
digest algorithm (RFC 8760).
"""

from __future__ import annotations

from hashlib import md5, sha256
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.digest import Credentials, expected, parseCredentials, proves
from gigasetd.auth.passwords import ha1, ha1OfSHA256
from gigasetd.config.schema import Config
from gigasetd.config.sections.sip import SipSection
from gigasetd.keys.sealing import VaultError
from gigasetd.registry.model import Account
from gigasetd.sip.build import rules
from tests.sip.jar import ALICE, DOMAIN, FACTORY, PASSWORD, Jar, parameter

RFC7616 = (
    'Digest username="Mufasa", realm="http-auth@example.org", '
    'uri="/dir/index.html", algorithm={0}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
    'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, '
    'response="{1}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
"""The example of RFC 7616 section 3.9.1."""

ANSWERS = {
    "MD5": "8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}
MUFASA = ("Mufasa", "http-auth@example.org", "Circle of Life")
BOTH = ("MD5", "SHA-256")


class PublishedTests(SynchronousTestCase):
    """
    The worked example of the standard.
    """

    def given(self, algorithm: str, answer: str) -> Credentials:
        """
        The example's credentials.
        """
        parsed = parseCredentials(RFC7616.format(algorithm, ANSWERS[answer]))
        assert parsed is not None
        return parsed

    def test_proves(self) -> None:
        """
        Both answers prove the password by their own algorithm.
        """
        md5Given, shaGiven = self.given("MD5", "MD5"), self.given("SHA-256", "SHA-256")
        self.assertTrue(proves(ha1(*MUFASA), "GET", md5Given))
        self.assertTrue(proves(ha1OfSHA256(*MUFASA), "GET", shaGiven))

    def test_notMixed(self) -> None:
        """
        Neither answer passes for the other, nor does the hash of the one for
        that of the other.
        """
        secrets = ha1(*MUFASA), ha1OfSHA256(*MUFASA)
        for secret in secrets:
            self.assertFalse(proves(secret, "GET", self.given("MD5", "SHA-256")))
            self.assertFalse(proves(secret, "GET", self.given("SHA-256", "MD5")))
        self.assertFalse(proves(secrets[0], "GET", self.given("SHA-256", "SHA-256")))

    def test_others(self) -> None:
        """
        An algorithm that we do not know proves nothing.
        """
        for name in ("MD5-sess", "SHA-256-sess", "SHA-512-256", "x"):
            given = self.given(name, "SHA-256")
            self.assertFalse(proves(ha1OfSHA256(*MUFASA), "GET", given), name)


class AlgorithmCase(SynchronousTestCase):
    """
    Phones that register by one algorithm or the other.
    """

    def offered(self, jar: Jar, method: str = "REGISTER") -> list[str]:
        """
        The algorithms of the challenges, in order.
        """
        me = f"<sip:{ALICE}@{DOMAIN}>"
        answer = jar.phone(ALICE).final(method, to=me if method == "REGISTER" else "")
        name = "www-authenticate" if method == "REGISTER" else "proxy-authenticate"
        challenges = answer.all(name)
        self.assertEqual(len({parameter(one, "nonce") for one in challenges}), 1)
        return [parameter(one, "algorithm") for one in challenges]

    def proof(self, jar: Jar, algorithm: str, **options: Any) -> int:
        """
        Register by that algorithm.

        @return: the answer's status.
        """
        phone = jar.phone(ALICE)
        nonce = parameter(phone.challenged(), "nonce")
        name = options.get("username", ALICE)
        given = Credentials(
            name, DOMAIN, nonce, f"sip:{DOMAIN}", "", algorithm, "auth", "00000001", "c"
        )
        hashed = {"MD5": md5, "SHA-256": sha256}[algorithm]
        secret = f"{name}:{DOMAIN}:{options.get('password', PASSWORD)}".encode()
        response = expected(hashed(secret).hexdigest(), "REGISTER", given)
        line = (
            f'Authorization: Digest username="{name}", realm="{DOMAIN}", '
            f'nonce="{nonce}", uri="sip:{DOMAIN}", response="{response}", '
            f'algorithm={algorithm}, qop=auth, nc=00000001, cnonce="c"'
        )
        me = f"<sip:{ALICE}@{DOMAIN}>"
        answer = phone.final("REGISTER", headers=[line], to=me, sender=f"{me};tag=r")
        return int(answer.code)


class OfferTests(AlgorithmCase):
    """
    What is offered, and what of it opens the door.
    """

    def test_order(self) -> None:
        """
        A phone is offered what the operator says, in that order, one header
        line each; most know the first one only.
        """
        for digest in (("MD5",), BOTH, BOTH[::-1], ("SHA-256",)):
            self.assertEqual(tuple(self.offered(Jar(digest=digest))), digest)

    def test_callers(self) -> None:
        """
        Who has to show a password for a call is offered the same.
        """
        self.assertEqual(self.offered(Jar(digest=BOTH), "INVITE"), list(BOTH))

    def test_either(self) -> None:
        """
        Either algorithm opens the door that it opens, whatever the phone
        writes behind the number.
        """
        jar = Jar(digest=BOTH)
        for algorithm in BOTH:
            for name in (ALICE, f"{ALICE}@{DOMAIN}", f"{ALICE}#9"):
                self.assertEqual(self.proof(jar, algorithm, username=name), 200)
            self.assertEqual(self.proof(jar, algorithm, password="wrong"), 401)

    def test_notOffered(self) -> None:
        """
        An algorithm that the operator does not offer proves nothing.
        """
        self.assertEqual(self.proof(Jar(), "SHA-256"), 401)
        self.assertEqual(self.proof(Jar(digest=("SHA-256",)), "MD5"), 401)

    def test_perDevice(self) -> None:
        """
        One device can be offered something else than all others.
        """
        jar = Jar()
        own = jar.registry.accounts[ALICE]._replace(digest="SHA-256 MD5")
        jar.registry.put(own)
        self.assertEqual(self.offered(jar), ["SHA-256", "MD5"])
        self.assertEqual([self.proof(jar, name) for name in BOTH], [200, 200])
        jar.registry.put(own._replace(digest="SHA-256"))
        self.assertEqual([self.proof(jar, name) for name in BOTH], [401, 200])

    def test_unknownNumber(self) -> None:
        """
        An unknown number is asked as a known one is.
        """
        jar = Jar(digest=BOTH)
        # With factory log-ins there are two ways of asking.
        jar.registry.drop(jar.registry.accounts[FACTORY])
        stranger = "<sip:29999999@gigaset.net>"
        answers = [
            jar.phone(ALICE).final("REGISTER", to=to, sender=f"{to};tag=r")
            for to in (stranger, f"<sip:{ALICE}@{DOMAIN}>")
        ]
        self.assertEqual([one.code for one in answers], [401, 401])
        self.assertEqual([len(one.all("www-authenticate")) for one in answers], [2, 2])


class Broken:
    """
    Secrets that nobody can open.
    """

    def open(self, account: Account) -> str:
        """
        Not this one.
        """
        raise VaultError("damaged")

    def derive(self, label: str) -> bytes:
        """
        Any key.
        """
        return b"k" * 32


class UnreadableTests(AlgorithmCase):
    """
    A stored password that is damaged.
    """

    def test_counted(self) -> None:
        """
        It opens no door and stops nobody: the phone is asked again, which is
        counted; where its MD5 hash is enough it gets in as before.
        """
        jar = Jar(digest=BOTH)
        jar.rules = rules(
            Config(sip=SipSection(digest=BOTH)), jar.registry, "192.0.2.1", Broken()
        )
        jar.dispatcher = jar.rules.dispatcher
        jar.rules.network.listening("0.0.0.0:5060")
        self.assertEqual(self.proof(jar, "SHA-256"), 401)
        self.assertEqual(self.proof(jar, "MD5"), 200)
        self.assertEqual(jar.rules.counts["sip_digest"]["unreadable"], 1)
