# -*- test-case-name: tests.web.test_service -*-
"""
HTTP as a part of the daemon: the table of paths, and the listeners.

Layer 4 (assembly).
"""

from __future__ import annotations

from gigasetd.auth.passwordhash import PasswordHashing
from gigasetd.discovery.ssdp import description, deviceOf
from gigasetd.site.part import Part, joined
from gigasetd.site.site import Site
from gigasetd.telemetry.metrics import metrics
from gigasetd.web.context import Context, context
from gigasetd.web.http.channel import HttpSite, Shortcut
from gigasetd.web.http.limits import httpLimits
from gigasetd.web.http.origins import Origins
from gigasetd.web.monitoring import Monitoring
from gigasetd.web.pages.build import BrowserPages, people
from gigasetd.web.pages.monitoringaccess import MonitoringAccess
from gigasetd.web.phone.build import PhoneRoutes, phoneRoutes
from gigasetd.web.phone.directory import DirectoryRouting
from gigasetd.web.phone.landevices import LanDevices
from gigasetd.web.reload import CLIENTS, KEYS, following, recognizing
from gigasetd.web.routes import HttpRoutes, RouteTargets
from gigasetd.web.service import HttpService
from gigasetd.web.static import StaticFiles


def part(site: Site, hashing: PasswordHashing | None = None) -> Part:
    """
    Build the HTTP service.

    @param hashing: makes and checks hashes of passwords; L{None} for the default.
    """
    shared = context(site)
    phones = phoneRoutes(shared)
    browser = people(shared, phones, hashing)
    routes = HttpRoutes(_answering(shared, phones, browser))
    served = _served(shared, routes, phones.handset.cached)
    setup = browser.operator.setup

    def announce() -> None:
        if web.ports:
            setup.announce(shared.base.local(), site.logPrivate)

    web = HttpService(
        routes,
        served,
        site,
        phones.directory.prepare,
        announce,
        browser,
    )
    own = Part(
        services=(web,),
        counters={"http": web.counts, "clients": shared.clients.counts},
        gauges={"http": web.gauges},
        follows=(
            (KEYS, following(served)),
            (CLIENTS, recognizing(shared.clients, served.origins)),
        ),
        warnings=(shared.clients.warnings,),
    )
    return joined(own, shared.guards.part(), phones.part, browser.part)


def _answering(
    context: Context, phones: PhoneRoutes, people: BrowserPages
) -> RouteTargets:
    return RouteTargets(
        handset=phones.handset,
        devices=_devices(context),
        monitoring=_monitoring(context, people.monitoring),
        provisioning=phones.provisioning,
        redirects=phones.redirects,
        redirectApi=phones.redirectApi,
        checkIns=context.checkIns,
        directory=phones.directory,
        images=phones.images,
        owner=people.owner,
        operator=people.operator,
        static=StaticFiles(),
    )


def _monitoring(context: Context, access: MonitoringAccess) -> Monitoring:
    site = context.site
    described = b""
    if site.config.discovery.enabled:
        secret = site.keys.derive("discovery")
        described = description(deviceOf(secret, site.status.started))
    collectors = metrics(site.registry, site.status, site.running)
    now = site.reactor.seconds
    return Monitoring(site.status, collectors, context.clients, access, now, described)


def _devices(context: Context) -> LanDevices:
    site = context.site
    return LanDevices(
        site.registry,
        context.access,
        site.config.server.domain,
        site.caches.households,
        context.digestAuth,
        context.firmware.stock,
    )


def _served(context: Context, routes: HttpRoutes, shortcut: Shortcut) -> HttpSite:
    site, config = context.site, context.site.config
    origins = Origins(
        site.sources.of,
        config.server.local_networks,
        config.http.trusted_proxies,
        config.guard.exempt,
    )
    resource = DirectoryRouting(routes.app.resource())
    limits, address = httpLimits(config.http), context.clients.address
    return HttpSite(resource, limits, origins, shortcut, address, site.reactor)
