"""
Cost of the store: bindings on their way into the database and back at start, for SQLite
and for Postgres.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from gigasetd.config.sections.server import StoreSection as Section
from gigasetd.process.clock import SteadyClock
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.store.service import StoreService
from tests.store.pgserver import Server
from tests.store.values import BINDING


class Gap:
    """
    Finds the longest stall of the reactor.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.monotonic()
        self._loop = LoopingCall(self._look)
        self._loop.start(0.001)

    def _look(self) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def stop(self) -> float:
        """
        The longest stall, in milliseconds.
        """
        self._look()
        self._loop.stop()
        return self.longest * 1000


def busy() -> float:
    """
    CPU seconds of this process, all threads together.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def service(url: str, directory: Path) -> tuple[StoreService, Registry]:
    """
    Make a store as the daemon does, with a late flush.
    """
    registry = Registry(Journal())
    clock = SteadyClock(reactor.seconds)
    section = Section(url=url, flush_interval=60.0)
    return StoreService(section, directory, registry, clock, reactor), registry


def bindings(first: int, count: int) -> list[Binding]:
    """
    Make registrations of as many numbers.
    """
    now = time.time()
    return [
        BINDING._replace(
            number=str(10_000_000 + number),
            key=f"sip:{10_000_000 + number}@192.168.1.20:5060",
            contact=f"<sip:{10_000_000 + number}@192.168.1.20:5060;line=abc>",
            expires=now + 86400 + number / 7,
            registered=now + number / 9,
        )
        for number in range(first, first + count)
    ]


async def flushed(store: StoreService, registry: Registry, what: str, of: Any) -> None:
    """
    Write these bindings to the database, and measure it.
    """
    for binding in of:
        registry.bind(binding.number, (binding,))
    registry.journal.take()
    gc.collect()
    gc.freeze()
    gap, began, used = Gap(), time.monotonic(), busy()
    await store.flush.once()
    took, used = time.monotonic() - began, busy() - used
    print(
        f"  {what:<28}{took:>7.2f} s{used / len(of) * 1e6:>9.1f} us of our own CPU "
        f"a binding, longest gap {gap.stop():.1f} ms"
    )


async def measure(name: str, url: str, directory: Path, count: int, many: int) -> None:
    """
    Measure one database.
    """
    print(name)
    store, registry = service(url, directory)
    store.startService()
    await store.loaded
    await flushed(store, registry, f"{count} new", bindings(0, count))
    again = [binding._replace(cseq=5) for binding in bindings(0, count)]
    await flushed(store, registry, f"{count} refreshed", again)
    rest = bindings(count, many - count)
    await flushed(store, registry, f"{len(rest)} more", rest)
    del rest, again
    await store.stopService()
    store, registry = service(url, directory)
    gap, began, used = Gap(), time.monotonic(), busy()
    store.startService()
    await store.loaded
    took, used = time.monotonic() - began, busy() - used
    assert len(registry.bindings) == many
    print(
        f"  {many} loaded{'':<12}{took:>10.2f} s{used / many * 1e6:>9.1f} us of our "
        f"own CPU a binding, longest gap {gap.stop():.1f} ms"
    )
    await store.stopService()
    gc.unfreeze()


async def run(options: argparse.Namespace) -> None:
    """
    Measure both databases.
    """
    with tempfile.TemporaryDirectory() as directory:
        for name in options.stores:
            place = Path(directory) / name
            place.mkdir()
            url = "sqlite:bench.db"
            server = None
            if name == "postgres":
                server = Server(fsync="on")
                server.start()
                url = server.url
            try:
                await measure(name, url, place, options.count, options.many)
            finally:
                if server is not None:
                    server.remove()


def main() -> None:
    """
    Run the command.
    """
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--count", type=int, default=100_000, help="dirty bindings")
    made.add_argument("--many", type=int, default=1_000_000, help="loaded bindings")
    made.add_argument("stores", nargs="*", default=["sqlite", "postgres"])
    options = made.parse_args()

    def begin() -> None:
        done = Deferred.fromCoroutine(run(options))
        done.addErrback(lambda failure: failure.printTraceback(sys.stderr))
        done.addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    reactor.run()


if __name__ == "__main__":
    main()
