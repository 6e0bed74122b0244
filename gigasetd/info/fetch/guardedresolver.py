# -*- test-case-name: tests.info.fetch.test_guardedresolver -*-
"""
Endpoints that connect only to public addresses.

The check stands between resolver and connection, so the address that is checked
is the one that is connected to (no DNS rebinding).

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
    A reactor that resolves names to public addresses only. A name with one
    private address resolves to nothing.

    @ivar refused: whether a name was refused.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self.refused = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    @property
    def nameResolver(self) -> Any:
        """
        Return the resolver for L{HostnameEndpoint}.
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
        Resolve a name with the reactor's resolver, and check the addresses.
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
        Required by the interface; not used.
        """
        raise NotImplementedError


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    """
    Holds back the addresses of a name until all are checked.
    """

    def __init__(self, reactor: GuardedReactor, receiver: Any) -> None:
        self._reactor = reactor
        self._receiver = receiver
        self._addresses: list[Any] = []

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:
        self._addresses.append(address)

    def resolutionComplete(self) -> None:
        if all(isGlobal(address.host) for address in self._addresses):
            for address in self._addresses:
                self._receiver.addressResolved(address)
        else:
            self._reactor.refused = True
        self._receiver.resolutionComplete()


class MeteredConnection(ProtocolWrapper):
    """
    A connection that is aborted after a number of bytes.
    """

    # Twisted does not bound the headers of a response.
    def __init__(self, limit: int, *args: Any) -> None:
        super().__init__(*args)
        self._left = limit

    def dataReceived(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left < 0:
            transport: Any = self.transport
            transport.abortConnection()
        else:
            super().dataReceived(data)


@implementer(IStreamClientEndpoint)
class LimitedEndpoint:
    """
    An endpoint whose connections are metered.
    """

    def __init__(self, endpoint: Any, guard: GuardedReactor | None, limit: int) -> None:
        """
        @param guard: checks the addresses; L{None} for no check.
        @param limit: bytes that one connection may receive.
        """
        self._endpoint = endpoint
        self._guard = guard
        self._limit = limit

    def connect(self, protocolFactory: Any) -> Deferred[Any]:
        """
        Connect; fails with L{SourceError} for a private address.
        """
        # A noisy factory logs the host, and so which news an owner reads.
        protocolFactory.noisy = False
        metered = WrappingFactory(protocolFactory)
        metered.noisy = False
        metered.protocol = partial(MeteredConnection, self._limit)
        connecting: Deferred[Any] = self._endpoint.connect(metered)
        connecting.addCallback(lambda made: made.wrappedProtocol)
        return connecting.addErrback(self._explained)

    def _explained(self, failure: Failure) -> Failure:
        if self._guard is not None and self._guard.refused:
            return Failure(SourceError("addresses in private networks are not allowed"))
        return failure


@implementer(IAgentEndpointFactory)
class EndpointFactory:
    """
    Makes the endpoints of an L{Agent}.
    """

    def __init__(
        self, reactor: Any, guarded: bool, patience: float, limit: int, policy: Any
    ) -> None:
        """
        @param patience: seconds to connect.
        @param limit: bytes that one connection may receive.
        @param policy: TLS policy, L{None} for the system's certificates.
        """
        self._reactor = reactor
        self._guarded = guarded
        self._patience = patience
        self._limit = limit
        self._policy = policy or BrowserLikePolicyForHTTPS()

    def endpointForURI(self, uri: URI) -> Any:
        """
        Return the endpoint of a URL's host.
        """
        guard = GuardedReactor(self._reactor) if self._guarded else None
        endpoint: Any = HostnameEndpoint(
            guard or self._reactor, uri.host, uri.port, timeout=self._patience
        )
        if uri.scheme == b"https":
            tls = self._policy.creatorForNetloc(uri.host, uri.port)
            endpoint = wrapClientTLS(tls, endpoint)
        return LimitedEndpoint(endpoint, guard, self._limit)
