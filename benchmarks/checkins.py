"""
The daily check-in of many devices: its cost at the rate at which all of them report
within an hour, and the time to show the page of one household.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.accounting import residentBytes
from benchmarks.command import parser, run, workplace
from benchmarks.daemon import Daemon
from benchmarks.restart import Figures
from benchmarks.sipp import NoLoad

HOUR = 3600.0
FLUSHED = 2.5  #: seconds after which the last reports are in the database
SHARE, PAGE = 5.0, 5.0
"""What is still good: per cent of a core, milliseconds."""

_CLIENT = Path(__file__).with_name("hellos.py")
_SETTINGS = {
    "GIGASETD_SERVER__LOCAL_NETWORKS": '["192.168.77.0/24"]',
    "GIGASETD_HTTP__TRUSTED_PROXIES": '["127.0.0.0/8"]',
}


def _client(daemon: Daemon, what: str, count: int, rate: float) -> dict[str, float]:
    port = str(daemon.ports["http", "tcp"])
    words = [sys.executable, str(_CLIENT), what, port, str(count), str(rate)]
    done = subprocess.run(words, stdout=subprocess.PIPE)
    if done.returncode:
        raise NoLoad("the HTTP client broke")
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _filled(daemon: Daemon, figures: Figures, count: int) -> None:
    """
    Let all devices check in once.
    """
    print(f"imported {count} devices in {daemon.provide(count):.1f} s", flush=True)
    spent = daemon.cpu()
    told = _client(daemon, "fill", count, 0.0)
    time.sleep(FLUSHED)
    each = (daemon.cpu() - spent) / count * 1e6
    print(f"{'each, one behind the other':<44}{each:>9.0f} us")
    print(f"{'all of them, so':<44}{told['seconds']:>9.1f} s")
    figures.show("first reports that failed", told["failed"], 0, "")


def _reported(daemon: Daemon, figures: Figures, options: argparse.Namespace) -> None:
    """
    Check in at the hourly rate for some minutes.
    """
    rate = options.count / HOUR
    count = max(1, round(rate * options.seconds))
    begun, spent = time.monotonic(), daemon.cpu()
    told = _client(daemon, "report", count, rate)
    time.sleep(FLUSHED)
    share = (daemon.cpu() - spent) / (time.monotonic() - begun) * 100
    figures.show("reports that failed", told["failed"], 0, "")
    print(f"{'rate':<44}{count / told['seconds']:>9.1f} /s")
    print(f"{'answered in: median':<44}{told['median']:>9.2f} ms")
    figures.show("of one core", share, SHARE, "%")


def _looked(daemon: Daemon, figures: Figures, options: argparse.Namespace) -> None:
    """
    Request the page of a household as a browser.
    """
    spent = daemon.cpu()
    told = _client(daemon, "look", options.looks, 50.0)
    each = (daemon.cpu() - spent) / options.looks * 1e3
    figures.show("pages that failed", told["failed"], 0, "")
    figures.show("CPU time of a page", each, PAGE, "ms")
    figures.show("the page of a household: median", told["median"], PAGE, "ms")
    # No figure of ours on a machine that others use: it is theirs too.
    print(f"{'the page of a household: 99 %':<44}{told['late']:>9.2f} ms")


def _run(options: argparse.Namespace, work: Path) -> bool:
    os.environ.update(_SETTINGS)
    figures = Figures()
    daemon = Daemon(work / "daemon", options.store)
    daemon.start()
    try:
        _filled(daemon, figures, options.count)
        _reported(daemon, figures, options)
        _looked(daemon, figures, options)
        print(f"{'memory':<44}{residentBytes(daemon.pid) / 2**20:>9.0f} MiB")
    finally:
        daemon.stop()
    return figures.good


def main() -> bool:
    """
    Run the command.
    """
    made = parser(__doc__)
    made.add_argument("--count", type=int, default=100000, help="devices")
    made.add_argument("--seconds", type=int, default=120, help="of that hour")
    made.add_argument("--looks", type=int, default=500, help="pages")
    options = made.parse_args()
    with workplace(options.keep) as work:
        return _run(options, work)


if __name__ == "__main__":
    run(main)
