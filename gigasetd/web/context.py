# -*- test-case-name: tests.web.test_service -*-
"""
What several builders of HTTP need, beside the site.

Layer 4 (assembly).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from secrets import token_bytes, token_urlsafe

from gigasetd.auth.digest import Nonces
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.process.hostname import machineNames
from gigasetd.provisioning.firmwarefiles import FirmwareDirectory
from gigasetd.ratelimit.guard import Guard
from gigasetd.ratelimit.settings import GUARD, guardLimits
from gigasetd.site.part import Part
from gigasetd.site.site import Site
from gigasetd.web.baseurl import BaseUrl
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.digestauth import DigestAuth, DigestRealm
from gigasetd.web.http.hostnames import HostNames
from gigasetd.web.pages.access import PageAccess
from gigasetd.web.pages.session import SessionLimits, WebSessions
from gigasetd.web.phone.checkin import CheckIns


@dataclass(frozen=True)
class Guards:
    """
    What limits failed log-ins by HTTP.

    @ivar digest: HTTP digest, by source.
    @ivar redirect: the redirect service, by source.
    @ivar login: the log-in forms, by source.
    @ivar accounts: the log-in forms, by account, wherever from.
    """

    digest: Guard
    redirect: Guard
    login: Guard
    accounts: Guard

    def part(self) -> Part:
        """
        Contribute the bans that the operator sees and lifts.
        """
        guards = {"http": self.digest, "redirect": self.redirect, "login": self.login}
        return Part(guards=guards, follows=((GUARD, self.follow),))

    def follow(self, config: Config) -> None:
        """
        Apply new limits.
        """
        limits = guardLimits(config)
        self.digest.limits = self.redirect.limits = limits
        self.login.limits = self.accounts.limits = limits


@dataclass(frozen=True)
class Context:
    """
    Handed to the builders of HTTP.

    @ivar clients: tells a request's client and what it may get.
    @ivar digestAuth: authenticates accounts by number and password.
    @ivar checkIns: records what phones report.
    @ivar guards: limit failed log-ins.
    @ivar base: returns the address under which phones reach this server.
    @ivar firmware: the firmware files on offer.
    @ivar access: sessions and forms of people's pages.
    """

    site: Site
    clients: Clients
    digestAuth: DigestAuth
    checkIns: CheckIns
    guards: Guards
    base: BaseUrl
    firmware: FirmwareDirectory
    access: PageAccess


def context(site: Site) -> Context:
    """
    Build the context.
    """
    config, clients, guards = site.config, clientsOf(site), _guards(site)
    digestAuth = DigestAuth(site.registry, realm(config), site.keys.open, guards.digest)
    return Context(
        site=site,
        clients=clients,
        digestAuth=digestAuth,
        checkIns=CheckIns(
            site.caches.reports,
            clients,
            digestAuth.admits,
            site.store.settle,
            site.clock.now,
        ),
        guards=guards,
        base=BaseUrl(config, site.public, site.ports),
        firmware=FirmwareDirectory(
            site.within(config.firmware.directory), site.clock.now
        ),
        access=_access(site, clients),
    )


def clientsOf(site: Site) -> Clients:
    """
    Build what tells a request's client.
    """
    http = site.config.http
    return Clients(
        site.config.server.local_networks,
        http.trusted_proxies,
        http.phone_access,
        # A phone that authenticates to the redirect service is known to all pages.
        VerifiedAddresses(),
        hostNames(site.config),
    )


def hostNames(config: Config) -> HostNames:
    """
    Collect the names under which this server is reached as local.
    """
    own = config.http.host_names, config.dns.names, machineNames()
    named = (config.server.public_address, *(name for names in own for name in names))
    return HostNames(filter(None, named), (config.server.domain,))


def realm(config: Config) -> DigestRealm:
    """
    Make a digest realm with nonces of its own, valid for C{sip.nonce_lifetime}.
    """
    nonces = Nonces(token_bytes(32), config.sip.nonce_lifetime)
    return DigestRealm(config.server.domain, nonces)


def sessionLimits(http: HttpSection) -> SessionLimits:
    """
    Read the limits of people's sessions.
    """
    idle, longest = http.session_minutes * 60.0, http.session_hours * 3600.0
    return SessionLimits(idle, longest, http.max_sessions)


def _guards(site: Site) -> Guards:
    exempt, limits = site.config.guard.exempt.contains, guardLimits(site.config)
    bySource = partial(Guard, exempt, limits, source=site.sources.of)
    return Guards(
        digest=bySource(),
        redirect=bySource(),
        login=bySource(),
        accounts=Guard(lambda key: False, limits),
    )


def _access(site: Site, clients: Clients) -> PageAccess:
    sessions = WebSessions(
        site.registry, token_urlsafe, sessionLimits(site.config.http)
    )
    return PageAccess(sessions, clients, token_urlsafe, token_bytes(32), site.clock.now)
