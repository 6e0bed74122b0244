# -*- test-case-name: tests.xmpp.test_service -*-
"""
Builds the XMPP server from the configuration, and binds its ports.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred
from twisted.internet.threads import deferToThreadPool

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.schema import Config
from gigasetd.process.listeners import bind, serveStreams
from gigasetd.process.version import version
from gigasetd.ratelimit.guard import Guard
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.ratelimit.settings import CONTESTED, GUARD, guardLimits
from gigasetd.registry.model import Scram
from gigasetd.site.part import Part, joined
from gigasetd.site.site import Site
from gigasetd.tls.certificate import (
    CertificateFiles,
    ServerCertificate,
    certificateFiles,
    makeSelfSigned,
)
from gigasetd.xmpp.auth.policy import LoginPolicy
from gigasetd.xmpp.auth.scram import keysOf
from gigasetd.xmpp.executor import Executor
from gigasetd.xmpp.federation.service import federation
from gigasetd.xmpp.im.messaging import Messaging
from gigasetd.xmpp.reload import KEYS, RULES
from gigasetd.xmpp.stream.context import StreamContext
from gigasetd.xmpp.stream.directtls import DirectTLS
from gigasetd.xmpp.stream.factory import ClientStreamFactory
from gigasetd.xmpp.stream.tls import StreamTLS
from gigasetd.xmpp.streamid import fresh

WATCHED = ("account", "roster", "held")
"""Kinds of registry changes that the rules of messaging follow."""


class XMPPService(Service):
    """
    The listeners for clients.

    @ivar executor: performs what the rules decide.
    @ivar streams: the streams of all clients.
    @ivar certificate: the server's certificate.
    """

    name = "xmpp"

    def __init__(
        self,
        executor: Executor,
        streams: ClientStreamFactory,
        certificate: ServerCertificate,
        site: Site,
    ) -> None:
        self.executor, self.streams = executor, streams
        self.certificate = certificate
        self._section = site.config.xmpp
        self._reactor = site.reactor
        self._bound = site.ports
        self._ports: list[Any] = []

    def startService(self) -> None:
        """
        Bind every listener.

        @raise CannotListenError: a port cannot be bound; then none stays bound.
        """
        super().startService()
        try:
            for listen in self._section.listen:
                self._bind(listen)
        except BaseException:
            self.stopService()
            raise

    def _bind(self, listen: Endpoint) -> None:
        factory: Any = self.streams
        if listen.transport == "tls":
            factory = self._direct(listen)
        bound = bind("xmpp", listen, ("tcp",))
        port = serveStreams(bound, factory, self._reactor)
        self._ports.append(port)
        transport, host = "tls" if listen.transport == "tls" else "tcp", port.getHost()
        self._bound.add("xmpp", transport, host.host, host.port)

    def _direct(self, listen: Endpoint) -> DirectTLS:
        # A listener may have its own certificate.
        tls = self.streams.context.tls
        if listen.certificate:
            chosen = ServerCertificate(
                CertificateFiles(Path(listen.certificate), Path(listen.key)),
                self._reactor.seconds,
            )
            tls = StreamTLS(chosen, self._section.old_tls)
        return DirectTLS(self.streams, tls, self._reactor)

    def stopService(self) -> Deferred[Any]:
        """
        Close the ports, then the streams, which are told C{system-shutdown}.

        @return: fires when all are closed.
        """
        super().stopService()
        ports, self._ports = self._ports, []
        self._bound.clear("xmpp")
        closing = [maybeDeferred(port.stopListening) for port in ports]
        # Unconfirmed messages must be stored before the store is closed.
        executor = self.executor
        executor.ask(executor.rules.close, executor.now())
        closing.append(self.streams.closeAll())
        done = gatherResults(closing)
        done.addBoth(self._stopped)
        return done

    def _stopped(self, result: Any) -> Any:
        self.streams.stop()
        return result


def certificateOf(config: Config, public: str, reactor: Any) -> ServerCertificate:
    """
    Open the server's certificate; make one where none is configured.

    @raise OSError: it cannot be read, or is not valid.
    """
    server = config.server
    chosen = certificateFiles(server.certificate, server.private_key, server.state_dir)
    if server.certificate is None and not chosen.certificate.exists():
        makeSelfSigned(chosen.certificate, server.domain, public, datetime.now(UTC))
    try:
        return ServerCertificate(chosen, reactor.seconds)
    except OSError as error:
        raise OSError(f"server.certificate: {error}") from None


def _guard(site: Site, holds: Callable[[str], bool]) -> GuessGuard:
    # A source with a session is not banned, see Guard.
    config = site.config
    exempt, limits = config.guard.exempt.contains, guardLimits(config)
    sources = Guard(exempt, limits, holds, site.sources.of)
    return GuessGuard(sources, limits, config.guard.account_failures, exempt)


def _followGuard(guard: GuessGuard) -> Callable[[Config], None]:
    def follow(config: Config) -> None:
        guard.limits = guard.sources.limits = guardLimits(config)
        guard.contested = config.guard.account_failures

    return follow


def _logins(site: Site, guard: GuessGuard) -> LoginPolicy:
    return LoginPolicy(
        site.registry,
        site.config.server.domain,
        site.keys.open,
        site.keys.derive("scram salts"),
        guard,
        fresh,
    )


def _deriving(reactor: Any) -> Callable[..., Deferred[Scram]]:
    # PBKDF2 takes milliseconds: in a thread, it does not stop the reactor.
    def derive(*arguments: str) -> Deferred[Scram]:
        made: Deferred[Scram] = deferToThreadPool(
            reactor, reactor.getThreadPool(), keysOf, *arguments
        )
        return made

    return derive


def part(site: Site) -> Part:
    """
    Build the XMPP server, with components and upstream server.

    @raise OSError: the certificate cannot be read, or is not valid.
    """
    guard = _guard(site, lambda source: streams.isLoggedIn(source))
    executor = _executor(site)
    certificate = certificateOf(site.config, site.public, site.reactor)
    streams = _streams(site, executor, _logins(site, guard), certificate)
    xmpp = XMPPService(executor, streams, certificate, site)
    return joined(_own(xmpp, guard), federation(site, executor, guard.sources))


def _own(xmpp: XMPPService, guard: GuessGuard) -> Part:
    context, executor = xmpp.streams.context, xmpp.executor
    rules = executor.rules
    counters = ChainMap(rules.counts, executor.counts, context.logins.counts)
    return Part(
        services=(xmpp,),
        counters={
            "xmpp": counters,
            "xmpp_guard": ChainMap(guard.counts, guard.sources.counts),
        },
        gauges={"xmpp": xmpp.streams.gauges},
        follows=(
            ((*GUARD, CONTESTED), _followGuard(guard)),
            ((), lambda new: xmpp.certificate.look()),
            (KEYS, lambda new: context.follow(new.xmpp)),
            (RULES, lambda new: rules.follow(new.xmpp)),
        ),
        guards={"xmpp": guard.sources},
        running={"streams": xmpp.streams.sessions},
    )


def _executor(site: Site) -> Executor:
    registry, config = site.registry, site.config
    together = site.caches.households.together
    domain, program = config.server.domain, version()
    rules = Messaging(registry, config.xmpp, domain, fresh, together, program)
    executor = Executor(
        rules, site.store.settle, site.store.safe, site.clock.now, site.reactor
    )
    for kind in WATCHED:
        registry.listen(kind, executor.changed)
    return executor


def _streams(
    site: Site,
    executor: Executor,
    logins: LoginPolicy,
    certificate: ServerCertificate,
) -> ClientStreamFactory:
    section = site.config.xmpp
    context = StreamContext(
        section,
        (site.config.server.domain, site.public.lower(), ""),
        executor,
        logins,
        StreamTLS(certificate, section.old_tls),
        _deriving(site.reactor),
    )
    local = site.config.server.local_networks.contains
    return ClientStreamFactory(context, int(site.clock.now()) << 20, local)
