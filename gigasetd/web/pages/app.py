# -*- test-case-name: tests.web.pages.test_app -*-
"""
Klein applications for people's pages: their errors are pages.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.python.failure import Failure
from twisted.web.resource import IResource
from werkzeug.exceptions import HTTPException, NotFound

from gigasetd.errors import Refused
from gigasetd.web.http.routing import Routes
from gigasetd.web.pages.access import LOGIN, LoginRequired


def exactRoutes() -> Routes:
    """
    Make an application that matches paths as they are, without redirects.
    """
    app = Routes()
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    return app


def pageRoutes() -> Routes:
    """
    Make an application whose errors are pages; its instances have an
    C{access} (L{gigasetd.web.pages.access.PageAccess}).
    """
    app = exactRoutes()

    @app.handle_errors(LoginRequired)
    def loginRequired(self: Any, request: Any, failure: Failure) -> Any:
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


def subpage(pages: Mapping[str, Any], name: str) -> IResource:
    """
    Return the resource of the pages below a path segment.

    @raise NotFound: there are none of that name.
    """
    if name not in pages:
        raise NotFound
    resource: IResource = pages[name].app.resource()
    return resource
