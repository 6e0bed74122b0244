# -*- test-case-name: tests.sip.test_build -*-
"""
Build the rules of the SIP server, subject by subject.

Layer 4 (assembly).
"""

from __future__ import annotations

from secrets import token_bytes, token_hex
from typing import NamedTuple, Protocol

from gigasetd.auth.digest import Nonces
from gigasetd.config.schema import Config
from gigasetd.process.interfaces import localAddresses
from gigasetd.ratelimit.guard import Guard
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.ratelimit.settings import guardLimits, sourcesOf
from gigasetd.ratelimit.source import Sources
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.admission import Admission
from gigasetd.sip.allowance import Allowances
from gigasetd.sip.authentication import Authenticator, DigestScheme
from gigasetd.sip.autoenrol import Enrolment
from gigasetd.sip.calls import Calls
from gigasetd.sip.checksync import CheckSync
from gigasetd.sip.dispatcher import Peers, SipDispatcher
from gigasetd.sip.domain import Domain
from gigasetd.sip.echo.useragent import Echo
from gigasetd.sip.factorylogin import FactoryLogin
from gigasetd.sip.flows import Network
from gigasetd.sip.flowtoken import FlowTokens
from gigasetd.sip.forwarding import Forwarding
from gigasetd.sip.localagents import LocalAgent, LocalAgents
from gigasetd.sip.notifier import Subscriptions
from gigasetd.sip.proxy import Proxy
from gigasetd.sip.registrar import Registrar
from gigasetd.sip.reload import (
    dispatcherLimits,
    echoLimits,
    expiryLimits,
    registrationLimits,
    subscriptionLimits,
)
from gigasetd.sip.rules import LoginRules, Rules
from gigasetd.sip.serverstate import ServerState
from gigasetd.sip.stun.responder import StunResponder
from gigasetd.sip.subscription import RequestFactory
from gigasetd.sip.transactionlayer import Transactions

TONE = 1.5
"""Seconds of a call to the directory's number: the tone, and a moment to hear
its end.  How the vendor's directory was reached by voice is unknown."""


class Secrets(Protocol):
    """
    The part of L{gigasetd.keys.keyring.Keyring} that SIP and XMPP use.
    """

    def open(self, account: Account) -> str:
        """
        Return an account's password.
        """

    def derive(self, label: str) -> bytes:
        """
        Return a key for one purpose.
        """


class Unsealed:
    """
    Secrets for rules without a store: passwords are stored in clear, keys
    last as long as the process.
    """

    def open(self, account: Account) -> str:
        """
        Return the password as it is stored.
        """
        return account.password

    def derive(self, label: str) -> bytes:
        """
        Return a random key.
        """
        return token_bytes(32)


def rules(
    config: Config,
    registry: Registry,
    public: str,
    secrets: Secrets = Unsealed(),
    sources: Sources | None = None,
    started: float = 0.0,
) -> Rules:
    """
    Build the rules.

    @param public: the address that phones reach this server at.
    @param secrets: opens passwords and derives keys.
    @param sources: tells the source of an address; L{None} for what the
        configuration says.
    @param started: when the server started, epoch seconds: calls from before
        are not known, and may go on all the same.
    """
    state = _state(config, public, started)
    guard = _guard(config, registry, sources or sourcesOf(config))
    login = _login(config, registry, guard, secrets)
    registrar = Registrar(
        registry,
        login.authenticator,
        state.domain,
        registrationLimits(config.sip),
        state.tag,
    )
    proxy = _proxy(config, registry, state, login.authenticator, secrets)
    agents = _agents(config, registry, state)
    allowances = Allowances(guard.sources, registry.flows, state.network.listeners)
    stun = StunResponder(allowances.admitsStun, state.network.address, localAddresses())
    dispatcher = _dispatcher(
        config,
        Peers(
            registry.bindings.__contains__,
            registry.flows.__contains__,
            guard.sources.source,
        ),
        state,
        registrar,
        proxy,
        agents,
    )
    sync = CheckSync(registry, state.network, agents.requests)
    return Rules(
        dispatcher,
        guard,
        allowances,
        state.network,
        state.calls,
        state.transactions,
        registrar,
        proxy,
        login,
        agents.echo,
        agents.directory,
        agents.subscriptions,
        sync,
        stun,
    )


def _state(config: Config, public: str, started: float) -> ServerState:
    name = config.server.domain
    hosts = localAddresses() | {public, f"sip.{name}"}
    return ServerState(
        Domain(name, frozenset(hosts)),
        Network(public),
        Transactions(),
        Calls(config.sip.max_calls),
        started,
        token_hex(4),
    )


def _guard(config: Config, registry: Registry, sources: Sources) -> GuessGuard:
    def holds(source: str) -> bool:
        # All addresses are searched, but only once for each ban.
        return any(sources.of(host) == source for host in registry.hosts)

    exempt, limits = config.guard.exempt.contains, guardLimits(config)
    guard = Guard(exempt, limits, holds, sources.of)
    return GuessGuard(guard, limits, config.guard.account_failures, exempt)


def _login(
    config: Config, registry: Registry, guard: GuessGuard, secrets: Secrets
) -> LoginRules:
    realm = config.server.domain
    # Another key at each start: the next run has forgotten which responses
    # were used, so an overheard one must not be good for it.
    nonces = Nonces(token_bytes(32), config.sip.nonce_lifetime)
    enrolment = _enrolment(config, registry)
    key = secrets.derive("factory nonces")
    factory = FactoryLogin(registry, key, realm, guard, nonces, enrolment)
    scheme = DigestScheme(nonces, realm, config.sip.digest)
    authenticator = Authenticator(registry, scheme, guard, secrets.open, factory)
    return LoginRules(authenticator, factory, enrolment)


def _enrolment(config: Config, registry: Registry) -> Enrolment:
    sip, local = config.sip, config.server.local_networks
    return Enrolment(
        registry,
        local.contains if sip.enrol == "lan" else lambda host: False,
        sip.reservedNumbers(),
        sip.max_enrolled,
    )


def _proxy(
    config: Config,
    registry: Registry,
    state: ServerState,
    authenticator: Authenticator,
    secrets: Secrets,
) -> Proxy:
    # The key is the same after a restart, so that calls that went on
    # meanwhile can end.
    tokens = FlowTokens(secrets.derive("flow tokens"))
    admission = Admission(
        registry,
        authenticator,
        state.domain,
        state.network,
        frozenset(config.sip.emergency_numbers),
    )
    forwarding = Forwarding(state, tokens, config.sip.asserted_identity)
    return Proxy(state, admission, forwarding, config.sip.ring_timeout)


class _Agents(NamedTuple):
    """
    The local agents.
    """

    requests: RequestFactory
    echo: Echo
    directory: Echo
    subscriptions: Subscriptions


def _agents(config: Config, registry: Registry, state: ServerState) -> _Agents:
    sip = config.sip
    requests = RequestFactory(
        lambda flow: state.network.address(flow).rpartition(":")[0],
        lambda: token_hex(8),
        config.server.domain,
    )
    address, fresh = requests.address, requests.fresh
    tone = echoLimits(sip)._replace(seconds=TONE, reflects=False)
    subscriptions = Subscriptions(
        state.domain,
        requests,
        subscriptionLimits(sip),
        expiryLimits(sip),
        lambda number: len(registry.waiting(number)),
    )
    registry.listen("account", subscriptions.accountChanged)
    return _Agents(
        requests,
        Echo(address=address, fresh=fresh, limits=echoLimits(sip)),
        Echo(address=address, fresh=fresh, limits=tone),
        subscriptions,
    )


def _dispatcher(
    config: Config,
    peers: Peers,
    state: ServerState,
    registrar: Registrar,
    proxy: Proxy,
    agents: _Agents,
) -> SipDispatcher:
    sip = config.sip
    numbers: dict[str, LocalAgent] = dict.fromkeys(sip.echo_numbers, agents.echo)
    numbers[sip.directory_number] = agents.directory
    return SipDispatcher(
        state,
        registrar,
        proxy,
        LocalAgents(state, proxy, numbers, agents.subscriptions),
        peers,
        dispatcherLimits(sip),
    )
