# -*- test-case-name: tests.control.test_dispatcher -*-
"""
Performs the operator's verbs: finds the verb, waits until its changes are on
disk, and only then delivers the result.

Requests arrive over the control socket (L{gigasetd.control.connection}) or
from the HTTP API and the pages (L{gigasetd.control.inprocess}).

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.task import Cooperator

from gigasetd.control.messages import (
    Document,
    Event,
    ImportFaults,
    LongWork,
    Result,
    Verb,
    VerbRequest,
    parseRequest,
)
from gigasetd.errors import BadValue, Refused, StoreError
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown

READ_ONLY = frozenset(
    "status|registrations|calls|streams|bans|check phone|device list|device show"
    "|device export|book export|token list|notice list|dhcp".split("|")
)
"""Verbs that change nothing: they work while the disk does not, and the HTTP
API offers them as GET, too."""


class Persistence(Protocol):
    """
    The part of L{gigasetd.store.service.StoreService} that verbs need.
    """

    def settle(self) -> object:
        """
        Notify the registry's listeners of what has changed, and spool it.

        @raise StoreError: it could not be spooled.
        """

    def safe(self, number: int) -> Deferred[None]:
        """
        Wait until every change up to C{number} survives a power cut.

        @return: fails with L{StoreError}.
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


class RequesterGone(Exception):
    """
    The requester went away before its request was done.
    """


class Dispatcher:
    """
    Performs requests, from wherever they come.

    @ivar verbs: the operator's verbs by name; assembly fills it.
    @ivar counts: requests done, refused and failed, and connections refused
        because there were too many.
    @ivar cooperator: does long work in slices.
    """

    def __init__(
        self,
        registry: Registry,
        store: Persistence,
        now: Callable[[], float],
        reactor: Any,
    ) -> None:
        """
        @param now: reads the clock: epoch seconds.
        """
        self.verbs: dict[str, Verb] = {}
        self.counts = {"done": 0, "refused": 0, "failed": 0, "surplus": 0}
        self.reactor = reactor
        self.cooperator = Cooperator(
            scheduler=lambda step: reactor.callLater(0, step), started=False
        )
        self._registry = registry
        self._store = store
        self._now = now

    async def answer(self, line: bytes, requester: Requester) -> Document:
        """
        Perform a request of the control socket.

        @return: the last line of the answer.
        """
        try:
            done = await self.serve(*parseRequest(line), requester)
        except Refused as refusal:
            self.counts["refused"] += 1
            return _refused(refusal)
        except StoreError as error:
            self.counts["failed"] += 1
            return {"failed": str(error)}
        self.counts["done"] += 1
        return done

    async def serve(
        self, name: str, arguments: dict[str, Any], requester: Requester
    ) -> Document:
        """
        Perform a verb.

        @return: C{{"done": document}}, and C{"key"} where parts were delivered.
        @raise Refused: the rules refuse it.
        @raise StoreError: its changes could not be written.
        @raise RequesterGone: the requester went away; the rest is not done.
        """
        verb = self.verbs.get(name)
        if verb is None:
            raise BadValue(f"there is no verb {shown(name)}: see `gigasetctl --help`")
        registry = self._registry
        if registry.journal.fresh and name not in READ_ONLY:
            # Earlier changes are not spooled yet, since the disk refused them:
            # while it still does, no further change is begun.
            self._store.settle()
        before = registry.journal.number
        result = verb(VerbRequest(arguments, self._now()))
        if isinstance(result, LongWork):
            await self._work(result.steps, requester)
            before = registry.journal.number
            result = result.finish()
        await self._saved(before)
        return await self._deliver(result, requester)

    async def _saved(self, before: int) -> None:
        number = self._registry.journal.number
        if number > before:
            self._store.settle()
            await self._store.safe(self._registry.journal.number)

    async def _deliver(self, result: Result, requester: Requester) -> Document:
        if result.parts is None:
            return {"done": result.document}
        await self._work(({"part": part} for part in result.parts), requester)
        return {"done": result.document, "key": result.key}

    async def _work(
        self, steps: Iterable[Event | Deferred[Any]], requester: Requester
    ) -> None:
        # In slices, so that a long list keeps no call waiting.
        await self.cooperator.cooperate(_sliced(steps, requester)).whenDone()


def _refused(refusal: Refused) -> Document:
    if isinstance(refusal, ImportFaults):
        return {
            "refused": str(refusal),
            "faults": refusal.faults,
            "more": refusal.more,
        }
    return {"refused": str(refusal)}


def _sliced(
    steps: Iterable[Event | Deferred[Any]], requester: Requester
) -> Iterator[Deferred[Any] | None]:
    """
    Deliver each event that C{steps} yields, and pass on what they wait for.

    @raise RequesterGone: the requester has gone; the remaining steps are not
        done.
    """
    for event in steps:
        if requester.gone:
            raise RequesterGone
        if isinstance(event, Deferred):
            yield event
            continue
        if event is not None:
            requester.deliver(event)
        yield None
    if requester.gone:
        raise RequesterGone
