"""
A process that changes accounts and answers each change with a line, until it
is killed: C{python -m tests.store.answering DIRECTORY URL}.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path

from twisted.internet import reactor

from gigasetd.config.sections.server import StoreSection as Section
from gigasetd.process.clock import SteadyClock
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.store.service import StoreService
from tests.store.values import ACCOUNT


def main(directory: Path, url: str) -> None:
    """
    Answer for ten seconds at most, with a flush every 50 ms.
    """
    registry = Registry(Journal())
    section = Section(url=url, flush_interval=0.05)
    clock = SteadyClock(reactor.seconds)
    store = StoreService(section, directory, registry, clock, reactor)
    first = 0.0
    steps = count()

    def answer() -> None:
        nonlocal first
        first = first or max((a.active for a in registry.accounts.values()), default=0)
        step = next(steps)
        number = str(20_000_000 + step * 7 % 500)
        registry.put(ACCOUNT._replace(number=number, nickname="", active=first + step))
        store.settle()
        os.write(1, f"{number} {first + step}\n".encode())
        reactor.callLater(0, answer)

    store.loaded.addCallback(lambda _: answer())
    store.startService()
    reactor.callLater(10, reactor.stop)
    reactor.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
