"""
Who may log in how.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from hashlib import sha1
from itertools import count

from scramp import ScramClient
from twisted.trial.unittest import SynchronousTestCase
from twisted.words.protocols.jabber.sasl_mechanisms import DigestMD5

from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.auth import digestmd5, scram
from gigasetd.xmpp.auth.login import Login
from gigasetd.xmpp.auth.policy import OLD, LoginGuards, LoginPolicy
from gigasetd.xmpp.auth.result import (
    Challenge,
    Channel,
    Derive,
    LoginDenied,
    LoginPassed,
    Outcome,
)

DOMAIN = "gigaset.net"
NUMBER = "20000001"
PASSWORD = "tr0ub4dor&3"
BINDINGS = {"tls-exporter": b"e" * 32, "tls-server-end-point": b"p" * 32}

PHONE = Channel("192.168.1.5", phone=True, secure=False)
SECURE = Channel("198.51.100.7", phone=False, secure=True, bindings=BINDINGS)
OPEN = Channel("198.51.100.7", phone=False, secure=False)


def told(text: str) -> str:
    """
    As SASL carries a message.
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
            LoginGuards(
                Guard(PHONE.host.__eq__, limits), Guard(lambda pair: False, limits)
            ),
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
        text = told(f"{authzid}\0{name}\0{password}")
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
        asked = login.begin(mechanism, told(header + bare), 0.0)
        if not isinstance(asked, Challenge):
            return asked
        final = self.bound(client, read(asked), kind, header, bare, data)
        outcome = login.respond(told(final), 0.0)
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

    def test_asked(self) -> None:
        """
        A client may begin without a word.
        """
        login = Login(self.logins, SECURE)
        self.assertEqual(login.begin("PLAIN", "", 0.0), Challenge(""))
        outcome = login.respond(told(f"\0{NUMBER}\0{PASSWORD}"), 0.0)
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
            self.logins.guards.hosts.proven(SECURE.host)
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
        text = told(f"\0{NUMBER}\0{PASSWORD}")
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
        A number that nobody has is asked like any other, always the same.
        """
        salts = set()
        for _ in range(2):
            login = Login(self.logins, SECURE)
            asked = login.begin("SCRAM-SHA-1", told("n,,n=30009,r=abc"), 0.0)
            salts.add(read(asked).partition(",")[2])
        self.assertEqual(len(salts), 1)
        self.assertDenied(self.scram("SCRAM-SHA-1", name="30009"))

    def test_unknownAlike(self) -> None:
        """
        Whatever is wrong with the last message, it is told alike for a number
        that nobody has.
        """
        for final in ("", "c=biws,r=x,p=AAAA", "c=biws,r=x,p=A", "p=AAAA"):
            told_ = []
            for number in (NUMBER, "30009"):
                login = Login(self.logins, PHONE)
                login.begin("SCRAM-SHA-1", told(f"n,,n={number},r=abc"), 0.0)
                outcome = login.respond(told(final) or "=", 0.0)
                if isinstance(outcome, Derive):
                    outcome = login.derived(scram.keysOf(*outcome), 0.0)
                told_.append(outcome)
                self.logins.guards.pairs.proven(f"{PHONE.host} {number}")
            self.assertEqual(told_[0], told_[1])

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
                self.logins.guards.hosts.proven(SECURE.host)
                self.logins.guards.pairs.proven(f"{SECURE.host} {NUMBER}")

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
        client.set_server_first(read(login.begin("SCRAM-SHA-1", told(first), 0.0)))
        outcome = login.respond(told(client.get_client_final()), 0.0)
        assert isinstance(outcome, Derive)
        self.registry.put(self.account._replace(password="new", ha1="new"))
        outcome = login.derived(scram.keysOf(*outcome), 0.0)
        self.assertDenied(outcome, "temporary-auth-failure")


class OldTests(LoginTestCase):
    """
    What old phones do.
    """

    def test_digest(self) -> None:
        """
        DIGEST-MD5 as Twisted's own client speaks it, with any answer to our
        proof.
        """
        client = DigestMD5("xmpp", DOMAIN, None, NUMBER, PASSWORD)
        login = Login(self.logins, PHONE)
        asked = read(login.begin("DIGEST-MD5", "", 0.0))
        answer = client.getResponse(asked.encode())
        proof = login.respond(b64encode(answer).decode(), 0.0)
        self.assertIn("rspauth=", read(proof))
        self.assertEqual(login.respond("=", 0.0), LoginPassed(NUMBER, "", "DIGEST-MD5"))

    def test_digestUnknown(self) -> None:
        """
        A number that nobody has is told like a wrong password.
        """
        login = Login(self.logins, PHONE)
        asked = digestmd5.directives(read(login.begin("DIGEST-MD5", "", 0.0)))
        answer = (
            f'username="30009",nonce="{asked["nonce"]}",cnonce=c,'
            f'digest-uri="xmpp/{DOMAIN}",response={"0" * 32}'
        )
        self.assertDenied(login.respond(told(answer), 0.0))

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
