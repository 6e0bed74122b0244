"""
Tests for L{gigasetd.sip.dispatcher}.
"""

from __future__ import annotations

import time
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import CloseMedia, OpenMedia
from gigasetd.sip.message.message import parse
from tests.sip.echo.offers import PJSIP
from tests.sip.jar import ALICE, BOB, DOMAIN, PUBLIC, Jar, Phone, ack

ECHO = f"sip:12341@{DOMAIN}"


class Case(SynchronousTestCase):
    """
    A server and a phone that has registered.
    """

    def setUp(self) -> None:
        """
        Alice is there.
        """
        self.jar = Jar()
        self.alice = self.jar.registered(ALICE)
        self.counts = self.jar.dispatcher.counts


class OptionsTests(Case):
    """
    OPTIONS to the server itself.
    """

    def test_optionsTellNothing(self) -> None:
        """
        Anybody may ask; a number that exists and one that does not get the
        same answer, and no phone is bothered.
        """
        bob = self.jar.registered(BOB)
        bob.take()
        stranger = self.jar.phone("99999999", "192.0.2.9")
        for number in (BOB, "88888888"):
            answer = stranger.final("OPTIONS", f"sip:{number}@{DOMAIN}")
            self.assertEqual(answer.code, 200)
        self.assertEqual(bob.take(), [])

    def test_answered(self) -> None:
        """
        Anybody may ask whether the server is there, and what it can do.
        """
        stranger = self.jar.phone("29999999")
        for uri in (f"sip:{DOMAIN}", f"sip:{PUBLIC}:5060;transport=udp"):
            answer = stranger.final("OPTIONS", uri)
            self.assertEqual(answer.code, 200)
            self.assertIn("INVITE", answer.first["allow"])
            self.assertIn(";tag=", answer.first["to"])

    def test_lastHop(self) -> None:
        """
        OPTIONS that may go no further is answered here.
        """
        answer = self.alice.final("OPTIONS", f"sip:{BOB}@{DOMAIN}", hops="0")
        self.assertEqual(answer.code, 200)

    def test_elsewhere(self) -> None:
        """
        Another server's OPTIONS is none of ours.
        """
        self.assertEqual(self.alice.final("OPTIONS", "sip:example.com").code, 403)


class FaultTests(Case):
    """
    Messages that are not as they should be.
    """

    def test_faultIsTold(self) -> None:
        """
        A request that can be answered is told what is wrong with it.
        """
        good = self.alice.compose("OPTIONS", contact=False).decode()
        for old, new, code, phrase in (
            ("CSeq: ", "CSeq: x", 400, "Bad CSeq"),
            ("Call-ID: ", "X-Call-ID: ", 400, "Missing Call-Id"),
            ("SIP/2.0\r\n", "SIP/3.0\r\n", 505, "Version Not Supported"),
            (
                "Content-Length: 0",
                "Content-Length: 9",
                400,
                "Body Shorter Than Its Length",
            ),
            ("Max-Forwards", "Bad Header", 400, "Bad Header Line"),
        ):
            before = self.counts["faulty"]
            self.alice.take()
            self.alice.put(good.replace(old, new, 1).encode())
            answer = self.alice.one()
            self.assertEqual((answer.code, answer.phrase), (code, phrase))
            self.assertEqual(self.counts["faulty"], before + 1)

    def test_malformedIsDropped(self) -> None:
        """
        What is no SIP, or could not be answered, is counted and no more.
        """
        for data in (
            b"",
            b"\r\n",
            b"hello",
            b"\x00" * 100,
            b"GET / HTTP/1.1\r\n\r\n",
            b"OPTIONS sip:x SIP/2.0\r\n\r\n",
            b"OPTIONS sip:x SIP/2.0\r\nVia: nonsense\r\n\r\n",
            bytes(range(256)) * 10,
        ):
            self.assertEqual(self.alice.put(data), [])
        self.assertEqual(self.counts["malformed"], 8)
        self.assertEqual(self.alice.take()[1:], [])

    def test_ackIsNeverAnswered(self) -> None:
        """
        No ACK gets an answer, however wrong or unexpected it is.
        """
        self.alice.take()
        data = self.alice.compose("ACK", f"sip:{BOB}@{DOMAIN}", contact=False)
        self.alice.put(data)
        self.alice.put(data.replace(b"CSeq: ", b"CSeq: x"))
        self.alice.put(data.replace(b"Max-Forwards: 70", b"Route: <"))
        self.assertEqual(self.alice.take(), [])

    def test_strayResponse(self) -> None:
        """
        A response to nothing is counted, and goes nowhere.
        """
        before = len(self.jar.wire)
        for code in (100, 180, 200, 486):
            self.alice.put(
                f"SIP/2.0 {code} X\r\nVia: SIP/2.0/UDP {PUBLIC};branch=z9hG4bKx\r\n"
                "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKy\r\nFrom: <sip:a@b>\r\n"
                "To: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n".encode()
            )
        self.assertEqual(self.counts["stray_responses"], 4)
        self.assertEqual(len(self.jar.wire), before)

    def test_manyHeaders(self) -> None:
        """
        Ten thousand headers, one header of all commas or of all quotes, and a
        very long list of routes are answered or dropped within no time.
        """
        floods = [
            "\r\n".join(["X: y"] * 10000),
            "X: " + "," * 15000,
            "Contact: " + '"' * 15000,
            "Contact: " + "<sip:a@b>," * 1500,
            "Route: " + "<sip:gigaset.net;lr>," * 600,
            "Authorization: Digest " + 'a="' * 5000,
            "Require: " + "," * 15000,
            "Expires: " + "9" * 15000,
            "Via: " + "SIP/2.0/UDP a," * 1000,
            "From: " + "<" * 15000,
        ]
        for flood in floods:
            for method in ("REGISTER", "INVITE", "ACK", "BYE"):
                uri = f"sip:{BOB}@{DOMAIN}"
                data = self.alice.compose(method, uri, headers=[flood])
                began = time.perf_counter()
                self.alice.put(data)
                self.assertLess(time.perf_counter() - began, 0.5, flood[:30])


class FlowTests(Case):
    """
    Where answers go (RFC 3261 section 18.2.2, RFC 3581).
    """

    def answerTo(self, phone: Phone, **options: Any) -> Any:
        """
        The flow that the answer to OPTIONS went to.
        """
        phone.put(phone.compose("OPTIONS", contact=False, **options))
        return self.jar.wire[-1][0]

    def test_rport(self) -> None:
        """
        With rport the answer goes to where the request came from, through
        whatever NAT that is.
        """
        phone = self.jar.phone(BOB, "198.51.100.7", port=40001, private="10.0.0.2")
        self.assertEqual(self.answerTo(phone), phone.flow)
        top = parse(self.jar.wire[-1][1]).first["via"]
        self.assertIn("received=198.51.100.7", top)
        self.assertIn("rport=40001", top)

    def test_withoutRport(self) -> None:
        """
        Without it the answer goes to the sender's address, at the port that
        its Via names or the usual one.
        """
        phone = self.jar.phone(BOB, "198.51.100.7", port=40001, private="10.0.0.2")
        for via, port in (("10.0.0.2:5062", 5062), ("10.0.0.2", 5060)):
            via = f"SIP/2.0/UDP {via};branch=z9hG4bK{port}"
            flow = phone.flow._replace(port=port)
            self.assertEqual(self.answerTo(phone, via=via), flow)

    def test_stream(self) -> None:
        """
        Over TCP the answer takes the connection that the request came by,
        whatever Via says.
        """
        phone = self.jar.phone(BOB, "198.51.100.7", port=40001, transport="tcp")
        via = "SIP/2.0/TCP 10.0.0.2:5062;branch=z9hG4bK1"
        self.assertEqual(self.answerTo(phone, via=via), phone.flow)

    def test_viaTellsNoLies(self) -> None:
        """
        What a sender says about its own source is overwritten, so that
        nobody aims our answers at others.
        """
        phone = self.jar.phone(BOB, "198.51.100.7")
        via = "SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1;received=203.0.113.9"
        self.assertEqual(self.answerTo(phone, via=via).host, "198.51.100.7")
        self.assertNotIn(b"203.0.113.9", self.jar.wire[-1][1])

    def test_oneLineOfVias(self) -> None:
        """
        The source is written into the first of several Vias of a line, and
        the others come back as they were.
        """
        phone = self.jar.phone(BOB)
        below = "SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK2"
        via = f"SIP/2.0/UDP {phone.via};branch=z9hG4bK1;rport, {below}"
        self.answerTo(phone, via=via)
        answer = parse(self.jar.wire[-1][1])
        first, second = answer.values("via")
        self.assertIn("rport=5060", first)
        self.assertEqual(second, below)


class EchoTests(Case):
    """
    The echo call inside the layer.
    """

    def call(self) -> str:
        """
        Alice calls the echo; the name of the media that it asked for.
        """
        self.alice.take()
        self.alice.callID = "echo"
        headers = ["Content-Type: application/sdp"]
        self.alice.put(self.alice.compose("INVITE", ECHO, headers=headers, body=PJSIP))
        opened = self.jar.others[-1]
        assert isinstance(opened, OpenMedia)
        return opened.media.call

    def answer(self) -> Any:
        """
        The echo picks up; its 200.
        """
        actions = self.jar.rules.echo.opened(self.call(), 6000, self.jar.now)
        self.jar._perform(self.jar.dispatcher.perform(actions, self.jar.now))
        ringing, answer = self.alice.take()[-2:]
        self.assertEqual((ringing.code, answer.code), (180, 200))
        return answer

    def states(self) -> list[str]:
        """
        The states of the calls under way.
        """
        return [call["state"] for call in self.jar.rules.calls.list()]

    def inside(self, method: str, answer: Any, **options: Any) -> list[Any]:
        """
        A request in the call.
        """
        to = answer.first["to"]
        return self.alice.ask(method, ECHO, to=to, callID="echo", **options)

    def test_callAndHangUp(self) -> None:
        """
        The echo answers, is shown as a call, and ends with the caller's BYE.
        """
        answer = self.answer()
        self.assertEqual(self.inside("ACK", answer, cseq=answer.cseq), [])
        self.assertEqual(self.states(), ["talking"])
        (bye,) = self.inside("BYE", answer)
        self.assertEqual(bye.code, 200)
        self.assertIsInstance(self.jar.others[-1], CloseMedia)
        self.assertEqual(self.states(), [])

    def test_ourHangingUp(self) -> None:
        """
        When the echo has had enough it hangs up, and is no longer shown.
        """
        answer = self.answer()
        self.inside("ACK", answer, cseq=answer.cseq)
        self.jar.advance(301)
        bye = self.alice.take()[0]
        self.assertEqual(bye.method, "BYE")
        self.alice.reply(bye, 200)
        self.assertEqual(self.states(), [])

    def test_directory(self) -> None:
        """
        The directory's number is one of ours: it answers like the echo, and
        hangs up by itself.
        """
        headers = ["Content-Type: application/sdp"]
        self.alice.take()
        to = f"sip:1188@{DOMAIN}"
        self.alice.callID = "echo"
        self.alice.put(self.alice.compose("INVITE", to, headers=headers, body=PJSIP))
        opened = self.jar.others[-1]
        assert isinstance(opened, OpenMedia)
        actions = self.jar.rules.directory.opened(opened.media.call, 6000, self.jar.now)
        self.jar._perform(self.jar.dispatcher.perform(actions, self.jar.now))
        answer = self.alice.take()[-1]
        self.inside("ACK", answer, cseq=answer.cseq)
        self.jar.advance(2)
        self.assertEqual(self.alice.take()[0].method, "BYE")
        self.assertEqual(self.jar.rules.counts["sip_directory"]["begun"], 1)

    def test_answerIsRepeatedUntilAcknowledged(self) -> None:
        """
        The echo says again that it answered, until the ACK is here.
        """
        answer = self.answer()
        self.jar.advance(2)
        self.assertEqual(self.alice.codes(), [200, 200])
        self.inside("ACK", answer, cseq=answer.cseq)
        self.jar.advance(10)
        self.assertEqual(self.alice.take(), [])

    def test_repetitionOpensNoSecondCall(self) -> None:
        """
        An INVITE that comes twice asks for media once, and is not answered by
        an empty datagram.
        """
        self.call()
        self.alice.put(self.alice.sent[-1])
        opened = [each for each in self.jar.others if isinstance(each, OpenMedia)]
        self.assertEqual(len(opened), 1)
        self.assertNotIn(b"", [data for _, data in self.jar.wire])

    def test_cancel(self) -> None:
        """
        A caller that gives up before the echo answers is told so.
        """
        self.call()
        invite = parse(self.alice.sent[-1])
        answers = self.alice.ask(
            "CANCEL",
            ECHO,
            branch=invite.via.branch,
            cseq=invite.cseq,
            callID="echo",
            contact=False,
        )
        self.assertEqual([each.code for each in answers], [200, 487])
        self.assertEqual(self.states(), [])
        self.alice.put(ack(self.alice, self.alice.sent[-2], answers[1]))

    def test_strangers(self) -> None:
        """
        Only those who may call others may call the echo.
        """
        stranger = self.jar.phone("29999999")
        self.assertEqual(stranger.final("INVITE", ECHO).code, 403)
        self.assertEqual(self.jar.phone(BOB).final("INVITE", ECHO).code, 407)
        self.assertEqual(self.states(), [])

    def test_foreignEcho(self) -> None:
        """
        The same number in another domain is not the echo.
        """
        self.assertEqual(self.alice.final("INVITE", "sip:12341@example.com").code, 403)

    def test_spellings(self) -> None:
        """
        The echo is called with the suffix too.
        """
        self.alice.put(self.alice.compose("OPTIONS", f"sip:12341%239@{DOMAIN}"))
        self.assertEqual(self.alice.codes()[-1], 200)


class SweepTests(Case):
    """
    Calls whose end nobody told.
    """

    def test_goneWithItsPhones(self) -> None:
        """
        When neither side is registered any more the call is forgotten within
        a minute or two.
        """
        bob = self.jar.registered(BOB)
        bob.take()
        self.alice.invite(BOB)
        bob.reply(bob.one(), 200)
        self.jar.advance(300)
        self.assertEqual(len(self.jar.rules.calls), 1)
        self.jar.registry.bind(ALICE, ())
        self.jar.registry.bind(BOB, ())
        self.jar.advance(121)
        self.assertEqual(len(self.jar.rules.calls), 0)
        self.assertIsNone(self.jar.dispatcher.deadline())
