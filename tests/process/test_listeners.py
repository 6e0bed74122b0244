"""
Tests of L{gigasetd.process.listeners}.
"""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import DatagramProtocol, Factory, Protocol
from twisted.internet.threads import deferToThread
from twisted.logger import globalLogPublisher
from twisted.trial.unittest import SkipTest, TestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.process import listeners
from gigasetd.process.listeners import bind, serveDatagrams, serveStreams

STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM


class ListenersCase(TestCase):
    """
    What is logged is remembered.
    """

    timeout = 20
    interface = "127.0.0.1"

    def setUp(self) -> None:
        self.events: list[Any] = []
        globalLogPublisher.addObserver(self.events.append)
        self.addCleanup(globalLogPublisher.removeObserver, self.events.append)

    def bind(self, listen: Endpoint, *more: Any) -> socket.socket:
        """
        Bind, and close at the end of the test.
        """
        try:
            bound = bind("test", listen, *more)
        except CannotListenError as error:
            if "assign requested address" in str(error):
                raise SkipTest(f"no such address here: {error}") from None
            raise
        self.addCleanup(bound.close)
        return bound

    def logged(self) -> list[tuple[str, str, str, int]]:
        """
        The values of the C{listening} lines.
        """
        names = ("service", "transport", "interface", "port")
        lines = [e for e in self.events if "listening" in str(e.get("log_format"))]
        return [tuple(line[name] for name in names) for line in lines]


class BindTests(ListenersCase):
    """
    L{bind}, where it binds itself.
    """

    def test_transports(self) -> None:
        """
        UDP gets a datagram socket, TCP and TLS one that listens; each has a
        free port where 0 is configured, does not block, and is logged once.
        """
        kinds = {"udp": DATAGRAM, "tcp": STREAM, "tls": STREAM}
        expected = []
        for transport, kind in kinds.items():
            bound = self.bind(Endpoint(transport, 0, self.interface))
            host, port = bound.getsockname()[:2]
            self.assertEqual((bound.type, host), (kind, self.interface))
            self.assertFalse(bound.getblocking())
            self.assertGreater(port, 0)
            accepts = bound.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            self.assertEqual(bool(accepts), kind == STREAM)
            expected.append(("test", transport, self.interface, port))
        self.assertEqual(self.logged(), expected)

    def test_inUse(self) -> None:
        """
        A port that is in use is refused with an error that names it, and
        nothing is logged as listening.
        """
        for transport in ("udp", "tcp", "tls"):
            first = self.bind(Endpoint(transport, 0, self.interface))
            port = first.getsockname()[1]
            before = self.logged()
            second = Endpoint(transport, port, self.interface)
            error = self.assertRaises(CannotListenError, bind, "test", second)
            self.assertIn(str(port), str(error))
            self.assertIn("in use", str(error))
            self.assertEqual(self.logged(), before)

    def test_rebind(self) -> None:
        """
        A TCP port is free at once after a stop, although a connection of the
        last run is still in TIME_WAIT.
        """
        first = self.bind(Endpoint("tcp", 0, self.interface))
        host, port = first.getsockname()[:2]
        peer = socket.create_connection((host, port), 5)
        first.setblocking(True)
        accepted, _ = first.accept()
        accepted.close()
        self.assertEqual(peer.recv(1), b"")
        peer.close()
        first.close()
        self.bind(Endpoint("tcp", port, self.interface))

    def test_buffer(self) -> None:
        """
        A larger receive buffer is asked for, and one that the system does not
        grant is logged with the sysctl to raise.
        """
        bound = self.bind(Endpoint("udp", 0, self.interface), ("udp",), 1 << 16)
        granted = bound.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self.assertEqual(granted, 2 << 16)
        self.assertFalse(self.warned())
        self.bind(Endpoint("udp", 0, self.interface), ("udp",), 1 << 30)
        self.assertTrue(self.warned())

    def warned(self) -> bool:
        """
        Whether a buffer was logged as too small.
        """
        return any("rmem_max" in str(e.get("log_format")) for e in self.events)


class BindWideTests(BindTests):
    """
    The same over IPv6.
    """

    interface = "::1"

    def test_scope(self) -> None:
        """
        The scope of a link-local address is not dropped: binding needs it.
        """
        interface = _linkLocal()
        if not interface:
            raise SkipTest("this machine has no link-local address")
        for transport in ("udp", "tcp"):
            bound = self.bind(Endpoint(transport, 0, interface))
            self.assertNotEqual(bound.getsockname()[3], 0)

    def test_scopeKept(self) -> None:
        """
        The address that is bound has the number of the interface in it.
        """
        name = socket.if_nameindex()[0][1]
        listen = Endpoint("udp", 5060, f"fe80::1%{name}")
        address = listeners._address(listen)
        self.assertEqual(address[3], socket.if_nametoindex(name))


def _linkLocal() -> str:
    try:
        with open("/proc/net/if_inet6") as lines:
            fields = [line.split() for line in lines]
    except OSError:
        return ""
    for digits, _, _, scope, _, name in fields:
        if scope == "20":
            groups = [digits[at : at + 4] for at in range(0, 32, 4)]
            return f"{':'.join(groups)}%{name}"
    return ""


class SystemdTests(ListenersCase):
    """
    L{bind} with sockets from systemd; L{tests.process.test_systemd} has a real
    process.
    """

    def handed(self, family: int, kind: int) -> socket.socket:
        """
        Have systemd hand over one socket, whatever the name.
        """
        handed = socket.socket(family, kind)
        self.addCleanup(handed.close)
        if family == socket.AF_INET:
            handed.bind((self.interface, 0))
        self.patch(listeners, "socketNamed", lambda name: handed.dup())
        return handed

    def test_taken(self) -> None:
        """
        A socket of either kind is taken over as it is, logged by its own
        transport and address, and made not to block.
        """
        expected = []
        for transport, kind in (("udp", DATAGRAM), ("tcp", STREAM)):
            handed = self.handed(socket.AF_INET, kind)
            bound = self.bind(Endpoint("systemd", name="x"), (transport,))
            self.assertEqual(bound.getsockname(), handed.getsockname())
            self.assertFalse(bound.getblocking())
            expected.append(("test", transport, *handed.getsockname()))
        self.assertEqual(self.logged(), expected)

    def test_wrongType(self) -> None:
        """
        A socket that the service cannot serve is refused with what to write
        into the socket unit.
        """
        for kind, allowed, needed in (
            (STREAM, ("udp",), "ListenDatagram=PORT"),
            (DATAGRAM, ("tcp",), "ListenStream=PORT"),
        ):
            self.handed(socket.AF_INET, kind)
            error = self.assertRaises(
                CannotListenError, bind, "x", Endpoint("systemd", name="a"), allowed
            )
            self.assertIn("systemd:a", str(error))
            self.assertIn(needed, str(error))

    def test_unixSocket(self) -> None:
        """
        A socket of the file system has no address that phones can reach.
        """
        self.handed(socket.AF_UNIX, STREAM)
        listen = Endpoint("systemd", name="a")
        self.assertRaises(CannotListenError, bind, "x", listen)

    def test_missing(self) -> None:
        """
        Outside systemd, the error names the socket.
        """
        listen = Endpoint("systemd", name="phones")
        error = self.assertRaises(CannotListenError, bind, "x", listen)
        self.assertIn("systemd:phones", str(error))


class Hello(Protocol):
    """
    Greets and hangs up.
    """

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.write(b"hello")
        self.transport.loseConnection()


class Mirror(DatagramProtocol):
    """
    Returns each datagram.
    """

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        transport: Any = self.transport
        transport.write(datagram, addr)


class ServeTests(ListenersCase):
    """
    L{serveStreams} and L{serveDatagrams}.
    """

    def test_streams(self) -> Deferred[None]:
        """
        Connections one after another are served.
        """
        bound = self.bind(Endpoint("tcp", 0, self.interface))
        address = bound.getsockname()
        port = serveStreams(bound, Factory.forProtocol(Hello), reactor)
        self.addCleanup(port.stopListening)
        self.assertEqual(port.getHost().port, address[1])

        def connect() -> bytes:
            with socket.create_connection(address, 10) as peer:
                return peer.recv(100)

        greetings = deferToThread(lambda: [connect(), connect()])
        return greetings.addCallback(self.assertEqual, [b"hello"] * 2)

    def test_datagrams(self) -> Deferred[None]:
        """
        Datagrams are received whole up to the bound, and cut beyond it.
        """
        bound = self.bind(Endpoint("udp", 0, self.interface))
        address = bound.getsockname()
        port = serveDatagrams(bound, Mirror(), reactor, 1000)
        self.addCleanup(port.stopListening)
        self.assertEqual(port.getHost().port, address[1])

        def exchange(size: int) -> int:
            with socket.socket(socket.AF_INET, DATAGRAM) as peer:
                peer.settimeout(10)
                peer.sendto(bytes(size), address)
                return len(peer.recv(65535))

        sizes = deferToThread(lambda: [exchange(1000), exchange(2000)])
        return sizes.addCallback(self.assertEqual, [1000, 1000])
