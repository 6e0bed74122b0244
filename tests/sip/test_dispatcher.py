"""
Tests for L{gigasetd.sip.dispatcher}.
"""

from __future__ import annotations

import time

from twisted.trial.unittest import SynchronousTestCase

from tests.sip.jar import ALICE, BOB, DOMAIN, PUBLIC, Jar

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
