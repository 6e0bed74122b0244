# -*- test-case-name: tests.web.pages.test_monitoringaccess -*-
"""
Who may read the monitoring and the description of the API
(C{http.metrics_access}).

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.auth.tokens import mayRead
from gigasetd.errors import Refused
from gigasetd.web.http.authorization import CHALLENGES, tokenCredentials
from gigasetd.web.http.channel import Request
from gigasetd.web.http.headers import header
from gigasetd.web.http.response import sendText
from gigasetd.web.pages.access import OPERATOR, PageAccess
from gigasetd.web.pages.login import LogIn

NEEDED = (
    "This page is for the server's local networks and for tokens (http.metrics_access)."
)
TOKENS_ONLY = "This page needs a token (http.metrics_access)."


class MonitoringAccess:
    """
    @ivar mode: C{http.metrics_access}; a reload replaces it.
    @ivar counts: requests that were refused; they only grow.
    """

    def __init__(self, access: PageAccess, login: LogIn, mode: str) -> None:
        self.mode = mode
        self.counts = {"refused": 0}
        self._access = access
        self._login = login

    def refusal(self, request: Request) -> bytes | None:
        """
        Refuse clients that may not read what C{http.metrics_access} protects.

        @return: the body of the refusal, C{None} for a client that may.
        """
        if self.mode == "any":
            return None
        clients = self._access.clients
        if self.mode == "local" and clients.isLocal(request):
            return None
        try:
            if self._hasToken(request):
                return None
        except Refused as refused:
            return self._refuse(request, str(refused), refused.http)
        request.setHeader(b"WWW-Authenticate", CHALLENGES)
        usual = NEEDED if self.mode == "local" else TOKENS_ONLY
        why = clients.refusal(request) if self.mode == "local" else ""
        return self._refuse(request, why or usual, 401)

    def seesDetails(self, request: Request) -> bool:
        """
        Tell whether a client may read the details of the server's health: from
        the local networks, or with a token.
        """
        try:
            return self._access.clients.isLocal(request) or self._hasToken(request)
        except Refused:
            return False

    def _refuse(self, request: Request, sentence: str, code: int) -> bytes:
        self.counts["refused"] += 1
        return sendText(request, sentence, code)

    def _hasToken(self, request: Request) -> bool:
        """
        @raise gigasetd.web.pages.login.TooManyAttempts: from this address.
        """
        session = self._access.session(request, OPERATOR)
        if session is not None and mayRead(self._access.sessions.scope(session)):
            return True
        credentials = tokenCredentials(header(request, b"Authorization"))
        if credentials is None:
            return False
        host, now = self._access.clients.address(request), self._access.now()
        name = self._login.script(host, *credentials, now)
        return bool(name) and mayRead(self._login.scope(name))
