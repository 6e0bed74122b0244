"""
Shared by the durability commands: a daemon that returns on its port, the phones'
process, and a database for one command.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.daemon import CHECKOUT, Daemon, numberOf, storeURL
from benchmarks.ledger import Ledger
from benchmarks.phones import ASKED, CALLED, GONE, REFUSED, TOLD
from tests.store.pgserver import Server, fresh

SEQUENCE = re.compile(r";seq=(\d+)")


@contextmanager
def database(name: str) -> Iterator[tuple[str, Server | None]]:
    """
    Resolve C{--store}; C{postgres} is a server for this run only.
    """
    if name != "postgres":
        yield storeURL(name), None
        return
    server = Server(fsync="on")
    try:
        server.start()
        yield fresh(server), server
    finally:
        server.remove()


def settled(daemon: Daemon) -> None:
    """
    Give a started daemon the same port for phones from now on.
    """
    text = daemon.config.read_text()
    daemon.config.write_text(text.replace("udp:0:", f"udp:{daemon.sipPort}:"))


class Crowd:
    """
    The phones' process.
    """

    def __init__(self, server: int, count: int, rate: int, calls: int = 0) -> None:
        numbers = {"server": server, "count": count, "rate": rate, "calls": calls}
        words = [f"--{name}={value}" for name, value in numbers.items()]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.phones", *words],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def _say(self, order: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")

    def go(self) -> None:
        """
        Let phones register.
        """
        self._say("go")

    def halt(self, patience: float) -> dict[str, Any]:
        """
        Pause the phones.

        @param patience: seconds to wait for further answers.
        @return: as L{benchmarks.phones.Phones.report} has it.
        """
        self._say(f"halt {patience}")
        assert self._process.stdout is not None
        report: dict[str, Any] = json.loads(self._process.stdout.readline())
        return report

    def end(self) -> None:
        """
        End the process.
        """
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def noted(ledger: Ledger, events: list[list[Any]]) -> None:
    """
    Note what phones requested and what was confirmed.
    """
    calls = set()
    for serial, phone, what, _, _ in events:
        key = ("binding", numberOf(phone))
        if what == CALLED:
            calls.add(serial)
        elif serial in calls:
            continue
        elif what in (ASKED, GONE):
            ledger.ask(key, serial, serial if what == ASKED else None)
        elif what == TOLD:
            ledger.tell(key, serial)
        elif what == REFUSED:
            ledger.refuse(key, serial)


def sequence(contact: str) -> int:
    """
    Read the serial in a contact; 0 for a foreign contact.
    """
    found = SEQUENCE.search(contact)
    return int(found[1]) if found else 0


def bindings(rows: list[tuple[str, str]]) -> dict[Any, object]:
    """
    The contacts of these numbers, by ledger key; two of one number are a fault, as
    every phone has one.
    """
    found: dict[Any, object] = {}
    for number, contact in rows:
        key = ("binding", number)
        found[key] = "two of them" if key in found else sequence(contact)
    return found


def spoolBytes(state: Path) -> int:
    """
    Size of the spool.
    """
    total = 0
    for path in (state / "spool").glob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total
