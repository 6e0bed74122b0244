# -*- test-case-name: tests.web.pages.test_session -*-
"""
Who is logged in, in memory only: a restart logs everybody out.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gigasetd.registry.model import Account, Device, Token, WebLogin
from gigasetd.registry.registry import Registry

EACH = 20  #: sessions of one owner or one token; the oldest gives way


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
    One browser that is logged in.

    @ivar id: what its cookie says.
    @ivar csrf: what its forms say.
    @ivar number: the owner's number, C{""} for an operator.
    @ivar token: the operator's token, C{""} for an owner.
    @ivar begun: when it logged in.
    @ivar used: when it last asked for a page.
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
    def whose(self) -> tuple[str, str]:
        """
        Whom it belongs to.
        """
        return self.number, self.token


class WebSessions:
    """
    All of them, by their id, those first that were idle longest.

    @ivar counts: what became of them.
    @ivar patience: how long they last; a reload puts another one here.
    """

    def __init__(
        self, registry: Registry, fresh: Callable[[], str], patience: SessionLimits
    ) -> None:
        """
        @param fresh: makes a text of 256 random bits.
        """
        self.counts = {"begun": 0, "ended": 0, "expired": 0, "displaced": 0}
        self._fresh = fresh
        self.patience = patience
        self._sessions: dict[str, WebSession] = {}
        registry.listen("account", self._account)
        registry.listen("weblogin", self._weblogin)
        registry.listen("device", self._device)
        registry.listen("token", self._token)

    def begin(self, now: float, number: str = "", token: str = "") -> WebSession:
        """
        Somebody has logged in.
        """
        self.tidy(now)
        session = WebSession(self._fresh(), self._fresh(), number, token, now, now)
        mine = list(self._of(session.whose))
        surplus = mine[: len(mine) - EACH + 1] if len(mine) >= EACH else []
        if len(self._sessions) - len(surplus) >= self.patience.most:
            surplus.append(next(iter(self._sessions.values())))
        for each in surplus:
            self._forget(each, "displaced")
        self._sessions[session.id] = session
        self.counts["begun"] += 1
        return session

    def find(self, name: str, now: float) -> WebSession | None:
        """
        The session of a cookie; it was used just now.

        @return: C{None} where it has none, or none any more.
        """
        session = self._sessions.get(name)
        if session is None or self.lapsed(session, now):
            return None
        session.used = now
        self._sessions[name] = self._sessions.pop(name)
        return session

    def lapsed(self, session: WebSession, now: float) -> bool:
        """
        Whether a session has ended; to look is not to use it.
        """
        idle = now - session.used >= self.patience.idle
        if not session.over and (idle or now - session.begun >= self.patience.longest):
            self._forget(session, "expired")
        return session.over

    def end(self, session: WebSession) -> None:
        """
        Somebody has logged out.
        """
        if not session.over:
            self._forget(session, "ended")

    def endAll(self, number: str = "", token: str = "") -> None:
        """
        Log an owner, or whoever holds a token, out everywhere.
        """
        for session in list(self._of((number, token))):
            self._forget(session, "ended")

    def _of(self, whose: tuple[str, str]) -> Iterator[WebSession]:
        """
        The sessions of one owner or token.
        """
        return (each for each in self._sessions.values() if each.whose == whose)

    def _forget(self, session: WebSession, why: str) -> None:
        """
        A session is over.
        """
        session.over = True
        self._sessions.pop(session.id, None)
        self.counts[why] += 1

    def tidy(self, now: float) -> None:
        """
        Let those go that have been idle for too long.
        """
        for session in list(self._sessions.values()):
            if now - session.used < self.patience.idle:
                return
            self._forget(session, "expired")

    def __len__(self) -> int:
        return len(self._sessions)

    # what ends them

    def _account(self, old: Account | None, new: Account | None) -> None:
        """
        A password was changed, an account erased (which leaves no time of
        use) or removed.
        """
        if old is None:
            return
        unused = new is not None and old.active and not new.active
        if old.credentialsChanged(new) or unused:
            self.endAll(number=old.number)

    def _weblogin(self, old: WebLogin | None, new: WebLogin | None) -> None:
        """
        The password for the web was set, changed or dropped.
        """
        some = new or old
        if some is not None:
            self.endAll(number=some.number)

    def _device(self, old: Device | None, new: Device | None) -> None:
        """
        A device was removed, or its number given to another one.
        """
        if old is not None and (new is None or new.number != old.number):
            self.endAll(number=old.number)

    def _token(self, old: Token | None, new: Token | None) -> None:
        """
        A token was removed.
        """
        if old is not None and (new is None or new.hash != old.hash):
            self.endAll(token=old.name)
