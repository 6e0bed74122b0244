# -*- test-case-name: tests.web.test_service -*-
"""
The pages for people, from the configuration.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from gigasetd.auth.logincode import forgetWithDevice
from gigasetd.auth.passwordhash import PasswordHashing, threads
from gigasetd.config.schema import Config
from gigasetd.control.inprocess import Commands
from gigasetd.info.pages import Pages
from gigasetd.process.version import version
from gigasetd.ratelimit.fairqueue import FairQueue
from gigasetd.site.part import Part
from gigasetd.web.account.book import BookPages
from gigasetd.web.account.handsets import HandsetPages
from gigasetd.web.account.home import AccountContext, AccountPages
from gigasetd.web.account.messaging import MessagePages
from gigasetd.web.account.settings import SettingsPages
from gigasetd.web.admin.api import Api
from gigasetd.web.admin.devices import DevicePages
from gigasetd.web.admin.home import AdminContext, AdminPages
from gigasetd.web.admin.live import LivePages
from gigasetd.web.admin.setup import SetupPage
from gigasetd.web.context import Context, sessionLimits
from gigasetd.web.pages.access import PageAccess
from gigasetd.web.pages.login import AttemptGuards, LogIn
from gigasetd.web.pages.monitoringaccess import MonitoringAccess
from gigasetd.web.pages.ownerpassword import OwnerPasswords
from gigasetd.web.phone.build import PhoneRoutes
from gigasetd.web.phone.settingsdocument import SettingsDocuments

FOLLOWED = (
    "http.session_minutes",
    "http.session_hours",
    "http.max_sessions",
    "http.max_live",
    "http.metrics_access",
)
"""The keys that a reload applies."""


@dataclass(frozen=True)
class BrowserPages:
    """
    The pages of owners and operators.

    @ivar monitoring: says who may read the monitoring.
    @ivar part: what they contribute to the daemon.
    """

    owner: AccountPages
    operator: AdminPages
    monitoring: MonitoringAccess
    part: Part

    def close(self) -> None:
        """
        End the live pages.
        """
        self.operator.subpages["live"].close()


def people(
    context: Context, phones: PhoneRoutes, hashing: PasswordHashing | None
) -> BrowserPages:
    """
    Build the pages for people.

    @param phones: the phones' pages, which people's pages preview.
    @param hashing: makes and checks hashes of passwords; L{None} for one that
        uses the reactor's threads.
    """
    site, access = context.site, context.access
    codes, http = site.caches.codes, site.config.http
    forgetWithDevice(site.registry, codes)
    hashing = hashing or PasswordHashing(
        threads(site.reactor), FairQueue(http.max_logins)
    )
    login = _login(context, hashing)
    commands = Commands(site.dispatcher)
    monitoring = MonitoringAccess(access, login, http.metrics_access)
    documents = phones.provisioning.documents
    operator = _operator(context, login, commands, documents, monitoring)
    live, api = operator.subpages["live"], operator.subpages["api"]
    part = Part(
        counters={
            "sessions": access.sessions.counts,
            "login": ChainMap(login.counts, hashing.counts),
            "people": access.counts,
            "api": api.counts,
            "watching": live.counts,
            "monitoring": monitoring.counts,
        },
        gauges={
            "sessions": lambda: {"open": len(access.sessions)},
            "watching": lambda: {"open": len(live.streams)},
        },
        expires=(codes.tidy, access.sessions.tidy),
        follows=((FOLLOWED, _follow(access, live, monitoring)),),
    )
    owner = _owner(context, login, hashing, commands, phones.handset.pages)
    return BrowserPages(owner, operator, monitoring, part)


def _owner(
    context: Context,
    login: LogIn,
    hashing: PasswordHashing,
    commands: Commands,
    pages: Pages,
) -> AccountPages:
    site, access, config = context.site, context.access, context.site.config
    shared = AccountContext(
        site.registry,
        commands,
        site.keep,
        context.firmware.stock,
        config.server.domain,
    )
    subpages: dict[str, Any] = {
        "set": SettingsPages(access, shared, hashing),
        "info": HandsetPages(access, shared, pages, site.caches.places.search),
        "book": BookPages(
            access, shared, config.directory.max_contacts, config.http.max_request
        ),
        "messaging": MessagePages(access, shared, config.xmpp),
    }
    return AccountPages(access, login, shared, subpages)


def _operator(
    context: Context,
    login: LogIn,
    commands: Commands,
    documents: SettingsDocuments,
    monitoring: MonitoringAccess,
) -> AdminPages:
    site, access, registry = context.site, context.access, context.site.registry
    shared = AdminContext(commands, site.status, site.running, site.clock.now)
    most = site.config.http.max_live
    subpages: dict[str, Any] = {
        "devices": DevicePages(access, shared, registry, documents),
        "live": LivePages(access, shared, registry, most, site.reactor),
        "api": Api(access, login, commands, version(), monitoring),
    }
    setup = SetupPage(access, registry, commands, token_urlsafe)
    return AdminPages(access, login, shared, setup, subpages)


def _follow(
    access: PageAccess, live: LivePages, monitoring: MonitoringAccess
) -> Callable[[Config], None]:
    def follow(config: Config) -> None:
        access.sessions.limits = sessionLimits(config.http)
        live.most = config.http.max_live
        monitoring.mode = config.http.metrics_access

    return follow


def _login(context: Context, hashing: PasswordHashing) -> LogIn:
    site, guards = context.site, context.guards
    passwords = OwnerPasswords(
        site.registry, site.config.server.domain, site.keys.open, hashing
    )
    return LogIn(
        site.registry,
        passwords,
        site.caches.codes,
        AttemptGuards(guards.accounts, guards.codes),
        site.reactor,
    )
