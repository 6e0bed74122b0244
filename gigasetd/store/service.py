# -*- test-case-name: tests.store.test_service -*-
"""
The store's service: loads the registry before the listeners start, flushes it
after they have stopped.

Layer 4 (assembly).
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from twisted.application.internet import TimerService
from twisted.application.service import MultiService
from twisted.internet.defer import CancelledError, Deferred, maybeDeferred
from twisted.internet.task import deferLater
from twisted.logger import Logger

from gigasetd.config.sections.server import StoreSection as Section
from gigasetd.errors import StoreError
from gigasetd.process.clock import SteadyClock
from gigasetd.process.garbage import FrozenRegistry
from gigasetd.process.startup import Listeners
from gigasetd.registry.registry import Registry
from gigasetd.site.part import Part
from gigasetd.site.site import Site
from gigasetd.store.backend import storeAt
from gigasetd.store.clockskew import ClockSkew, rewriteBindings
from gigasetd.store.flush import Flush, Schedule
from gigasetd.store.spool import Spool

log = Logger()

SWEEP = 1.0
"""Seconds between two checks for expired bindings."""

REWRITE = 500
"""Bindings rewritten between two turns of the reactor: three milliseconds."""

YOUNG = 0.25
"""Seconds between two checks of the youngest garbage collector generation."""

THAW = 60.0
"""Seconds between two checks whether the registry has grown."""


class StoreService(MultiService):
    """
    Opens the database, loads the registry and replays the spool; then starts
    the listeners.  On stop it waits for the listeners, flushes and closes.

    @ivar listeners: the services that run while the registry is loaded.
    @ivar loaded: fires once the listeners have started; fails with the first
        failure, mostly a L{StoreError} with one line for the operator.
    """

    def __init__(
        self,
        section: Section,
        stateDir: Path,
        registry: Registry,
        clock: SteadyClock,
        reactor: Any,
    ) -> None:
        super().__init__()
        self.listeners = Listeners()
        self.loaded: Deferred[None] = Deferred()
        self.store = storeAt(section, stateDir, reactor)
        self.spool = Spool(stateDir / "spool", reactor)
        self._skew = ClockSkew()
        self.flush = Flush(
            registry.journal,
            self.spool,
            self.store,
            Schedule(section.flush_interval, section.pending_warn),
            reactor,
            self._skew.toWallTime,
        )
        self._registry = registry
        self._clock = clock
        self._reactor = reactor
        self._frozen = FrozenRegistry(registry)
        self._serving = False
        self._starting: Deferred[None] | None = None

    # the hot path

    def settle(self) -> None:
        """
        Notify the registry's listeners of what a rule has changed, and spool
        it.

        Call it between a rule's return and the sending of the response.

        @raise StoreError: the changes could not be spooled; the response must
            not be sent.
        """
        self._registry.notify()
        changes = self._registry.journal.take()
        if changes:
            try:
                self.spool.append(self._skew.toWallTime(changes))
            except StoreError:
                self._registry.journal.untake(changes)
                raise

    def safe(self, number: int) -> Deferred[None]:
        """
        Wait until change C{number} is on the disk.

        @return: fails with L{StoreError} where the disk fails.
        """
        return self.spool.synced(number)

    def state(self) -> dict[str, Any]:
        """
        Report the status, as `gigasetctl status` shows it.
        """
        state = self.flush.state()
        state |= {"kind": self.store.kind, "refused": self.store.refused}
        if not self._serving:
            state |= {"ok": False, "detail": "not loaded"}
        elif self.store.detail:
            state |= {"ok": False, "detail": self.store.detail}
        return state

    def gauges(self) -> dict[str, float]:
        """
        Report further figures, for the metrics.
        """
        return {
            "pending_most": self.flush.most,
            "refused": self.store.refused,
            "spool_lines": self.spool.lines,
            "spool_segments": self.spool.segments,
        }

    # starting

    def startService(self) -> None:
        """
        Begin to open and load; L{loaded} fires at the end.
        """
        super().startService()
        self._starting = Deferred.fromCoroutine(self._start())
        self._starting.addCallbacks(self.loaded.callback, self._notStarted)

    async def _start(self) -> None:
        self.spool.open()
        await self.store.open()
        await self._load()
        self._registry.expire(self._clock.now())
        self._serving = True
        self.settle()
        self._frozen.freeze()
        self.flush.start()
        self._every(SWEEP, self._sweep)
        self._every(THAW, self._frozen.refreeze)
        self._every(YOUNG, self._frozen.collectYoung)
        await self.listeners.startService()

    async def _load(self) -> None:
        # What fills the registry is no garbage.
        gc.disable()
        try:
            await self.store.load(self._registry.load)
            self._replay()
        finally:
            gc.enable()

    def _notStarted(self, failure: Any) -> None:
        # A start that stopService() cancels is no failure.
        if self.running or not failure.check(CancelledError):
            self.loaded.errback(failure)

    def _replay(self) -> None:
        count = 0
        for change in self.spool.replay():
            self._registry.replay(change.kind, change.key, change.value)
            count += 1
        self._registry.journal.take()
        if count:
            log.info("replayed {count} changes from the spool", count=count)

    def _every(self, seconds: float, work: Any) -> None:
        timer = TimerService(seconds, self._trapped, work)
        timer.clock = self._reactor
        timer.setServiceParent(self)

    def _trapped(self, work: Any) -> None:
        # An error would end the timer.
        try:
            work()
        except Exception:
            log.failure("a timer of the store failed")

    # while it runs

    def _sweep(self) -> None:
        self._registry.expire(self._clock.now())
        self._settled()
        if self._skew.follow(self._clock.skew()):
            log.info("the machine's clock was set; rewriting all bindings")
            again = Deferred.fromCoroutine(self._rewrite())
            again.addErrback(lambda f: log.failure("bindings were not rewritten", f))

    async def _rewrite(self) -> None:
        for _ in rewriteBindings(self._registry, REWRITE):
            self._settled()
            await deferLater(self._reactor, 0.01)
            if not self._serving:
                return

    def _settled(self) -> None:
        try:
            self.settle()
        except StoreError:
            # The spool has logged it; the changes wait for the next flush.
            log.debug("changes are not spooled yet")

    # stopping

    def stopService(self) -> Deferred[None]:
        """
        Stop the listeners, wait for them, flush, close.

        @return: fires when everything is closed, also where a step fails.
        """
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        if self.listeners.running:
            await self._trappedStop(self.listeners.stopService)
        await self._trappedStop(super().stopService)
        if self._starting is not None:
            self._starting.cancel()
        if self._serving:
            self._serving = False
            await self._trappedStop(self.settle)
            await self._trappedStop(self.flush.stop)
        await self._trappedStop(self.spool.close)
        await self._trappedStop(self.store.close)

    async def _trappedStop(self, stop: Any) -> None:
        try:
            await maybeDeferred(stop)
        except Exception:
            log.failure("a part of the service did not stop cleanly")


def part(site: Site) -> Part:
    """
    What the store measures; its service is the parent of all others.
    """
    store = site.store
    return Part(
        counters={"store": store.flush.counts, "spool": store.spool.counts},
        gauges={"store": store.gauges},
    )
