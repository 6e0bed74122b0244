# -*- test-case-name: tests.web.http.test_routing -*-
"""
Klein's routes without klein's rendering, which makes a reference cycle for each
request: a nested function that names itself.

Forty objects of each request, and the connection, would stay until a garbage
collection; a full one runs every few hours only.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from klein import Klein
from twisted.internet.defer import CancelledError, Deferred, maybeDeferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource, getChildForRequest
from twisted.web.server import NOT_DONE_YET
from werkzeug.exceptions import HTTPException

log = Logger()


class Routes(Klein):
    """
    An application of klein's.
    """

    def resource(self) -> IResource:  # type: ignore[override]
        """
        Wrap the application into a resource.
        """
        return RoutedResource(self)

    def match(self, request: Any) -> Deferred[Any]:
        """
        Call the function of a request's path.

        @return: fires with its result; fails with HTTPException for no route.
        """
        return maybeDeferred(self._dispatch, request)

    def _dispatch(self, request: Any) -> Any:
        mapper = self.url_map.bind(
            request.getRequestHostname().decode(),
            _joined(request.prepath),
            path_info=_joined(request.postpath),
            default_method=request.method.decode(),
        )
        rule, arguments = mapper.match(return_rule=True)
        endpoint: Any = rule.endpoint
        count = self.endpoints[endpoint].segment_count  # type: ignore[attr-defined]
        request.prepath.extend(request.postpath[:count])
        request.postpath = request.postpath[count:]
        return self.execute_endpoint(endpoint, request, **arguments)

    def handled(self, failure: Failure, request: Any, first: int = 0) -> Any:
        """
        Have the next handler of such a failure make the response.

        @param first: handlers that were tried already.
        @return: what the handler returns; the failure itself where there is none.
        """
        for number, (kinds, handler) in enumerate(self._error_handlers):
            if number >= first and failure.check(*kinds):
                result = maybeDeferred(
                    self.execute_error_handler, handler, request, failure
                )
                return result.addErrback(self.handled, request, number + 1)
        return failure


class RoutedResource(Resource):
    """
    Renders the functions of an application.
    """

    isLeaf = True

    def __init__(self, app: Routes) -> None:
        super().__init__()
        self._app = app

    def render(self, request: Any) -> int:
        """
        Call the function of the path, and send what it returns.
        """
        response = _Response(request)
        result = self._app.match(request)
        request.notifyFinish().addErrback(lambda _: result.cancel())
        result.addCallback(response.rendered)
        result.addErrback(self._failed, response)
        result.addCallback(response.send)
        result.addErrback(response.failed)
        return NOT_DONE_YET

    def _failed(self, failure: Failure, response: _Response) -> Any:
        if response.isOver():
            if not failure.check(CancelledError):
                log.failure("a request failed after its end", failure)
            return _SENT
        handled = maybeDeferred(self._app.handled, failure, response.request)
        return handled.addCallback(response.rendered).addErrback(response.refuse)


_SENT = object()
"""The result of a function whose response is made elsewhere."""


class _Response:
    """
    What becomes of a function's result.
    """

    def __init__(self, request: Any) -> None:
        self.request = request

    def isOver(self) -> bool:
        return bool(self.request.finished or self.request._disconnected)

    def rendered(self, result: Any) -> Any:
        if not IResource.providedBy(result):
            return result
        self.request.render(getChildForRequest(result, self.request))
        return _SENT

    def refuse(self, failure: Failure) -> Any:
        error = failure.value
        if not isinstance(error, HTTPException):
            self.request.processingFailed(failure)
            return _SENT
        response = error.get_response({})
        self.request.setResponseCode(response.status_code)
        for name, value in response.headers:
            self.request.setHeader(name.encode(), value.encode())
        return response.get_data()

    def send(self, result: Any) -> None:
        if result is _SENT or self.isOver():
            return
        if isinstance(result, str):
            result = result.encode()
        if isinstance(result, bytes):
            self.request.write(result)
        self.request.finish()

    def failed(self, failure: Failure) -> None:
        log.failure("a response could not be sent", failure)


def _joined(segments: list[bytes]) -> str:
    # UnicodeDecodeError cannot come: gigasetd.web.http.query has normalised paths.
    path = b"/".join(segments).decode()
    return path if path.startswith("/") or not path else "/" + path
