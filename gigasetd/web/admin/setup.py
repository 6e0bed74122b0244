# -*- test-case-name: tests.web.admin.test_setup -*-
"""
The first start: a link in the log, with which the operator creates the first
token.

It is valid until a token exists or the daemon ends, and only in the local
networks. Elsewhere C{gigasetctl token add} does the same.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.logger import Logger
from werkzeug.exceptions import NotFound

from gigasetd.control.inprocess import Commands
from gigasetd.errors import Refused, StoreError
from gigasetd.process.program import folderOffPath
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.pages.access import PageAccess
from gigasetd.web.pages.form import isSame

SHARED_LOG = (
    "set-up: run `gigasetctl token add NAME`{where} to create the first token; "
    "no link, since other users may read this log"
)

log = Logger()


class NotHere(Refused):
    """
    The link was opened from a local address that does not count as local.
    """

    http = 403


class SetupPage:
    """
    @ivar link: the valid link, C{""} for none.
    """

    def __init__(
        self,
        access: PageAccess,
        registry: Registry,
        commands: Commands,
        randomToken: Callable[[], str],
    ) -> None:
        """
        @param randomToken: returns 256 random bits as text.
        """
        self.link = ""
        self._access = access
        self._registry = registry
        self._commands = commands
        self._randomToken = randomToken
        self._secret = ""

    def announce(self, base: str, private: bool = True) -> None:
        """
        Log the link, unless there is a token already.

        @param base: the URL of this server's own pages.
        @param private: whether the operator alone reads the log: who has the link
            can become the operator.
        """
        if self._registry.tokens:
            return
        if not private:
            folder = folderOffPath("gigasetctl")
            log.info(SHARED_LOG, where=f" (in {folder})" if folder else "")
            return
        self._secret = self._randomToken()
        self.link = f"{base}/admin/setup/{self._secret}"
        log.info("set-up: open {link} to create the first token", link=self.link)

    async def page(self, request: Request, secret: str) -> bytes:
        """
        Show the form, or create the token.

        @raise NotFound: the link is not valid.
        """
        valid = bool(self._secret) and isSame(secret, self._secret)
        if not valid or self._registry.tokens:
            raise NotFound
        if not self._access.clients.isLocal(request):
            why = self._access.clients.refusal(request)
            if not why:
                raise NotFound
            raise NotHere(why)
        if request.method != b"POST":
            return self._access.page(request, "admin/setup.html", secret=secret)
        form = self._access.loginForm(request)
        # Invalidated before the first wait: the link creates one token only.
        unused, link, self._secret, self.link = self._secret, self.link, "", ""
        name = form.get("name", "")
        try:
            token = await self._commands.perform("token add", name=name)
        except (Refused, StoreError) as error:
            self._secret, self.link = unused, link
            if isinstance(error, StoreError) and name in self._registry.tokens:
                # It exists in memory, but the operator will never see it.
                self._registry.drop(self._registry.tokens[name])
            raise
        session = self._access.logIn(request, token=token["name"])
        return self._access.page(
            request, "admin/welcome.html", session, token=token["token"]
        )
