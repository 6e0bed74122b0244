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

from gigasetd.auth.logincode import DIGITS, Codes, forgetting
from gigasetd.auth.passwordhash import Hashing, threads
from gigasetd.config.reload import GUARD
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import Http
from gigasetd.control.inprocess import Commands
from gigasetd.control.service import release
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.sip.reload import guardLimits
from gigasetd.site.site import Ground
from gigasetd.web.account.book import BookPages
from gigasetd.web.account.handsets import HandsetPages
from gigasetd.web.account.home import Household, Owner
from gigasetd.web.account.messaging import MessagePages
from gigasetd.web.account.settings import Choices
from gigasetd.web.admin.api import Api
from gigasetd.web.admin.devices import DevicePages
from gigasetd.web.admin.home import Office, Operator
from gigasetd.web.admin.live import Watching
from gigasetd.web.admin.setup import Setup
from gigasetd.web.pages.access import Gate
from gigasetd.web.pages.login import LogIn
from gigasetd.web.pages.session import Patience, Sessions
from gigasetd.web.proving import guarding
from gigasetd.web.routes import Parts
from gigasetd.web.static import Static

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
class Lobby:
    """
    What people come to.

    @ivar codes: what handsets show for their owners to log in by.
    @ivar commands: the operator's verbs; whoever builds their desk hands it
        in here.
    @ivar shown: the phones' own pages, of which people see pictures; whoever
        builds them hands them in here.
    """

    gate: Gate
    owner: Owner
    operator: Operator
    static: Static
    codes: Codes
    commands: Commands
    shown: list[Parts]

    def close(self) -> None:
        """
        Send home whoever only looks on.
        """
        self.operator.rooms["live"].close()


def lobby(ground: Ground, hashing: Hashing | None = None) -> Lobby:
    """
    Build it.

    @param hashing: makes and checks hashes of passwords, C{None} for what does
        it in the reactor's threads.
    """
    codes = Codes(lambda: randbelow(10**DIGITS))
    forgetting(ground.registry, codes)
    hashing = hashing or Hashing(threads(ground.reactor), _http(ground).max_logins)
    gate = _gate(ground)
    login = _login(ground, codes, hashing)
    commands, shown = Commands(), list[Parts]()
    ground.live.counts |= {
        "sessions": gate.sessions.counts,
        "login": ChainMap(login.counts, hashing.counts),
        "people": gate.counts,
    }
    ground.live.forgetting += [codes.tidy, gate.sessions.tidy]
    ground.live.gauges["sessions"] = lambda: {"open": len(gate.sessions)}
    return Lobby(
        gate,
        _owner(ground, gate, login, hashing, commands, shown),
        _operator(ground, gate, login, commands, shown),
        Static(),
        codes,
        commands,
        shown,
    )


def _owner(
    ground: Ground,
    gate: Gate,
    login: LogIn,
    hashing: Hashing,
    commands: Commands,
    shown: list[Parts],
) -> Owner:
    """
    The pages of owners.
    """
    house = Household(
        ground.registry,
        commands,
        ground.keep,
        lambda: ground.live.stock(),
        ground.config.server.domain,
    )
    config = ground.config
    rooms: dict[str, Any] = {
        "set": Choices(gate, house, hashing),
        "info": HandsetPages(
            gate, house, lambda: shown[0].handset.pages, ground.places.search
        ),
        "book": BookPages(
            gate, house, config.directory.max_contacts, config.http.max_request
        ),
        "messaging": MessagePages(gate, house, config.xmpp),
    }
    return Owner(gate, login, house, rooms)


def _operator(
    ground: Ground,
    gate: Gate,
    login: LogIn,
    commands: Commands,
    shown: list[Parts],
) -> Operator:
    """
    The pages of operators, and the API.
    """
    registry, live = ground.registry, ground.live
    office = Office(commands, live, ground.now)
    api = Api(gate, login, commands, release())
    watching = Watching(gate, office, registry, _http(ground).max_live, ground.reactor)
    live.following.add(FOLLOWED, _follow(gate, watching))
    live.counts |= {"api": api.counts, "watching": watching.counts}
    live.gauges["watching"] = lambda: {"open": len(watching.watchers)}
    rooms: dict[str, Any] = {
        "devices": DevicePages(gate, office, registry, lambda: shown[0].provisioning),
        "live": watching,
        "api": api,
    }
    setup = Setup(gate, registry, commands, token_urlsafe)
    return Operator(gate, login, office, setup, rooms)


def patienceOf(http: Http) -> Patience:
    """
    How long people stay logged in.
    """
    idle, longest = http.session_minutes * 60.0, http.session_hours * 3600.0
    return Patience(idle, longest, http.max_sessions)


def _follow(gate: Gate, watching: Watching) -> Callable[[Config], None]:
    """
    Hand new limits to what is there.
    """

    def take(config: Config) -> None:
        """
        As the new configuration has them.
        """
        gate.sessions.patience = patienceOf(config.http)
        watching.most = config.http.max_live

    return take


def _http(ground: Ground) -> Http:
    """
    The section of the configuration.
    """
    return ground.config.http


def _gate(ground: Ground) -> Gate:
    """
    What stands before every page.
    """
    http = _http(ground)
    sessions = Sessions(ground.registry, token_urlsafe, patienceOf(http))
    return Gate(sessions, ground.callers, token_urlsafe, token_bytes(32), ground.now)


def _login(ground: Ground, codes: Codes, hashing: Hashing) -> LogIn:
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
        ground.config.server.domain,
        ground.opened,
        codes,
        hashing,
        (guarding(ground.config, ground.live, "login"), nobody, guesses),
        ground.reactor,
    )
