# -*- test-case-name: tests.web.pages.test_access -*-
"""
What stands before every page for people: who is logged in, whether a form is
ours, and what browsers are told about the answer.

The phones' pages have none of it.

Layer 3 (I/O).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.errors import StoreError
from gigasetd.web.http.channel import Request
from gigasetd.web.http.response import HTML
from gigasetd.web.pages.form import ForgedForm, fields, foreign, same
from gigasetd.web.pages.rendering import PageRenderer
from gigasetd.web.pages.session import WebSession, WebSessions
from gigasetd.web.phone.handset import Clients, header

OWNER, OPERATOR = b"gigasetd_account", b"gigasetd_admin"  #: names of cookies
SEED = b"gigasetd_form"  #: the cookie of a form that is there before a log-in
LOGIN = {OWNER: "/account/login", OPERATOR: "/admin/login"}
STALE = "This page was open for too long, or came from elsewhere. Go back and reload."

log = Logger()


class LoginRequired(Exception):
    """
    Nobody is logged in.

    @ivar role: L{OWNER} or L{OPERATOR}: who would have to be.
    """

    def __init__(self, role: bytes) -> None:
        super().__init__()
        self.role = role


class Visit(NamedTuple):
    """
    One request of somebody who is logged in.
    """

    session: WebSession
    form: Mapping[str, str]  #: what was posted; empty for a mere look


class PageAccess(PageRenderer):
    """
    @ivar sessions: who is logged in.
    @ivar now: epoch seconds.
    @ivar counts: forms that were not ours, pages that failed.
    """

    def __init__(
        self,
        sessions: WebSessions,
        clients: Clients,
        fresh: Callable[[], str],
        key: bytes,
        now: Callable[[], float],
    ) -> None:
        """
        @param fresh: makes a text of 256 random bits.
        @param key: signs the forms that are there before a log-in.
        """
        super().__init__(clients)
        self.sessions = sessions
        self.now = now
        self.counts = {"forged": 0, "refused": 0, "faults": 0}
        self._fresh = fresh
        self._key = key

    # who comes in

    def session(self, request: Request, role: bytes) -> WebSession | None:
        """
        The session of whoever asks, C{None} where there is none; a cookie's
        name is the browser's to choose, so the session itself says whose it is.
        """
        session = self.sessions.find(self._cookie(request, role), self.now())
        if session is None or not (session.number if role == OWNER else session.token):
            return None
        return session

    def requireLogin(self, request: Request, role: bytes) -> Visit:
        """
        Let somebody in who is logged in.

        @raise LoggedOut: nobody is.
        @raise Forged: what was posted is not from a page of this session.
        """
        session = self.session(request, role)
        if session is None:
            raise LoginRequired(role)
        if request.method != b"POST":
            return Visit(session, {})
        return Visit(session, self._form(request, session.csrf))

    def loginForm(self, request: Request) -> Mapping[str, str]:
        """
        The form of somebody who is not logged in yet.

        @raise Forged: it is not from a page that we gave to this browser.
        """
        seed = self._cookie(request, SEED)
        return self._form(request, self._signed(seed) if seed else "")

    def _form(self, request: Request, csrf: str) -> Mapping[str, str]:
        """
        What was posted.

        @param csrf: what a form of ours says.
        """
        told = {
            name: header(request, name.encode("ascii"))
            for name in ("sec-fetch-site", "origin", "host")
        }
        form = fields(header(request, b"Content-Type"), request.content.read())
        if not csrf or foreign(told) or not same(form.pop("csrf", ""), csrf):
            self.counts["forged"] += 1
            raise ForgedForm(STALE)
        return form

    def _signed(self, seed: str) -> str:
        """
        What a form says that was given out with a cookie.
        """
        return hmac.digest(self._key, seed.encode("utf-8", "replace"), "sha256").hex()

    def _cookie(self, request: Request, name: bytes) -> str:
        """
        A cookie's value, C{""} for none.
        """
        value: bytes | None = request.getCookie(name)
        return (value or b"").decode("latin-1")

    # what goes out

    def page(
        self,
        request: Request,
        template: str,
        session: WebSession | None = None,
        code: int = 200,
        **values: object,
    ) -> bytes:
        """
        One template, filled in.

        @param session: whose forms it holds; C{None} before a log-in.
        """
        notice, csrf = "", ""
        if session is not None:
            notice, session.notice, csrf = session.notice, "", session.csrf
        elif template in BEFORE:
            csrf = self._sow(request)
        told = {"csrf": csrf, "notice": notice, "session": session, **values}
        return self.respond(request, self.render(template, told), HTML, code)

    def _sow(self, request: Request) -> str:
        """
        Give the browser the cookie that goes with a form.
        """
        seed = self._cookie(request, SEED)
        if len(seed) < 32:
            seed = self._fresh()
            self.setCookie(request, SEED, seed)
        return self._signed(seed)

    def flash(self, request: Request, visit: Visit, path: str, notice: str) -> bytes:
        """
        As L{redirect}, with a sentence for the page that follows.
        """
        visit.session.notice = notice
        return self.redirect(request, path)

    def logIn(self, request: Request, number: str = "", token: str = "") -> WebSession:
        """
        Log somebody in: whatever session the browser had ends, so that
        nobody can hand it one beforehand.
        """
        role = OWNER if number else OPERATOR
        old = self.session(request, role)
        if old is not None:
            self.sessions.end(old)
        session = self.sessions.begin(self.now(), number, token)
        self.setCookie(request, role, session.id)
        return session

    def logOut(self, request: Request, session: WebSession, role: bytes) -> None:
        """
        Log somebody out.
        """
        self.sessions.end(session)
        self.setCookie(request, role, "")

    # what goes wrong

    def refused(self, request: Request, failure: Failure) -> bytes:
        """
        A refusal as a page.
        """
        error: Any = failure.value
        self.counts["refused"] += 1
        sentence = str(error)
        sentence = f"{sentence[:1].upper()}{sentence[1:]}"
        return self.page(request, "refused.html", code=error.http, sentence=sentence)

    def failed(self, request: Request, failure: Failure) -> bytes:
        """
        Our fault as a page.
        """
        self.counts["faults"] += 1
        if not failure.check(StoreError):
            log.failure("a page for people failed", failure)
        sentence = "Something is wrong here. Try again later."
        code = 503 if failure.check(StoreError) else 500
        return self.page(request, "refused.html", code=code, sentence=sentence)

    def unrouted(self, request: Request, failure: Failure) -> bytes:
        """
        There is no such page.
        """
        code = getattr(failure.value, "code", None) or 404
        sentence = "There is no such page."
        return self.page(request, "refused.html", code=code, sentence=sentence)


BEFORE = frozenset(("account/login.html", "admin/login.html", "admin/setup.html"))
"""Templates with a form for somebody who is not logged in."""
