"""
Tests of L{gigasetd.web.pages.app}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.server import Site
from werkzeug.exceptions import NotFound

from gigasetd.errors import BadValue, StoreError
from gigasetd.web.pages.access import OPERATOR, OWNER, LoginRequired
from gigasetd.web.pages.app import exactRoutes, pageRoutes, subpage

FAILURES: dict[str, Exception] = {
    "owner": LoginRequired(OWNER),
    "operator": LoginRequired(OPERATOR),
    "refused": BadValue("no such city"),
    "store": StoreError("disk full"),
    "fault": RuntimeError("our mistake"),
}


class Answers:
    """
    The answers of L{gigasetd.web.pages.access.PageAccess}, by their names.
    """

    def redirect(self, request: Any, path: str) -> bytes:
        """
        Tell where a redirect leads.
        """
        return f"redirect {path}".encode()

    def refused(self, request: Any, failure: Failure) -> bytes:
        """
        Tell a refusal.
        """
        return f"refused {failure.value}".encode()

    def unrouted(self, request: Any, failure: Failure) -> bytes:
        """
        Tell an unknown path.
        """
        return b"unrouted"

    def failed(self, request: Any, failure: Failure) -> bytes:
        """
        Tell a fault.
        """
        return b"failed"


class Failing:
    """
    Pages that fail.
    """

    app = pageRoutes()
    access = Answers()

    @app.route("/fail/<name>")
    def fail(self, request: Any, name: str) -> bytes:
        """
        Fail as the path says.
        """
        raise FAILURES[name]

    @app.route("/sub/<name>", branch=True)
    def sub(self, request: Any, name: str) -> Any:
        """
        Lead to the pages below.
        """
        return subpage({"inner": Inner()}, name)


class Inner:
    """
    Pages below others.
    """

    app = exactRoutes()

    @app.route("/")
    def home(self, request: Any) -> bytes:
        """
        The only page.
        """
        return b"inner"


def body(path: str) -> bytes:
    """
    Ask the pages for a path.
    """
    transport = StringTransport()
    protocol: Any = Site(Failing().app.resource()).buildProtocol(None)  # type: ignore[arg-type]
    protocol.makeConnection(transport)
    protocol.dataReceived(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    return transport.value().partition(b"\r\n\r\n")[2]


class ErrorTests(SynchronousTestCase):
    """
    Errors become pages.
    """

    def test_loginRequired(self) -> None:
        """
        A browser that is not logged in is sent to the log-in of its role.
        """
        self.assertEqual(body("/fail/owner"), b"redirect /account/login")
        self.assertEqual(body("/fail/operator"), b"redirect /admin/login")

    def test_refused(self) -> None:
        """
        A value that is refused is named; our own faults are not.
        """
        self.assertEqual(body("/fail/refused"), b"refused no such city")
        for fault in ("store", "fault"):
            self.assertEqual(body(f"/fail/{fault}"), b"failed")

    def test_exact(self) -> None:
        """
        A path that is not known as it stands has no page: there are no
        redirects to one that is similar.
        """
        for path in ("/fail", "/fail//owner", "/fail/owner/x", "/other"):
            self.assertEqual(body(path), b"unrouted", path)

    def test_subpage(self) -> None:
        """
        A segment leads to its pages; others lead nowhere.
        """
        self.assertEqual(body("/sub/inner/"), b"inner")
        self.assertEqual(body("/sub/other/"), b"unrouted")
        self.assertRaises(NotFound, subpage, {}, "inner")
