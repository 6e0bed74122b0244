# -*- test-case-name: tests.xmpp.test_service -*-
"""
The XMPP server, from the configuration to the open ports.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred
from twisted.internet.threads import deferToThreadPool

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.reload import GUARD
from gigasetd.config.schema import Config
from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.devices.household import HouseholdIndex
from gigasetd.process.clock import SteadyClock
from gigasetd.process.listeners import bind, serveStreams
from gigasetd.process.version import version
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.model import Scram
from gigasetd.registry.registry import Registry
from gigasetd.sip.build import Secrets
from gigasetd.sip.reload import guardLimits
from gigasetd.site.live import Live
from gigasetd.tls.certificate import (
    CertificateFiles,
    ServerCertificate,
    certificateFiles,
    makeSelfSigned,
)
from gigasetd.xmpp.auth.policy import LoginGuards, LoginPolicy
from gigasetd.xmpp.auth.scram import keysOf
from gigasetd.xmpp.executor import Executor
from gigasetd.xmpp.im.server import Messaging
from gigasetd.xmpp.reload import KEYS, RULES
from gigasetd.xmpp.stream.context import StreamContext
from gigasetd.xmpp.stream.directtls import DirectTLS
from gigasetd.xmpp.stream.factory import ClientStreamFactory
from gigasetd.xmpp.stream.tls import StreamTLS

WATCHED = ("account", "roster", "held")
"""What others change in the registry that streams have to hear of."""


def fresh() -> str:
    """
    A text that nobody can guess: 144 bits.
    """
    return token_urlsafe(18)


class XMPPService(Service):
    """
    The XMPP listeners.

    @ivar executor: what carries out the rules' decisions.
    @ivar streams: all streams.
    @ivar certificate: what they present.
    """

    name = "xmpp"

    def __init__(
        self,
        executor: Executor,
        streams: ClientStreamFactory,
        certificate: ServerCertificate,
        section: XmppSection,
        reactor: Any,
    ) -> None:
        self.executor, self.streams = executor, streams
        self.certificate = certificate
        self._section = section
        self._reactor = reactor
        self._ports: list[Any] = []
        self._plain: list[Any] = []

    def startService(self) -> None:
        """
        Bind every listener.

        @raise CannotListenError: one cannot be bound; none is then.
        """
        super().startService()
        try:
            for listen in self._section.listen:
                self._bind(listen)
        except BaseException:
            self.stopService()
            raise

    def _bind(self, listen: Endpoint) -> None:
        """
        Bind one listener, and say so.
        """
        factory: Any = self.streams
        if listen.transport == "tls":
            factory = self._direct(listen)
        bound = bind("xmpp", listen, ("tcp",))
        port = serveStreams(bound, factory, self._reactor)
        self._ports.append(port)
        if listen.transport != "tls":
            self._plain.append(port)

    def places(self) -> list[tuple[str, int]]:
        """
        Where it listens for clients that begin without TLS: address and port.
        """
        hosts: list[Any] = [port.getHost() for port in self._plain]
        return [(host.host, host.port) for host in hosts]

    def _direct(self, listen: Endpoint) -> DirectTLS:
        """
        A listener of TLS, which may have a certificate of its own.
        """
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
        Close the ports, then the streams, each with a word.

        @return: fires when all are closed.
        """
        super().stopService()
        ports, self._ports, self._plain = self._ports, [], []
        closing = [maybeDeferred(port.stopListening) for port in ports]
        # What no client has confirmed is stored while there is a store.
        executor = self.executor
        executor.ask(executor.rules.close, executor.now())
        closing.append(self.streams.closeAll())
        done = gatherResults(closing)
        done.addBoth(self._stopped)
        return done

    def _stopped(self, result: Any) -> Any:
        """
        Nobody is left.
        """
        self.streams.stop()
        return result


def certificateOf(config: Config, public: str, reactor: Any) -> ServerCertificate:
    """
    The server's certificate; one is made where none is configured.

    @raise OSError: it is no good.
    """
    server = config.server
    chosen = certificateFiles(server.certificate, server.private_key, server.state_dir)
    if server.certificate is None and not chosen.certificate.exists():
        makeSelfSigned(chosen.certificate, server.domain, public, datetime.now(UTC))
    try:
        return ServerCertificate(chosen, reactor.seconds)
    except OSError as error:
        raise OSError(f"server.certificate: {error}") from None


def _logins(
    config: Config,
    registry: Registry,
    live: Live,
    secrets: Secrets,
    holds: Callable[[str], bool],
) -> LoginPolicy:
    """
    Who may log in how.

    @param holds: whether somebody has logged in from an address.
    """
    exempt = config.guard.exempt.contains
    hosts = Guard(exempt, guardLimits(config), holds)
    pairs = Guard(lambda pair: exempt(pair.partition(" ")[0]), guardLimits(config))

    def follow(new: Config) -> None:
        hosts.limits = pairs.limits = guardLimits(new)

    live.following.add(GUARD, follow)
    live.counts["xmpp_guard"] = hosts.counts
    live.guards["xmpp"] = hosts
    return LoginPolicy(
        registry,
        config.server.domain,
        secrets.open,
        secrets.derive("scram salts"),
        LoginGuards(hosts, pairs),
        fresh,
    )


def _deriving(reactor: Any) -> Callable[..., Deferred[Scram]]:
    """
    Makes keys in one of the reactor's threads.
    """

    def derive(*asked: str) -> Deferred[Scram]:
        made: Deferred[Scram] = deferToThreadPool(
            reactor, reactor.getThreadPool(), keysOf, *asked
        )
        return made

    return derive


def _share(live: Live, streams: ClientStreamFactory) -> None:
    """
    Let others see it, and follow the configuration.
    """
    context = streams.context
    executor, logins = context.executor, context.logins
    rules = executor.rules
    live.following.add(KEYS, lambda new: context.follow(new.xmpp))
    live.following.add(RULES, lambda new: rules.follow(new.xmpp))
    live.counts["xmpp"] = ChainMap(rules.counts, executor.counts, logins.counts)
    live.gauges["xmpp"] = streams.gauges
    live.streams = streams.sessions


def service(
    config: Config,
    registry: Registry,
    live: Live,
    settle: Callable[[], None],
    clock: SteadyClock,
    reactor: Any,
    public: str,
    secrets: Secrets,
    safe: Callable[[int], Deferred[None]],
    households: HouseholdIndex,
) -> XMPPService:
    """
    Build the XMPP server.

    @param settle: makes what a rule has changed safe.
    @param public: the address that phones reach this server at.
    @param secrets: opens passwords and makes keys.
    @param safe: tells when a change is on the disk.
    @param households: the devices of the local network.
    @raise OSError: the certificate is no good.
    """
    section, domain = config.xmpp, config.server.domain
    program = version()
    rules = Messaging(registry, section, domain, fresh, households.together, program)
    executor = Executor(rules, settle, safe, clock.now, reactor)
    for kind in WATCHED:
        registry.listen(kind, executor.changed)
    certificate = certificateOf(config, public, reactor)
    logins = _logins(
        config, registry, live, secrets, lambda host: streams.isLoggedIn(host)
    )
    context = StreamContext(
        section,
        (domain, public.lower(), ""),
        executor,
        logins,
        StreamTLS(certificate, section.old_tls),
        _deriving(reactor),
    )
    streams = ClientStreamFactory(context, int(clock.now()) << 20)
    live.following.add((), lambda new: certificate.look())
    _share(live, streams)
    return XMPPService(executor, streams, certificate, section, reactor)
