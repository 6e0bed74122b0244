"""
Components in a jar: the server's side of a connection, and one that says what
a script says.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha1
from itertools import count
from typing import Any, cast

from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.words.xish.domish import Element

from gigasetd.config.schema import XmppSection
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.xmpp.federation.component import (
    ComponentAccess,
    ComponentFactory,
    shareLimits,
)
from gigasetd.xmpp.federation.router import DomainRouter
from gigasetd.xmpp.federation.xmlstream import COUNTS, contextOf
from gigasetd.xmpp.stanza.stanza import serialize
from tests.xmpp.streaming import DOMAIN, Transport

ROOMS, OTHER, SECRET = "rooms.example.org", "other.example.org", "s3cret"
HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' to='{}' "
    "xmlns:stream='http://etherx.jabber.org/streams'>"
)


class Wire(Transport):
    """
    A connection that takes TCP's options.
    """

    def setTcpKeepAlive(self, enabled: bool) -> None:
        """
        Taken.
        """

    setTcpNoDelay = setTcpKeepAlive


def addressOf(host: str) -> IPv4Address:
    """
    The address of a peer.
    """
    return IPv4Address("TCP", host, 4711)


class Part:
    """
    A component's side of a connection.
    """

    def __init__(
        self, components: ComponentFactory, host: str = "198.51.100.200"
    ) -> None:
        self.host = host
        stream = components.buildProtocol(addressOf(host))
        assert stream is not None
        self.stream = stream
        self.wire = Wire()
        stream.makeConnection(cast(Any, self.wire))

    def say(self, *texts: str) -> str:
        """
        Send each text in a read of its own.

        @return: what came back.
        """
        for text in texts:
            self.stream.dataReceived(text.encode())
        return self.heard()

    def heard(self) -> str:
        """
        What has come since the last look.
        """
        data: bytes = self.wire.value()
        self.wire.clear()
        return data.decode()

    def attach(self, domain: str = ROOMS, secret: str = SECRET) -> str:
        """
        Say who we are, and prove it.
        """
        header = self.say(HEADER.format(domain))
        self.wire.clear()
        id = header.partition(" id='")[2].partition("'")[0]
        proof = sha1(f"{id}{secret}".encode()).hexdigest()
        return self.say(f"<handshake>{proof}</handshake>")

    @property
    def ended(self) -> bool:
        """
        Whether the server has hung up.
        """
        return bool(self.wire.disconnecting or self.wire.aborted)

    def lose(self) -> None:
        """
        The connection breaks.
        """
        self.stream.connectionLost(Failure(Exception()))


class ComponentCase(SynchronousTestCase):
    """
    A server that two components may attach to.
    """

    def setUp(self) -> None:
        """
        Start it.
        """
        self.clock = Clock()
        self.told: list[tuple[str, str]] = []
        self.changes: list[tuple[str, bool]] = []
        self.counts = dict.fromkeys(COUNTS, 0)
        section = replace(
            XmppSection(), login_timeout=10, keepalive=60, max_unread=65536
        )
        self.routes = DomainRouter(DOMAIN, self.take, self.change, self.counts)
        tokens = count(1)
        self.components = ComponentFactory(
            {ROOMS: SECRET, OTHER: "other-s3cret", DOMAIN: SECRET},
            self.routes,
            contextOf(section, self.clock, self.counts),
            lambda: f"t{next(tokens)}",
            ComponentAccess(
                Guard(lambda host: False, GuardLimits()),
                lambda host: host.startswith("192.168."),
                shareLimits(section),
                self.clock.seconds,
            ),
        )
        self.part = Part(self.components)

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
