# -*- test-case-name: tests.web.test_service -*-
"""
What several builders of HTTP need, beside the site.

Layer 4 (assembly).
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_bytes, token_urlsafe

from gigasetd.auth.digest import Nonces
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.process.hostname import machineNames
from gigasetd.provisioning.firmwarefiles import FirmwareDirectory
from gigasetd.site.site import Site
from gigasetd.web.baseurl import BaseUrl
from gigasetd.web.guards import Guards, guardsOf
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.digestauth import DigestAuth, DigestRealm
from gigasetd.web.http.hostnames import HostNames
from gigasetd.web.pages.access import PageAccess
from gigasetd.web.pages.session import SessionLimits, WebSessions
from gigasetd.web.phone.checkin import CheckIns


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
    config, clients, guards = site.config, clientsOf(site), guardsOf(site)
    digestAuth = DigestAuth(site.registry, realm(site), site.keys.open, guards.digest)
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


def realm(site: Site) -> DigestRealm:
    """
    Make a digest realm with nonces of its own, valid for C{sip.nonce_lifetime}.
    """
    config = site.config
    nonces = Nonces(token_bytes(32), config.sip.nonce_lifetime)
    return DigestRealm(config.server.domain, nonces, site.sources.of)


def sessionLimits(http: HttpSection) -> SessionLimits:
    """
    Read the limits of people's sessions.
    """
    idle, longest = http.session_minutes * 60.0, http.session_hours * 3600.0
    return SessionLimits(idle, longest, http.max_sessions)


def _access(site: Site, clients: Clients) -> PageAccess:
    sessions = WebSessions(
        site.registry, token_urlsafe, sessionLimits(site.config.http)
    )
    return PageAccess(sessions, clients, token_urlsafe, token_bytes(32), site.clock.now)
