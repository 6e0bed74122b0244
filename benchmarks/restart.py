"""
Time to restart after a crash: import devices, register them all, C{kill -9}, start, and
wait until every registration is listed again.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from benchmarks.accounting import residentBytes
from benchmarks.command import parser, run, workplace
from benchmarks.daemon import Daemon
from benchmarks.peers import freePort
from benchmarks.sipp import Run, requireSipp, writeNumbers


class Figures:
    """
    Figures of one run, printed as they come.

    @ivar good: no figure was missed so far.
    """

    def __init__(self) -> None:
        self.good = True

    def show(self, what: str, value: float, limit: float, unit: str) -> None:
        """
        Print one figure and its limit.
        """
        kept = value <= limit
        self.good = self.good and kept
        verdict = "kept" if kept else "MISSED"
        print(f"{what:<44}{value:>9.2f} {unit:<4} at most {limit:g}: {verdict}")


def _listed(daemon: Daemon) -> int:
    listed = daemon.ctl("registrations")
    assert isinstance(listed, list)
    return len(listed)


def _registered(
    daemon: Daemon, figures: Figures, options: argparse.Namespace, work: Path
) -> None:
    """
    Register every device, and print failures.
    """
    numbers = work / "numbers.csv"
    writeNumbers(numbers, options.count)
    load = Run(
        work,
        "register",
        port=freePort(),
        server=daemon.sipPort,
        numbers=numbers,
        count=options.count,
        rate=options.rate,
    )
    outcome = load.wait()
    figures.show("registrations that failed", outcome.failed, 0, "")
    figures.show("registrations missing", options.count - outcome.done, 0, "")
    figures.show("retransmissions", outcome.retransmitted, 0, "")
    print(f"{'rate reached':<44}{outcome.done / outcome.seconds:>9.0f} /s")


def _back(daemon: Daemon, figures: Figures, count: int) -> None:
    """
    Kill it, start it, wait for all registrations.
    """
    daemon.kill()
    begun = time.monotonic()
    daemon.start()
    ready = time.monotonic() - begun
    listed = _listed(daemon)
    while listed < count and time.monotonic() - begun < 60:
        time.sleep(0.1)
        listed = _listed(daemon)
    figures.show("registrations lost", count - listed, 0, "")
    figures.show("kill -9 and start, until all are listed", _since(begun), 5, "s")
    print(f"{'of which until ready':<44}{ready:>9.2f} s")
    print(f"{'memory':<44}{residentBytes(daemon.pid) / 2**20:>9.0f} MiB")


def _since(begun: float) -> float:
    return time.monotonic() - begun


def _run(options: argparse.Namespace, work: Path) -> bool:
    figures = Figures()
    daemon = Daemon(work / "daemon", options.store)
    daemon.start()
    try:
        seconds = daemon.provide(options.count)
        figures.show(f"import of {options.count} devices", seconds, 10, "s")
        _registered(daemon, figures, options, work)
        _back(daemon, figures, options.count)
        # Once more, now that the spool and the database both hold them.
        _back(daemon, figures, options.count)
    finally:
        daemon.stop()
    return figures.good


def main() -> bool:
    """
    Run the command.
    """
    made = parser(__doc__)
    made.add_argument("--rate", type=int, default=1000, help="registrations a second")
    made.add_argument("--count", type=int, default=20000, help="devices")
    options = made.parse_args()
    requireSipp()
    with workplace(options.keep) as work:
        return _run(options, work)


if __name__ == "__main__":
    run(main)
