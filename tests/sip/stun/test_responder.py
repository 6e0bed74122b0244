"""
Tests for L{gigasetd.sip.stun.responder}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.sip.actions import Flow
from gigasetd.sip.allowance import Allowances
from gigasetd.sip.stun.responder import StunResponder
from tests.sip.stun.test_message import COOKIE, IDENTITY, OLD, attribute, request


class ReflectorTests(SynchronousTestCase):
    """
    Who is answered, and how often.
    """

    def setUp(self) -> None:
        """
        A server whose peers may ask twice at once.
        """
        guard = Guard(lambda host: False, GuardLimits(rate=1, burst=2))
        self.address = "198.51.100.7:3478"
        self.bound: set[Flow] = set()
        allowances = Allowances(guard, self.bound)
        self.reflector = StunResponder(allowances.admitsStun, lambda flow: self.address)
        self.reflector.own.add(("198.51.100.7", 3478))

    def ask(
        self,
        data: bytes = request(identity=OLD),
        host: str = "203.0.113.5",
        port: int = 4000,
        now: float = 0.0,
    ) -> bytes | None:
        """
        Send one datagram.
        """
        return self.reflector.receive(data, Flow("udp", "l:1", host, port, 0), now)

    def test_answered(self) -> None:
        """
        A phone learns its address, over either family.
        """
        told = self.ask()
        assert told is not None
        self.assertEqual(len(told), 68)
        self.assertIsNotNone(self.ask(request(), "2001:db8::5"))
        self.assertIsNotNone(self.ask(request(), "fe80::5%2"))
        self.assertEqual(self.reflector.counts["answered"], 3)

    def test_nameless(self) -> None:
        """
        A server whose own address is configured as a name answers as well.
        """
        self.address = "sip.example.net:3478"
        told = self.ask()
        assert told is not None
        self.assertEqual(len(told), 44)

    def test_flood(self) -> None:
        """
        An address that asks too often is not answered for a while.
        """
        told = [self.ask() is not None for _ in range(4)]
        self.assertEqual(told, [True, True, False, False])
        self.assertEqual(self.reflector.counts["dropped"], 2)
        self.assertIsNotNone(self.ask(now=1.5))

    def test_nobody(self) -> None:
        """
        Nothing is sent to port 0, to ourselves, to everybody or to nobody,
        whatever the sender's address is forged to.
        """
        for host, port in (
            ("203.0.113.5", 0),
            ("198.51.100.7", 3478),
            ("255.255.255.255", 4000),
            ("224.0.1.75", 4000),
            ("0.0.0.0", 4000),
            ("ff02::1", 4000),
            ("::", 4000),
        ):
            self.assertIsNone(self.ask(host=host, port=port), host)
        self.assertEqual(self.reflector.counts["dropped"], 7)

    def test_counted(self) -> None:
        """
        What is refused and what is no request is counted apart.
        """
        self.ask(request(attribute(0x24)))
        self.ask(COOKIE + IDENTITY, host="203.0.113.6")
        counts = {"answered": 0, "refused": 1, "ignored": 1, "dropped": 0}
        self.assertEqual(self.reflector.counts, counts)
