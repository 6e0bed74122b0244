# -*- test-case-name: tests.web.pages.test_access -*-
"""
Tables of paths for people.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from klein import Klein
from twisted.python.failure import Failure
from werkzeug.exceptions import HTTPException

from gigasetd.errors import Refused
from gigasetd.web.pages.access import LOGIN, LoginRequired


def pageRoutes() -> Klein:
    """
    A table of paths whose refusals are pages; its instances have a C{access}.
    """
    app = Klein()
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False

    @app.handle_errors(LoginRequired)
    def loggedOut(self: Any, request: Any, failure: Failure) -> Any:
        error: Any = failure.value
        return self.access.redirect(request, LOGIN[error.role])

    @app.handle_errors(Refused)
    def refused(self: Any, request: Any, failure: Failure) -> Any:
        return self.access.refused(request, failure)

    @app.handle_errors(HTTPException)
    def unrouted(self: Any, request: Any, failure: Failure) -> Any:
        return self.access.unrouted(request, failure)

    @app.handle_errors(Exception)
    def failed(self: Any, request: Any, failure: Failure) -> Any:
        return self.access.failed(request, failure)

    return app
