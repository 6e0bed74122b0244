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

from gigasetd.control.dispatcher import Desk, Gone

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

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.connections: set[ControlConnection] = set()

    def buildProtocol(self, addr: IAddress | None) -> ControlConnection | None:
        """
        Accept one connection, unless there are too many.
        """
        if len(self.connections) >= CONNECTIONS:
            self.desk.counts["surplus"] += 1
            return None
        return ControlConnection(self)


class ControlConnection(Protocol):
    """
    One connection, from its request to the end of the answer.
    """

    def __init__(self, factory: ControlFactory) -> None:
        self._factory = factory
        self._desk = factory.desk
        self._heard: list[bytes] = []
        self._size = 0
        self._asked = False

    def connectionMade(self) -> None:
        """
        Give it some time for its request.
        """
        self._factory.connections.add(self)
        self._late = self._desk.reactor.callLater(PATIENCE, self.drop)

    def drop(self) -> None:
        """
        End the connection, whatever it waits for.
        """
        assert self.transport is not None
        self.transport.abortConnection()  # type: ignore[attr-defined]

    def dataReceived(self, data: bytes) -> None:
        """
        Collect one line; what follows it is nobody's business.
        """
        if self._asked:
            return
        end = data.find(b"\n")
        self._heard.append(data if end < 0 else data[:end])
        self._size += len(self._heard[-1])
        if self._size > LONGEST:
            self._finish({"refused": f"the request has more than {LONGEST} bytes"})
        elif end >= 0:
            self._begin()

    def _begin(self) -> None:
        """
        The request is here: answer it, however long that takes.
        """
        self._asked = True
        self._late.cancel()
        line, self._heard = b"".join(self._heard), []
        answer = Deferred.fromCoroutine(self._desk.answer(line, self))
        answer.addCallback(self._finish).addErrback(self._failed)

    def _failed(self, failure: Failure) -> None:
        """
        Something is wrong here, unless the client has just gone away, or we
        stop.
        """
        if isinstance(failure.value, (SchedulerStopped, Gone)):
            return
        log.failure("a request on the control socket failed", failure)
        self._desk.counts["failed"] += 1
        self._finish({"failed": "something went wrong: see the daemon's log"})

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
        Tell the last line; whoever does not take it is dropped.
        """
        self._asked, self._heard = True, []
        if not self.connected:
            return
        assert self.transport is not None
        self.deliver(last)
        if not self._late.active():
            self._late = self._desk.reactor.callLater(PATIENCE, self.drop)
        self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """
        Forget the client.
        """
        self.connected, self._heard = 0, []
        self._factory.connections.discard(self)
        if self._late.active():
            self._late.cancel()
