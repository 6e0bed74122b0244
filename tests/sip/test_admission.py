"""
Tests for L{gigasetd.sip.admission}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.sip.jar import ALICE, BOB, DOMAIN, FACTORY, Jar, Phone

TARGET = f"sip:{BOB}@{DOMAIN}"


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
        Unknown numbers, names, and broken senders are refused without a
        challenge; so is a factory phone from elsewhere, which has no password
        to show.
        """
        phone = self.jar.phone("29999999")
        for sender in (
            f"<sip:29999999@{DOMAIN}>;tag=1",
            f"<sip:{FACTORY}@{DOMAIN}>;tag=1",
            "<sip:anonymous@anonymous.invalid>;tag=1",
            "<mailto:x@y>;tag=1",
            '"open;tag=1',
        ):
            self.assertEqual(self.code(phone, sender=sender), 403, sender)

    def test_somebodyElsesName(self) -> None:
        """
        Over one's own flow nobody calls in another's name.
        """
        sender = f"<sip:{BOB}@{DOMAIN}>;tag=1"
        self.assertEqual(self.code(self.alice, sender=sender), 407)

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
