# -*- test-case-name: tests.web.pages.test_rendering -*-
"""
Pages for people: rendered templates, redirects and cookies, with the headers
that protect browsers.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from gigasetd.web.http.channel import Request
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.response import send

POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    b"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    b"Content-Security-Policy": POLICY,
    b"X-Content-Type-Options": b"nosniff",
    b"Referrer-Policy": b"no-referrer",
    b"Cross-Origin-Opener-Policy": b"same-origin",
}


class PageRenderer:
    """
    @ivar clients: tells who sent a request.
    """

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self._templates = Environment(
            loader=PackageLoader("gigasetd.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["when"] = when

    def render(self, name: str, values: Mapping[str, object]) -> bytes:
        """
        Render a template.
        """
        template = self._templates.get_template(name)
        return template.render(values).encode("utf-8", "replace")

    def respond(
        self, request: Request, body: bytes, kind: bytes, code: int = 200
    ) -> bytes:
        """
        Answer a browser, with the protecting headers.
        """
        for name, value in HEADERS.items():
            request.setHeader(name, value)
        return send(request, body, kind, code)

    def redirect(self, request: Request, path: str) -> bytes:
        """
        Redirect the browser by 303.
        """
        request.setHeader(b"Location", path.encode("ascii"))
        return self.respond(request, b"", b"text/plain", 303)

    def setCookie(self, request: Request, name: bytes, value: str) -> None:
        """
        Set a cookie; C{""} deletes it.
        """
        request.addCookie(
            name,
            value.encode("ascii"),
            path=b"/",
            httpOnly=True,
            secure=self.clients.isSecure(request),
            sameSite=b"strict",
            max_age=None if value else b"0",
        )


def when(moment: float | None) -> str:
    """
    Format a time in UTC, as in the log; C{"never"} for none.

    @param moment: epoch seconds.
    """
    if not moment:
        return "never"
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")
