# -*- test-case-name: tests.control.verbs.test_keyrotation -*-
"""
A new key for the stored passwords: C{gigasetctl key rotate}.

It is safe at every step.  First the file gets the new key beside the old one;
then every password is sealed anew; the old key goes only when the database
holds all of them and the spool nothing older.  Whatever ends the daemon in
between, the next start finds every key it needs, and goes on.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any, Protocol

from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.control.messages import Answer, Asked, Slow
from gigasetd.errors import Refused, StoreError
from gigasetd.keys.keyring import Keyring
from gigasetd.registry.registry import Registry

SLICE = 200
"""Accounts that are looked at in one go: two milliseconds."""

LOOK = 0.1
"""Seconds between two looks whether the database has everything."""

PATIENCE = 20.0
"""Seconds that C{key rotate} waits for the old key to go."""

log = Logger()


class Counting(Protocol):
    """
    L{gigasetd.store.flush.Flush}, as far as it is needed here.
    """

    counts: dict[str, int]


class Using(Protocol):
    """
    L{gigasetd.store.spool.Spool}, as far as it is needed here.
    """

    used: bool


class Store(Protocol):
    """
    L{gigasetd.store.service.StoreService}, as far as it is needed here.
    """

    @property
    def flush(self) -> Counting:
        """
        Writes to the database.
        """

    @property
    def spool(self) -> Using:
        """
        What the database may lack.
        """

    def settle(self) -> None:
        """
        Spool what has changed.
        """

    def state(self) -> Mapping[str, Any]:
        """
        How far the database is: C{flushed} is a change's number.
        """


class Rotation(Service):
    """
    To be started after the keyring; then it ends what an earlier run has left
    half done.
    """

    name = "rotation"

    def __init__(
        self, ring: Keyring, registry: Registry, store: Store, reactor: Any
    ) -> None:
        self._ring = ring
        self._registry = registry
        self._store = store
        self._reactor = reactor
        self._work: Deferred[None] | None = None
        self._progress = (0, 0)
        self._sealed = 0

    def startService(self) -> None:
        """
        Go on with a rotation that has not ended.
        """
        Service.startService(self)
        if len(self._ring.keys) > 1:
            self._begin(self._finish())

    def stopService(self) -> None:
        """
        Leave the rest of a rotation to the next start.
        """
        Service.stopService(self)
        if self._work is not None:
            self._work.cancel()

    # the verb

    def rotate(self, asked: Asked) -> Slow:
        """
        The verb C{key rotate}.

        @raise Refused: the key is not ours to change, or is just changing.
        """
        if self._ring.file.lent:
            raise Refused(
                "the key is a systemd credential: put a new key of 64 hexadecimal "
                "digits on a line before it, and restart"
            )
        if self._work is not None:
            raise Refused("the last rotation still waits for the database")
        watch = Watch(self._reactor)
        self._begin(self._renew(), watch.end)
        return Slow(watch.steps(lambda: self._progress), lambda: self._told(watch))

    def _told(self, watch: Watch) -> Answer:
        """
        What has become of a rotation.

        @raise StoreError: it failed.
        """
        if watch.failure is not None:
            watch.failure.raiseException()
        warnings = [] if watch.done else ["the old key goes when the database answers"]
        told = {"sealed": self._sealed, "finished": watch.done, "warnings": warnings}
        return Answer(told)

    # the work

    def _begin(
        self, work: Coroutine[Any, Any, None], end: Callable[[Any], Any] | None = None
    ) -> None:
        """
        Do C{work} in the background, and have C{end} told how it ended.
        """
        self._progress, self._sealed = (0, 0), 0
        self._work = running = Deferred.fromCoroutine(work)
        if end is not None:
            running.addBoth(end)
        running.addErrback(self._failed).addBoth(self._ended)

    def _ended(self, result: object) -> None:
        """
        There may be another one.
        """
        self._work = None

    def _failed(self, failure: Failure) -> None:
        """
        The keys in the file are those that are needed: the next start goes on.
        """
        if failure.check(StoreError):
            log.error("the key was not changed: {why}", why=str(failure.value))
        elif not failure.check(CancelledError):
            log.failure("the key was not changed", failure)

    async def _renew(self) -> None:
        """
        Take a new key, then seal everything under it.
        """
        await self._write((self._ring.fresh(), *self._ring.keys))
        await self._finish()

    async def _write(self, keys: tuple[bytes, ...]) -> None:
        """
        Put keys into the file, without stopping everything for the disk.
        """
        pool = self._reactor.getThreadPool()
        write = self._ring.file.write
        await deferToThreadPool(self._reactor, pool, write, keys)
        self._ring.take(keys)

    async def _finish(self) -> None:
        """
        Seal everything under the newest key; drop the others when that is
        safe.
        """
        while await self._sealAnew():
            await self._inDatabase()
        await self._inDatabase()
        if self._ring.file.lent:
            path = str(self._ring.file.path)
            log.info("only the first key in {path} is needed", path=path)
            return
        await self._write(self._ring.keys[:1])
        log.info("every password is sealed under the new key, the old one is gone")

    async def _sealAnew(self) -> int:
        """
        Look at every account, slice by slice, and seal its password under the
        newest key.

        @return: how many were sealed.
        """
        numbers = list(self._registry.accounts)
        before = self._sealed
        for start in range(0, len(numbers), SLICE):
            for number in numbers[start : start + SLICE]:
                self._sealOne(number)
            self._store.settle()
            self._progress = (min(start + SLICE, len(numbers)), len(numbers))
            await deferLater(self._reactor, 0)
        return self._sealed - before

    def _sealOne(self, number: str) -> None:
        """
        Seal one account's password, if that is needed and can be done.
        """
        account = self._registry.accounts.get(number)
        if account is None:
            return
        renewed = self._ring.renewed(account)
        if renewed is not account:
            self._registry.put(renewed)
            self._sealed += 1

    async def _inDatabase(self) -> None:
        """
        Wait until the database holds what the registry holds now, and the
        spool nothing from before.

        A flush that begins after the one that wrote it has forgotten all
        earlier segments when it ends, and is the second to end.
        """
        number = self._registry.journal.number
        while self._store.state()["flushed"] < number:
            await deferLater(self._reactor, LOOK)
        goal = self._store.flush.counts["flushes"] + 2
        while self._store.spool.used and self._store.flush.counts["flushes"] < goal:
            await deferLater(self._reactor, LOOK)


class Watch:
    """
    A rotation as it is seen from the control socket, for some time.

    @ivar done: whether it is done.
    @ivar failure: what it failed with.
    """

    def __init__(self, reactor: Any) -> None:
        self.done = False
        self.failure: Failure | None = None
        self._reactor = reactor

    def end(self, result: Any) -> Any:
        """
        It has ended.
        """
        if isinstance(result, Failure):
            self.failure = result
        else:
            self.done = True
        return result

    def steps(self, progress: Callable[[], tuple[int, int]]) -> Iterator[Any]:
        """
        Tell the progress, and pause, until it ends or L{PATIENCE} does.
        """
        late = self._reactor.seconds() + PATIENCE
        while not self.done and self.failure is None:
            done, total = progress()
            if total:
                yield {"progress": [done, total]}
            if self._reactor.seconds() >= late:
                return
            yield deferLater(self._reactor, LOOK)
