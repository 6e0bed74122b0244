"""
Streams in a jar: the server's own parts but the sockets, and clients that say
what a script says.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from itertools import count
from typing import Any, cast

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.errors import StoreError
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.ratelimit.source import Sources
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.auth.policy import LoginPolicy
from gigasetd.xmpp.auth.scram import keysOf
from gigasetd.xmpp.executor import Executor
from gigasetd.xmpp.im.messaging import Messaging
from gigasetd.xmpp.stream.context import StreamContext
from gigasetd.xmpp.stream.factory import ClientStreamFactory
from gigasetd.xmpp.stream.stream import ClientStream

DOMAIN = "gigaset.net"
ALICE, BOB = "20000001", "20000002"
PASSWORD = "s3cret-words"
HOME, AWAY = "192.168.1.5", "198.51.100.7"

HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='gigaset.net' "
    "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)
OLD_HEADER = HEADER.replace(" version='1.0'>", ">")
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = (
    "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<resource>{}</resource></bind></iq>"
)


def plain(number: str = ALICE, password: str = PASSWORD) -> str:
    """
    A log-in by PLAIN.
    """
    text = b64encode(f"\0{number}\0{password}".encode()).decode()
    return f"<auth xmlns='{SASL}' mechanism='PLAIN'>{text}</auth>"


class Transport(StringTransport):
    """
    A connection that remembers how it was treated.
    """

    aborted = False
    tls = False

    def abortConnection(self) -> None:
        """
        Cut off.
        """
        self.aborted = True

    def startTLS(self, creator: Any, normal: bool = True) -> None:
        """
        From now on, somebody else's matter.
        """
        self.tls = True


class NoTLS:
    """
    TLS without its arithmetic: a stream is secure when it says so.
    """

    def __init__(self) -> None:
        self.bound: dict[str, bytes] = {}

    def bindings(self, transport: Any) -> dict[str, bytes]:
        """
        What log-ins can be bound to.
        """
        return self.bound

    def creator(self, phone: bool) -> Any:
        """
        What would make connections.
        """
        return None


class Client:
    """
    One connection.
    """

    def __init__(self, stream: ClientStream) -> None:
        self.stream = stream
        self.transport = Transport()
        self.gone = False
        stream.makeConnection(cast(Any, self.transport))

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
        data: bytes = self.transport.value()
        self.transport.clear()
        return data.decode()

    def lose(self) -> None:
        """
        The connection breaks.
        """
        if not self.gone:
            self.gone = True
            self.stream.connectionLost()

    @property
    def ended(self) -> bool:
        """
        Whether the server has hung up.
        """
        return self.transport.disconnecting or self.transport.aborted


class StreamCase(SynchronousTestCase):
    """
    A server, two accounts, and any number of connections.

    @ivar stored: whether changes can be made safe at once; else what waits.
    """

    section: dict[str, Any] = {}

    def setUp(self) -> None:
        self.clock = Clock()
        self.registry = Registry(Journal())
        for number in (ALICE, BOB):
            account = Account(number, "digest", PASSWORD, "", "", "", 1.0, 0.0)
            self.registry.put(account)
        self.registry.journal.take()
        self.waiting: dict[int, Deferred[None]] = {}
        self.slow = False
        self.fault: StoreError | None = None
        self.tls = NoTLS()
        self.clients: list[Client] = []
        self.build()

    def build(self) -> None:
        """
        Join the parts.
        """
        networks = Networks(["192.168.0.0/16"])
        quiet = {"shared_roster": "off", "phone_networks": networks}
        self.config = replace(XmppSection(), **{**quiet, **self.section})
        tokens = count(1)

        def token() -> str:
            return f"token{next(tokens)}"

        rules = Messaging(self.registry, self.config, DOMAIN, token, lambda *_: False)
        self.executor = Executor(
            rules, self.settle, self.safe, self.clock.seconds, self.clock
        )
        self.registry.listen("account", self.executor.changed)
        limits = GuardLimits()
        logins = LoginPolicy(
            self.registry,
            DOMAIN,
            lambda account: account.password,
            b"k" * 32,
            GuessGuard(
                Guard(
                    lambda host: host.startswith("192."), limits, source=Sources().of
                ),
                limits,
                100,
            ),
            token,
        )
        self.context = StreamContext(
            self.config,
            (DOMAIN, "192.168.1.2", ""),
            self.executor,
            logins,
            cast(Any, self.tls),
            lambda *request: succeed(keysOf(*request)),
        )
        self.streams = ClientStreamFactory(self.context, 0)

    def settle(self) -> None:
        """
        As the store's.
        """
        if self.fault is not None:
            raise self.fault
        self.registry.notify()
        self.registry.journal.take()

    def safe(self, number: int) -> Deferred[None]:
        """
        As the store's.
        """
        if not self.slow:
            return succeed(None)
        return self.waiting.setdefault(number, Deferred())

    def connect(self, host: str = AWAY, secure: bool = True) -> Client:
        """
        A new connection.
        """
        address = IPv4Address("TCP", host, 5000 + len(self.clients))
        stream = self.streams.build(address, secure)
        assert stream is not None, "refused"
        client = Client(stream)
        self.clients.append(client)
        return client

    def active(
        self, number: str = ALICE, resource: str = "r", host: str = AWAY
    ) -> Client:
        """
        A client that is logged in, bound and silent.
        """
        client = self.connect(host)
        client.say(HEADER, plain(number), HEADER, BIND.format(resource))
        return client

    def advance(self, seconds: float) -> None:
        """
        Time passes; who was hung up on goes.
        """
        self.clock.pump([1.0] * int(seconds) + [seconds % 1])

    def assertFails(self, text: str, condition: str) -> None:
        """
        A stream ends with this error.
        """
        self.assertIn("<stream:error>", text)
        self.assertIn(f"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'", text)
        self.assertTrue(text.endswith("</stream:stream>"), text)
