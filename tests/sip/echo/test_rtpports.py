"""
The echo's sockets: pairs of ports that come, talk and go.
"""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, DeferredQueue
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import DatagramProtocol
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.sip.actions import ChangeMedia, CloseMedia, Media, OpenMedia
from gigasetd.sip.echo import rtcp
from gigasetd.sip.echo.rtp import parse
from gigasetd.sip.echo.rtpports import MediaPorts
from gigasetd.sip.echo.tone import frames
from tests.sip.echo.test_rtp import PAYLOADS, packet

MEDIA = Media("call", "127.0.0.1", 4000, PAYLOADS, True, "127.0.0.1")


class Notes:
    """
    What the echo agent would have been told.
    """

    def __init__(self) -> None:
        self.ports = DeferredQueue()
        self.told: list[tuple[str, str]] = []

    def opened(self, call: str, port: int) -> None:
        """
        Note it.
        """
        self.told.append(("opened", call))
        self.ports.put(port)

    def refused(self, call: str) -> None:
        """
        Note it.
        """
        self.told.append(("refused", call))

    def silent(self, call: str) -> None:
        """
        Note it.
        """
        self.told.append(("silent", call))


class Port:
    """
    A UDP port that exists in the test only.
    """

    def __init__(self, reactor: Reactor, number: int, protocol: Any) -> None:
        self.reactor, self.number, self.protocol = reactor, number, protocol
        self.sent: list[tuple[bytes, tuple[str, int]]] = []
        protocol.makeConnection(self)

    def getHost(self) -> Any:
        """
        Ourselves: we have a port number too.
        """
        return self

    @property
    def port(self) -> int:
        """
        The number.
        """
        return self.number

    def write(self, data: bytes, target: tuple[str, int]) -> None:
        """
        Keep what is sent.
        """
        self.sent.append((data, target))

    def stopListening(self) -> None:
        """
        Give the number back.
        """
        del self.reactor.bound[self.number]


class Reactor(Clock):
    """
    A clock that can bind ports.

    @ivar bound: number -> port.
    @ivar free: the number that the system picks next.
    @ivar interfaces: what was bound, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bound: dict[int, Port] = {}
        self.free = 30001
        self.interfaces: list[str] = []

    def listenUDP(self, number: int, protocol: Any, interface: str) -> Port:
        """
        Bind, unless somebody has.
        """
        if not number:
            number, self.free = self.free, self.free + 1
        if number in self.bound:
            raise CannotListenError(interface, number, OSError("in use"))
        self.interfaces.append(interface)
        port = self.bound[number] = Port(self, number, protocol)
        return port


class PortsTests(SynchronousTestCase):
    """
    Tests for L{MediaPorts}, without a network.
    """

    def setUp(self) -> None:
        """
        A reactor and somebody to tell.
        """
        self.reactor, self.notes = Reactor(), Notes()

    def ports(self, pair: tuple[int, int] | None = None, host: str = "") -> MediaPorts:
        """
        The sockets, started.
        """
        ports = MediaPorts(self.reactor, pair, host, self.notes)
        ports.startService()
        self.addCleanup(ports.stopService)
        return ports

    def test_evenPair(self) -> None:
        """
        RTP is on an even port, RTCP on the one above; nothing else stays
        bound.
        """
        self.ports().perform(OpenMedia(MEDIA))
        self.assertEqual(sorted(self.reactor.bound), [30002, 30003])
        self.assertEqual(self.notes.told, [])
        self.reactor.advance(0)
        self.assertEqual(self.successResultOf(self.notes.ports.get()), 30002)

    def test_range(self) -> None:
        """
        Only the configured ports are used; when they are gone, the next call
        is refused; a call that ends gives its pair back.
        """
        ports = self.ports((5003, 5008))
        for name in ("a", "b", "c"):
            ports.perform(OpenMedia(MEDIA._replace(call=name)))
        self.reactor.advance(0)
        self.assertEqual(sorted(self.reactor.bound), [5004, 5005, 5006, 5007])
        self.assertEqual(
            self.notes.told, [("opened", "a"), ("opened", "b"), ("refused", "c")]
        )
        ports.perform(CloseMedia("a"))
        self.assertEqual(len(self.reactor.bound), 2)
        ports.perform(OpenMedia(MEDIA._replace(call="d")))
        self.assertEqual(len(self.reactor.bound), 4)

    def test_half(self) -> None:
        """
        A pair whose upper port is taken is not used by halves.
        """
        taken = Port(self.reactor, 5005, DatagramProtocol())
        self.reactor.bound[5005] = taken
        self.ports((5004, 5007)).perform(OpenMedia(MEDIA))
        self.assertEqual(sorted(self.reactor.bound), [5005, 5006, 5007])

    def test_interface(self) -> None:
        """
        A phone that speaks IPv6 is not waited for on an IPv4 address.
        """
        ports = self.ports(host="127.0.0.1")
        ports.perform(OpenMedia(MEDIA))
        ports.perform(OpenMedia(MEDIA._replace(call="six", host="::1", peer="::1")))
        self.assertEqual(set(self.reactor.interfaces), {"127.0.0.1", "::"})

    def test_greets(self) -> None:
        """
        One second of tone, a packet each 20 ms, and then no more.
        """
        self.ports().perform(OpenMedia(MEDIA))
        self.reactor.pump([0.02] * 80)
        sent = self.reactor.bound[30002].sent
        bodies = [got.body for data, _ in sent if (got := parse(data))]
        self.assertEqual(tuple(bodies), frames("PCMA"))
        self.assertEqual({target for _, target in sent}, {("127.0.0.1", 4000)})

    def test_silent(self) -> None:
        """
        Thirty seconds without the phone's voice are told, once each time.
        """
        self.ports().perform(OpenMedia(MEDIA))
        self.reactor.pump([1.0] * 20)
        hear = self.reactor.bound[30002].protocol.datagramReceived
        hear(packet(), ("127.0.0.1", 4000))
        self.reactor.pump([1.0] * 29)
        self.assertEqual(self.notes.told, [("opened", "call")])
        self.reactor.pump([1.0] * 2)
        self.assertEqual(self.notes.told[1:], [("silent", "call")])
        self.reactor.pump([1.0] * 31)
        self.assertEqual(self.notes.told[2:], [("silent", "call")])

    def test_reports(self) -> None:
        """
        The phone gets a report now and then, on its RTCP port, and a goodbye.
        """
        ports = self.ports()
        ports.perform(OpenMedia(MEDIA))
        rtp, control = self.reactor.bound[30002], self.reactor.bound[30003]
        self.reactor.pump([1.0] * 5)
        self.assertEqual(control.sent, [])
        rtp.protocol.datagramReceived(packet(), ("127.0.0.1", 4000))
        self.reactor.pump([1.0] * 5)
        self.assertEqual([target for _, target in control.sent], [("127.0.0.1", 4001)])
        report = rtcp.report(5, None, 0, 0)
        control.protocol.datagramReceived(report, ("10.9.9.9", 1))
        control.protocol.datagramReceived(report, ("127.0.0.1", 4444))
        ports.perform(CloseMedia("call"))
        data, target = control.sent[-1]
        self.assertEqual(target, ("127.0.0.1", 4444))
        self.assertEqual(data[-8:-6], b"\x81\xcb")

    def test_unknownCall(self) -> None:
        """
        What is told about a call that is gone does nothing.
        """
        ports = self.ports()
        ports.perform(ChangeMedia(MEDIA))
        ports.perform(CloseMedia("call"))
        self.assertEqual(self.reactor.bound, {})

    def test_stop(self) -> None:
        """
        When the service stops, every port is free and no timer is left.
        """
        ports = self.ports()
        ports.perform(OpenMedia(MEDIA))
        self.reactor.advance(0)
        self.successResultOf(ports.stopService())
        self.assertEqual(self.reactor.bound, {})
        self.assertEqual(self.reactor.getDelayedCalls(), [])


class Phone(DatagramProtocol):
    """
    A phone's RTP socket.

    @ivar heard: the packets that come.
    """

    noisy = False

    def __init__(self) -> None:
        self.heard = DeferredQueue()

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """
        Keep it for the test.
        """
        self.heard.put(parse(datagram))


class LoopbackTests(TestCase):
    """
    Tests over real sockets.
    """

    host = "127.0.0.1"

    async def call(self) -> tuple[MediaPorts, Phone, int]:
        """
        A phone with an open echo call: the sockets, the phone, their port.
        """
        notes = Notes()
        ports = MediaPorts(reactor, None, self.host, notes)
        ports.startService()
        self.addCleanup(ports.stopService)
        phone = Phone()
        bound = reactor.listenUDP(0, phone, self.host)  # type: ignore[attr-defined]
        self.addCleanup(bound.stopListening)
        media = MEDIA._replace(
            host=self.host, peer=self.host, port=bound.getHost().port
        )
        ports.perform(OpenMedia(media))
        return ports, phone, await notes.ports.get()

    def test_toneThenEcho(self) -> Deferred[None]:
        """
        A caller hears the whole tone and then its own words.
        """
        return Deferred.fromCoroutine(self.toneThenEcho())

    async def toneThenEcho(self) -> None:
        """
        The test.
        """
        ports, phone, port = await self.call()
        self.assertEqual(port % 2, 0)
        assert phone.transport is not None
        phone.transport.write(packet(1, 160, body=b"too early"), (self.host, port))
        tone = [await phone.heard.get() for _ in range(50)]
        self.assertEqual(tuple(one.body for one in tone), frames("PCMA"))
        phone.transport.write(b"no rtp", (self.host, port))
        phone.transport.write(packet(60, 9600, body=b"hello"), (self.host, port))
        echo = await phone.heard.get()
        self.assertEqual((echo.body, echo.source), (b"hello", tone[0].source))
        self.assertEqual((echo.sequence - tone[-1].sequence) & 0xFFFF, 1)
        await ports.stopService()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((self.host, port))


def _sixLoopback() -> bool:
    """
    Whether this machine has an IPv6 loopback address.
    """
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


class LoopbackSixTests(LoopbackTests):
    """
    The same over IPv6.
    """

    host = "::1"
    if not _sixLoopback():
        skip = "no IPv6 loopback here"
