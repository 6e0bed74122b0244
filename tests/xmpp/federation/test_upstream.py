"""
Tests of L{gigasetd.xmpp.federation.upstream}, against a server that says what a script
says; the real ones are in C{tests.scenarios.test_upstream}.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha1
from typing import Any

from twisted.internet.error import ConnectionDone, ConnectionRefusedError
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.words.xish.domish import Element

from gigasetd.config.components import Upstream
from gigasetd.config.schema import XmppSection
from gigasetd.xmpp.federation.addresses import DomainAlias
from gigasetd.xmpp.federation.router import DomainRouter
from gigasetd.xmpp.federation.upstream import SLOWEST, UpstreamComponent
from gigasetd.xmpp.federation.xmlstream import COUNTS, contextOf
from gigasetd.xmpp.stanza.stanza import parse, serialize
from tests.xmpp.attaching import HEADER, Wire
from tests.xmpp.streaming import DOMAIN

PHONES, PIA = "phones.example.org", "pia@peer.example"
ANSWER = HEADER.format("x").replace(" to='x'", f" from='{PHONES}' id='s1'")


class UpstreamCase(SynchronousTestCase):
    """
    We, about to attach.
    """

    def setUp(self) -> None:
        """
        Start.
        """
        self.reactor = MemoryReactorClock()
        self.told: list[tuple[str, str]] = []
        self.changes: list[tuple[str, bool]] = []
        self.counts = dict.fromkeys(COUNTS, 0)
        self.routes = DomainRouter(DOMAIN, self.take, self.change, self.counts)
        section = replace(XmppSection(), login_timeout=10)
        self.attached = UpstreamComponent(
            Upstream("127.0.0.1", 5347, PHONES, "s3cret"),
            DomainAlias(DOMAIN, PHONES),
            self.routes,
            contextOf(section, self.reactor, self.counts),
        )
        self.attached.startService()

    def take(self, domain: str, element: Element) -> None:
        """
        What the rules are told.
        """
        self.told.append((domain, serialize(element)))

    def change(self, domain: str, served: bool) -> None:
        """
        What they are told of domains.
        """
        self.changes.append((domain, served))

    def connect(self) -> Any:
        """
        The server takes the connection.

        @return: our side of it.
        """
        factory = self.reactor.tcpClients[-1][2]
        self.wire = Wire()
        stream = factory.buildProtocol(None)
        stream.makeConnection(self.wire)
        return stream

    def attach(self) -> Any:
        """
        The server lets us in.
        """
        stream = self.connect()
        stream.dataReceived(ANSWER.encode())
        stream.dataReceived(b"<handshake/>")
        self.wire.clear()
        return stream

    def lose(self, stream: Any) -> None:
        """
        The connection ends.
        """
        reason = Failure(ConnectionDone())
        stream.connectionLost(reason)
        self.reactor.tcpClients[-1][2].clientConnectionLost(
            self.reactor.connectors[-1], reason
        )

    def heard(self) -> str:
        """
        What the server got.
        """
        data: bytes = self.wire.value()
        self.wire.clear()
        return data.decode()


class AttachTests(UpstreamCase):
    """
    Getting in, and staying.
    """

    def test_handshake(self) -> None:
        """
        We say which domain we want and prove that we know its secret.
        """
        stream = self.connect()
        self.assertIn(f" to='{PHONES}'>", self.heard())
        stream.dataReceived(ANSWER.encode())
        proof = sha1(b"s1s3cret").hexdigest()
        self.assertEqual(self.heard(), f"<handshake>{proof}</handshake>")
        self.assertEqual(self.changes, [])
        stream.dataReceived(b"<handshake/>")
        self.assertEqual(self.changes, [("", True)])

    def test_refused(self) -> None:
        """
        A server that does not want us is asked again, not at once and not
        without end in a second.
        """
        stream = self.connect()
        stream.dataReceived(ANSWER.encode())
        stream.dataReceived(
            b"<stream:error><not-authorized "
            b"xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
        )
        self.assertTrue(self.wire.disconnecting)
        self.lose(stream)
        self.assertEqual(self.changes, [])
        (again,) = self.reactor.getDelayedCalls()
        self.assertGreater(again.getTime(), 0.5)

    def test_patience(self) -> None:
        """
        A server that is away is tried more and more slowly, at least once a
        minute.
        """
        factory, pauses = self.reactor.tcpClients[-1][2], []
        for _ in range(20):
            factory.clientConnectionFailed(
                self.reactor.connectors[-1], Failure(ConnectionRefusedError())
            )
            (again,) = self.reactor.getDelayedCalls()
            pauses.append(again.getTime() - self.reactor.seconds())
            self.reactor.advance(pauses[-1])
        self.assertLess(pauses[0], 5)
        self.assertGreater(pauses[-1], 20)
        self.assertLess(max(pauses), 2 * SLOWEST)

    def test_silent(self) -> None:
        """
        A server that takes the connection and says nothing is given up.
        """
        self.connect()
        self.reactor.advance(11)
        self.assertIn("<connection-timeout ", self.heard())

    def test_lost(self) -> None:
        """
        When the connection ends, the rules hear of it, and who writes to
        somebody there is told at once.
        """
        self.lose(self.attach())
        self.assertEqual(self.changes, [("", True), ("", False)])
        text = f"<message from='1@{DOMAIN}' to='{PIA}'/>"
        self.routes.forward("", parse(text))
        self.assertIn("<remote-server-timeout ", self.told[0][1])

    def test_stopped(self) -> None:
        """
        When the daemon stops we take leave, and don't come back.
        """
        stream = self.attach()
        self.attached.stopService()
        self.assertEqual(self.heard(), "</stream:stream>")
        self.lose(stream)
        self.assertEqual(self.reactor.getDelayedCalls(), [])


class CrossingTests(UpstreamCase):
    """
    What passes.
    """

    def test_out(self) -> None:
        """
        Our accounts go by the component's domain there.
        """
        self.attach()
        text = f"<message from='1@{DOMAIN}/x' to='{PIA}'><body>a</body></message>"
        self.routes.forward("", parse(text))
        self.assertEqual(
            self.heard(),
            f"<message from='1@{PHONES}/x' to='{PIA}'><body>a</body></message>",
        )

    def test_in(self) -> None:
        """
        What comes for that name is for the account, and from whom it says.
        """
        stream = self.attach()
        stream.dataReceived(f"<message from='{PIA}/y' to='1@{PHONES}'/>".encode())
        self.assertEqual(
            self.told, [("peer.example", f"<message from='{PIA}/y' to='1@{DOMAIN}'/>")]
        )

    def test_forged(self) -> None:
        """
        Trap 10: that server cannot speak for our accounts, under either name,
        nor for a component that is attached to us.
        """
        stream = self.attach()
        self.routes.claim("rooms.example.org", stream)
        for sender in (f"2@{DOMAIN}", f"2@{PHONES}", "a@rooms.example.org", "a..b"):
            stream.dataReceived(f"<message from='{sender}' to='1@{PHONES}'/>".encode())
        stream.dataReceived(f"<message to='1@{PHONES}'/>".encode())
        self.assertEqual(self.told, [])
        self.assertEqual(self.counts["forged"], 5)

    def test_alias(self) -> None:
        """
        A phone that writes to another by its name there reaches it here.
        """
        self.attach()
        self.routes.forward("", parse(f"<message from='1@{DOMAIN}' to='2@{PHONES}'/>"))
        self.assertEqual(
            self.told, [(PHONES, f"<message from='1@{DOMAIN}' to='2@{DOMAIN}'/>")]
        )
        self.assertEqual(self.heard(), "")

    def test_forbidden(self) -> None:
        """
        Trap 3: nor does it get an entity expanded.
        """
        stream = self.attach()
        stream.dataReceived(b"<message><!-- --></message>")
        self.assertIn("<restricted-xml ", self.heard())
        self.assertTrue(self.wire.disconnecting)
