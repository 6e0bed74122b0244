"""
Postgres down under load: response times of phones, the daemon's memory and spool
meanwhile, and the time until the database is complete again.
"""

from __future__ import annotations

import argparse
import signal
import time
from math import inf
from pathlib import Path
from typing import Any

import psycopg2

from benchmarks.accounting import residentBytes
from benchmarks.changes import quietly
from benchmarks.command import run, workplace
from benchmarks.daemon import Daemon
from benchmarks.lasting import Crowd, bindings, database, noted, settled, spoolBytes
from benchmarks.latency import HEAD, Figures, Phase, Sample, figures, line, samples
from benchmarks.ledger import Ledger
from benchmarks.phones import TOLD
from gigasetd.cli.client import ask
from tests.store.pgserver import Server

LOOKS = 4
"""
How often the database is read after its return: a binding that is renewed
while it waits goes with a later flush, and only its new value does.
"""

CAUGHT_UP = 10.0
"""Seconds after the database's return in which it must have everything."""


class Watch:
    """
    Samples the daemon once a second: memory, spool, and time that it waited for a
    processor.

    @ivar seen: (epoch seconds, resident bytes, spool bytes, seconds waited).
    """

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._waited = self._queued()
        self.seen: list[tuple[float, int, int, float]] = []

    def _queued(self) -> float:
        """
        Seconds so far that the daemon was ready to run and waited for a processor.
        """
        text = Path(f"/proc/{self._daemon.pid}/schedstat").read_text()
        return int(text.split()[1]) / 1e9

    def look(self) -> None:
        """
        Take a sample.
        """
        waited = self._queued()
        size, spool = residentBytes(self._daemon.pid), spoolBytes(self._daemon.state)
        self.seen.append((time.time(), size, spool, waited - self._waited))
        self._waited = waited

    def during(self, seconds: float) -> None:
        """
        Run for some seconds.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(1.0, left))
            self.look()

    def show(self, since: float, every: float) -> None:
        """
        Print a line each C{every} seconds.
        """
        print(f"{'second':>8}{'memory':>12}{'spool':>12}")
        due = 0.0
        for when, size, spool, _ in self.seen:
            if when - since >= due or (when, size, spool, _) == self.seen[-1]:
                due = when - since + every
                mib = f"{size / 2**20:.1f} MiB", f"{spool / 2**20:.2f} MiB"
                print(f"{when - since:>8.0f}{mib[0]:>12}{mib[1]:>12}")

    def waited(self, when: float) -> float:
        """
        Time that it waited for a processor in the second around C{when}.
        """
        near = [each[3] for each in self.seen if abs(each[0] - when) <= 1.0]
        return max(near, default=0.0)


class Outage:
    """
    One run.
    """

    def __init__(
        self, daemon: Daemon, server: Server, url: str, options: argparse.Namespace
    ) -> None:
        self._daemon, self._server, self._url = daemon, server, url
        self._options = options
        self._watch = Watch(daemon)
        self._phases: list[Phase] = []
        self._looks: list[tuple[float, dict[Any, object]]] = []
        self._returned = 0.0
        self._crowd = Crowd(daemon.sipPort, options.count, options.rate, options.calls)

    def run(self) -> bool:
        """
        Run before, during and after the outage, and without one.
        """
        options = self._options
        self._crowd.go()
        self._watch.during(2.0)  # the first challenges
        self._phase("before", lambda: self._watch.during(options.before))
        self._phase("away", self._away)
        self._phase("return", self._return)
        self._phase("after", lambda: self._watch.during(options.after))
        heard = self._crowd.halt(1.0)
        return self._conclude(heard)

    def _phase(self, name: str, work: Any) -> None:
        begin = time.time()
        work()
        self._phases.append(Phase(name, begin, time.time()))
        print(f"{time.strftime('%H:%M:%S')} {name}: {self._status()}", flush=True)

    def _away(self) -> None:
        self._server.stop(signal.SIGQUIT)
        self._watch.during(self._options.minutes * 60)

    def _return(self) -> None:
        """
        Start the database, and wait until it has all earlier changes.
        """
        self._server.start()
        self._returned = time.time()
        begun, goal = time.monotonic(), self._status()["number"]
        while self._status()["flushed"] < goal and time.monotonic() < begun + 120:
            time.sleep(0.1)
        for _ in range(LOOKS):
            rows = self._stored()
            self._looks.append((time.monotonic() - begun, rows))
            self._watch.during(1.0)

    def _status(self) -> Any:
        return ask(self._daemon.state / "control.sock", "status", {}, quietly)["store"]

    def _stored(self) -> dict[Any, object]:
        """
        Read the bindings in the database.
        """
        connection = psycopg2.connect(self._url)
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT number, contact FROM binding")
            return bindings(cursor.fetchall())
        finally:
            connection.close()

    def _conclude(self, heard: dict[str, Any]) -> bool:
        caught = self._caught(heard["events"])
        ledger = Ledger()
        noted(ledger, heard["events"])
        begun = time.monotonic()
        while self._status()["pending"] and time.monotonic() < begun + 60:
            time.sleep(0.1)
        missing = list(ledger.lost(self._stored()))
        self._crowd.end()
        self._watch.show(self._phases[1].begin, self._options.minutes * 60 / 10)
        good = self._latencies(samples(heard["events"]))
        rows = {
            "unexpected answers": sum(heard["odd"].values()),
            "bindings not in the database at the end": len(missing),
        }
        print(f"{'return until it had everything':<44}{caught:>9.2f} s   at most 10")
        for name, value in rows.items():
            print(f"{name:<44}{value:>9}     at most 0")
        return good and caught <= CAUGHT_UP and not any(rows.values())

    def _caught(self, events: list[list[Any]]) -> float:
        """
        Seconds from the database's return until it has every confirmed binding, or a
        later one.
        """
        ledger = Ledger()
        noted(ledger, [e for e in events if e[2] != TOLD or e[3] < self._returned])
        for seconds, rows in self._looks:
            if not list(ledger.lost(rows)):
                return seconds
        return inf

    def _latencies(self, all: list[Sample]) -> bool:
        """
        Print the table; the limit comes from the time without an outage.
        """
        print(f"\n{HEAD}")
        limit = self._options.limit / 1000
        told = {p.name: figures(all, p, limit) for p in self._phases}
        for name, each in told.items():
            print(line(name, each))
        self._slow(all, limit)
        return _unharmed(told, self._options.limit)

    def _slow(self, all: list[Sample], limit: float) -> None:
        """
        Print slow responses, and whether the daemon had to wait for a processor.
        """
        slow = sorted((s for s in all if s.took > limit), key=lambda s: -s.took)
        for sample in slow[:10]:
            second = sample.sent - self._phases[1].begin
            waited = self._watch.waited(sample.sent) * 1000
            print(
                f"  {sample.took * 1000:.1f} ms at second {second:.1f}, while the "
                f"daemon waited {waited:.0f} ms for a processor"
            )


def _unharmed(told: dict[str, Figures], limit: float) -> bool:
    """
    Whether no response was slower than the limit, or than on this machine without an
    outage.
    """
    calm = max(max(told[name].windows, default=0.0) for name in ("before", "after"))
    worst = max(told["away"].worst, told["return"].worst)
    unanswered = sum(each.unanswered for each in told.values())
    print(
        f"{'slowest because of the outage, at most':<44}{worst:>9.1f} ms  at most "
        f"{limit:g}, or {calm:.1f} as without"
    )
    return worst <= max(limit, calm) and not unanswered


def _run(options: argparse.Namespace, work: Path) -> bool:
    with database("postgres") as (url, server):
        assert server is not None
        daemon = Daemon(work / "daemon", url)
        daemon.start()
        try:
            settled(daemon)
            daemon.provide(options.count + 1)
            return Outage(daemon, server, url, options).run()
        finally:
            daemon.stop()


def main() -> bool:
    """
    Run the command.
    """
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--minutes", type=float, default=10, help="Postgres is away")
    made.add_argument("--rate", type=int, default=300, help="requests a second")
    made.add_argument("--count", type=int, default=20000, help="telephones")
    made.add_argument("--calls", type=int, default=10, help="one of so many is a call")
    made.add_argument("--before", type=float, default=20, help="seconds with it")
    made.add_argument("--after", type=float, default=60, help="seconds with it again")
    made.add_argument("--limit", type=float, default=50, help="milliseconds")
    made.add_argument("--keep", action="store_true", help="keep the files")
    options = made.parse_args()
    with workplace(options.keep) as work:
        return _run(options, work)


if __name__ == "__main__":
    run(main)
