# -*- test-case-name: tests.web.admin.test_setup -*-
"""
The first run: a link in the log by which the operator makes the first token.

It is good until a token exists or the daemon ends, and only from the local
networks, where whoever can read the log usually is; from elsewhere C{gigasetctl
token add} does the same.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.logger import Logger
from werkzeug.exceptions import NotFound

from gigasetd.control.inprocess import Commands
from gigasetd.errors import Refused, StoreError
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.pages.access import PageAccess
from gigasetd.web.pages.form import isSame

log = Logger()


class SetupPage:
    """
    @ivar link: the link that is good now, C{""} for none.
    """

    def __init__(
        self,
        access: PageAccess,
        registry: Registry,
        commands: Commands,
        fresh: Callable[[], str],
    ) -> None:
        """
        @param fresh: makes a text of 256 random bits.
        """
        self.access = access
        self.link = ""
        self._registry = registry
        self._commands = commands
        self._fresh = fresh
        self._secret = ""

    def announce(self, base: str) -> None:
        """
        Tell the link, where there is no token yet.

        @param base: the address of our own pages.
        """
        if self._registry.tokens:
            return
        self._secret = self._fresh()
        self.link = f"{base}/admin/setup/{self._secret}"
        log.info("set-up: open {link} once", link=self.link)

    async def page(self, request: Request, secret: str) -> bytes:
        """
        The form, and what comes of it.

        @raise NotFound: the link is not, or no longer, good.
        """
        good = bool(self._secret) and isSame(secret, self._secret)
        near = self.access.clients.isLocal(request)
        if not (good and near) or self._registry.tokens:
            raise NotFound
        if request.method != b"POST":
            return self.access.page(request, "admin/setup.html", secret=secret)
        form = self.access.loginForm(request)
        # Used up before anything is waited for: it makes one token only.
        kept, self._secret, self.link = self._secret, "", ""
        try:
            made = await self._commands.perform("token add", name=form.get("name", ""))
        except (Refused, StoreError):
            self._secret = kept
            raise
        session = self.access.logIn(request, token=made["name"])
        return self.access.page(
            request, "admin/welcome.html", session, token=made["token"]
        )
