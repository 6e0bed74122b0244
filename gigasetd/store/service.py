# -*- test-case-name: tests.store.test_service -*-
"""
The registry's life: loaded before anybody listens, flushed after the last has
stopped.

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
from gigasetd.store.flush import Flush
from gigasetd.store.spool import Spool

log = Logger()

SWEEP = 1.0
"""Seconds between two looks for bindings that have ended."""

REWRITE = 500
"""Bindings that are written anew in one go: three milliseconds."""

YOUNG = 0.25
"""Seconds between two looks whether much is young."""

THAW = 60.0
"""Seconds between two looks whether the registry has grown."""


class StoreService(MultiService):
    """
    Opens, migrates, loads and repeats the spool; then starts the listeners.
    On stop it waits for the listeners, flushes and closes.

    @ivar listeners: what may run only while the registry is loaded.
    @ivar loaded: fires once the listeners were started, or fails with what
        went wrong, a L{StoreError} with one line for the operator as a rule.
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
        self._epoch = ClockSkew()
        self.flush = Flush(
            registry.journal,
            self.spool,
            self.store,
            section.flush_interval,
            reactor,
            true=self._epoch.true,
            mark=section.pending_warn,
        )
        self._registry = registry
        self._clock = clock
        self._reactor = reactor
        self._cold = FrozenRegistry(registry)
        self._serving = False
        self._starting: Deferred[None] | None = None

    # the hot path

    def settle(self) -> None:
        """
        Tell the listeners what a rule has changed, and spool it.

        To be called between a rule's return and the sending of its answer.

        @raise StoreError: it could not be spooled; the answer must not leave.
        """
        self._registry.notify()
        changes = self._registry.journal.take()
        if changes:
            try:
                self.spool.append(self._epoch.true(changes))
            except StoreError:
                self._registry.journal.untake(changes)
                raise

    def safe(self, number: int) -> Deferred[None]:
        """
        Wait until change C{number} is on the disk.

        @return: fails with L{StoreError} when it does not get there.
        """
        return self.spool.synced(number)

    def state(self) -> dict[str, Any]:
        """
        As L{gigasetd.telemetry.status.Status.store} has it.
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
        Figures beside those of L{state}, for the metrics.
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
        Begin to open and load; L{loaded} tells the end.
        """
        super().startService()
        self._starting = Deferred.fromCoroutine(self._start())
        self._starting.addCallbacks(self.loaded.callback, self._notStarted)

    async def _start(self) -> None:
        """
        All that comes before the first answer.
        """
        self.spool.open()
        await self.store.open()
        await self._load()
        self._registry.expire(self._clock.now())
        self._serving = True
        self.settle()
        self._cold.freeze()
        self.flush.start()
        self._every(SWEEP, self._sweep)
        self._every(THAW, self._cold.refreeze)
        self._every(YOUNG, self._cold.young)
        await self.listeners.startService()

    async def _load(self) -> None:
        """
        Fill the registry; what fills it is no garbage, so nobody need look
        for that meanwhile.
        """
        gc.disable()
        try:
            await self.store.load(self._registry.load)
            self._replay()
        finally:
            gc.enable()

    def _notStarted(self, failure: Any) -> None:
        """
        Pass on why the start failed, unless it was ended from outside.
        """
        if self.running or not failure.check(CancelledError):
            self.loaded.errback(failure)

    def _replay(self) -> None:
        """
        Repeat what the spool holds; there it is already.
        """
        count = 0
        for change in self.spool.replay():
            self._registry.replay(change.kind, change.key, change.value)
            count += 1
        self._registry.journal.take()
        if count:
            log.info("repeated {count} changes from the spool", count=count)

    def _every(self, seconds: float, work: Any) -> None:
        """
        Call C{work} again and again while the service runs.
        """
        timer = TimerService(seconds, self._trapped, work)
        timer.clock = self._reactor
        timer.setServiceParent(self)

    def _trapped(self, work: Any) -> None:
        """
        A timer outlives a fault in its work.
        """
        try:
            work()
        except Exception:
            log.failure("a timer of the store failed")

    # while it runs

    def _sweep(self) -> None:
        """
        End the bindings whose time is over; see whether somebody has set the
        machine's clock.
        """
        self._registry.expire(self._clock.now())
        self._settled()
        if self._epoch.follow(self._clock.skew()):
            log.info("the machine's clock was set; bindings are written anew")
            again = Deferred.fromCoroutine(self._rewrite())
            again.addErrback(lambda f: log.failure("bindings were not rewritten", f))

    async def _rewrite(self) -> None:
        """
        Write all bindings with what is their true time now.
        """
        for _ in rewriteBindings(self._registry, REWRITE):
            self._settled()
            await deferLater(self._reactor, 0.01)
            if not self._serving:
                return

    def _settled(self) -> None:
        """
        Settle, if the disk allows it.
        """
        try:
            self.settle()
        except StoreError:
            # Said by the spool; the changes wait for the next flush.
            log.debug("changes are not spooled yet")

    # stopping

    def stopService(self) -> Deferred[None]:
        """
        Stop the listeners, wait for them, flush, close.
        """
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        """
        As L{stopService}; one part that fails does not keep the next from
        its turn.
        """
        if self.listeners.running:
            await self._ended(self.listeners.stopService)
        await self._ended(super().stopService)
        if self._starting is not None:
            self._starting.cancel()
        if self._serving:
            self._serving = False
            await self._ended(self.settle)
            await self._ended(self.flush.stop)
        await self._ended(self.spool.close)
        await self._ended(self.store.close)

    async def _ended(self, stop: Any) -> None:
        """
        Have one part stopped.
        """
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
