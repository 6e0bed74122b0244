"""
What a stranger's packets draw, and what they cost (RFC 3261 section 26.3.2.4).
"""

from __future__ import annotations

import re

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import Flow
from tests.sip.jar import (
    ALICE,
    BOB,
    CAROL,
    DOMAIN,
    FACTORY,
    LOCAL,
    PASSWORD,
    PUBLIC,
    Jar,
    Phone,
    ack,
)
from tests.sip.stun.test_message import OLD, request

VICTIM = Flow("udp", LOCAL, "203.0.113.9", 5060, 0)
TARGET = f"sip:{BOB}@{DOMAIN}"
PACKET = 28


def spoofed(serial: int = 0, target: str = BOB) -> bytes:
    """
    The smallest INVITE that an attacker sends in the name of another's address.
    """
    return (
        f"INVITE sip:{target}@gigaset.net SIP/2.0\r\n"
        f"v:SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK{serial}\r\n"
        f"f:<sip:20000001@gigaset.net>;tag=1\r\nt:<sip:{target}@gigaset.net>\r\n"
        f"i:{serial}\r\nCSeq:1 INVITE\r\n\r\n"
    ).encode()


class AmplificationTests(SynchronousTestCase):
    """
    One copy, and not much larger than the request.
    """

    def setUp(self) -> None:
        """
        A server with its default settings.
        """
        self.jar = Jar()

    def drawn(self, data: bytes) -> list[bytes]:
        """
        All that comes back within two minutes.
        """
        before = len(self.jar.wire)
        self.jar.receive(data, VICTIM)
        self.jar.advance(120)
        return [each for _, each in self.jar.wire[before:]]

    def test_oneCopy(self) -> None:
        """
        An INVITE that anybody could have sent draws one 407, and leaves nothing.
        """
        for target in (BOB, FACTORY, "29999999", "12341"):
            [answer] = self.drawn(spoofed(target=target))
            self.assertEqual(answer[:11], b"SIP/2.0 407")
            self.assertEqual(len(self.jar.rules.transactions), 0)
            self.assertIsNone(self.jar.dispatcher.deadline())

    def test_factor(self) -> None:
        """
        No answer has more than two and a half times the octets of its request, as
        packets, however short the request is.
        """
        largest = 0.0
        for method in (
            "REGISTER",
            "INVITE",
            "OPTIONS",
            "MESSAGE",
            "BYE",
            "CANCEL",
            "X",
        ):
            for uri in ("sip:1", f"sip:{BOB}@gigaset.net", "sip:gigaset.net", "x:"):
                for to in ("sip:1", f"<sip:{BOB}@gigaset.net>", "x", "sip:1;tag=1"):
                    for padding in range(0, 800, 40):
                        data = (
                            f"{method} {uri} SIP/2.0\r\nv:SIP/2.0/UDP a\r\nf:a\r\n"
                            f"t:{to}\r\ni:a\r\nCSeq:1 {method}\r\n"
                            f"x:{'y' * padding}\r\n\r\n"
                        ).encode()
                        answers = b"".join(self.drawn(data))
                        if answers:
                            size = len(answers) + PACKET
                            largest = max(largest, size / (len(data) + PACKET))
        self.assertGreater(largest, 2)
        self.assertLessEqual(largest, 2.5)
        self.assertGreater(self.jar.dispatcher.counts["too_small"], 0)

    def test_broken(self) -> None:
        """
        The same holds for what is broken.
        """
        for data in (
            b"REGISTER x SIP/2.0\r\nv:SIP/2.0/UDP a\r\n\r\n",
            b"X x SIP/3.0\r\nv:SIP/2.0/UDP a\r\n\r\n",
            b"X x SIP/2.0\r\nv:SIP/2.0/UDP a\r\nl:9\r\n\r\n",
        ):
            answers = b"".join(self.drawn(data))
            self.assertLessEqual(len(answers) + PACKET, 2.5 * (len(data) + PACKET))

    def test_stun(self) -> None:
        """
        The same holds for STUN, of both forms and over both families.
        """
        local = VICTIM._replace(local=f"{PUBLIC}:5060")
        wide = VICTIM._replace(local="[2001:db8::1]:5060", host="2001:db8::9")
        for flow in (local, wide):
            for data in (request(), request(identity=OLD)):
                answer = self.jar.rules.stun.receive(data, flow, self.jar.now)
                assert answer is not None
                self.assertLessEqual(len(answer) + PACKET, 2.5 * (len(data) + PACKET))

    def test_streams(self) -> None:
        """
        Over a stream, where no address can be forged, every request is answered.
        """
        phone = self.jar.phone("29999999", transport="tcp")
        phone.put(
            b"OPTIONS sip:1 SIP/2.0\r\nv:SIP/2.0/TCP a\r\nf:a\r\nt:a\r\ni:a\r\n"
            b"CSeq:1 OPTIONS\r\nl:0\r\n\r\n"
        )
        self.assertEqual(phone.codes(), [407])


class AlikeTests(SynchronousTestCase):
    """
    Who exists is told to accounts only.
    """

    def test_alike(self) -> None:
        """
        A call, a message and a subscription get the same 407 whichever number
        sends it and whichever it is for.
        """
        jar = Jar()
        jar.registered(BOB)
        phone = jar.phone("29999999", "198.51.100.7")
        for method in ("INVITE", "MESSAGE", "SUBSCRIBE"):
            answers = set()
            for target in (BOB, CAROL, FACTORY, "29999999", "12341", "1188"):
                for sender in (ALICE, BOB, FACTORY, "29999999", "anonymous"):
                    answer = phone.final(
                        method,
                        f"sip:{target}@{DOMAIN}",
                        sender=f"<sip:{sender}@{DOMAIN}>;tag=1",
                        to="<sip:x@y>",
                        branch="z9hG4bKsame",
                        cseq=1,
                        headers=["Event: message-summary"],
                        callID="same",
                    ).encode()
                    text = re.sub(rb'nonce="[^"]*"', b"", answer)
                    answers.add(text.replace(f"sip:{sender}@".encode(), b""))
            self.assertEqual(len(answers), 1, answers)
            self.assertIn(b" 407 ", answers.pop())

    def test_foreignDomain(self) -> None:
        """
        403 comes after proof only.
        """
        jar = Jar()
        stranger, alice = jar.phone("29999999"), jar.registered(ALICE)
        route = ["Route: <sip:elsewhere.example;lr>"]
        for uri, headers in (("sip:1@example.com", []), (TARGET, route)):
            for phone, code in ((stranger, 407), (alice, 403)):
                answer = phone.final("INVITE", uri, headers=headers)
                self.assertEqual(answer.code, code)


class RoomTests(SynchronousTestCase):
    """
    Strangers take no room from registered phones.
    """

    def test_flood(self) -> None:
        """
        3,000 INVITEs from sixteen addresses fill no table, and a registered phone
        calls as before.
        """
        jar = Jar(max_transactions=3000)
        alice, bob = jar.registered(ALICE), jar.registered(BOB)
        bob.take()
        for serial in range(4000):
            flow = VICTIM._replace(host=f"203.0.113.{serial % 16}")
            jar.receive(spoofed(serial), flow)
        self.assertEqual(len(jar.rules.transactions), 0)
        self.assertEqual(alice.invite(BOB)[0].code, 100)
        self.assertEqual(bob.one().method, "INVITE")

    def call(self, phone: Phone) -> int:
        """
        The first answer to a call for Bob with a password.
        """
        text = phone.final("INVITE", TARGET).first["proxy-authenticate"]
        phone.nc = 0
        line = phone.proof(text, "INVITE", TARGET, header="Proxy-Authorization")
        code: int = phone.ask("INVITE", TARGET, headers=[line])[0].code
        return code

    def test_shares(self) -> None:
        """
        Calls with a password from where no phone is registered have a share for
        each source and one for all; registered phones have the rest.
        """
        jar = Jar(
            max_transactions=100,
            max_unregistered_transactions=10,
            max_unregistered_per_source=4,
        )
        alice, bob = jar.registered(ALICE), jar.registered(BOB)
        one, two, three = (jar.phone(CAROL, f"203.0.113.{place}") for place in range(3))
        self.assertEqual([self.call(one) for _ in range(5)], [100] * 4 + [503])
        self.assertEqual([self.call(two) for _ in range(5)], [100] * 4 + [503])
        self.assertEqual([self.call(three) for _ in range(3)], [100] * 2 + [503])
        self.assertEqual(jar.dispatcher.counts["unregistered_overload"], 3)
        self.assertEqual(alice.invite(BOB)[0].code, 100)
        self.assertEqual(jar.dispatcher.counts["overload"], 0)
        for invite in bob.take():
            if invite.method == "INVITE":
                bob.reply(invite, 486)
        jar.advance(120)
        self.assertEqual(len(jar.rules.transactions), 0)
        self.assertEqual(jar.rules.transactions.unbound, 0)
        self.assertEqual(jar.rules.transactions.shares, {})
        self.assertEqual(self.call(one), 100)

    def test_acknowledged(self) -> None:
        """
        The ACK of an answer that left nothing is dropped; that of a registered
        phone's refusal ends its transaction.
        """
        jar = Jar()
        stranger, alice = jar.phone("29999999"), jar.registered(ALICE)
        for phone, code in ((stranger, 407), (alice, 404)):
            answer = phone.final("INVITE", f"sip:29999999@{DOMAIN}")
            self.assertEqual(answer.code, code)
            refused = jar.rules.counts["sip_proxy"]["refused"]
            wire = len(jar.wire)
            phone.put(ack(phone, phone.sent[-1], answer))
            self.assertEqual(jar.rules.counts["sip_proxy"]["refused"], refused)
            jar.advance(40)
            self.assertEqual(len(jar.wire), wire)
            self.assertEqual(len(jar.rules.transactions), 0)


class StreamTests(SynchronousTestCase):
    """
    A connection that closes costs only its own transactions.
    """

    def test_proven(self) -> None:
        """
        A connection is proven by a registration or a password, until it ends;
        questions and wrong passwords prove nothing.
        """
        jar = Jar()
        jar.registered(BOB)
        proven = jar.rules.network.proven
        stranger = jar.phone("29999999", transport="tcp")
        stranger.final("OPTIONS", f"sip:{DOMAIN}")
        stranger.register(proof={"password": "wrong"})
        stranger.invite(BOB)
        self.assertEqual(proven, set())
        alice = jar.registered(ALICE, transport="tcp")
        caller = jar.phone(CAROL, transport="tcp")
        text = caller.final("INVITE", TARGET).first["proxy-authenticate"]
        line = caller.proof(text, "INVITE", TARGET, header="Proxy-Authorization")
        caller.ask("INVITE", TARGET, headers=[line])
        self.assertEqual(proven, {alice.flow.connection, caller.flow.connection})
        for phone in (alice, caller):
            jar.lose(phone.flow)
        self.assertEqual(proven, set())

    def test_ownOnly(self) -> None:
        """
        Those of other connections go on, and nothing is left of it.
        """
        jar = Jar()
        one, two = (jar.registered(each, transport="tcp") for each in (ALICE, CAROL))
        bob = jar.registered(BOB, transport="tcp")
        for phone in (one, two):
            phone.invite(BOB)
        self.assertEqual(len(jar.rules.transactions), 4)
        jar.lose(one.flow)
        cancelled = [each.method for each in bob.take() if hasattr(each, "method")]
        self.assertEqual(cancelled, ["INVITE", "INVITE"])
        jar.lose(bob.flow)
        self.assertEqual(two.codes()[-1], 408)
        jar.lose(two.flow)
        jar.advance(300)
        self.assertEqual(len(jar.rules.transactions), 0)
        self.assertEqual(jar.rules.transactions._streams, {})


NAT = "203.0.113.5"


class GuessTests(SynchronousTestCase):
    """
    Guesses at passwords from behind the NAT of a registered phone, which is spared.
    """

    def setUp(self) -> None:
        """
        ALICE is registered, as is CAROL, behind the same NAT.
        """
        self.jar = Jar()
        self.alice = self.jar.registered(ALICE, NAT)
        self.carol = self.jar.registered(CAROL, NAT, port=5062)

    def tryOut(
        self, phone: Phone, number: str, password: str, method: str = "REGISTER"
    ) -> int:
        """
        Answer a fresh challenge with a password for another number.

        @return: the code of the final answer.
        """
        me = f"<sip:{number}@{DOMAIN}>"
        header, field = "Authorization", "www-authenticate"
        if method == "INVITE":
            header, field = "Proxy-Authorization", "proxy-authenticate"
        uri = f"sip:{DOMAIN}" if method == "REGISTER" else f"sip:{CAROL}@{DOMAIN}"
        line = {"sender": f"{me};tag=x", "to": me if method == "REGISTER" else ""}
        challenge = phone.final(method, uri, **line).first[field]
        phone.nc = 0
        proof = phone.proof(
            challenge, method, uri, username=number, password=password, header=header
        )
        phone.inbox.clear()
        return phone.final(method, uri, headers=[proof], **line).code

    def looked(self) -> int:
        """
        Count the guesses that were compared with a password.
        """
        login = self.jar.rules.login
        return login.authenticator.counts["failed"] + login.factory.counts["failed"]

    def test_registeredFlow(self) -> None:
        """
        Of 1,000 guesses at BOB over ALICE's flow, 10 are looked at; the right one
        after them gets the same answer.
        """
        for serial in range(1000):
            self.assertEqual(self.tryOut(self.alice, BOB, f"guess {serial}"), 401)
            self.jar.now += 0.1
        self.assertEqual(self.looked(), 10)
        self.assertEqual(self.tryOut(self.alice, BOB, PASSWORD), 401)
        self.assertEqual(self.jar.rules.counts["sip_guard"]["pair_refused"], 991)

    def test_others(self) -> None:
        """
        Meanwhile ALICE and CAROL register and call as before, and BOB registers
        from his own address.
        """
        for serial in range(100):
            self.tryOut(self.alice, BOB, f"guess {serial}")
        self.assertEqual(self.alice.register().code, 200)
        self.assertEqual(self.carol.register().code, 200)
        self.assertEqual(self.jar.phone(ALICE, NAT, port=7777).register().code, 200)
        bob = self.jar.phone(BOB, "198.51.100.9")
        self.assertEqual(bob.register().code, 200)
        self.alice.invite(CAROL)
        self.assertEqual(self.carol.one().method, "INVITE")
        # ALICE's registrations do not let the guesses at BOB go on.
        self.assertEqual(self.tryOut(self.alice, BOB, PASSWORD), 401)
        self.assertEqual(self.looked(), 10)

    def test_ownNumber(self) -> None:
        """
        Guesses at ALICE from another port of her NAT do not shut out her flow.
        """
        neighbour = self.jar.phone(ALICE, NAT, port=6666)
        for serial in range(100):
            self.tryOut(neighbour, ALICE, f"guess {serial}")
        self.assertEqual(self.looked(), 10)
        self.assertEqual(self.tryOut(neighbour, ALICE, PASSWORD), 401)
        self.assertEqual(self.alice.register().code, 200)

    def test_calls(self) -> None:
        """
        Guesses by INVITE count with those by REGISTER.
        """
        stranger = self.jar.phone(BOB, NAT, port=6666)
        for serial in range(100):
            self.assertEqual(self.tryOut(stranger, BOB, f"{serial}", "INVITE"), 407)
            self.assertEqual(self.tryOut(stranger, BOB, f"{serial}"), 401)
        self.assertEqual(self.looked(), 10)

    def test_unknownNumber(self) -> None:
        """
        Guesses at a number that does not exist get the same answers.
        """
        for serial in range(100):
            self.assertEqual(self.tryOut(self.alice, "29999999", f"{serial}"), 401)
        # Twenty where a coin has it that the number is asked like a factory phone.
        self.assertIn(self.looked(), (10, 20))

    def test_manyPorts(self) -> None:
        """
        Each port and each address of a /64 counts for the same pair.
        """
        self.jar.registered(ALICE, "2001:db8::5", private="[2001:db8::5]")
        for serial in range(100):
            host = f"2001:db8::{serial + 9:x}"
            phone = self.jar.phone(BOB, host, port=6000 + serial, private=f"[{host}]")
            self.tryOut(phone, BOB, "guess")
        self.assertEqual(self.looked(), 10)

    def test_later(self) -> None:
        """
        After C{guard.ban_seconds} the right password is let in again.
        """
        for serial in range(20):
            self.tryOut(self.alice, BOB, f"guess {serial}")
        self.jar.now += 601
        self.assertEqual(self.tryOut(self.alice, BOB, PASSWORD), 200)

    def test_factory(self) -> None:
        """
        Responses in a factory phone's name are limited by pair too, ten without a
        sign that the challenge reached them and ten with it; the phone logs in from
        its own address.
        """
        phone = self.jar.phone(FACTORY, "198.51.100.9")
        self.assertEqual(phone.register(proof={"qop": False}).code, 200)
        neighbour = self.jar.phone(FACTORY, NAT, port=6666)
        for serial in range(100):
            wrong = {"qop": False, "password": f"guess {serial}"}
            self.assertEqual(neighbour.register(proof=wrong).code, 401)
        self.assertEqual(self.jar.rules.counts["sip_factory"]["failed"], 20)
        self.assertEqual(neighbour.register(proof={"qop": False}).code, 401)
        self.assertEqual(phone.register(proof={"qop": False}).code, 200)
