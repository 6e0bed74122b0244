# -*- test-case-name: tests.sip.test_rules -*-
"""
The rules of the SIP server as one value: what its service needs.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import NamedTuple

from gigasetd.config.schema import Config
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.ratelimit.settings import guardLimits
from gigasetd.sip.allowance import Allowances
from gigasetd.sip.authentication import Authenticator
from gigasetd.sip.autoenrol import Enrolment
from gigasetd.sip.calls import Calls
from gigasetd.sip.checksync import CheckSync
from gigasetd.sip.dispatcher import SipDispatcher
from gigasetd.sip.echo.useragent import Echo
from gigasetd.sip.factorylogin import FactoryLogin
from gigasetd.sip.flows import Network
from gigasetd.sip.notifier import Subscriptions
from gigasetd.sip.proxy import Proxy
from gigasetd.sip.registrar import Registrar
from gigasetd.sip.reload import (
    dispatcherLimits,
    echoLimits,
    registrationLimits,
    subscriptionLimits,
)
from gigasetd.sip.stun.responder import StunResponder
from gigasetd.sip.transactionlayer import Transactions


class LoginRules(NamedTuple):
    """
    The rules of authentication.
    """

    authenticator: Authenticator
    factory: FactoryLogin
    enrolment: Enrolment


class Rules(NamedTuple):
    """
    The SIP server without its sockets.
    """

    dispatcher: SipDispatcher
    guard: GuessGuard
    allowances: Allowances
    network: Network
    calls: Calls
    transactions: Transactions
    registrar: Registrar
    proxy: Proxy
    login: LoginRules
    echo: Echo
    directory: Echo  #: answers the directory's number
    subscriptions: Subscriptions
    sync: CheckSync
    stun: StunResponder

    @property
    def counts(self) -> dict[str, Mapping[str, int]]:
        """
        The counters of each part: name -> event -> how often it happened.
        """
        return {
            "sip": self.dispatcher.counts,
            "sip_registrar": self.registrar.counts,
            "sip_digest": self.login.authenticator.counts,
            "sip_factory": self.login.factory.counts,
            "sip_enrolment": self.login.enrolment.counts,
            "sip_proxy": self.proxy.counts,
            "sip_guard": ChainMap(self.guard.counts, self.guard.sources.counts),
            "sip_allowance": self.allowances.counts,
            "sip_echo": self.echo.counts,
            "sip_directory": self.directory.counts,
            "sip_subscriptions": self.subscriptions.counts,
            "sip_sync": self.sync.counts,
            "stun": self.stun.counts,
        }

    def follow(self, config: Config) -> None:
        """
        Apply the limits of a new configuration (L{gigasetd.sip.reload.KEYS});
        what is under way keeps the limits that it began with.
        """
        sip = config.sip
        self.guard.limits = self.guard.sources.limits = guardLimits(config)
        self.guard.contested = config.guard.account_failures
        self.allowances.follow()
        self.login.enrolment.most = sip.max_enrolled
        self.registrar.limits = registrationLimits(sip)
        self.proxy.ringTimeout = sip.ring_timeout
        self.calls.most = sip.max_calls
        self.echo.limits = echoLimits(sip)
        self.directory.limits = self.directory.limits._replace(
            calls=sip.echo_calls, each=sip.echo_calls_each
        )
        self.subscriptions.limits = subscriptionLimits(sip)
        self.subscriptions.expiry = self.registrar.limits.expiry
        self.dispatcher.limits = dispatcherLimits(sip)._replace(
            message=self.dispatcher.limits.message
        )
