"""
Tests for L{gigasetd.sip.admission}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.sip.jar import ALICE, BOB, CAROL, DOMAIN, FACTORY, Jar, Phone, parameter

TARGET = f"sip:{BOB}@{DOMAIN}"
PROXY = "proxy-authenticate"
HEADER = "Proxy-Authorization"


class Case(SynchronousTestCase):
    """
    Alice and Bob have registered.
    """

    def setUp(self) -> None:
        """
        With one phone each.
        """
        self.jar = Jar()
        self.alice = self.jar.registered(ALICE)
        self.bob = self.jar.registered(BOB)
        self.bob.take()

    def code(self, phone: Phone, method: str = "INVITE", **options: Any) -> int:
        """
        What a request for Bob is answered with at once; 0 for nothing.
        """
        options.setdefault("uri", TARGET)
        answers = phone.ask(method, options.pop("uri"), **options)
        return answers[-1].code if answers else 0


class CallerTests(Case):
    """
    Who may send.
    """

    def test_registeredFlow(self) -> None:
        """
        A phone calls from where it has registered, without a password.
        """
        self.assertEqual(self.code(self.alice), 100)

    def test_messagesToo(self) -> None:
        """
        So are messages and other requests; nothing is said before the phone
        has answered.
        """
        for method in ("MESSAGE", "NOTIFY", "REFER", "INFO", "XYZZY"):
            self.assertEqual(self.code(self.alice, method), 0, method)
            self.assertEqual(self.bob.one().method, method)

    def test_registrationHasRunOut(self) -> None:
        """
        When the registration is over the flow counts no more.
        """
        self.jar.now += 3601
        self.assertEqual(self.code(self.alice), 407)

    def test_elsewhere(self) -> None:
        """
        From another port, address or listener a phone shows its password,
        which is not passed on.
        """
        for flow in (
            self.alice.flow._replace(port=5062),
            self.alice.flow._replace(host="192.168.1.99"),
            self.alice.flow._replace(local="0.0.0.0:5070"),
            self.alice.flow._replace(transport="tcp", connection=99),
        ):
            phone = self.jar.phone(ALICE)
            phone.flow = flow
            challenge = phone.final("INVITE", TARGET)
            self.assertEqual(challenge.code, 407)
            text = challenge.first["proxy-authenticate"]
            line = phone.proof(
                text, "INVITE", TARGET, header="Proxy-Authorization", nc=1
            )
            self.assertEqual(self.code(phone, headers=[line]), 100)
            invite = self.bob.one()
            self.assertNotIn("proxy-authorization", invite.first)
            self.assertNotIn(b"response=", invite.encode())

    def test_wrongPassword(self) -> None:
        """
        A wrong password gets another challenge.
        """
        phone = self.jar.phone(ALICE)
        text = phone.final("INVITE", TARGET).first["proxy-authenticate"]
        line = phone.proof(
            text, "INVITE", TARGET, header="Proxy-Authorization", password="wrong"
        )
        self.assertEqual(self.code(phone, headers=[line]), 407)

    def test_proofForAnotherMethod(self) -> None:
        """
        The proof of a REGISTER opens no call.
        """
        phone = self.jar.phone(ALICE)
        text = phone.final("INVITE", TARGET).first["proxy-authenticate"]
        line = phone.proof(text, "REGISTER", TARGET, header="Proxy-Authorization")
        self.assertEqual(self.code(phone, headers=[line]), 407)

    def test_strangers(self) -> None:
        """
        Unknown numbers, names, broken senders and a factory phone from elsewhere
        are asked for a password like everybody.
        """
        phone = self.jar.phone("29999999")
        for sender in (
            f"<sip:29999999@{DOMAIN}>;tag=1",
            f"<sip:{FACTORY}@{DOMAIN}>;tag=1",
            "<sip:anonymous@anonymous.invalid>;tag=1",
            "<mailto:x@y>;tag=1",
            '"open;tag=1',
        ):
            self.assertEqual(self.code(phone, sender=sender), 407, sender)

    def test_somebodyElsesName(self) -> None:
        """
        Over one's own flow nobody calls in another's name, whether it exists or
        not, nor with a password of one's own from elsewhere.
        """
        senders = (
            f"<sip:{BOB}@{DOMAIN}>;tag=1",
            f"<sip:29999999@{DOMAIN}>;tag=1",
            f'"sip:anonymous@anonymous.invalid" <sip:{BOB}@{DOMAIN}>;tag=1',
            f'"sip:anonymous@x" <sip:bob@{DOMAIN}>;tag=1',
            "<mailto:x@y>;tag=1",
        )
        away = self.jar.phone(ALICE)
        for sender in senders:
            self.assertEqual(self.code(self.alice, sender=sender), 403)
            code = self.code(away, headers=[self.proof(away)], sender=sender)
            self.assertEqual(code, 403, sender)
        self.assertEqual(self.bob.take(), [])

    def proof(self, phone: Phone) -> str:
        """
        The line that answers a challenge to an INVITE.
        """
        text = phone.final("INVITE", TARGET).first["proxy-authenticate"]
        phone.nc = 0
        return phone.proof(text, "INVITE", TARGET, header="Proxy-Authorization")

    def test_withheld(self) -> None:
        """
        A caller may withhold its number: its flow or its password says who it is.
        """
        away = self.jar.phone(ALICE)
        for sender in (
            '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',
            f"<sip:Anonymous@{DOMAIN}>;tag=2",
        ):
            self.assertEqual(self.code(self.alice, sender=sender), 100)
            code = self.code(away, headers=[self.proof(away)], sender=sender)
            self.assertEqual(code, 100)
        callers = {each["caller"] for each in self.jar.rules.calls.list()}
        self.assertEqual(callers, {ALICE})

    def test_severalLines(self) -> None:
        """
        Two lines of one phone share a flow; From says which of them calls, and a
        line that is not registered proves itself.
        """
        second = self.jar.phone(CAROL)
        second.flow = self.alice.flow
        self.assertEqual(self.code(second), 403)
        old = second.proof(
            f'Digest realm="{DOMAIN}", nonce="0"', "INVITE", TARGET, header=HEADER
        )
        challenge = second.final("INVITE", TARGET, headers=[old]).first[PROXY]
        line = second.proof(challenge, "INVITE", TARGET, header=HEADER)
        self.assertEqual(self.code(second, headers=[line], callID="a"), 100)
        self.assertEqual(second.register().code, 200)
        for number in (ALICE, CAROL):
            sender = f"<sip:{number}@{DOMAIN}>;tag=1"
            code = self.code(self.alice, sender=sender, callID=number)
            self.assertEqual(code, 100)
        callers = [each["caller"] for each in self.jar.rules.calls.list()]
        self.assertEqual(callers, [CAROL, ALICE, CAROL])

    def test_algorithms(self) -> None:
        """
        What an account may use of its own is offered to all, so that it shows
        nothing; the account takes no other.
        """
        account = self.jar.registry.accounts[CAROL]
        self.jar.registry.put(account._replace(digest="SHA-256"))
        phone = self.jar.phone(CAROL)
        offers = []
        for number in (ALICE, CAROL, "29999999"):
            sender = f"<sip:{number}@{DOMAIN}>;tag=1"
            answer = phone.final("INVITE", TARGET, sender=sender)
            offers.append([parameter(each, "algorithm") for each in answer.all(PROXY)])
        self.assertEqual(offers, [["MD5", "SHA-256"]] * 3)
        self.assertEqual(self.code(phone, headers=[self.proof(phone)]), 407)

    def test_senderSpellings(self) -> None:
        """
        The sender's number may have its suffix too.
        """
        for user in (f"{ALICE}#9", f"+{ALICE}", f"{ALICE}%239"):
            self.bob.take()
            code = self.code(self.alice, sender=f"<sip:{user}@{DOMAIN}>;tag={user}")
            self.assertEqual(code, 100)

    def test_switchedOff(self) -> None:
        """
        Who has switched calls off makes none, and is told why.
        """
        account = self.jar.registry.accounts[ALICE]
        self.jar.registry.put(account._replace(off="voip"))
        answer = self.alice.final("INVITE", TARGET)
        self.assertEqual((answer.code, answer.phrase), (403, "Calls Are Switched Off"))


class CalleeTests(Case):
    """
    Whom a call may reach.
    """

    def test_spellings(self) -> None:
        """
        A number is called in any of its spellings.
        """
        for uri in (
            TARGET,
            f"sip:{BOB}#9@{DOMAIN}",
            f"sip:{BOB}%239@{DOMAIN}",
            f"sip:+{BOB}@{DOMAIN}",
            f"sip:{BOB}@{DOMAIN}:5060;user=phone",
            f"SIP:{BOB}@{DOMAIN.upper()}",
            f"sip:{BOB}@192.0.2.1",
            f"tel:{BOB}",
            f"tel:+{BOB};phone-context=x",
        ):
            self.assertEqual(self.code(self.alice, uri=uri), 100, uri)
            self.assertIn(BOB, self.bob.one().uri)

    def test_refused(self) -> None:
        """
        What cannot be called is told apart: unknown, offline, not ours, or
        not an address that we understand.
        """
        for uri, code in (
            (f"sip:29999999@{DOMAIN}", 404),
            (f"sip:alice@{DOMAIN}", 404),
            (f"sip:{DOMAIN}", 404),
            (f"sip:{FACTORY}@{DOMAIN}", 480),
            (f"sip:{BOB}@example.com", 403),
            (f"sip:{BOB}@192.0.2.77", 403),
            (f"sips:{BOB}@{DOMAIN}", 416),
            ("mailto:x@y", 416),
            ("http://example.com/", 416),
            ("x", 416),
        ):
            self.assertEqual(self.code(self.alice, uri=uri), code, uri)
            self.bob.take()
        self.assertEqual(self.jar.rules.calls.list(), [])

    def test_subscription(self) -> None:
        """
        A subscription is refused as an event that we don't know.
        """
        self.assertEqual(self.code(self.alice, "SUBSCRIBE"), 489)

    def test_breadth(self) -> None:
        """
        A request that may not be forked as wide as needed is refused, and each
        branch gets its share (RFC 5393).
        """
        loft = self.jar.registered(BOB)
        loft.take()
        for asked, code in (("1", 440), ("0", 440), ("5", 100)):
            headers = [f"Max-Breadth: {asked}"]
            self.assertEqual(self.code(self.alice, headers=headers), code, asked)
        self.assertEqual(self.bob.one().first["max-breadth"], "2")

    def test_breadthOfOne(self) -> None:
        """
        The limit is passed on where the request is not forked.
        """
        self.assertEqual(self.code(self.alice, headers=["Max-Breadth: 7"]), 100)
        self.assertEqual(self.bob.one().first["max-breadth"], "7")

    def test_streamIsGone(self) -> None:
        """
        A phone whose connection has ended is offline at once, and is not
        called back by a new connection.
        """
        self.bob.register(headers=["Expires: 0"])
        bob = self.jar.registered(BOB, transport="tcp")
        self.assertEqual(self.code(self.alice), 100)
        self.jar.lose(bob.flow)
        self.assertEqual(self.code(self.alice), 480)
