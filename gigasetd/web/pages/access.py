# -*- test-case-name: tests.web.pages.test_access -*-
"""
Access to the pages for people: sessions, log-in, form tokens, and the pages
that refuse.

Phones' pages use none of it.

Layer 3 (I/O).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.auth.tokens import mayManage
from gigasetd.errors import Refused, StoreError
from gigasetd.web.http.channel import Request
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.headers import header
from gigasetd.web.http.response import HTML
from gigasetd.web.pages.form import ForgedForm, isCrossSite, isSame, parseForm
from gigasetd.web.pages.rendering import PageRenderer
from gigasetd.web.pages.session import WebSession, WebSessions

OWNER, OPERATOR = b"gigasetd_account", b"gigasetd_admin"  #: names of cookies
SEED = b"gigasetd_form"  #: the cookie that signs forms before a log-in
LOGIN = {OWNER: "/account/login", OPERATOR: "/admin/login"}
EXPIRED = "This form has expired. Reload and try again."
UNAVAILABLE = "The server cannot answer now. Try again later."

PUBLIC_FORMS = frozenset(("account/login.html", "admin/login.html", "admin/setup.html"))
"""Templates with a form for browsers that are not logged in."""

log = Logger()


class LoginRequired(Exception):
    """
    The page needs a log-in.

    @ivar role: L{OWNER} or L{OPERATOR}.
    """

    def __init__(self, role: bytes) -> None:
        super().__init__()
        self.role = role


class ReadOnly(Refused):
    """
    The session's token may look at pages, but not use their forms.
    """

    def __init__(self) -> None:
        super().__init__(
            "Your token's scope is read: it shows pages and changes nothing. "
            "Log in with a token of the scope admin."
        )


class Visit(NamedTuple):
    """
    A request of a browser that is logged in.
    """

    session: WebSession
    form: Mapping[str, str]  #: the posted fields; empty for a GET


class PageAccess(PageRenderer):
    """
    @ivar sessions: the browsers that are logged in.
    @ivar now: the time, epoch seconds.
    @ivar counts: forged forms, refusals and faults; they only grow.
    """

    def __init__(
        self,
        sessions: WebSessions,
        clients: Clients,
        randomToken: Callable[[], str],
        key: bytes,
        now: Callable[[], float],
    ) -> None:
        """
        @param randomToken: returns 256 random bits as text.
        @param key: signs the forms that are sent before a log-in.
        """
        super().__init__(clients)
        self.sessions = sessions
        self.now = now
        self.counts = {"forged": 0, "refused": 0, "read_only": 0, "faults": 0}
        self._randomToken = randomToken
        self._key = key

    # requests

    def session(self, request: Request, role: bytes) -> WebSession | None:
        """
        Return the browser's session in a role, C{None} for none.
        """
        session = self.sessions.find(self._cookie(request, role), self.now())
        # The browser chooses the name of the cookie that it sends, so the
        # session itself has to say whose it is.
        if session is None or not (session.number if role == OWNER else session.token):
            return None
        return session

    def requireLogin(self, request: Request, role: bytes) -> Visit:
        """
        Return the session of a request and its form.

        @raise LoginRequired: the browser is not logged in.
        @raise ForgedForm: the form is not from a page of this session.
        @raise ReadOnly: the operator's token must not change anything.
        """
        visit = self.visit(request, role)
        changes = role == OPERATOR and request.method == b"POST"
        if changes and not mayManage(self.sessions.scope(visit.session)):
            self.counts["read_only"] += 1
            raise ReadOnly
        return visit

    def visit(self, request: Request, role: bytes) -> Visit:
        """
        Return the session of a request and its form, whatever its token may do.

        @raise LoginRequired: the browser is not logged in.
        @raise ForgedForm: the form is not from a page of this session.
        """
        session = self.session(request, role)
        if session is None:
            raise LoginRequired(role)
        if request.method != b"POST":
            return Visit(session, {})
        return Visit(session, self._form(request, session.csrf))

    def loginForm(self, request: Request) -> Mapping[str, str]:
        """
        Return the form of a browser that is not logged in yet.

        @raise ForgedForm: it is not from a page that was sent to this browser.
        """
        seed = self._cookie(request, SEED)
        return self._form(request, self._signed(seed) if seed else "")

    def _form(self, request: Request, csrf: str) -> Mapping[str, str]:
        headers = {
            name: header(request, name.encode("ascii"))
            for name in ("sec-fetch-site", "origin", "host")
        }
        form = parseForm(header(request, b"Content-Type"), request.content.read())
        if not csrf or isCrossSite(headers) or not isSame(form.pop("csrf", ""), csrf):
            self.counts["forged"] += 1
            raise ForgedForm(EXPIRED)
        return form

    def _signed(self, seed: str) -> str:
        return hmac.digest(self._key, seed.encode("utf-8", "replace"), "sha256").hex()

    def _cookie(self, request: Request, name: bytes) -> str:
        value: bytes | None = request.getCookie(name)
        return (value or b"").decode("latin-1")

    # answers

    def page(
        self,
        request: Request,
        template: str,
        session: WebSession | None = None,
        code: int = 200,
        **values: object,
    ) -> bytes:
        """
        Answer with a rendered template.

        @param session: its notice is shown, and its token stands in the forms;
            C{None} before a log-in.
        """
        notice, csrf = "", ""
        if session is not None:
            notice, session.notice, csrf = session.notice, "", session.csrf
        elif template in PUBLIC_FORMS:
            csrf = self._publicToken(request)
        scope = self.sessions.scope(session) if session is not None else ""
        own = {"csrf": csrf, "notice": notice, "session": session, "scope": scope}
        values = {**own, **values}
        return self.respond(request, self.render(template, values), HTML, code)

    def _publicToken(self, request: Request) -> str:
        """
        Return the token of a form before a log-in; set the cookie that goes
        with it.
        """
        seed = self._cookie(request, SEED)
        if len(seed) < 32:
            seed = self._randomToken()
            self.setCookie(request, SEED, seed)
        return self._signed(seed)

    def flash(self, request: Request, visit: Visit, path: str, notice: str) -> bytes:
        """
        Redirect as L{redirect}, and show a notice on the next page.
        """
        visit.session.notice = notice
        return self.redirect(request, path)

    def logIn(self, request: Request, number: str = "", token: str = "") -> WebSession:
        """
        Begin a session for an owner's number or an operator's token.
        """
        role = OWNER if number else OPERATOR
        old = self.session(request, role)
        if old is not None:
            # Against session fixation: a log-in never continues a session.
            self.sessions.end(old)
        session = self.sessions.begin(self.now(), number, token)
        self.setCookie(request, role, session.id)
        return session

    def logOut(self, request: Request, session: WebSession, role: bytes) -> None:
        """
        End a session and delete its cookie.
        """
        self.sessions.end(session)
        self.setCookie(request, role, "")

    # errors

    def refused(self, request: Request, failure: Failure) -> bytes:
        """
        Answer with the page of a L{gigasetd.errors.Refused}.
        """
        error: Any = failure.value
        self.counts["refused"] += 1
        sentence = str(error)
        return self._error(request, error.http, sentence[:1].upper() + sentence[1:])

    def failed(self, request: Request, failure: Failure) -> bytes:
        """
        Answer with the page of a fault of this server; log it.
        """
        self.counts["faults"] += 1
        if failure.check(StoreError):
            # The store logs its failures itself.
            return self._error(request, 503, UNAVAILABLE)
        log.failure("rendering a page failed", failure)
        return self._error(request, 500, UNAVAILABLE)

    def unrouted(self, request: Request, failure: Failure) -> bytes:
        """
        Answer with the page of an unknown path.
        """
        code = getattr(failure.value, "code", None) or 404
        return self._error(request, code, f"{code}: Page not found")

    def _error(self, request: Request, code: int, sentence: str) -> bytes:
        return self.page(request, "refused.html", code=code, sentence=sentence)
