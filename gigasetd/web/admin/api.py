# -*- test-case-name: tests.web.admin.test_api -*-
"""
C{/admin/api/}: the operator's verbs for scripts, as JSON.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from klein import Klein
from twisted.logger import Logger
from twisted.python.failure import Failure
from werkzeug.exceptions import HTTPException

from gigasetd.control.dispatcher import Gone
from gigasetd.control.inprocess import Commands, Errand
from gigasetd.control.messages import Asked, Faulty, View
from gigasetd.errors import BadValue, Refused, StoreError
from gigasetd.web.admin.openapi import ApiVerb, apiVerbs, checked, document
from gigasetd.web.http.channel import Request
from gigasetd.web.http.headers import header
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import JSON, send
from gigasetd.web.pages.access import OPERATOR, PageAccess
from gigasetd.web.pages.form import isSame
from gigasetd.web.pages.login import LogIn

CHALLENGES = b'Bearer realm="gigasetd", Basic realm="gigasetd", charset="UTF-8"'
WORDS = {"true": True, "1": True, "": True, "false": False, "0": False}

log = Logger()


class TokenNeeded(Refused):
    """
    Whoever asks has shown no token.
    """

    http = 401


class Api:
    """
    @ivar access: knows the sessions of browsers.
    @ivar counts: how requests went.
    """

    app = Klein()
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False

    def __init__(
        self, access: PageAccess, login: LogIn, commands: Commands, version: str
    ) -> None:
        self.access = access
        self.counts = {"done": 0, "refused": 0, "failed": 0}
        self._login = login
        self._commands = commands
        self._verbs = apiVerbs()
        self._version = version

    @app.route("/openapi.json", methods=["GET"])
    def openapi(self, request: Request) -> bytes:
        """
        What can be asked; nothing in it is secret.
        """
        served = self._commands.counter().verbs
        there = {path: one for path, one in self._verbs.items() if one.verb in served}
        told = json.dumps(document(self._version, there), indent=1)
        return self._send(request, told.encode())

    @app.route("/<path:path>", methods=["GET", "POST"])
    async def verb(self, request: Request, path: str) -> bytes:
        """
        Do one thing.
        """
        self._admit(request)
        verb = self._verbs.get(path)
        if verb is None or verb.verb not in self._commands.counter().verbs:
            return self._tell(request, {"refused": "no such verb"}, 404)
        if request.method != b"POST" and not verb.reads:
            request.setHeader(b"Allow", b"POST")
            return self._tell(request, {"refused": "this verb changes things"}, 405)
        asked = checked(verb, _given(request, verb))
        return await self._answer(request, verb, asked)

    def _admit(self, request: Request) -> None:
        """
        @raise Refused: whoever asks is no operator.
        """
        session = self.access.session(request, OPERATOR)
        told = header(request, b"X-CSRF-Token")
        if session is not None and told and isSame(told, session.csrf):
            return
        given = _credentials(header(request, b"Authorization"))
        if given is None:
            raise TokenNeeded("a token is needed")
        host = self.access.clients.address(request)
        if not self._login.script(host, *given, self.access.now()):
            raise TokenNeeded("there is no such token")

    async def _answer(
        self, request: Request, verb: ApiVerb, asked: dict[str, Any]
    ) -> bytes:
        """
        Have it done, and tell it.
        """
        gone: list[Any] = []
        request.notifyFinish().addErrback(gone.append)
        desk = self._commands.counter()
        rows: list[bytes] = []

        def take(part: list[View]) -> None:
            # A long list is encoded as it comes, so that no phone waits for it.
            rows.append(json.dumps(part).encode()[1:-1])

        errand = Errand(take, lambda: bool(gone))
        last = await desk.serve(verb.verb, Asked(asked), errand)
        self.counts["done"] += 1
        return self._send(request, _joined(last, rows))

    def _send(self, request: Request, body: bytes, code: int = 200) -> bytes:
        """
        Answer.
        """
        request.setHeader(b"X-Content-Type-Options", b"nosniff")
        return send(request, body, JSON, code)

    def _tell(self, request: Request, told: View, code: int) -> bytes:
        """
        Say no.
        """
        return self._send(request, _encoded(told), code)

    @app.handle_errors(Refused)
    def refused(self, request: Any, failure: Failure) -> Any:
        """
        The rules decline.
        """
        error: Any = failure.value
        self.counts["refused"] += 1
        told: View = {"refused": str(error)}
        if isinstance(error, Faulty):
            told |= {"faults": error.faults, "more": error.more}
        if error.http == 401:
            request.setHeader(b"WWW-Authenticate", CHALLENGES)
        return self._tell(request, told, error.http)

    @app.handle_errors(StoreError)
    def unsettled(self, request: Any, failure: Failure) -> Any:
        """
        It could not be made safe.
        """
        self.counts["failed"] += 1
        return self._tell(request, {"failed": str(failure.value)}, 503)

    @app.handle_errors(HTTPException)
    def unrouted(self, request: Any, failure: Failure) -> Any:
        """
        There is no such path.
        """
        code = getattr(failure.value, "code", None) or 404
        return self._tell(request, {"refused": "no such verb"}, code)

    @app.handle_errors(Gone)
    def left(self, request: Any, failure: Failure) -> bytes:
        """
        Nobody waits for the answer.
        """
        return b""

    @app.handle_errors(Exception)
    def failed(self, request: Any, failure: Failure) -> Any:
        """
        Our fault.
        """
        self.counts["failed"] += 1
        log.failure("a request of a script failed", failure)
        told = {"failed": "something went wrong: see the daemon's log"}
        return self._tell(request, told, 500)


def _joined(last: View, rows: Sequence[bytes]) -> bytes:
    """
    The document: an object, a list, or an object that holds one.

    @param rows: the list, in pieces.
    """
    if "key" not in last:
        return _encoded(last["done"])
    listed = b"[%s]" % b", ".join(rows)
    if not last["key"]:
        return listed + b"\n"
    document = json.dumps({**last["done"], last["key"]: None}).encode()
    # The list's place is the last one, and nothing else ends so.
    return document.removesuffix(b"null}") + listed + b"}\n"


def _encoded(told: Any) -> bytes:
    """
    A document.
    """
    return json.dumps(told).encode() + b"\n"


def _given(request: Request, verb: ApiVerb) -> dict[str, Any]:
    """
    The arguments of a request.

    @raise BadValue: what came is no JSON object.
    """
    if request.method != b"POST":
        flags = {each.name for each in verb.arguments if each.flag}
        return {
            name: WORDS.get(value, value) if name in flags else value
            for name, value in parameters(request.query).items()
        }
    body = request.content.read()
    kind = header(request, b"Content-Type").partition(";")[0].strip().lower()
    if body and kind != "application/json":
        raise BadValue("arguments come as application/json")
    try:
        told = json.loads(body or b"{}", object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise BadValue("the arguments are no JSON") from None
    if not isinstance(told, dict):
        raise BadValue("the arguments are no JSON object")
    return told


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """
    An object in which no name stands twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadValue("an argument stands there twice")
    return found


def _credentials(told: str) -> tuple[str, str] | None:
    """
    Name and token of an C{Authorization}; the name is C{""} for Bearer.
    """
    scheme, _, given = told.strip().partition(" ")
    if scheme.lower() == "bearer":
        return "", given.strip()
    if scheme.lower() != "basic":
        return None
    try:
        name, _, token = b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, token) if name else None
