# -*- test-case-name: tests.web.test_owner -*-
"""
The pages for people, from the configuration.

Layer 4 (assembly).
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import randbelow, token_bytes, token_urlsafe
from typing import Any

from gigasetd.config import Http
from gigasetd.errand import Commands
from gigasetd.onetime import DIGITS, Codes
from gigasetd.sip.following import guardLimits
from gigasetd.sip.guard import Guard, GuardLimits
from gigasetd.web.choices import Choices
from gigasetd.web.gate import Gate
from gigasetd.web.ground import Ground
from gigasetd.web.hashing import Hashing, Threads, threads
from gigasetd.web.login import LogIn
from gigasetd.web.owner import Household, Owner
from gigasetd.web.proving import guarding
from gigasetd.web.session import Patience, Sessions
from gigasetd.web.static import Static

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
    """

    owner: Owner
    static: Static
    codes: Codes
    commands: Commands


def lobby(ground: Ground, inThread: Threads | None = None) -> Lobby:
    """
    Build it.

    @param inThread: calls a function in a thread, C{None} for the reactor's.
    """
    codes = Codes(lambda: randbelow(10**DIGITS))
    hashing = Hashing(inThread or threads(ground.reactor), _http(ground).max_logins)
    gate = _gate(ground)
    login = _login(ground, codes, hashing)
    house = Household(
        ground.registry,
        Commands(),
        ground.keep,
        lambda: ground.live.stock(),
        ground.config.server.domain,
    )
    rooms: dict[str, Any] = {"set": Choices(gate, house, hashing)}
    ground.live.counts |= {
        "sessions": gate.sessions.counts,
        "login": login.counts,
        "people": gate.counts,
    }
    ground.live.gauges["sessions"] = lambda: {"open": len(gate.sessions)}
    return Lobby(Owner(gate, login, house, rooms), Static(), codes, house.commands)


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
    patience = Patience(
        http.session_minutes * 60.0, http.session_hours * 3600.0, http.max_sessions
    )
    sessions = Sessions(ground.registry, token_urlsafe, patience)
    return Gate(sessions, ground.callers, token_urlsafe, token_bytes(32), ground.now)


def _login(ground: Ground, codes: Codes, hashing: Hashing) -> LogIn:
    """
    How people prove who they are.
    """
    nobody = Guard(lambda key: False, guardLimits(ground.config))
    guesses = Guard(lambda key: False, GUESSES)
    return LogIn(
        ground.registry,
        ground.config.server.domain,
        ground.opened,
        codes,
        hashing,
        (guarding(ground.config, ground.live.following), nobody, guesses),
        ground.reactor,
    )
