# -*- test-case-name: tests.sip.test_service -*-
"""
The SIP server without its sockets: its rules joined to each other.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import token_bytes, token_hex
from typing import NamedTuple, Protocol, TypeVar

from gigasetd.auth.digest import Nonces
from gigasetd.config.schema import Config
from gigasetd.config.sections.sip import SipSection
from gigasetd.devices.sipcheckin import SipCheckIns
from gigasetd.process.interfaces import localAddresses
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.admission import Admission
from gigasetd.sip.authentication import Authority
from gigasetd.sip.autoenrol import Enrolment
from gigasetd.sip.calls import Calls
from gigasetd.sip.checksync import Sync
from gigasetd.sip.dispatcher import Layer
from gigasetd.sip.domain import Domain
from gigasetd.sip.echo.useragent import Echo, EchoLimits
from gigasetd.sip.factorylogin import FactoryLogin
from gigasetd.sip.flows import Network
from gigasetd.sip.flowtoken import Tokens
from gigasetd.sip.forwarding import Forwarding
from gigasetd.sip.localagents import Agent, Agents
from gigasetd.sip.message.message import Limits
from gigasetd.sip.notifier import Subscriptions
from gigasetd.sip.proxy import Proxy
from gigasetd.sip.registrar import Registrar
from gigasetd.sip.reload import expiryLimits, following, guardLimits
from gigasetd.sip.stun.responder import Reflector
from gigasetd.sip.subscription import Sender
from gigasetd.sip.subscriptions import SubscriptionLimits
from gigasetd.sip.transactionlayer import Transactions

T = TypeVar("T")

TONE = 1.5
"""Seconds that a call to the directory's number lasts: the tone, and a moment
to hear that it is over.  How the vendor's directory was carried is unknown."""

LONGEST_CALL = 12 * 3600.0
"""Seconds after which a call whose BYE never came is no longer listed."""


class Rules(NamedTuple):
    """
    The SIP server without its sockets.
    """

    layer: Layer
    guard: Guard
    network: Network
    calls: Calls
    transactions: Transactions
    echo: Echo
    directory: Echo  #: answers the directory's number
    subscriptions: Subscriptions
    sync: Sync
    reflector: Reflector
    counts: dict[str, Mapping[str, int]]  #: part -> its counters
    follow: Callable[[Config], None]  #: takes over new limits


class Secrets(Protocol):
    """
    L{gigasetd.keys.keyring.Keyring}, as far as it is needed here.
    """

    def open(self, account: Account) -> str:
        """
        An account's password.
        """

    def derive(self, label: str) -> bytes:
        """
        A key for one purpose.
        """


class Unsealed:
    """
    For rules without a store: passwords stand in clear, keys hold for this
    process.
    """

    def open(self, account: Account) -> str:
        """
        As it is.
        """
        return account.password

    def derive(self, label: str) -> bytes:
        """
        A key that nobody has.
        """
        return token_bytes(32)


def rules(
    config: Config, registry: Registry, public: str, secrets: Secrets = Unsealed()
) -> Rules:
    """
    Join the rules.

    @param public: the address that phones reach this server at.
    @param secrets: opens passwords and makes keys.
    """
    sip = config.sip
    tag = token_hex(4)
    hosts = localAddresses() | {public, f"sip.{config.server.domain}"}
    domain = Domain(config.server.domain, frozenset(hosts))
    network = Network(public)
    guard = _guard(config, registry)
    # Never the same again: an answer that was overheard is not good for the
    # next run, which has forgotten that it was used.
    nonces = Nonces(token_bytes(32), sip.nonce_lifetime)
    enrolment = _enrolment(config, registry)
    factory = FactoryLogin(
        registry,
        secrets.derive("factory nonces"),
        config.server.domain,
        guard,
        nonces.make,
        enrolment,
    )
    authority = Authority(
        registry,
        nonces,
        config.server.domain,
        guard,
        sip.digest,
        secrets.open,
        factory,
    )
    registry.listen("binding", SipCheckIns(registry).registered)
    transactions, calls = Transactions(), Calls(sip.max_calls)
    # The same after a restart, so that calls that went on meanwhile can end.
    tokens = Tokens(secrets.derive("flow tokens"))
    forwarding = Forwarding(domain, network, tokens, calls, tag)
    admission = Admission(registry, authority, domain, network)
    proxy = Proxy(
        admission, forwarding, transactions, network, calls, sip.ring_timeout, tag
    )
    registrar = _registrar(registry, authority, domain, sip, tag)
    sender = Sender(
        lambda flow: network.address(flow).rpartition(":")[0],
        lambda: token_hex(8),
        config.server.domain,
    )
    echo = Echo(
        address=sender.address,
        fresh=sender.fresh,
        limits=EchoLimits(calls=sip.echo_calls, seconds=sip.echo_seconds),
    )
    subscriptions = Subscriptions(
        domain,
        sender,
        SubscriptionLimits(sip.max_subscriptions, sip.max_contacts),
        expiryLimits(sip),
        lambda number: len(registry.waiting(number)),
    )
    registry.listen("account", subscriptions.accountChanged)
    sync = Sync(registry, network, sender)
    reflector = Reflector(guard, network.address, localAddresses())
    directory = Echo(
        address=sender.address,
        fresh=sender.fresh,
        limits=EchoLimits(sip.echo_calls, TONE, reflects=False),
    )
    numbers: dict[str, Agent] = dict.fromkeys(sip.echo_numbers, echo)
    numbers[sip.directory_number] = directory
    agents = Agents(domain, proxy, transactions, calls, numbers, subscriptions)
    layer = Layer(
        domain,
        network,
        registrar,
        proxy,
        transactions,
        calls,
        agents,
        lambda number: number in registry.bindings,
        Limits(headers=sip.max_headers, body=sip.max_message),
        sip.max_transactions,
        LONGEST_CALL,
        tag,
    )
    counts: dict[str, Mapping[str, int]] = {
        "sip": layer.counts,
        "sip_registrar": registrar.counts,
        "sip_digest": authority.counts,
        "sip_factory": factory.counts,
        "sip_enrolment": enrolment.counts,
        "sip_proxy": proxy.counts,
        "sip_guard": guard.counts,
        "sip_echo": echo.counts,
        "sip_directory": directory.counts,
        "sip_subscriptions": subscriptions.counts,
        "sip_sync": sync.counts,
        "stun": reflector.counts,
    }
    return Rules(
        layer,
        guard,
        network,
        calls,
        transactions,
        echo,
        directory,
        subscriptions,
        sync,
        reflector,
        counts,
        following(
            guard,
            enrolment,
            registrar,
            proxy,
            calls,
            echo,
            directory,
            subscriptions,
            layer,
        ),
    )


def _enrolment(config: Config, registry: Registry) -> Enrolment:
    """
    Who may come without having been added.
    """
    sip, local = config.sip, config.server.local_networks
    return Enrolment(
        registry,
        local.contains if sip.enrol == "lan" else lambda host: False,
        frozenset((*sip.echo_numbers, sip.directory_number)),
        sip.max_enrolled,
    )


def _guard(config: Config, registry: Registry) -> Guard:
    """
    The guard by its section.
    """

    def holds(host: str) -> bool:
        """
        Look through all bindings, which is asked once a ban.
        """
        return any(
            binding.host == host
            for bindings in registry.bindings.values()
            for binding in bindings
        )

    return Guard(config.guard.exempt.contains, guardLimits(config), holds)


def _registrar(
    registry: Registry, authority: Authority, domain: Domain, sip: SipSection, tag: str
) -> Registrar:
    """
    The registrar by its section.
    """
    return Registrar(
        registry,
        authority,
        domain,
        expiryLimits(sip),
        sip.nat_expires,
        sip.max_contacts,
        tag,
    )
