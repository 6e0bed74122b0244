"""
Tests of L{gigasetd.dns.service} and what it joins: real sockets, and
twisted.names as the client.
"""

from __future__ import annotations

import contextlib
import socket
from struct import pack
from typing import Any

from twisted.internet import reactor
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import DatagramProtocol, Factory
from twisted.internet.task import deferLater
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.internet.threads import deferToThread
from twisted.names import dns
from twisted.names.client import Resolver
from twisted.names.error import DNSNameError, DNSServerError
from twisted.protocols.basic import Int16StringReceiver
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.networks import Networks
from gigasetd.config.schema import Config
from gigasetd.config.sections.dns import DnsSection
from gigasetd.config.sections.server import ServerSection
from gigasetd.config.sections.sip import SipSection
from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.dns.server import DnsStreams
from gigasetd.dns.service import UpstreamServers, addresses, part, servicePorts
from gigasetd.ratelimit.amplification import fits
from tests.dns.test_message import query
from tests.forgetting import Forgotten
from tests.sites import built, siteOf

LOOP = "127.0.0.1"
LONG = b"x" * 200


class Elsewhere(DatagramProtocol):
    """
    A resolver of the world, with an answer for each name.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.mute = False

    def reply(self, data: bytes, stream: bool) -> bytes:
        """
        What it knows.
        """
        message = dns.Message()
        message.fromStr(data)
        name = message.queries[0].name.name.decode()
        self.asked.append(name)
        message.answer, message.recAv, message.maxSize = 1, 1, 0
        message.additional = []
        records: list[Any] = [dns.Record_A("192.0.2.7", ttl=60)]
        if name.startswith("none"):
            message.rCode, records = 3, []
        elif name.startswith("broken"):
            message.rCode, records = 2, []
        elif name.startswith("long"):
            records = [dns.Record_TXT(LONG, bytes((n,))) for n in range(20)]
            message.trunc = int(not stream)
            records = records if stream else []
        message.answers = [dns.RRHeader(name, r.TYPE, dns.IN, 60, r) for r in records]
        return message.toStr()

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """
        Answer over UDP.
        """
        if not self.mute:
            self.transport.write(self.reply(datagram, False), addr)


class ElsewhereStream(Int16StringReceiver):
    """
    The same over TCP.
    """

    def stringReceived(self, string: bytes) -> None:
        """
        Answer.
        """
        self.sendString(self.factory.known.reply(string, True))


class OverrideCase(TestCase):
    """
    The override resolver between a client and a resolver of the world.
    """

    local = ("127.0.0.0/8",)
    timeout = 20

    async def setUp(self) -> None:
        """
        Open all sockets.
        """
        self.world = Elsewhere()
        port = await self.elsewhere()
        site = siteOf(self.config(((LOOP, port),)), reactor=reactor)
        self.built, self.override = built(site, part)
        self.override.startService()
        self.addCleanup(self.override.stopService)
        self.port = self.override.servers.bound[0][1]
        self.client = Resolver(servers=[(LOOP, self.port)], timeout=(5,))
        self.counts = self.built.status.counters

    async def elsewhere(self) -> int:
        """
        Open the resolver of the world, over UDP and TCP on the same port.
        """
        factory = Factory.forProtocol(ElsewhereStream)
        factory.known, factory.noisy = self.world, False
        while True:
            udp = reactor.listenUDP(0, self.world, LOOP)
            try:
                # Another program may have a stream from this very port.
                tcp = reactor.listenTCP(udp.getHost().port, factory, interface=LOOP)
            except CannotListenError:
                await udp.stopListening()
            else:
                self.listen(tcp)
                return self.listen(udp)

    def listen(self, port: Any) -> int:
        """
        Have a port closed in the end.
        """
        self.addCleanup(port.stopListening)
        return port.getHost().port

    def config(self, upstream: Any, **more: Any) -> Config:
        """
        Two listeners on one port.
        """
        with socket.socket() as free:
            free.bind((LOOP, 0))
            port = free.getsockname()[1]
        listen = (Endpoint("udp", port, LOOP), Endpoint("tcp", port, LOOP))
        return Config(
            server=ServerSection(
                public_address="192.168.1.2", local_networks=Networks(self.local)
            ),
            dns=DnsSection(listen=listen, upstream=upstream, **more),
        )

    async def address(self, name: str) -> str:
        """
        The address under a name.
        """
        answers, _, _ = await self.client.queryUDP([dns.Query(name, dns.A, dns.IN)]) \
            .addCallback(lambda m: (m.answers, m.authority, m.additional))  # fmt: skip
        return answers[0].payload.dottedQuad()

    def exchange(
        self, data: bytes, host: str = LOOP, patience: float = 10.0
    ) -> Deferred[bytes]:
        """
        Send one datagram from an address, and wait for one.

        @param patience: seconds; few where silence is expected.
        """

        def run() -> bytes:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.settimeout(patience)
                peer.bind((host, 0))
                peer.sendto(data, (LOOP, self.port))
                with contextlib.suppress(TimeoutError):
                    return peer.recv(65535)
            return b""

        return deferToThread(run)

    def stream(self, data: bytes) -> Deferred[bytes]:
        """
        Send bytes over TCP and read until the end.
        """

        def run() -> bytes:
            with socket.create_connection((LOOP, self.port), 1) as peer:
                peer.sendall(data)
                found = b""
                with contextlib.suppress(OSError):
                    while piece := peer.recv(65536):
                        found += piece
                        if len(found) >= 2 + int.from_bytes(found[:2], "big"):
                            break
                return found

        return deferToThread(run)


class OverrideTests(OverrideCase):
    """
    What a network sees that asks this resolver.
    """

    async def test_names(self) -> None:
        """
        The vendor's names lead to this server, all others where they always
        led; the world is asked once for what it said a moment ago.
        """
        self.assertEqual(await self.address("info.gigaset.net"), "192.168.1.2")
        self.assertEqual(self.world.asked, [])
        for _ in range(3):
            self.assertEqual(await self.address("example.org"), "192.0.2.7")
        self.assertEqual(self.world.asked, ["example.org"])
        self.assertEqual(self.counts["dns"]["cached"], 2)

    async def test_service(self) -> None:
        """
        SRV, as a client that knows the standard asks for it.
        """
        answers, _, more = await self.client.lookupService("_sip._udp.gigaset.net")
        self.assertEqual(answers[0].payload.port, 5060)
        self.assertEqual(more[0].payload.dottedQuad(), "192.168.1.2")

    async def test_stream(self) -> None:
        """
        An answer too long for a datagram comes whole over TCP, whichever way
        we got it.
        """
        answers, _, _ = await self.client.lookupText("long.example.org")
        self.assertEqual(len(answers), 20)
        self.assertEqual(self.counts["dns_upstream"]["by_tcp"], 1)

    async def test_errors(self) -> None:
        """
        A name that does not exist does not exist; where nobody knows, that is
        what is said.
        """
        await self.assertFailure(self.client.lookupAddress("none.org"), DNSNameError)
        await self.assertFailure(
            self.client.lookupAddress("broken.org"), DNSServerError
        )

    async def test_joined(self) -> None:
        """
        A crowd that asks for one name is one question to the world.
        """
        crowd = [self.client.lookupAddress("crowd.org") for _ in range(1)]
        crowd += [self.exchange(query("crowd.org")) for _ in range(20)]
        for each in crowd:
            self.assertTrue(await each)
        self.assertEqual(self.world.asked.count("crowd.org"), 1)

    async def test_hostile(self) -> None:
        """
        Garbage, loops and answers out of nowhere are survived without a word,
        or with an error that is no longer than they were.
        """
        good = query()
        for data in (
            b"",
            b"\0",
            b"\xff" * 12,
            good[:2] + b"\x81\x80" + good[4:],
            pack("!6H", 1, 0x100, 1, 0, 0, 0) + b"\xc0\x0c\0\1\0\1",
            pack("!6H", 1, 0x100, 65535, 65535, 65535, 65535) + good[12:],
            good + b"\0" * 4000,
        ):
            told = await self.exchange(data, patience=0.3)
            self.assertLessEqual(len(told), max(len(data), 50))
        self.assertEqual(await self.address("gigaset.net"), "192.168.1.2")
        self.assertEqual(self.counts["dns"]["faults"], 0)

    async def test_streams(self) -> None:
        """
        A TCP peer may ask several things, but not fill our memory.
        """
        asked = query("gigaset.net")
        one = await self.stream(pack("!H", len(asked)) + asked)
        self.assertGreater(len(one), len(asked))
        self.assertEqual(await self.stream(b"\xff\xff" + b"x" * 5000), b"")
        self.world.mute = True
        other = query("example.com")
        self.assertEqual(await self.stream((pack("!H", len(other)) + other) * 20), b"")

    async def test_poison(self) -> None:
        """
        An answer from upstream with loops in it reaches nobody's parser but
        the asker's; one that is cut off is none.
        """
        cut = query("cut.org")[2:4] and self.world.reply

        def forged(data: bytes, stream: bool) -> bytes:
            whole = cut(data, stream)
            return whole[:-3]

        self.world.reply = forged  # type: ignore[method-assign]
        reply = await self.exchange(query("cut.org"))
        await deferLater(reactor, 0)
        self.assertEqual(reply[3] & 15, 2)

    async def test_bindFailure(self) -> None:
        """
        A port that somebody has is said to the start, and nothing stays open.
        """
        listen = (Endpoint("udp", 0, LOOP), Endpoint("tcp", self.port, LOOP))
        site = siteOf(Config(dns=DnsSection(listen=listen)), reactor=reactor)
        second = built(site, part)[1]
        self.assertRaises(CannotListenError, second.startService)
        free = second.servers.bound[0][1]
        await deferLater(reactor, 0)
        self.listen(reactor.listenUDP(free, DatagramProtocol(), LOOP))

    async def test_noLoop(self) -> None:
        """
        A resolver that the system has set to ourselves is not asked.
        """
        self.override.servers._configured = ((LOOP, self.port), ("192.0.2.1", 53))
        self.assertEqual(self.override.servers(), [("192.0.2.1", 53)])


class OutsideTests(OverrideCase):
    """
    Somebody outside the local networks asks.
    """

    local = ("127.0.0.1/32",)

    async def test_refused(self) -> None:
        """
        Nothing is told, and less is sent than came.
        """
        for name in ("example.org", "gigaset.net"):
            asked = query(name)
            reply = await self.exchange(asked, "127.0.0.2")
            self.assertEqual(reply[3] & 15, 5)
            self.assertLessEqual(len(reply), len(asked))
        self.assertEqual(self.world.asked, [])

    async def test_amplification(self) -> None:
        """
        Where strangers may ask for our names, no datagram to them is much longer
        than theirs: it says that they should ask again by TCP.
        """
        self.override.answers.resolver.open = True
        truncated = 0
        for name, kind in (
            ("gigaset.net", dns.A),
            ("gigaset.net", dns.NAPTR),
            ("gigaset.net", dns.ALL_RECORDS),
            ("gigaset.net", dns.MX),
            ("_sip._udp.gigaset.net", dns.SRV),
        ):
            asked = query(name, kind)
            reply = await self.exchange(asked, "127.0.0.2")
            self.assertTrue(reply)
            self.assertTrue(fits(len(asked), len(reply)), (name, kind, len(reply)))
            truncated += bool(reply[2] & 2)
        self.assertEqual(truncated, 1)

    async def test_silentStreams(self) -> None:
        """
        Silent TCP connections of strangers leave room for the local networks.
        """
        streams = self.override._streams[0]
        for last in range(1, 9):
            for _ in range(9):
                stream = streams.buildProtocol(
                    IPv4Address("TCP", f"203.0.113.{last}", 4711)
                )
                if stream is not None:
                    stream.makeConnection(StringTransport())
                    self.addCleanup(stream.connectionLost)
        self.assertEqual(len(streams.streams), 32)
        self.assertGreater(self.counts["dns"]["reserve_refused"], 0)
        local = streams.buildProtocol(IPv4Address("TCP", LOOP, 4711))
        self.assertIsNotNone(local)

    async def test_limited(self) -> None:
        """
        Who asks too much is no longer heard, and others are.
        """

        def flood() -> None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.bind(("127.0.0.3", 0))
                for _ in range(1000):
                    peer.sendto(query("gigaset.net"), (LOOP, self.port))

        # Slow enough that no pause of a busy machine fills it again.
        self.override.answers.allowance.rate = 0.25
        await deferToThread(flood)
        told = await self.exchange(query("gigaset.net"), "127.0.0.3", 0.3)
        self.assertEqual(told, b"")
        self.assertEqual(await self.address("gigaset.net"), "192.168.1.2")
        self.assertGreater(self.counts["dns"]["limited"], 0)


class TimeoutTests(OverrideCase):
    """
    The first resolver of the world is silent.
    """

    def config(self, upstream: Any, **more: Any) -> Config:
        """
        One more, which takes everything in and says nothing.
        """
        silent = Elsewhere()
        silent.mute = True
        port = self.listen(reactor.listenUDP(0, silent, LOOP))
        return super().config(((LOOP, port), *upstream), **more)

    async def test_next(self) -> None:
        """
        Then the next one is asked.
        """
        self.patch(
            __import__("gigasetd.dns.forwarder", fromlist=["x"]), "PATIENCE", 0.1
        )
        self.assertEqual(await self.address("example.org"), "192.0.2.7")
        self.assertEqual(self.counts["dns_upstream"]["retried"], 1)


class UpstreamServersTests(TestCase):
    """
    L{UpstreamServers}.
    """

    def test_configured(self) -> None:
        """
        The configured resolvers are asked, the system's only without them.
        """
        system = [("192.0.2.53", 53)]
        configured = [("192.0.2.54", 53)]
        self.assertEqual(UpstreamServers(configured, lambda: system)(), configured)
        self.assertEqual(UpstreamServers([], lambda: system)(), system)

    def test_notOurselves(self) -> None:
        """
        A resolver that is this one is left out once it is bound; another one of
        this machine, on another port, is not.
        """
        everyone = [(LOOP, 53), (LOOP, 54), ("::1", 53), ("192.0.2.54", 53)]
        servers = UpstreamServers(everyone, list)
        self.assertEqual(servers(), everyone)
        servers.bound.append(("0.0.0.0", 53))
        self.assertEqual(servers(), [(LOOP, 54), ("192.0.2.54", 53)])


class AddressesTests(TestCase):
    """
    Which address phones are told.
    """

    def test_configured(self) -> None:
        """
        The configured one, and none of the other version.
        """
        told = addresses("192.168.1.2", "10.0.0.1")
        self.assertEqual(told(lambda: "10.0.0.2", 4), "192.168.1.2")
        self.assertEqual(told(lambda: "fd00::1", 6), "")

    def test_asked(self) -> None:
        """
        Else the one that was asked, unless that is good here only.
        """
        told = addresses("", "10.0.0.1")
        self.assertEqual(told(lambda: "192.168.7.1", 4), "192.168.7.1")
        self.assertEqual(told(lambda: "fd00::1", 6), "fd00::1")
        for odd in ("127.0.0.1", "fe80::1%eth0", "", "0.0.0.0", "fd00::1"):
            self.assertEqual(told(lambda odd=odd: odd, 4), "10.0.0.1")
            self.assertEqual(told(lambda odd=odd: odd, 6), odd if "fd" in odd else "")

    def test_ports(self) -> None:
        """
        Services are told where they are; a free port is known to nobody.
        """
        listen = (Endpoint("udp", 5070), Endpoint("udp", 5060), Endpoint("tcp", 0))
        messages = XmppSection(listen=(Endpoint("tls", 5223), Endpoint("tcp", 5222)))
        told = {"_sip._udp": 5070, "_xmpp-client._tcp": 5222}
        self.assertEqual(servicePorts(SipSection(listen=listen), messages), told)


class ForgottenTests(SynchronousTestCase):
    """
    Lost connections.
    """

    def test_forgotten(self) -> None:
        """
        Nothing of them waits for a garbage collection.
        """
        forgotten, clock = Forgotten(self), MemoryReactorClock()
        config = Config(dns=DnsSection(listen=(Endpoint("tcp", 53, "127.0.0.1"),)))
        _, override = built(siteOf(config, reactor=clock), part)
        streams = DnsStreams(override.answers, clock)
        whole = pack("!H", len(query("gigaset.net"))) + query("gigaset.net")
        for data in (b"", whole[:7], whole, b"\xff\xff"):
            address = IPv4Address("TCP", LOOP, 4711)
            stream, wire = streams.buildProtocol(address), StringTransport()
            stream.makeConnection(wire)
            wire.abortConnection = wire.loseConnection
            wire.hostAddr = address
            stream.dataReceived(data)
            forgotten.add(stream)
            stream.connectionLost()
        del stream, wire
        clock.pump([1.0] * 30)
        forgotten.check()
