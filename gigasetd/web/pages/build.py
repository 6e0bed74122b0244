# -*- test-case-name: tests.web.account.test_home -*-
"""
The pages for people, from the configuration.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass
from secrets import randbelow, token_bytes, token_urlsafe
from typing import Any

from gigasetd.auth.logincode import DIGITS, LoginCodes, forgetWithDevice
from gigasetd.auth.passwordhash import PasswordHashing, threads
from gigasetd.config.reload import GUARD
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.control.inprocess import Commands
from gigasetd.process.version import version
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.sip.reload import guardLimits
from gigasetd.site.site import Ground
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
from gigasetd.web.pages.access import PageAccess
from gigasetd.web.pages.login import LogIn, LoginGuards
from gigasetd.web.pages.ownerpassword import OwnerPasswords
from gigasetd.web.pages.session import SessionLimits, WebSessions
from gigasetd.web.proving import guarding
from gigasetd.web.routes import RouteTargets
from gigasetd.web.static import StaticFiles

FOLLOWED = (
    "http.session_minutes",
    "http.session_hours",
    "http.max_sessions",
    "http.max_live",
)
"""What is taken over when the configuration is read again."""

GUESSES = GuardLimits(failures=500)
"""Wrong codes from anywhere until none is taken for a while: of a hundred
million, with a few good ones among them."""


@dataclass(frozen=True)
class BrowserPages:
    """
    What people come to.

    @ivar codes: what handsets show for their owners to log in by.
    @ivar commands: the operator's verbs; whoever builds their desk hands it
        in here.
    @ivar shown: the phones' own pages, of which people see pictures; whoever
        builds them hands them in here.
    """

    access: PageAccess
    owner: AccountPages
    operator: AdminPages
    static: StaticFiles
    codes: LoginCodes
    commands: Commands
    shown: list[RouteTargets]

    def close(self) -> None:
        """
        Send home whoever only looks on.
        """
        self.operator.subpages["live"].close()


def browserPages(
    ground: Ground, hashing: PasswordHashing | None = None
) -> BrowserPages:
    """
    Build it.

    @param hashing: makes and checks hashes of passwords, C{None} for what does
        it in the reactor's threads.
    """
    codes = LoginCodes(lambda: randbelow(10**DIGITS))
    forgetWithDevice(ground.registry, codes)
    hashing = hashing or PasswordHashing(
        threads(ground.reactor), _http(ground).max_logins
    )
    access = _gate(ground)
    login = _login(ground, codes, hashing)
    commands, shown = Commands(), list[RouteTargets]()
    ground.live.counts |= {
        "sessions": access.sessions.counts,
        "login": ChainMap(login.counts, hashing.counts),
        "people": access.counts,
    }
    ground.live.forgetting += [codes.tidy, access.sessions.tidy]
    ground.live.gauges["sessions"] = lambda: {"open": len(access.sessions)}
    return BrowserPages(
        access,
        _owner(ground, access, login, hashing, commands, shown),
        _operator(ground, access, login, commands, shown),
        StaticFiles(),
        codes,
        commands,
        shown,
    )


def _owner(
    ground: Ground,
    access: PageAccess,
    login: LogIn,
    hashing: PasswordHashing,
    commands: Commands,
    shown: list[RouteTargets],
) -> AccountPages:
    """
    The pages of owners.
    """
    context = AccountContext(
        ground.registry,
        commands,
        ground.keep,
        lambda: ground.live.stock(),
        ground.config.server.domain,
    )
    config = ground.config
    subpages: dict[str, Any] = {
        "set": SettingsPages(access, context, hashing),
        "info": HandsetPages(
            access, context, lambda: shown[0].handset.pages, ground.places.search
        ),
        "book": BookPages(
            access, context, config.directory.max_contacts, config.http.max_request
        ),
        "messaging": MessagePages(access, context, config.xmpp),
    }
    return AccountPages(access, login, context, subpages)


def _operator(
    ground: Ground,
    access: PageAccess,
    login: LogIn,
    commands: Commands,
    shown: list[RouteTargets],
) -> AdminPages:
    """
    The pages of operators, and the API.
    """
    registry, live = ground.registry, ground.live
    context = AdminContext(commands, live, ground.now)
    api = Api(access, login, commands, version())
    watching = LivePages(
        access, context, registry, _http(ground).max_live, ground.reactor
    )
    live.following.add(FOLLOWED, _follow(access, watching))
    live.counts |= {"api": api.counts, "watching": watching.counts}
    live.gauges["watching"] = lambda: {"open": len(watching.streams)}
    subpages: dict[str, Any] = {
        "devices": DevicePages(
            access, context, registry, lambda: shown[0].provisioning.documents
        ),
        "live": watching,
        "api": api,
    }
    setup = SetupPage(access, registry, commands, token_urlsafe)
    return AdminPages(access, login, context, setup, subpages)


def sessionLimits(http: HttpSection) -> SessionLimits:
    """
    How long people stay logged in.
    """
    idle, longest = http.session_minutes * 60.0, http.session_hours * 3600.0
    return SessionLimits(idle, longest, http.max_sessions)


def _follow(access: PageAccess, watching: LivePages) -> Callable[[Config], None]:
    """
    Hand new limits to what is there.
    """

    def take(config: Config) -> None:
        """
        As the new configuration has them.
        """
        access.sessions.limits = sessionLimits(config.http)
        watching.most = config.http.max_live

    return take


def _http(ground: Ground) -> HttpSection:
    """
    The section of the configuration.
    """
    return ground.config.http


def _gate(ground: Ground) -> PageAccess:
    """
    What stands before every page.
    """
    http = _http(ground)
    sessions = WebSessions(ground.registry, token_urlsafe, sessionLimits(http))
    return PageAccess(
        sessions, ground.clients, token_urlsafe, token_bytes(32), ground.now
    )


def _login(ground: Ground, codes: LoginCodes, hashing: PasswordHashing) -> LogIn:
    """
    How people prove who they are.
    """
    nobody = Guard(lambda key: False, guardLimits(ground.config))

    def take(new: Config) -> None:
        """
        Have the limits of a new configuration.
        """
        nobody.limits = guardLimits(new)

    ground.live.following.add(GUARD, take)
    guesses = Guard(lambda key: False, GUESSES)
    return LogIn(
        ground.registry,
        OwnerPasswords(
            ground.registry, ground.config.server.domain, ground.opened, hashing
        ),
        codes,
        LoginGuards(guarding(ground.config, ground.live, "login"), nobody, guesses),
        ground.reactor,
    )
