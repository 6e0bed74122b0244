# -*- test-case-name: tests.web.pages.test_session -*-
"""
Sessions of browsers, in memory only: a restart ends them all.

Not L{twisted.web.server.Session}: it has a timer each, and no limit to their
number or age.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gigasetd.registry.model import Account, Device, Token, WebLogin
from gigasetd.registry.registry import Registry

EACH = 20  #: sessions of one owner or one token; the oldest is ended first


class SessionLimits(NamedTuple):
    """
    How long a session lasts, in seconds, and how many there may be.
    """

    idle: float = 1800.0
    longest: float = 43200.0
    most: int = 10000


@dataclass
class WebSession:
    """
    A browser that is logged in.

    @ivar id: the value of its cookie.
    @ivar csrf: the token of its forms.
    @ivar number: the owner's number, C{""} for an operator.
    @ivar token: the operator's token, C{""} for an owner.
    @ivar begun: when it logged in, epoch seconds.
    @ivar used: when it last asked for a page, epoch seconds.
    @ivar notice: a sentence for its next page.
    @ivar over: whether it has ended.
    """

    id: str
    csrf: str
    number: str
    token: str
    begun: float
    used: float
    notice: str = ""
    over: bool = False

    @property
    def user(self) -> tuple[str, str]:
        """
        The owner's number and the operator's token; one of them is C{""}.
        """
        return self.number, self.token


class WebSessions:
    """
    All sessions by their id, the longest idle first.

    @ivar counts: sessions begun and ended, by name; they only grow.
    @ivar limits: how long and how many; a reload replaces them.
    """

    def __init__(
        self,
        registry: Registry,
        randomToken: Callable[[], str],
        limits: SessionLimits,
    ) -> None:
        """
        @param randomToken: returns 256 random bits as text.
        """
        self.counts = {"begun": 0, "ended": 0, "expired": 0, "displaced": 0}
        self.limits = limits
        self._registry = registry
        self._randomToken = randomToken
        self._sessions: dict[str, WebSession] = {}
        registry.listen("account", self._accountChanged)
        registry.listen("weblogin", self._webLoginChanged)
        registry.listen("device", self._deviceChanged)
        registry.listen("token", self._tokenChanged)

    def begin(self, now: float, number: str = "", token: str = "") -> WebSession:
        """
        Begin a session; end older ones where there are too many.
        """
        self.tidy(now)
        id, csrf = self._randomToken(), self._randomToken()
        session = WebSession(id, csrf, number, token, now, now)
        older = list(self._of(session.user))
        surplus = older[: len(older) - EACH + 1] if len(older) >= EACH else []
        if len(self._sessions) - len(surplus) >= self.limits.most:
            surplus.append(next(iter(self._sessions.values())))
        for each in surplus:
            self._remove(each, "displaced")
        self._sessions[session.id] = session
        self.counts["begun"] += 1
        return session

    def find(self, id: str, now: float) -> WebSession | None:
        """
        Return the session of a cookie and mark it as used, C{None} for none.
        """
        session = self._sessions.get(id)
        if session is None or self.lapsed(session, now):
            return None
        session.used = now
        self._sessions[id] = self._sessions.pop(id)
        return session

    def lapsed(self, session: WebSession, now: float) -> bool:
        """
        Tell whether a session has ended, without marking it as used.
        """
        idle = now - session.used >= self.limits.idle
        if not session.over and (idle or now - session.begun >= self.limits.longest):
            self._remove(session, "expired")
        return session.over

    def scope(self, session: WebSession) -> str:
        """
        Return the scope of an operator's session, C{""} for an owner's.
        """
        token = self._registry.tokens.get(session.token)
        return token.scope if token else ""

    def end(self, session: WebSession) -> None:
        """
        End a session at log-out.
        """
        if not session.over:
            self._remove(session, "ended")

    def endAll(self, number: str = "", token: str = "") -> None:
        """
        End all sessions of an owner, or of a token.
        """
        for session in list(self._of((number, token))):
            self._remove(session, "ended")

    def _of(self, user: tuple[str, str]) -> Iterator[WebSession]:
        return (each for each in self._sessions.values() if each.user == user)

    def _remove(self, session: WebSession, counter: str) -> None:
        session.over = True
        self._sessions.pop(session.id, None)
        self.counts[counter] += 1

    def tidy(self, now: float) -> None:
        """
        End the sessions that have been idle for too long.
        """
        for session in list(self._sessions.values()):
            if now - session.used < self.limits.idle:
                return
            self._remove(session, "expired")

    def __len__(self) -> int:
        return len(self._sessions)

    # what ends sessions

    def _accountChanged(self, old: Account | None, new: Account | None) -> None:
        if old is None:
            return
        # An erased account has no time of use any more.
        erased = new is not None and old.active and not new.active
        if old.credentialsChanged(new) or erased:
            self.endAll(number=old.number)

    def _webLoginChanged(self, old: WebLogin | None, new: WebLogin | None) -> None:
        either = new or old
        if either is not None:
            self.endAll(number=either.number)

    def _deviceChanged(self, old: Device | None, new: Device | None) -> None:
        if old is not None and (new is None or new.number != old.number):
            self.endAll(number=old.number)

    def _tokenChanged(self, old: Token | None, new: Token | None) -> None:
        if old is not None and (new is None or new[1:] != old[1:]):
            self.endAll(token=old.name)
