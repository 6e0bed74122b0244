# -*- test-case-name: tests.info.fetch.test_download -*-
"""
Names that lead only to addresses of the whole internet.

The address that is checked is the one that is connected to: the check sits
between the resolver and the connection, so that a name cannot mean something
else a moment later.

Layer 3 (I/O).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import (
    IHostnameResolver,
    IReactorPluggableNameResolver,
    IResolutionReceiver,
    IStreamClientEndpoint,
)
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure
from twisted.web.client import URI, BrowserLikePolicyForHTTPS
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from gigasetd.info.fetch.addresspolicy import isGlobal
from gigasetd.info.sources.interface import SourceError


@implementer(IHostnameResolver, IReactorPluggableNameResolver)
class GuardedReactor:
    """
    A reactor whose names lead only to addresses of the whole internet: when
    one address of a name is none, the name leads nowhere.

    @ivar refused: whether that has happened.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self.refused = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    @property
    def nameResolver(self) -> Any:
        """
        The resolver that L{HostnameEndpoint} asks.
        """
        return self

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Any = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """
        Ask the reactor's own resolver, and look at what it finds.
        """
        return self._reactor.nameResolver.resolveHostName(
            _GuardedReceiver(self, resolutionReceiver),
            hostName,
            portNumber,
            addressTypes,
            transportSemantics,
        )

    def installNameResolver(self, resolver: Any) -> Any:
        """
        The resolver is the reactor's.
        """
        raise NotImplementedError


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    """
    Holds the addresses of a name back until all are known.
    """

    def __init__(self, screen: GuardedReactor, receiver: Any) -> None:
        self._screen = screen
        self._receiver = receiver
        self._found: list[Any] = []

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        """
        The first word.
        """
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:
        """
        One address.
        """
        self._found.append(address)

    def resolutionComplete(self) -> None:
        """
        The last word.
        """
        if all(isGlobal(address.host) for address in self._found):
            for address in self._found:
                self._receiver.addressResolved(address)
        else:
            self._screen.refused = True
        self._receiver.resolutionComplete()


class MeteredConnection(ProtocolWrapper):
    """
    A connection that brings so many bytes and no more: a server may have
    headers without an end, which nobody else counts.
    """

    def __init__(self, most: int, *args: Any) -> None:
        """
        @param most: bytes.
        """
        super().__init__(*args)
        self._left = most

    def dataReceived(self, data: bytes) -> None:
        """
        Count, then pass on.
        """
        self._left -= len(data)
        if self._left < 0:
            transport: Any = self.transport
            transport.abortConnection()
        else:
            super().dataReceived(data)


@implementer(IStreamClientEndpoint)
class LimitedEndpoint:
    """
    The way to a host.
    """

    def __init__(self, endpoint: Any, screen: GuardedReactor | None, most: int) -> None:
        """
        @param screen: what is before it, L{None} for nothing.
        @param most: bytes that one connection may bring.
        """
        self._endpoint = endpoint
        self._screen = screen
        self._most = most

    def connect(self, protocolFactory: Any) -> Deferred[Any]:
        """
        Connect, or say why not.
        """
        # It would log the host, and so whose news somebody reads.
        protocolFactory.noisy = False
        metered = WrappingFactory(protocolFactory)
        metered.noisy = False
        metered.protocol = partial(MeteredConnection, self._most)
        connecting: Deferred[Any] = self._endpoint.connect(metered)
        connecting.addCallback(lambda made: made.wrappedProtocol)
        return connecting.addErrback(self._explained)

    def _explained(self, failure: Failure) -> Failure:
        """
        Nowhere to go is one thing, not going there another.
        """
        if self._screen is not None and self._screen.refused:
            return Failure(SourceError("an address of a private network"))
        return failure


@implementer(IAgentEndpointFactory)
class EndpointFactory:
    """
    How an L{Agent} gets to a host.
    """

    def __init__(
        self, reactor: Any, guarded: bool, patience: float, most: int, policy: Any
    ) -> None:
        """
        @param patience: seconds for a connection.
        @param most: bytes that one connection may bring.
        @param policy: whom to believe, L{None} for whom the system does.
        """
        self._reactor = reactor
        self._guarded = guarded
        self._patience = patience
        self._most = most
        self._policy = policy or BrowserLikePolicyForHTTPS()

    def endpointForURI(self, uri: URI) -> Any:
        """
        The way to the host of an address.
        """
        screen = GuardedReactor(self._reactor) if self._guarded else None
        endpoint: Any = HostnameEndpoint(
            screen or self._reactor, uri.host, uri.port, timeout=self._patience
        )
        if uri.scheme == b"https":
            tls = self._policy.creatorForNetloc(uri.host, uri.port)
            endpoint = wrapClientTLS(tls, endpoint)
        return LimitedEndpoint(endpoint, screen, self._most)
