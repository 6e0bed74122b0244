"""
Tests for L{gigasetd.sip.udp}.
"""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet import reactor
from twisted.internet.error import CannotListenError
from twisted.trial.unittest import SkipTest, TestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.process.listeners import bind
from gigasetd.sip.actions import Flow
from gigasetd.sip.stun.responder import StunResponder
from gigasetd.sip.udp import BUFFER, Datagrams
from tests.sip.sockets import Disk, Mirror, Telephone, transportsOf
from tests.sip.stun.test_message import IDENTITY, OLD
from tests.sip.stun.test_message import request as stun

MESSAGE = b"OPTIONS sip:gigaset.net SIP/2.0\r\n"


class DatagramsTests(TestCase):
    """
    A socket on loopback.
    """

    timeout = 20
    interface = "127.0.0.1"

    def setUp(self) -> None:
        """
        A listener and one telephone.
        """
        self.dispatcher = Mirror()
        self.transports = transportsOf(self.dispatcher, reactor)
        try:
            self.datagrams = self.listener(self.interface)
        except CannotListenError as error:
            raise SkipTest(f"no such address here: {error}") from None
        self.datagrams.start()
        self.addCleanup(self.datagrams.stop)
        self.phone = self.telephone()

    def listener(self, interface: str) -> Datagrams:
        """
        One more listener, on a free port.
        """
        bound = bind("sip", Endpoint("udp", 0, interface), buffer=BUFFER)
        return Datagrams(self.transports, bound, reactor)

    def telephone(self) -> Telephone:
        """
        One more peer.
        """
        phone = Telephone()
        port: Any = reactor.listenUDP(  # type: ignore
            0, phone, self.interface, maxPacketSize=65535
        )
        self.addCleanup(port.stopListening)
        return phone

    def say(self, *messages: bytes, phone: Telephone | None = None) -> None:
        """
        Send datagrams to the server.
        """
        transport = (phone or self.phone).transport
        assert transport is not None
        for message in messages:
            transport.write(message, (self.interface, self.datagrams.port))

    async def heard(self, count: int, phone: Telephone | None = None) -> list[bytes]:
        """
        Wait for so many datagrams.
        """
        inbox = (phone or self.phone).inbox
        await inbox.until(lambda: len(inbox.data) >= count)
        return inbox.data

    async def test_answered(self) -> None:
        """
        A datagram is answered from the socket that it came to.
        """
        self.say(MESSAGE)
        self.assertEqual(await self.heard(1), [MESSAGE])
        ((_, flow),) = self.dispatcher.got
        self.assertEqual(flow.local, self.datagrams.local)
        self.assertEqual((flow.transport, flow.connection), ("udp", 0))
        self.assertEqual(flow.host, self.interface)

    async def test_manyAtOnce(self) -> None:
        """
        A burst of datagrams is answered whole, each to its sender.
        """
        other = self.telephone()
        messages = [MESSAGE + b"%d" % index for index in range(150)]
        self.say(*messages)
        self.say(*messages, phone=other)
        for phone in (self.phone, other):
            self.assertEqual(await self.heard(150, phone), messages)

    async def test_pings(self) -> None:
        """
        What phones send to keep their NAT open is counted and not looked at.
        """
        self.say(b"", b"\0\0\0\0", b"\r\n\r\n", b"\r\n", MESSAGE)
        await self.heard(1)
        self.assertEqual(self.transports.counts["pings"], 4)
        self.assertEqual(self.transports.counts["datagrams"], 5)
        self.assertEqual(len(self.dispatcher.got), 1)

    async def test_stun(self) -> None:
        """
        A phone that asks on the SIP port for its public address is told at
        once, even while the disk is full; SIP never hears of it.
        """
        reflector = StunResponder(
            self.transports.allowances.admitsStun, lambda flow: flow.local
        )
        self.transports.stun = reflector.receive
        self.transports._settle = Disk()
        self.transports._settle.full = True
        self.say(stun(identity=OLD), stun(kind=0x0101), stun())
        old, modern = await self.heard(2)
        self.assertEqual((old[4:20], modern[4:20]), (OLD, IDENTITY))
        self.assertEqual(self.dispatcher.got, [])
        self.assertEqual(reflector.counts["ignored"], 1)

    async def test_largest(self) -> None:
        """
        The largest datagram that there is comes through whole.
        """
        self.say(MESSAGE.ljust(65000, b"x"))
        (data,) = await self.heard(1)
        self.assertEqual(len(data), 65000)

    async def test_nobodyThere(self) -> None:
        """
        When a phone is switched off and its host says so, nothing is logged
        and nobody else notices.
        """
        with socket.socket(self._family(), socket.SOCK_DGRAM) as probe:
            probe.bind((self.interface, 0))
            port = probe.getsockname()[1]
        flow = Flow("udp", self.datagrams.local, self.interface, port, 0)
        for _ in range(5):
            self.datagrams.send(MESSAGE, flow)
        self.say(MESSAGE)
        self.assertEqual(await self.heard(1), [MESSAGE])
        self.assertEqual(self.flushLoggedErrors(), [])

    def _family(self) -> socket.AddressFamily:
        """
        The family of this test's address.
        """
        return socket.AF_INET6 if ":" in self.interface else socket.AF_INET

    async def test_cannotBeSent(self) -> None:
        """
        What the system refuses to send is counted, and raises nothing.
        """
        for flow, data in (
            (Flow("udp", self.datagrams.local, self.interface, 9, 0), b"x" * 70000),
            (Flow("udp", self.datagrams.local, "255.255.255.255", 9, 0), MESSAGE),
        ):
            self.datagrams.send(data, flow)
        self.assertEqual(self.transports.counts["unsent"], 2)

    async def test_crashLeavesTheSocketOpen(self) -> None:
        """
        A fault of ours, wherever it is, does not make the server deaf.
        """

        def broken() -> None:
            self.transports._settle = settle
            self.phone.inbox.data.append(b"broke")
            self.phone.inbox.look()
            raise KeyError("x")

        settle, self.transports._settle = self.transports._settle, broken
        self.say(MESSAGE)
        await self.heard(1)
        self.say(MESSAGE)
        self.assertEqual((await self.heard(2))[1], MESSAGE)
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)

    async def test_stopped(self) -> None:
        """
        After the stop nothing is read, and what is still sent is counted.
        """
        other = self.listener(self.interface)
        other.start()
        flow = Flow("udp", other.local, self.interface, 9, 0)
        other.stop()
        other.send(MESSAGE, flow)
        self.assertEqual(self.transports.counts["unsent"], 1)
        self.assertNotIn(other.local, self.transports.outlets)

    async def test_manyPeers(self) -> None:
        """
        However many peers there are, the table of flows has an end.
        """
        for index in range(70000):
            self.datagrams._flow((f"h{index}", 5060))
        self.assertLessEqual(len(self.datagrams._flows), 65536)


class WideTests(DatagramsTests):
    """
    The same over IPv6.
    """

    interface = "::1"

    async def test_oldPeersInNewDress(self) -> None:
        """
        A socket for both families names an IPv4 peer by its IPv4 address, and
        reaches it.
        """
        both = self.listener("::")
        both.start()
        self.addCleanup(both.stop)
        phone = Telephone()
        port: Any = reactor.listenUDP(0, phone, "127.0.0.1")  # type: ignore
        self.addCleanup(port.stopListening)
        port.write(MESSAGE, ("127.0.0.1", both.port))
        await self.heard(1, phone)
        self.assertEqual(self.dispatcher.got[0][1].host, "127.0.0.1")
