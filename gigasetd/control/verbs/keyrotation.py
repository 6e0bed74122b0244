# -*- test-case-name: tests.control.verbs.test_keyrotation -*-
"""
C{key rotate}: replaces the key that encrypts the stored passwords.

The new key is written beside the old one, then every password is encrypted
with it.  The old key is deleted only when the database holds all of them and
the spool nothing older.  Wherever the daemon is killed, the next start has
every key that it needs, and goes on.

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

from gigasetd.control.messages import LongWork, Result, VerbRequest
from gigasetd.errors import Refused, StoreError
from gigasetd.keys.keyring import Keyring
from gigasetd.registry.registry import Registry

SLICE = 200
"""Accounts that are encrypted in one go: two milliseconds."""

LOOK = 0.1
"""Seconds between two looks whether the database holds everything."""

PATIENCE = 20.0
"""Seconds that C{key rotate} waits until the old key can be deleted."""

UNFINISHED = "the old key is deleted once the database answers"

log = Logger()


class FlushCounts(Protocol):
    """
    The part of L{gigasetd.store.flush.Flush} that rotation uses.
    """

    counts: dict[str, int]


class SpoolState(Protocol):
    """
    The part of L{gigasetd.store.spool.Spool} that rotation uses.
    """

    used: bool


class RotationStore(Protocol):
    """
    The part of L{gigasetd.store.service.StoreService} that rotation uses.
    """

    @property
    def flush(self) -> FlushCounts:
        """
        Writes to the database.
        """

    @property
    def spool(self) -> SpoolState:
        """
        Changes that the database may lack.
        """

    def settle(self) -> None:
        """
        Spool the changes since the last call.
        """

    def state(self) -> Mapping[str, Any]:
        """
        C{flushed}: the number of the last change that the database holds.
        """


class KeyRotation(Service):
    """
    Rotates the key; at start, finishes a rotation that an earlier run began.

    It must start after the keyring.
    """

    name = "rotation"

    def __init__(
        self, ring: Keyring, registry: Registry, store: RotationStore, reactor: Any
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
        Finish a rotation that an earlier run began.
        """
        Service.startService(self)
        if len(self._ring.keys) > 1:
            self._begin(self._finish())

    def stopService(self) -> None:
        """
        Interrupt a rotation; the next start finishes it.
        """
        Service.stopService(self)
        if self._work is not None:
            self._work.cancel()

    # the verb

    def rotate(self, request: VerbRequest) -> LongWork:
        """
        C{key rotate}: begin a rotation, and wait for its end for some time.

        @raise Refused: the key file is read-only, or a rotation is under way.
        """
        if self._ring.file.lent:
            raise Refused(
                "the key is a systemd credential, which gigasetd cannot change: add "
                "a new first line of 64 hexadecimal digits to it, and restart"
            )
        if self._work is not None:
            raise Refused("a rotation is under way: it waits for the database")
        watch = RotationProgress(self._reactor)
        self._begin(self._renew(), watch.end)
        return LongWork(
            watch.steps(lambda: self._progress), lambda: self._result(watch)
        )

    def _result(self, watch: RotationProgress) -> Result:
        """
        Describe how far a rotation has come.

        @raise StoreError: it failed.
        """
        if watch.failure is not None:
            watch.failure.raiseException()
        warnings = [] if watch.done else [UNFINISHED]
        return Result(
            {"sealed": self._sealed, "finished": watch.done, "warnings": warnings}
        )

    # the work

    def _begin(
        self, work: Coroutine[Any, Any, None], end: Callable[[Any], Any] | None = None
    ) -> None:
        """
        Do C{work} in the background.

        @param end: called with its result or failure.
        """
        self._progress, self._sealed = (0, 0), 0
        self._work = running = Deferred.fromCoroutine(work)
        if end is not None:
            running.addBoth(end)
        running.addErrback(self._failed).addBoth(self._ended)

    def _ended(self, result: object) -> None:
        self._work = None

    def _failed(self, failure: Failure) -> None:
        # The file holds every key that is in use; the next start goes on.
        if failure.check(StoreError):
            log.error("key rotation stopped: {why}", why=str(failure.value))
        elif not failure.check(CancelledError):
            log.failure("key rotation stopped", failure)

    async def _renew(self) -> None:
        await self._write((self._ring.fresh(), *self._ring.keys))
        await self._finish()

    async def _write(self, keys: tuple[bytes, ...]) -> None:
        # In a thread: fsync may take long, and calls must go on.
        pool = self._reactor.getThreadPool()
        write = self._ring.file.write
        await deferToThreadPool(self._reactor, pool, write, keys)
        self._ring.take(keys)

    async def _finish(self) -> None:
        """
        Encrypt everything with the newest key, then delete the others.
        """
        while await self._encryptAll():
            await self._flushed()
        await self._flushed()
        if self._ring.file.lent:
            path = str(self._ring.file.path)
            log.info(
                "every password is encrypted with the first key in {path};"
                " the others can be deleted",
                path=path,
            )
            return
        await self._write(self._ring.keys[:1])
        log.info("every password is encrypted with the new key; the old one is deleted")

    async def _encryptAll(self) -> int:
        """
        Encrypt the passwords that are not yet encrypted with the newest key.

        @return: how many.
        """
        numbers = list(self._registry.accounts)
        before = self._sealed
        for start in range(0, len(numbers), SLICE):
            for number in numbers[start : start + SLICE]:
                self._encryptOne(number)
            self._store.settle()
            self._progress = (min(start + SLICE, len(numbers)), len(numbers))
            await deferLater(self._reactor, 0)
        return self._sealed - before

    def _encryptOne(self, number: str) -> None:
        account = self._registry.accounts.get(number)
        if account is None:
            return
        renewed = self._ring.renewed(account)
        if renewed is not account:
            self._registry.put(renewed)
            self._sealed += 1

    async def _flushed(self) -> None:
        """
        Wait until the database holds what the registry holds now, and the
        spool nothing older.
        """
        number = self._registry.journal.number
        while self._store.state()["flushed"] < number:
            await deferLater(self._reactor, LOOK)
        # A flush that begins after the one that wrote the last change has deleted
        # all earlier segments when it ends; it is the second to end from here.
        goal = self._store.flush.counts["flushes"] + 2
        while self._store.spool.used and self._store.flush.counts["flushes"] < goal:
            await deferLater(self._reactor, LOOK)


class RotationProgress:
    """
    Follows one rotation for the request that began it.

    @ivar done: whether it has succeeded.
    @ivar failure: why it failed, if it did.
    """

    def __init__(self, reactor: Any) -> None:
        self.done = False
        self.failure: Failure | None = None
        self._reactor = reactor

    def end(self, result: Any) -> Any:
        """
        Take the rotation's result or failure.
        """
        if isinstance(result, Failure):
            self.failure = result
        else:
            self.done = True
        return result

    def steps(self, progress: Callable[[], tuple[int, int]]) -> Iterator[Any]:
        """
        Yield progress and pauses until the rotation ends or L{PATIENCE} has
        passed.
        """
        deadline = self._reactor.seconds() + PATIENCE
        while not self.done and self.failure is None:
            done, total = progress()
            if total:
                yield {"progress": [done, total]}
            if self._reactor.seconds() >= deadline:
                return
            yield deferLater(self._reactor, LOOK)
