# -*- test-case-name: tests.web.admin.test_live -*-
"""
C{/admin/live/}: registrations, calls and figures that update by themselves, by
server-sent events (WHATWG HTML, section 9.2).

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Union

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

EVERY = 2.0  #: seconds between two events
BEAT = 15.0  #: seconds without a change after which a comment is sent
MOST = 200  #: rows of a table

Event = Union[list[list[str]], dict[str, Any]]
"""The data of an event: the rows of a table, or figures by name."""


class LiveTable(NamedTuple):
    """
    A page with rows that update by themselves.
    """

    title: str
    columns: tuple[str, ...]
    caption: str
    empty: str  #: shown instead of rows
    byNumber: bool  #: whether the page can show one number only


TABLES = {
    "registrations": LiveTable(
        "Registrations",
        ("Number", "Address", "Phone", "Reachable", "Expires"),
        f"At most {MOST} registrations are shown.",
        "No registrations.",
        True,
    ),
    "calls": LiveTable(
        "Calls",
        ("Caller", "Callee", "State", "Since"),
        f"At most {MOST} calls are shown. Calls are not recorded.",
        "No active calls.",
        False,
    ),
}
"""Topic -> its page; another topic, C{status}, is a part of the overview."""


class LivePages:
    """
    @ivar access: checks log-ins and renders pages.
    @ivar streams: the open event streams.
    @ivar most: how many there may be; a reload changes it.
    @ivar counts: streams that were refused; they only grow.
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
        self.streams: set[EventStream] = set()
        self.most = most
        self._context = context
        self._registry = registry
        self._reactor = reactor

    @app.route("/<topic>", methods=["GET"])
    def table(self, request: Request, topic: str) -> bytes:
        """
        Show a table, as it is now; a script updates it.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        if topic not in TABLES:
            raise NotFound
        number = _number(request)
        return self.access.page(
            request,
            "admin/live.html",
            visit.session,
            topic=topic,
            table=TABLES[topic],
            rows=self._topics(number)[topic](),
            number=number,
        )

    @app.route("/events/<topic>", methods=["GET"])
    def events(self, request: Request, topic: str) -> bytes | IResource:
        """
        Send an event stream.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        topics = self._topics(_number(request))
        if topic not in topics:
            raise NotFound
        if request.method == b"HEAD":
            return b""
        if len(self.streams) >= self.most:
            self.counts["watching_refused"] += 1
            return sendText(request, "Too many live pages are open.", 503)
        return EventStream(self, visit.session, topics[topic], self._reactor)

    def close(self) -> None:
        """
        End all event streams.
        """
        for stream in list(self.streams):
            stream.end()

    def lapsed(self, session: WebSession) -> bool:
        """
        Tell whether a stream's session has ended.
        """
        return self.access.sessions.lapsed(session, self._context.now())

    def _topics(self, number: str) -> Mapping[str, Callable[[], Event]]:
        """
        Map each topic to the function that makes its event.

        @param number: the number to show, C{""} for all.
        """
        return {
            "status": self._status,
            "registrations": lambda: self._registrations(number),
            "calls": self._calls,
        }

    def _status(self) -> Event:
        # Only figures that cost nothing to count: these are sent every time.
        registry, gauges = self._registry, self._context.status.gauges
        return {
            "devices": len(registry.devices),
            "accounts": len(registry.accounts),
            "bindings": sum(map(len, registry.bindings.values())),
            "calls": len(self._context.running.calls()),
            "streams": int(gauges.get("xmpp", dict)().get("streams", 0)),
        }

    def _registrations(self, number: str) -> Event:
        numbers = [number] if number else self._registry.bindings
        return [row for row, _ in zip(self._bindingRows(numbers), range(MOST))]

    def _bindingRows(self, numbers: Iterable[str]) -> Iterator[list[str]]:
        now, running = self._context.now(), self._context.running
        for number in numbers:
            for binding in self._registry.bindings.get(number, ()):
                if binding.expires > now:
                    yield [
                        binding.number,
                        f"{binding.transport} {binding.host}:{binding.port}",
                        binding.user_agent,
                        "yes" if running.reachable(binding) else "no",
                        when(binding.expires),
                    ]

    def _calls(self) -> Event:
        return [
            [
                *(str(call.get(key, "")) for key in ("caller", "callee", "state")),
                when(call.get("since")),
            ]
            for call in self._context.running.calls()[:MOST]
        ]


@implementer(IPushProducer)
class EventStream(Resource):
    """
    The response of one browser: an event whenever the data has changed.
    """

    isLeaf = True

    def __init__(
        self,
        pages: LivePages,
        session: WebSession,
        event: Callable[[], Event],
        reactor: Any,
    ) -> None:
        super().__init__()
        self._pages = pages
        self._session = session
        self._event = event
        self._paused = False
        self._last = ""
        self._unchanged = 0.0
        self._loop: LoopingCall | None = LoopingCall(self._update)
        self._loop.clock = reactor

    def render(self, request: Any) -> int:
        """
        Send the head, and start sending events.
        """
        for name, value in HEADERS.items():
            request.setHeader(name, value)
        request.setHeader(b"Content-Type", b"text/event-stream")
        request.setHeader(b"Cache-Control", b"no-store")
        # nginx would buffer the events.
        request.setHeader(b"X-Accel-Buffering", b"no")
        self._request = request
        self._pages.streams.add(self)
        request.notifyFinish().addBoth(lambda _: self.stopProducing())
        request.registerProducer(self, True)
        assert self._loop is not None
        self._loop.start(EVERY)
        return NOT_DONE_YET

    def _update(self) -> None:
        """
        Send an event if the data has changed; end with the session.
        """
        if self._pages.lapsed(self._session):
            self.end()
            return
        if self._paused:
            return
        data = json.dumps(self._event())
        self._unchanged += EVERY
        if data != self._last:
            self._last, self._unchanged = data, 0.0
            self._request.write(b"data: %s\n\n" % data.encode())
        elif self._unchanged >= BEAT:
            # A comment keeps proxies from closing an idle connection.
            self._unchanged = 0.0
            self._request.write(b": still here\n\n")

    def end(self) -> None:
        """
        End the response.
        """
        self.stopProducing()
        self._request.unregisterProducer()
        self._request.finish()

    def pauseProducing(self) -> None:
        """
        Skip events while the browser is slow: the next one tells all.
        """
        self._paused = True

    def resumeProducing(self) -> None:
        """
        Send events again.
        """
        self._paused = False

    def stopProducing(self) -> None:
        """
        Stop: the browser has disconnected, or the response ends.
        """
        self._pages.streams.discard(self)
        # It refers to this stream: without a cut both would stay until the next full
        # garbage collection, which is hours away.
        loop, self._loop = self._loop, None
        if loop is not None and loop.running:
            loop.stop()


def _number(request: Request) -> str:
    return parameters(request.query).get("number", "")[:20]
