"""
Tests for L{gigasetd.sip.stun.service}.
"""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet import reactor
from twisted.internet.error import CannotListenError
from twisted.trial.unittest import SkipTest, TestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.sip.stun.responder import StunResponder
from gigasetd.sip.stun.service import StunService
from tests.sip.sockets import Mirror, Telephone, transportsOf
from tests.sip.stun.test_message import IDENTITY, OLD, request


class StunServiceTests(TestCase):
    """
    Listeners on loopback.
    """

    timeout = 20
    host = "127.0.0.1"
    size = 68

    def setUp(self) -> None:
        """
        A server with one listener, and a phone.
        """
        self.dispatcher = Mirror()
        self.transports = transportsOf(self.dispatcher, reactor)
        self.reflector = StunResponder(
            self.transports.allowances.admitsStun,
            lambda flow: flow.local,
            ["127.0.0.1", "::1"],
        )
        self.transports.stun = self.reflector.receive
        self.service = self.serviceAt(Endpoint("udp", 0, self.host))
        try:
            self.service.startService()
        except CannotListenError as error:
            raise SkipTest(f"no such address here: {error}") from None
        self.addCleanup(self.service.stopService)
        self.port = self.service._datagrams[0].port
        self.phone = Telephone()
        opened: Any = reactor.listenUDP(0, self.phone, self.host)  # type: ignore
        self.addCleanup(opened.stopListening)

    def serviceAt(self, *listen: Endpoint) -> StunService:
        """
        A service of its own.
        """
        return StunService(listen, self.reflector, self.transports, reactor)

    async def say(self, *datagrams: bytes, answers: int = 1) -> list[bytes]:
        """
        Send datagrams, and wait for that many answers.
        """
        transport, inbox = self.phone.transport, self.phone.inbox
        assert transport is not None
        for datagram in datagrams:
            transport.write(datagram, (self.host, self.port))
        await inbox.until(lambda: len(inbox.data) >= answers)
        return inbox.data

    async def test_old(self) -> None:
        """
        A base's keep-alive of 20 octets is answered under its number.
        """
        (told,) = await self.say(request(identity=OLD))
        self.assertEqual((told[:2], told[4:20]), (b"\1\1", OLD))
        self.assertEqual(len(told), self.size)

    async def test_modern(self) -> None:
        """
        A phone of today learns the port that it was seen with.
        """
        (told,) = await self.say(request())
        assert self.phone.transport is not None
        port = int.from_bytes(told[26:28], "big") ^ 0x2112
        self.assertEqual(port, self.phone.transport.getHost().port)
        self.assertEqual(told[4:20], IDENTITY)

    async def test_othersDropped(self) -> None:
        """
        Nothing else is answered here, least of all SIP.
        """
        sip = b"OPTIONS sip:gigaset.net SIP/2.0\r\n"
        await self.say(b"", sip, bytes(70), request()[:19], sip, request())
        self.assertEqual(len(self.phone.inbox.data), 1)
        self.assertEqual(self.dispatcher.got, [])

    def test_notToItself(self) -> None:
        """
        What claims to come from our own listener is not answered.
        """
        self.assertIn((self.host, self.port), self.reflector.own)

    def test_inUse(self) -> None:
        """
        A port that somebody has ends the start with a sentence, and what was
        bound before is free again.
        """
        with socket.socket(self._family(), socket.SOCK_DGRAM) as other:
            other.bind((self.host, 0))
            free = other.getsockname()[1]
        places = Endpoint("udp", free, self.host), Endpoint("udp", self.port, self.host)
        service = self.serviceAt(*places)
        error = self.assertRaises(CannotListenError, service.startService)
        self.assertIn(str(self.port), str(error))
        with socket.socket(self._family(), socket.SOCK_DGRAM) as other:
            other.bind((self.host, free))

    def _family(self) -> socket.AddressFamily:
        """
        The family of this test's address.
        """
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET

    def test_nowhere(self) -> None:
        """
        An empty list switches it off.
        """
        service = self.serviceAt()
        service.startService()
        self.addCleanup(service.stopService)
        self.assertEqual(service._datagrams, [])

    def test_systemd(self) -> None:
        """
        A socket that systemd did not hand over fails the start; no other one
        is bound instead.
        """
        service = self.serviceAt(Endpoint("systemd", name="stun.socket"))
        error = self.assertRaises(CannotListenError, service.startService)
        self.assertIn("systemd:stun.socket", str(error))

    async def test_broken(self) -> None:
        """
        A fault of ours is logged, and the next phone is served.
        """

        def broken(data: bytes, flow: Any, now: float) -> bytes | None:
            self.transports.stun = self.reflector.receive
            raise KeyError("x")

        self.transports.stun = broken
        await self.say(request(), request())
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)
        self.assertEqual(self.transports.counts["crashes"], 1)


class WideTests(StunServiceTests):
    """
    The same over IPv6.
    """

    host = "::1"
    size = 92

    async def test_oldPeersInNewDress(self) -> None:
        """
        A listener for both families tells an IPv4 phone its IPv4 address.
        """
        both = self.serviceAt(Endpoint("udp", 0, "::"))
        both.startService()
        self.addCleanup(both.stopService)
        phone = Telephone()
        opened: Any = reactor.listenUDP(0, phone, "127.0.0.1")  # type: ignore
        self.addCleanup(opened.stopListening)
        opened.write(request(), ("127.0.0.1", both._datagrams[0].port))
        await phone.inbox.until(lambda: bool(phone.inbox.data))
        self.assertEqual(len(phone.inbox.data[0]), 32)
