"""
Tests of L{gigasetd.web.http.routing}.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.test.requesthelper import DummyRequest

from gigasetd.web.http.routing import Routes
from tests.forgetting import Forgotten


class Wrong(Exception):
    """
    What a function may raise.
    """


class Inner(Resource):
    """
    A resource that a function returns.
    """

    isLeaf = True

    def render(self, request: Any) -> bytes:
        """
        Answer with what is left of the path.
        """
        return b"inner " + b"/".join(request.postpath)


class Pages:
    """
    Functions of all kinds.
    """

    app = Routes()

    def __init__(self) -> None:
        self.waiting: Deferred[bytes] = Deferred()

    @app.route("/text/<name>", methods=["GET"])
    def text(self, request: Any, name: str) -> str:
        """
        Answer with text.
        """
        return f"text {name}"

    @app.route("/later", methods=["GET"])
    def later(self, request: Any) -> Deferred[bytes]:
        """
        Answer with bytes, some time.
        """
        return self.waiting

    @app.route("/chained", methods=["GET"])
    def chained(self, request: Any) -> Deferred[bytes]:
        """
        Answer when another Deferred fires.
        """
        return succeed(None).addCallback(lambda _: self.waiting)

    @app.route("/below/", branch=True)
    def below(self, request: Any) -> Resource:
        """
        Leave the answer to a resource.
        """
        return Inner()

    @app.route("/wrong", methods=["GET"])
    def wrong(self, request: Any) -> bytes:
        """
        Fail in a way that has a handler.
        """
        raise Wrong

    @app.route("/twice", methods=["GET"])
    def twice(self, request: Any) -> bytes:
        """
        Fail in a way whose first handler fails.
        """
        raise KeyError

    @app.handle_errors(KeyError)
    def missing(self, request: Any, failure: Failure) -> bytes:
        """
        Fail again.
        """
        raise Wrong

    @app.handle_errors(Wrong)
    def handled(self, request: Any, failure: Failure) -> bytes:
        """
        Answer a failure.
        """
        request.setResponseCode(409)
        return b"handled"


class Request(DummyRequest):  # type: ignore[misc]
    """
    A request for a path.
    """

    _disconnected = False

    def __init__(self, path: str, method: bytes = b"GET") -> None:
        super().__init__(path.encode().split(b"/")[1:])
        self.method = method

    def __conform__(self, interface: Any) -> Any:
        """
        Adapt to klein's request, which takes the rest of a branch's path.
        """
        return SimpleNamespace()

    def getRequestHostname(self) -> bytes:
        """
        Name the server.
        """
        return b"x"

    def render(self, resource: Any) -> None:
        """
        Render a resource.
        """
        body = resource.render(self)
        if isinstance(body, bytes):
            self.write(body)
            self.finish()

    @property
    def body(self) -> bytes:
        """
        What was written.
        """
        return b"".join(self.written)


class RoutesTests(SynchronousTestCase):
    """
    L{Routes}.
    """

    def setUp(self) -> None:
        """
        Build the pages.
        """
        self.pages = Pages()

    def get(self, path: str, method: bytes = b"GET") -> Request:
        """
        Make a request.
        """
        request = Request(path, method)
        request.render(self.pages.app.resource())
        return request

    def test_results(self) -> None:
        """
        Text, bytes and resources are sent, now or later.
        """
        self.assertEqual(self.get("/text/a").body, b"text a")
        self.assertEqual(self.get("/below/c/d").body, b"inner c/d")
        for path in ("/later", "/chained"):
            self.pages.waiting = Deferred()
            request = self.get(path)
            self.assertEqual((request.body, request.finished), (b"", 0))
            self.pages.waiting.callback(b"late")
            self.assertEqual((request.body, request.finished), (b"late", 1))

    def test_failures(self) -> None:
        """
        A handler answers; the next one, where it fails.
        """
        for path in ("/wrong", "/twice"):
            request = self.get(path)
            self.assertEqual((request.responseCode, request.body), (409, b"handled"))
            self.assertEqual(request.finished, 1)

    def test_noRoute(self) -> None:
        """
        Without a handler an unknown path is 404, another method 405.
        """
        self.assertEqual(self.get("/nothing").responseCode, 404)
        self.assertEqual(self.get("/wrong", b"POST").responseCode, 405)

    def test_gone(self) -> None:
        """
        What a client waits for is cancelled as it hangs up.
        """
        for path in ("/later", "/chained"):
            self.pages.waiting = Deferred()
            seen: list[Failure] = []
            self.pages.waiting.addErrback(lambda f, seen=seen: seen.append(f) or f)
            request = self.get(path)
            request._disconnected = True
            request.processingFailed(Failure(ConnectionDone()))
            self.assertTrue(seen[0].check(CancelledError))
            self.assertEqual(request.body, b"")

    def test_forgotten(self) -> None:
        """
        No request waits for a garbage collection.
        """
        forgotten = Forgotten(self)
        for path in ("/text/a", "/below/c", "/wrong", "/twice", "/nothing", "/later"):
            request = self.get(path)
            forgotten.add(request)
        request._disconnected = True
        request.processingFailed(Failure(ConnectionDone()))
        self.pages.waiting = Deferred()
        del request
        forgotten.check()
