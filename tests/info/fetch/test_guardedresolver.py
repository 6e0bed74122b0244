"""
Tests of L{gigasetd.info.fetch.guardedresolver}: an owner's URL cannot make this
server connect to its own network (SSRF).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import URI
from zope.interface import implementer

from gigasetd.info.fetch.guardedresolver import (
    EndpointFactory,
    GuardedReactor,
    LimitedEndpoint,
)
from gigasetd.info.sources.interface import SourceError


@implementer(IHostnameResolver)
class Names:
    """
    A resolver that answers differently each time.
    """

    def __init__(self, *answers: list[str]) -> None:
        self.nameResolver = self
        self._answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, port: int, *_: Any) -> Any:
        """
        The next answer.
        """
        receiver.resolutionBegan(None)
        for host in self._answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", host, port))
        receiver.resolutionComplete()


class Receiver:
    """
    Records what a resolver answers.
    """

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.done = False

    def resolutionBegan(self, resolution: Any) -> None:
        """
        Record nothing.
        """

    def addressResolved(self, address: Any) -> None:
        """
        Record an address.
        """
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:
        """
        Record the end.
        """
        self.done = True


class GuardedReactorTests(SynchronousTestCase):
    """
    L{GuardedReactor}.
    """

    def test_good(self) -> None:
        """
        The addresses that are checked are those that are connected to: the name is
        resolved once, so that a second answer cannot differ.
        """
        reactor, receiver = GuardedReactor(Names(["8.8.8.8", "1.1.1.1"])), Receiver()
        reactor.nameResolver.resolveHostName(receiver, "name", 80)
        self.assertEqual(receiver.addresses, ["8.8.8.8", "1.1.1.1"])
        self.assertTrue(receiver.done)
        self.assertFalse(reactor.refused)

    def test_mixed(self) -> None:
        """
        A name with one private address among public ones has none.
        """
        reactor, receiver = GuardedReactor(Names(["8.8.8.8", "127.0.0.1"])), Receiver()
        reactor.nameResolver.resolveHostName(receiver, "name", 80)
        self.assertEqual(
            (receiver.addresses, receiver.done, reactor.refused), ([], True, True)
        )

    def test_reactor(self) -> None:
        """
        All else is the reactor's.
        """
        names = Names()
        self.assertIs(GuardedReactor(names)._answers, names._answers)


class Aborted(StringTransport):
    """
    A connection that can be aborted.
    """

    aborted = False

    def abortConnection(self) -> None:
        """
        Abort it.
        """
        self.aborted = True


class Received(Protocol):
    """
    Records what comes.
    """

    data = b""

    def dataReceived(self, data: bytes) -> None:
        """
        Record it.
        """
        self.data += data


class Endpoint:
    """
    An endpoint that connects at once, or not at all.
    """

    def __init__(self, failure: Exception | None = None) -> None:
        self.transport = Aborted()
        self._failure = failure

    def connect(self, factory: Any) -> Deferred[Any]:
        """
        Connect.
        """
        if self._failure is not None:
            return fail(self._failure)
        protocol = factory.buildProtocol(None)
        protocol.makeConnection(self.transport)
        done: Deferred[Any] = Deferred()
        done.callback(protocol)
        return done


class LimitedEndpointTests(SynchronousTestCase):
    """
    L{LimitedEndpoint}.
    """

    def test_metered(self) -> None:
        """
        A connection that receives more than it may is aborted, headers and all.
        """
        endpoint = Endpoint()
        factory = Factory.forProtocol(Received)
        limited = LimitedEndpoint(endpoint, None, 10)
        received = self.successResultOf(limited.connect(factory))
        # The wrapper stands between the transport and the protocol.
        meter: Any = received.transport
        meter.dataReceived(b"x" * 10)
        self.assertFalse(endpoint.transport.aborted)
        meter.dataReceived(b"y")
        self.assertTrue(endpoint.transport.aborted)
        self.assertEqual(received.data, b"x" * 10)

    def test_refused(self) -> None:
        """
        Where a private address was refused, that is the reason; any other failure
        stays what it is.
        """
        for refused, error in ((True, SourceError), (False, OSError)):
            guard = GuardedReactor(Names())
            guard.refused = refused
            limited = LimitedEndpoint(Endpoint(OSError("no route")), guard, 10)
            self.failureResultOf(limited.connect(Factory()), error)


class EndpointFactoryTests(SynchronousTestCase):
    """
    L{EndpointFactory}.
    """

    def test_guarded(self) -> None:
        """
        Only an owner's URL is guarded: an operator's may lead anywhere.
        """
        uri = URI.fromBytes(b"http://feeds.example/")
        for guarded in (True, False):
            factory = EndpointFactory(Names(), guarded, 5.0, 10, None)
            endpoint = factory.endpointForURI(uri)
            self.assertEqual(endpoint._guard is not None, guarded)
