# -*- test-case-name: tests.web.admin.test_home -*-
"""
C{/admin/live/}: registrations, calls and figures as they change, by
server-sent events (WHATWG HTML, section 9.2).

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Union

from twisted.internet.interfaces import IPushProducer
from twisted.internet.task import LoopingCall
from twisted.web.resource import IResource, Resource
from twisted.web.server import NOT_DONE_YET
from werkzeug.exceptions import NotFound
from zope.interface import implementer

from gigasetd.registry.registry import Registry
from gigasetd.web.admin.home import AdminContext
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import sendText
from gigasetd.web.pages.access import OPERATOR, PageAccess
from gigasetd.web.pages.app import pageRoutes
from gigasetd.web.pages.rendering import HEADERS, when
from gigasetd.web.pages.session import WebSession

EVERY = 2.0  #: seconds between two looks
BEAT = 15.0  #: seconds after which an event that says nothing keeps it alive
MOST = 200  #: rows that are shown

Told = Union[list[list[str]], dict[str, Any]]


class LivePages:
    """
    @ivar access: who may come in.
    @ivar watchers: who looks on now.
    @ivar most: how many may.
    @ivar counts: how many were turned away.
    """

    app = pageRoutes()

    def __init__(
        self,
        access: PageAccess,
        context: AdminContext,
        registry: Registry,
        most: int,
        reactor: Any,
    ) -> None:
        self.access = access
        self.counts = {"watching_refused": 0}
        self.watchers: set[EventStream] = set()
        self.most = most
        self._context = context
        self._registry = registry
        self._reactor = reactor

    @app.route("/registrations", methods=["GET"])
    def registrations(self, request: Request) -> bytes:
        """
        Who is registered.
        """
        return self._show(request, "registrations")

    @app.route("/calls", methods=["GET"])
    def calls(self, request: Request) -> bytes:
        """
        Who talks.
        """
        return self._show(request, "calls")

    def _show(self, request: Request, what: str) -> bytes:
        """
        A page that goes on by itself where scripts run.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        number = parameters(request.query).get("number", "")[:20]
        rows = self._topics(number)[what]()
        return self.access.page(
            request,
            f"admin/{what}.html",
            visit.session,
            rows=rows,
            most=MOST,
            number=number,
        )

    @app.route("/events/<what>", methods=["GET"])
    def events(self, request: Request, what: str) -> bytes | IResource:
        """
        The changes.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        number = parameters(request.query).get("number", "")[:20]
        topics = self._topics(number)
        if what not in topics:
            raise NotFound
        if request.method == b"HEAD":
            return b""
        if len(self.watchers) >= self.most:
            self.counts["watching_refused"] += 1
            return sendText(request, "Too many look on already.", 503)
        return EventStream(self, visit.session, topics[what], self._reactor)

    def close(self) -> None:
        """
        Send all home that look on: the daemon stops.
        """
        for watcher in list(self.watchers):
            watcher.end()

    def lapsed(self, session: WebSession) -> bool:
        """
        Whether who looks on is no longer logged in.
        """
        return self.access.sessions.lapsed(session, self._context.now())

    def _topics(self, number: str) -> Mapping[str, Callable[[], Told]]:
        """
        What can be looked at.

        @param number: the only one whose registrations are wanted, C{""} for
            all.
        """
        return {
            "status": self._status,
            "registrations": lambda: self._bindings(number),
            "calls": self._calls,
        }

    def _status(self) -> Told:
        """
        The figures that cost nothing to count.
        """
        registry, gauges = self._registry, self._context.live.gauges
        return {
            "devices": len(registry.devices),
            "accounts": len(registry.accounts),
            "bindings": sum(map(len, registry.bindings.values())),
            "calls": len(self._context.live.calls()),
            "streams": int(gauges.get("xmpp", dict)().get("streams", 0)),
        }

    def _bindings(self, number: str) -> Told:
        """
        The registrations, those of one number or as many as are shown.
        """
        rows: list[list[str]] = []
        for row in self._registered([number] if number else self._registry.bindings):
            rows.append(row)
            if len(rows) == MOST:
                break
        return rows

    def _registered(self, numbers: Any) -> Iterator[list[str]]:
        """
        One row a registration.
        """
        now, live = self._context.now(), self._context.live
        for number in numbers:
            for each in self._registry.bindings.get(number, ()):
                if each.expires > now:
                    place = f"{each.transport} {each.host}:{each.port}"
                    seen = "yes" if live.reachable(each) else "no"
                    until = when(each.expires)
                    yield [each.number, place, each.user_agent, seen, until]

    def _calls(self) -> Told:
        """
        The calls.
        """
        found = self._context.live.calls()[:MOST]
        return [
            [
                str(call.get("caller", "")),
                str(call.get("callee", "")),
                str(call.get("state", "")),
                when(call.get("since")),
            ]
            for call in found
        ]


@implementer(IPushProducer)
class EventStream(Resource):
    """
    One browser that looks on.
    """

    isLeaf = True

    def __init__(
        self,
        context: LivePages,
        session: WebSession,
        look: Callable[[], Told],
        reactor: Any,
    ) -> None:
        super().__init__()
        self._context = context
        self._session = session
        self._look = look
        self._paused = False
        self._said = ""
        self._quiet = 0.0
        self._turns = LoopingCall(self._turn)
        self._turns.clock = reactor

    def render(self, request: Any) -> int:
        """
        Begin.
        """
        for name, value in HEADERS.items():
            request.setHeader(name, value)
        request.setHeader(b"Content-Type", b"text/event-stream")
        request.setHeader(b"Cache-Control", b"no-store")
        request.setHeader(b"X-Accel-Buffering", b"no")
        self._request = request
        self._context.watchers.add(self)
        request.notifyFinish().addBoth(lambda _: self.stopProducing())
        request.registerProducer(self, True)
        self._turns.start(EVERY)
        return NOT_DONE_YET

    def _turn(self) -> None:
        """
        Tell what is new; end with the session.
        """
        if self._context.lapsed(self._session):
            self.end()
            return
        if self._paused:
            return
        said = json.dumps(self._look())
        self._quiet += EVERY
        if said != self._said:
            self._said, self._quiet = said, 0.0
            self._request.write(b"data: %s\n\n" % said.encode())
        elif self._quiet >= BEAT:
            self._quiet = 0.0
            self._request.write(b": still here\n\n")

    def end(self) -> None:
        """
        Say goodbye.
        """
        self.stopProducing()
        self._request.unregisterProducer()
        self._request.finish()

    def pauseProducing(self) -> None:
        """
        The browser is slow: what it misses now it does not need later.
        """
        self._paused = True

    def resumeProducing(self) -> None:
        """
        It can take more.
        """
        self._paused = False

    def stopProducing(self) -> None:
        """
        Nobody looks on any more.
        """
        self._context.watchers.discard(self)
        if self._turns.running:
            self._turns.stop()
