# -*- test-case-name: tests.control.test_service -*-
"""
Requests on the control socket: one a connection, JSON lines both ways.

The request is C{{"verb": "device show", "arguments": {"id": "10000001"}}}.
Lines come back: any number of C{{"progress": [done, total]}} and
C{{"part": [...]}}, then one that ends it: C{{"done": document, "key": ...}},
C{{"refused": why}} or C{{"failed": why}}.  A change is told only when it is
on disk.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IReactorTime
from twisted.internet.protocol import Factory, connectionDone
from twisted.internet.protocol import Protocol as Stream
from twisted.internet.task import Cooperator, SchedulerStopped
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.control.messages import Answer, Asked, Event, Faulty, Slow
from gigasetd.control.verbs.daemon import Verbs
from gigasetd.errors import BadValue, Refused, StoreError
from gigasetd.registry.registry import Registry

LONGEST = 16 * 1024 * 1024
"""Bytes of a request."""

CLIENTS = 64
PATIENCE = 30.0
"""Seconds for a request to arrive, and for its answer to be taken."""

LOOKING = frozenset(
    "status|registrations|calls|streams|bans|check phone|device list|device show"
    "|device export|book export|token list|notice list|dhcp".split("|")
)
"""The verbs that change nothing: they need no disk, and HTTP has them as GET too."""

log = Logger()


class Keeper(Protocol):
    """
    Whoever puts the registry's changes on disk.
    """

    def settle(self) -> object:
        """
        Tell the listeners what has changed, and spool it.

        @raise StoreError: it could not be spooled.
        """

    def safe(self, number: int) -> Deferred[None]:
        """
        Fires when every change up to C{number} survives a power cut; fails
        with L{StoreError}.
        """


class Teller(Protocol):
    """
    Whoever asks, and is told the parts of an answer.
    """

    async def work(self, steps: Iterable[Event | Deferred[Any]]) -> None:
        """
        Do C{steps} in slices, and tell what they yield.
        """


class Gone(Exception):
    """
    The client went away before its request was done.
    """


class Desk(Factory):
    """
    Where requests arrive.

    @ivar counts: requests served, refused and failed, and clients too many.
    """

    noisy = False

    def __init__(
        self, verbs: Verbs, registry: Registry, keeper: Keeper, reactor: Any
    ) -> None:
        self.verbs = verbs.table()
        self.registry = registry
        self.keeper = keeper
        self.reactor = reactor
        self.clients: set[Client] = set()
        self.counts = {"done": 0, "refused": 0, "failed": 0, "surplus": 0}
        self.cooperator = Cooperator(
            scheduler=lambda step: reactor.callLater(0, step), started=False
        )

    def buildProtocol(self, addr: IAddress | None) -> Client | None:
        """
        Take a client in, unless there are too many.
        """
        if len(self.clients) >= CLIENTS:
            self.counts["surplus"] += 1
            return None
        return Client(self)

    async def answer(self, line: bytes, client: Teller) -> dict[str, Any]:
        """
        Do what a request asks for.

        @return: the last line to tell.
        """
        try:
            done = await self.serve(*_parse(line), client)
            self.counts["done"] += 1
            return done
        except Faulty as faulty:
            self.counts["refused"] += 1
            return {
                "refused": str(faulty),
                "faults": faulty.faults,
                "more": faulty.more,
            }
        except Refused as refusal:
            self.counts["refused"] += 1
            return {"refused": str(refusal)}
        except StoreError as error:
            self.counts["failed"] += 1
            return {"failed": str(error)}

    async def serve(self, name: str, asked: Asked, client: Teller) -> dict[str, Any]:
        """
        Do what is asked for.

        @return: the last line to tell.
        @raise Refused: the rules decline.
        @raise StoreError: it could not be made safe.
        """
        verb = self.verbs.get(name)
        if verb is None:
            raise BadValue("no such verb")
        if self.registry.journal.fresh and name not in LOOKING:
            # The disk did not take what came before: while it takes nothing,
            # what it cannot keep is not even begun.
            self.keeper.settle()
        before = self.registry.journal.number
        answer = verb(asked)
        if isinstance(answer, Slow):
            await client.work(answer.steps)
            before = self.registry.journal.number
            answer = answer.finish()
        await self._saved(before)
        return await _told(answer, client)

    async def _saved(self, before: int) -> None:
        """
        Wait until what has changed since C{before} is on disk.
        """
        if self.registry.journal.number > before:
            self.keeper.settle()
            await self.keeper.safe(self.registry.journal.number)


async def _told(answer: Answer, client: Teller) -> dict[str, Any]:
    """
    Tell the parts of an answer.

    @return: its last line.
    """
    if answer.parts is None:
        return {"done": answer.result}
    await client.work({"part": part} for part in answer.parts)
    return {"done": answer.result, "key": answer.key}


def _parse(line: bytes) -> tuple[str, Asked]:
    """
    The verb and the arguments of a request.

    @raise BadValue: it is none.
    """
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise BadValue("the request is no JSON") from None
    if not isinstance(request, dict):
        raise BadValue("the request is no JSON object")
    verb, arguments = request.get("verb"), request.get("arguments", {})
    if not isinstance(verb, str) or not isinstance(arguments, dict):
        raise BadValue("the request has no verb, or its arguments are no object")
    return verb, Asked(arguments)


class Client(Stream):
    """
    One connection, from its request to the end of the answer.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._heard: list[bytes] = []
        self._size = 0
        self._asked = False

    def connectionMade(self) -> None:
        """
        Give it some time for its request.
        """
        self._desk.clients.add(self)
        clock: IReactorTime = self._desk.reactor
        self._late = clock.callLater(PATIENCE, self.drop)

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

    async def work(self, steps: Iterable[Event | Deferred[Any]]) -> None:
        """
        Do C{steps} in slices, telling what they yield, and waiting where that
        is a Deferred.

        @raise Gone: the client has gone; the rest is not done.
        """
        await self._desk.cooperator.cooperate(self._telling(steps)).whenDone()

    def _telling(
        self, steps: Iterable[Event | Deferred[Any]]
    ) -> Iterator[Deferred[Any] | None]:
        """
        Write each line that C{steps} yields; pass on what they wait for.
        """
        for event in steps:
            if not self.connected:
                raise Gone
            if isinstance(event, Deferred):
                yield event
                continue
            if event is not None:
                self._write(event)
            yield None
        if not self.connected:
            raise Gone

    def _write(self, message: dict[str, Any]) -> None:
        """
        Tell one line.
        """
        assert self.transport is not None
        self.transport.write(json.dumps(message).encode() + b"\n")

    def _finish(self, last: dict[str, Any]) -> None:
        """
        Tell the last line; whoever does not take it is dropped.
        """
        self._asked, self._heard = True, []
        if not self.connected:
            return
        assert self.transport is not None
        self._write(last)
        if not self._late.active():
            self._late = self._desk.reactor.callLater(PATIENCE, self.drop)
        self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """
        Forget the client.
        """
        self.connected, self._heard = 0, []
        self._desk.clients.discard(self)
        if self._late.active():
            self._late.cancel()
