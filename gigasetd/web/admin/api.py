# -*- test-case-name: tests.web.admin.test_api -*-
"""
C{/admin/api/}: the operator's verbs as JSON, for scripts.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from twisted.logger import Logger
from twisted.python.failure import Failure
from werkzeug.exceptions import HTTPException

from gigasetd.control.dispatcher import RequesterGone
from gigasetd.control.inprocess import Commands, InProcessRequester
from gigasetd.control.messages import Document, ImportFaults
from gigasetd.errors import BadValue, Refused, StoreError
from gigasetd.web.admin.openapi import ApiVerb, apiVerbs, checked, document
from gigasetd.web.http.authorization import CHALLENGES, tokenCredentials
from gigasetd.web.http.channel import Request
from gigasetd.web.http.headers import contentType, header
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import JSON, send
from gigasetd.web.http.routing import Routes
from gigasetd.web.pages.access import OPERATOR, PageAccess
from gigasetd.web.pages.form import isSame
from gigasetd.web.pages.login import LogIn
from gigasetd.web.pages.monitoringaccess import MonitoringAccess

BOOLEANS = {"true": True, "1": True, "": True, "false": False, "0": False}

log = Logger()


class TokenNeeded(Refused):
    """
    The request has no valid token.
    """

    http = 401


class ScopeNeeded(Refused):
    """
    The token's scope does not allow the verb.
    """

    def __init__(self, scope: str, verb: ApiVerb) -> None:
        needed = "admin or read" if verb.allows("read") else "admin"
        super().__init__(f"this token's scope is {scope}; {verb.verb} needs {needed}")


class Api:
    """
    @ivar access: knows the browsers that are logged in.
    @ivar counts: outcomes, by name; they only grow.
    """

    app = Routes()
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False

    def __init__(
        self,
        access: PageAccess,
        login: LogIn,
        commands: Commands,
        version: str,
        monitoring: MonitoringAccess,
    ) -> None:
        """
        @param monitoring: says who may read the description.
        """
        self.access = access
        self.counts = {"done": 0, "refused": 0, "failed": 0}
        self._login = login
        self._monitoring = monitoring
        self._commands = commands
        self._verbs = apiVerbs()
        self._version = version

    @app.route("/openapi.json", methods=["GET"])
    def openapi(self, request: Request) -> bytes:
        """
        Describe the API to clients that C{http.metrics_access} lets.
        """
        refusal = self._monitoring.refusal(request)
        if refusal is not None:
            return refusal
        served = self._commands.dispatcher.verbs
        verbs = {
            path: each for path, each in self._verbs.items() if each.verb in served
        }
        text = json.dumps(document(self._version, verbs), indent=1)
        return self._send(request, text.encode())

    @app.route("/<path:path>", methods=["GET", "POST"])
    async def verb(self, request: Request, path: str) -> bytes:
        """
        Perform a verb.
        """
        scope = self._authorize(request)
        verb = self._verbs.get(path)
        if verb is None or verb.verb not in self._commands.dispatcher.verbs:
            return self._refuse(request, {"refused": "unknown verb"}, 404)
        if request.method != b"POST" and not verb.reads:
            request.setHeader(b"Allow", b"POST")
            return self._refuse(request, {"refused": "this verb needs POST"}, 405)
        if not verb.allows(scope):
            raise ScopeNeeded(scope, verb)
        arguments = checked(verb, _arguments(request, verb))
        return await self._answer(request, verb, arguments, scope)

    def _authorize(self, request: Request) -> str:
        """
        Require a token, or the session of an operator's browser.

        @return: its scope.
        @raise TokenNeeded: there is none, or it is unknown.
        @raise gigasetd.web.pages.login.TooManyAttempts: from this address.
        """
        session = self.access.session(request, OPERATOR)
        csrf = header(request, b"X-CSRF-Token")
        if session is not None and csrf and isSame(csrf, session.csrf):
            return self.access.sessions.scope(session)
        credentials = tokenCredentials(header(request, b"Authorization"))
        if credentials is None:
            raise TokenNeeded("a token is needed")
        host = self.access.clients.address(request)
        name = self._login.script(host, *credentials, self.access.now())
        if not name:
            raise TokenNeeded("unknown token")
        return self._login.scope(name)

    async def _answer(
        self, request: Request, verb: ApiVerb, arguments: dict[str, Any], scope: str
    ) -> bytes:
        gone: list[Any] = []
        request.notifyFinish().addErrback(gone.append)
        dispatcher = self._commands.dispatcher
        rows: list[bytes] = []

        def take(part: list[Document]) -> None:
            # A long list is encoded piece by piece, so that no phone waits.
            rows.append(json.dumps(part).encode()[1:-1])

        requester = InProcessRequester(take, lambda: bool(gone))
        last = await dispatcher.serve(verb.verb, arguments, requester)
        self.counts["done"] += 1
        last = {**last, "done": verb.shown(last["done"], scope)}
        return self._send(request, _joined(last, rows))

    def _send(self, request: Request, body: bytes, code: int = 200) -> bytes:
        request.setHeader(b"X-Content-Type-Options", b"nosniff")
        return send(request, body, JSON, code)

    def _refuse(self, request: Request, refusal: Document, code: int) -> bytes:
        return self._send(request, _encoded(refusal), code)

    @app.handle_errors(Refused)
    def refused(self, request: Any, failure: Failure) -> Any:
        """
        Answer a refusal of the rules.
        """
        error: Any = failure.value
        self.counts["refused"] += 1
        refusal: Document = {"refused": str(error)}
        if isinstance(error, ImportFaults):
            refusal |= {"faults": error.faults, "more": error.more}
        if error.http == 401:
            request.setHeader(b"WWW-Authenticate", CHALLENGES)
        return self._refuse(request, refusal, error.http)

    @app.handle_errors(StoreError)
    def unsettled(self, request: Any, failure: Failure) -> Any:
        """
        Answer a failure of the store.
        """
        self.counts["failed"] += 1
        return self._refuse(request, {"failed": str(failure.value)}, 503)

    @app.handle_errors(HTTPException)
    def unrouted(self, request: Any, failure: Failure) -> Any:
        """
        Answer an unknown path.
        """
        code = getattr(failure.value, "code", None) or 404
        return self._refuse(request, {"refused": "unknown verb"}, code)

    @app.handle_errors(RequesterGone)
    def left(self, request: Any, failure: Failure) -> bytes:
        """
        Answer nothing: the client has disconnected.
        """
        return b""

    @app.handle_errors(Exception)
    def failed(self, request: Any, failure: Failure) -> Any:
        """
        Answer a fault of this server; log it.
        """
        self.counts["failed"] += 1
        log.failure("a request of a script failed", failure)
        refusal = {"failed": "internal error; see the daemon's log"}
        return self._refuse(request, refusal, 500)


def _joined(last: Document, rows: Sequence[bytes]) -> bytes:
    """
    Join an answer and the pieces of its list to one document.

    @param rows: encoded elements of the list, without its brackets.
    """
    if "key" not in last:
        return _encoded(last["done"])
    listed = b"[%s]" % b", ".join(rows)
    if not last["key"]:
        return listed + b"\n"
    document = json.dumps({**last["done"], last["key"]: None}).encode()
    # The list is the last member: only it can stand at the end.
    return document.removesuffix(b"null}") + listed + b"}\n"


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _arguments(request: Request, verb: ApiVerb) -> dict[str, Any]:
    """
    Read the arguments of a request: of GET its query, of POST its body.

    @raise BadValue: the body is not a JSON object.
    """
    if request.method != b"POST":
        flags = {each.name for each in verb.arguments if each.flag}
        return {
            name: BOOLEANS.get(value, value) if name in flags else value
            for name, value in parameters(request.query).items()
        }
    body = request.content.read()
    if body and contentType(request) != "application/json":
        raise BadValue("the arguments must be sent as application/json")
    try:
        arguments = json.loads(body or b"{}", object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise BadValue("the arguments are not valid JSON") from None
    if not isinstance(arguments, dict):
        raise BadValue("the arguments are not a JSON object")
    return arguments


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # JSON allows a name to come twice, and programs differ in which one counts.
    members = dict(pairs)
    if len(members) < len(pairs):
        raise BadValue("an argument comes twice")
    return members
