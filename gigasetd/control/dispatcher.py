# -*- test-case-name: tests.control.test_dispatcher -*-
"""
Performs the operator's verbs: finds the verb, waits until its changes are on
disk, and only then delivers the result.

Requests arrive over the control socket (L{gigasetd.control.connection}) or
from the HTTP API and the pages (L{gigasetd.control.inprocess}).

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.task import Cooperator

from gigasetd.control.messages import Answer, Asked, Event, Faulty, Slow, Verb
from gigasetd.errors import BadValue, Refused, StoreError
from gigasetd.registry.registry import Registry

LOOKING = frozenset(
    "status|registrations|calls|streams|bans|check phone|device list|device show"
    "|device export|book export|token list|notice list|dhcp".split("|")
)
"""The verbs that change nothing: they need no disk, and HTTP has them as GET too."""


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


class Requester(Protocol):
    """
    Receives the progress and the parts of one request's result.
    """

    @property
    def gone(self) -> bool:
        """
        Whether nothing more can be delivered.
        """

    def deliver(self, event: dict[str, Any]) -> None:
        """
        Take C{{"progress": [done, total]}} or C{{"part": [...]}}.
        """


class Gone(Exception):
    """
    The requester went away before its request was done.
    """


class Desk:
    """
    Performs requests, from wherever they come.

    @ivar verbs: the operator's verbs by name; assembly fills it.
    @ivar counts: requests done, refused and failed, and connections refused
        because there were too many.
    """

    def __init__(self, registry: Registry, keeper: Keeper, reactor: Any) -> None:
        self.verbs: dict[str, Verb] = {}
        self.registry = registry
        self.keeper = keeper
        self.reactor = reactor
        self.counts = {"done": 0, "refused": 0, "failed": 0, "surplus": 0}
        self.cooperator = Cooperator(
            scheduler=lambda step: reactor.callLater(0, step), started=False
        )

    async def answer(self, line: bytes, requester: Requester) -> dict[str, Any]:
        """
        Do what a request asks for.

        @return: the last line to tell.
        """
        try:
            done = await self.serve(*_parse(line), requester)
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

    async def serve(
        self, name: str, asked: Asked, requester: Requester
    ) -> dict[str, Any]:
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
            await self._work(answer.steps, requester)
            before = self.registry.journal.number
            answer = answer.finish()
        await self._saved(before)
        return await self._deliver(answer, requester)

    async def _saved(self, before: int) -> None:
        """
        Wait until what has changed since C{before} is on disk.
        """
        if self.registry.journal.number > before:
            self.keeper.settle()
            await self.keeper.safe(self.registry.journal.number)

    async def _deliver(self, answer: Answer, requester: Requester) -> dict[str, Any]:
        if answer.parts is None:
            return {"done": answer.result}
        await self._work(({"part": part} for part in answer.parts), requester)
        return {"done": answer.result, "key": answer.key}

    async def _work(
        self, steps: Iterable[Event | Deferred[Any]], requester: Requester
    ) -> None:
        # In slices, so that a long list keeps no call waiting.
        await self.cooperator.cooperate(_sliced(steps, requester)).whenDone()


def _sliced(
    steps: Iterable[Event | Deferred[Any]], requester: Requester
) -> Iterator[Deferred[Any] | None]:
    """
    Deliver each event that C{steps} yields, and pass on what they wait for.

    @raise Gone: the requester has gone; the remaining steps are not done.
    """
    for event in steps:
        if requester.gone:
            raise Gone
        if isinstance(event, Deferred):
            yield event
            continue
        if event is not None:
            requester.deliver(event)
        yield None
    if requester.gone:
        raise Gone


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
