# -*- test-case-name: tests.web.test_service -*-
"""
The parts of HTTP, by subject: each is built here, and L{gigasetd.web.routes}
says which path leads to it.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap

from gigasetd.config.schema import Config
from gigasetd.info.screencache import ScreenCache
from gigasetd.provisioning.firmwarefiles import FirmwareDirectory
from gigasetd.provisioning.rendering import SettingsTemplates
from gigasetd.site.site import Ground
from gigasetd.telemetry.metrics import metrics
from gigasetd.web.assets import directoryOf, imagesOf
from gigasetd.web.http.digestauth import DigestAuth
from gigasetd.web.informing import informing
from gigasetd.web.monitoring import Monitoring
from gigasetd.web.pages.access import PageAccess
from gigasetd.web.pages.build import BrowserPages
from gigasetd.web.phone.handset import Clients, PhonePages
from gigasetd.web.phone.landevices import LanDevices
from gigasetd.web.phone.provisioning import Provisioning
from gigasetd.web.phone.redirect import Redirects
from gigasetd.web.proving import digestAuthOf, redirecting
from gigasetd.web.routes import RouteTargets


def parts(ground: Ground, people: BrowserPages) -> RouteTargets:
    """
    Build all of them.

    @param people: where people come to, which is built before: handsets show
        its codes.
    """
    shelf = FirmwareDirectory(
        ground.within(ground.config.firmware.directory), ground.now
    )
    ground.live.stock = shelf.stock
    digestAuth = digestAuthOf(
        ground.config, ground.registry, ground.opened, ground.live
    )
    handset = _handset(ground, people, digestAuth)
    directory = directoryOf(ground, handset, digestAuth)
    return RouteTargets(
        handset=handset,
        devices=_devices(ground, people.access, digestAuth),
        monitoring=Monitoring(
            ground.live, metrics(ground.registry, ground.live), ground.clients
        ),
        provisioning=_provisioning(ground, shelf, digestAuth),
        redirects=_redirects(ground),
        directory=directory,
        images=imagesOf(ground),
        owner=people.owner,
        operator=people.operator,
        static=people.static,
        loaded=directory.prepare,
    )


def clientsOf(config: Config) -> Clients:
    """
    Who asks, and what they may see.
    """
    http = config.http
    return Clients(
        config.server.local_networks, http.trusted_proxies, http.phone_access
    )


def _handset(
    ground: Ground, people: BrowserPages, digestAuth: DigestAuth
) -> PhonePages:
    """
    The information pages, and the daily hello.
    """
    cache, places = ground.cache, ground.places
    kept = ScreenCache(ground.registry, cache, ground.config.info.max_screens)
    ground.live.counts["info"] = kept.counts
    ground.live.forgetting.append(kept.expire)
    return PhonePages(
        ground.registry,
        informing(ground, cache, places, people.codes.make, kept.counts),
        ground.clients,
        ground.settle,
        ground.safe,
        ground.now,
        kept,
        digestAuth.admits,
    )


def _devices(ground: Ground, access: PageAccess, digestAuth: DigestAuth) -> LanDevices:
    """
    The page of devices.
    """
    return LanDevices(
        ground.registry,
        access,
        ground.config.server.domain,
        ground.households,
        digestAuth,
        ground.now,
        ground.live.stock,
    )


def _provisioning(
    ground: Ground, shelf: FirmwareDirectory, digestAuth: DigestAuth
) -> Provisioning:
    """
    Settings and firmware.
    """
    provisioning = Provisioning(
        ground.registry,
        ground.clients,
        digestAuth,
        SettingsTemplates(ground.within(ground.config.templates.directory)),
        shelf,
        ground.place,
        ground.opened,
        ground.settle,
        ground.now,
        ground.reactor,
        ground.live.fetched.note,
    )
    ground.live.counts["provisioning"] = ChainMap(
        provisioning.counts, digestAuth.counts, shelf.counts
    )
    return provisioning


def _redirects(ground: Ground) -> Redirects:
    """
    The redirect service.
    """
    redirects = redirecting(
        ground.config,
        ground.registry,
        ground.clients,
        lambda: ground.place().base,
        ground.keep,
        ground.now,
        ground.live,
    )
    ground.live.counts["redirect"] = redirects.counts
    return redirects
