# -*- test-case-name: tests.control.test_connection -*-
"""
Connections to the control socket: one request each, JSON lines both ways.

The request is C{{"verb": "device show", "arguments": {"id": "10000001"}}}.
The answer is any number of lines C{{"progress": [done, total]}} and
C{{"part": [...]}}, then a last one: C{{"done": document, "key": ...}},
C{{"refused": why}} or C{{"failed": why}}.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import SchedulerStopped
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.control.dispatcher import Dispatcher, RequesterGone

LONGEST = 16 * 1024 * 1024
"""Bytes of a request: the registry's largest import with room to spare."""

CONNECTIONS = 64
"""Connections at one time."""

PATIENCE = 30.0
"""Seconds for a request to arrive, and for its answer to be read."""

log = Logger()


class ControlFactory(Factory):
    """
    Accepts connections to the control socket.

    @ivar connections: those that are open.
    """

    noisy = False

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.connections: set[ControlConnection] = set()

    def buildProtocol(self, addr: IAddress | None) -> ControlConnection | None:
        """
        Accept one connection, unless there are too many.
        """
        if len(self.connections) >= CONNECTIONS:
            self.dispatcher.counts["surplus"] += 1
            return None
        return ControlConnection(self)


class ControlConnection(Protocol):
    """
    One connection: reads one request, and writes its answer.
    """

    def __init__(self, factory: ControlFactory) -> None:
        self._factory = factory
        self._dispatcher = factory.dispatcher
        self._received: list[bytes] = []
        self._size = 0
        self._complete = False

    def connectionMade(self) -> None:
        """
        Limit the time in which the request must arrive.
        """
        self._factory.connections.add(self)
        self._timeout = self._dispatcher.reactor.callLater(PATIENCE, self.drop)

    def drop(self) -> None:
        """
        Close the connection at once.
        """
        assert self.transport is not None
        self.transport.abortConnection()  # type: ignore[attr-defined]

    def dataReceived(self, data: bytes) -> None:
        """
        Collect the request line; ignore what follows it.
        """
        if self._complete:
            return
        end = data.find(b"\n")
        self._received.append(data if end < 0 else data[:end])
        self._size += len(self._received[-1])
        if self._size > LONGEST:
            self._finish(
                {"refused": f"the request is too long: {LONGEST} bytes are allowed"}
            )
        elif end >= 0:
            self._begin()

    def _begin(self) -> None:
        self._complete = True
        # An import may take minutes; only a silent or slow client times out.
        self._timeout.cancel()
        line, self._received = b"".join(self._received), []
        answer = Deferred.fromCoroutine(self._dispatcher.answer(line, self))
        answer.addCallback(self._finish).addErrback(self._failed)

    def _failed(self, failure: Failure) -> None:
        # The daemon stops, or the client has hung up: there is no fault.
        if isinstance(failure.value, (SchedulerStopped, RequesterGone)):
            return
        log.failure("a request on the control socket failed", failure)
        self._dispatcher.counts["failed"] += 1
        self._finish({"failed": "internal error: see the daemon's log"})

    @property
    def gone(self) -> bool:
        """
        Whether the client has hung up.
        """
        return not self.connected

    def deliver(self, event: dict[str, Any]) -> None:
        """
        Send one line.
        """
        assert self.transport is not None
        self.transport.write(json.dumps(event).encode() + b"\n")

    def _finish(self, last: dict[str, Any]) -> None:
        """
        Send the last line; drop a client that does not read it.
        """
        self._complete, self._received = True, []
        if not self.connected:
            return
        assert self.transport is not None
        self.deliver(last)
        if not self._timeout.active():
            self._timeout = self._dispatcher.reactor.callLater(PATIENCE, self.drop)
        self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """
        Forget the connection; work under way ends with L{RequesterGone}.
        """
        self.connected, self._received = 0, []
        self._factory.connections.discard(self)
        if self._timeout.active():
            self._timeout.cancel()
