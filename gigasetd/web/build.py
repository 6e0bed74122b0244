# -*- test-case-name: tests.web.test_service -*-
"""
The parts of HTTP, by subject: each is built here, and L{gigasetd.web.routes}
says which path leads to it.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap

from gigasetd.config.schema import Config
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.info.screencache import ScreenCache
from gigasetd.provisioning.firmwarefiles import FirmwareDirectory
from gigasetd.provisioning.rendering import SettingsTemplates
from gigasetd.site.site import Ground
from gigasetd.telemetry.metrics import metrics
from gigasetd.web.assets import directoryOf, imagesOf
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.digestauth import DigestAuth
from gigasetd.web.informing import informing
from gigasetd.web.monitoring import Monitoring
from gigasetd.web.pages.access import PageAccess
from gigasetd.web.pages.build import BrowserPages
from gigasetd.web.phone.checkin import CheckIns
from gigasetd.web.phone.handset import PhonePages
from gigasetd.web.phone.landevices import LanDevices
from gigasetd.web.phone.provisioning import Provisioning
from gigasetd.web.phone.redirect import Redirects
from gigasetd.web.phone.redirectapi import RedirectApi
from gigasetd.web.phone.settingsdocument import SettingsDocuments
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
    checkIns = CheckIns(
        ground.registry, ground.clients, digestAuth.admits, ground.settle, ground.now
    )
    directory = directoryOf(ground, checkIns, digestAuth)
    redirects = _redirects(ground)
    redirectApi = RedirectApi(ground.registry, ground.keep, ground.now)
    ground.live.counts["redirect"] = ChainMap(redirects.counts, redirectApi.counts)
    return RouteTargets(
        checkIns=checkIns,
        handset=_handset(ground, people, checkIns),
        devices=_devices(ground, people.access, digestAuth),
        monitoring=Monitoring(
            ground.live, metrics(ground.registry, ground.live), ground.clients
        ),
        provisioning=_provisioning(ground, checkIns, shelf, digestAuth),
        redirects=redirects,
        redirectApi=redirectApi,
        directory=directory,
        images=imagesOf(ground),
        owner=people.owner,
        operator=people.operator,
        static=people.static,
        loaded=directory.prepare,
    )


def clientsOf(config: Config) -> Clients:
    """
    Build what tells one client from another.
    """
    http = config.http
    return Clients(
        config.server.local_networks,
        http.trusted_proxies,
        http.phone_access,
        VerifiedAddresses(),
    )


def _handset(ground: Ground, people: BrowserPages, checkIns: CheckIns) -> PhonePages:
    """
    The information pages.
    """
    cache, places = ground.cache, ground.places
    kept = ScreenCache(ground.registry, cache, ground.config.info.max_screens)
    ground.live.counts["info"] = kept.counts
    ground.live.forgetting.append(kept.expire)
    return PhonePages(
        checkIns,
        informing(ground, cache, places, people.codes.make, kept.counts),
        kept,
        ground.keep,
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
        ground.live.stock,
    )


def _provisioning(
    ground: Ground,
    checkIns: CheckIns,
    shelf: FirmwareDirectory,
    digestAuth: DigestAuth,
) -> Provisioning:
    """
    Settings and firmware.
    """
    documents = SettingsDocuments(
        ground.registry,
        SettingsTemplates(ground.within(ground.config.templates.directory)),
        shelf,
        ground.place,
        ground.opened,
    )
    provisioning = Provisioning(
        checkIns, digestAuth, documents, ground.live.fetched.note, ground.reactor
    )
    ground.live.counts["provisioning"] = ChainMap(
        provisioning.counts, digestAuth.counts, shelf.counts
    )
    return provisioning


def _redirects(ground: Ground) -> Redirects:
    """
    The redirect service.
    """
    return redirecting(
        ground.config,
        ground.registry,
        ground.clients,
        lambda: ground.place().base,
        ground.now,
        ground.live,
    )
