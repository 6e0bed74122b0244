"""
Tests of L{gigasetd.web.http.filebody}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.protocol import ClientFactory, Protocol
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.networks import Networks
from gigasetd.web.http.filebody import PATIENCE, SLOWEST, Unsatisfiable, span
from gigasetd.web.service import HttpService
from tests.web.case import NEAR
from tests.web.provisioned import Provisioned

SIZE = 3_000_000


class SpanTests(SynchronousTestCase):
    """
    Which bytes are asked for.
    """

    def test_span(self) -> None:
        """
        One range is understood, anything else means all.
        """
        for header, expected in (
            (b"bytes=0-9", (0, 10)),
            (b"bytes=5-", (5, 100)),
            (b"bytes=-7", (93, 100)),
            (b"bytes=-700", (0, 100)),
            (b"bytes=90-900", (90, 100)),
            (b"", None),
            (b"bytes=", None),
            (b"bytes=-", None),
            (b"bytes=9-2", None),
            (b"bytes=1-2,3-4", None),
            (b"lines=1-2", None),
            (b"bytes=" + b"9" * 400 + b"-", None),
        ):
            self.assertEqual(span(header, 100), expected, header)

    def test_nothing(self) -> None:
        """
        Behind the end there is nothing.
        """
        for header, size in (
            (b"bytes=100-", 100),
            (b"bytes=-0", 100),
            (b"bytes=0-", 0),
        ):
            with self.assertRaises(Unsatisfiable):
                span(header, size)


class SlowTests(Provisioned):
    """
    Phones that do not take what they asked for.
    """

    def begin(self) -> tuple[Any, Any, Any]:
        """
        Ask for a file and have no room for it.
        """
        self.put(self.firmware / "42" / "fw111.bin", b"x" * SIZE)
        channel, transport = self.connect(NEAR)
        written = transport.write

        def write(data: bytes) -> None:
            written(data)
            channel.pauseProducing()

        transport.write = write
        channel.dataReceived(b"GET /device/42/fw111.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        return channel, transport, written

    def test_waits(self) -> None:
        """
        What a phone has no room for is not even read.
        """
        channel, transport, _ = self.begin()
        self.assertLess(len(transport.value()), 200_000)
        before = len(transport.value())
        channel.resumeProducing()
        self.assertGreater(len(transport.value()), before)

    def test_stalled(self) -> None:
        """
        Who takes nothing for a minute is hung up on, and the file is closed.
        """
        _, transport, _ = self.begin()
        self.clock.advance(PATIENCE - 1)
        self.assertFalse(transport.disconnecting)
        self.clock.advance(1)
        self.assertTrue(transport.disconnecting)

    def test_slow(self) -> None:
        """
        A client that takes a piece a minute does not keep its place for hours.
        """
        channel, transport, _ = self.begin()
        taken = 0
        while not transport.disconnecting:
            self.clock.advance(PATIENCE - 1)
            taken += 1
            channel.resumeProducing()
        longest = PATIENCE + SIZE / SLOWEST
        self.assertLess((taken - 1) * (PATIENCE - 1), longest)
        self.assertGreater((taken + 1) * (PATIENCE - 1), longest)

    def test_gone(self) -> None:
        """
        Whoever goes away midway leaves nothing behind.
        """
        from twisted.internet.error import ConnectionDone
        from twisted.python.failure import Failure

        channel, _, _ = self.begin()
        channel.connectionLost(Failure(ConnectionDone()))
        self.assertEqual(self.clock.getDelayedCalls(), [])


class Whole(Protocol):
    """
    Sends one request and keeps all that comes.
    """

    def __init__(self, asked: bytes) -> None:
        self.asked = asked
        self.heard = b""
        self.done: Deferred[bytes] = Deferred()

    def connectionMade(self) -> None:
        """
        Ask.
        """
        assert self.transport is not None
        self.transport.write(self.asked)

    def dataReceived(self, data: bytes) -> None:
        """
        Keep it.
        """
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        """
        That was all.
        """
        self.done.callback(self.heard)


class LoopbackTests(TestCase):
    """
    The real site on a real port.
    """

    async def fetch(self, path: bytes) -> bytes:
        """
        What comes back for a raw target.
        """
        asked = b"GET %s HTTP/1.1\r\nHost: profile.gigaset.net\r\n" % path
        client = Whole(asked + b"User-Agent: N510 IP PRO/42.245.00.000.000\r\n"
                       b"Connection: close\r\n\r\n")  # fmt: skip
        factory = ClientFactory()
        factory.protocol = lambda: client  # type: ignore[assignment]
        bound: Any = self.web.ports[0].getHost()
        there: Any = reactor
        there.connectTCP("127.0.0.1", bound.port, factory)
        return await client.done

    async def test_phone(self) -> None:
        """
        A phone that sends its dots as they are is led to its settings'
        format, to its settings, and gets a firmware of megabytes unharmed.
        """
        made = Provisioned("start")
        made.setUp()
        data = bytes(range(256)) * (SIZE // 256)
        made.put(made.firmware / "42" / "fw258.bin", data)
        web: HttpService = made.web
        web._listen = (Endpoint("tcp", 0, "127.0.0.1"),)
        web._reactor = web.site.reactor = web.site.turns._reactor = reactor
        web._routes.targets.provisioning._reactor = reactor
        clients = web._routes.targets.checkIns.clients
        clients.local = Networks(["127.0.0.0/8"])
        self.web = web
        await web.startService()
        self.addCleanup(web.stopService)
        head, _, body = (
            await self.fetch(b"/device/42/2/../../sifs/siu_123.bin")
        ).partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"HTTP/1.1 200"), head)
        self.assertEqual(body[4:-1], b"http://%DURL/%MACD.xml")
        from tests.registry.populated import MAC

        _, _, body = (await self.fetch(f"/device/{MAC}.xml".encode())).partition(
            b"\r\n\r\n"
        )
        self.assertIn(b"aucS_SIP_PASSWORD", body)
        port: Any = web.ports[0].getHost()
        self.assertIn(b'"192.0.2.1:%d/device"' % port.port, body)
        head, _, body = (await self.fetch(b"/device/42/2/../fw258.bin")).partition(
            b"\r\n\r\n"
        )
        self.assertIn(b"Content-Length: %d" % len(data), head)
        self.assertEqual(body, data)
