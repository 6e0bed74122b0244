"""
CPU time a page that a phone asks for, over keep-alive connections, by the
client in fetch.py.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.command import parser, profiled, run, workplace
from benchmarks.daemon import Daemon
from benchmarks.rounds import Sample, Spent
from benchmarks.sipp import NoLoad, Outcome

_QUERY = "lang=2&tz=120&mac={mac}&cc=49&handsetid=037018BE69&provid=11"
PATHS = {
    "/info/request.do": f"/info/request.do?{_QUERY}&tick=true",
    "/info/menu.jsp": f"/info/menu.jsp?{_QUERY}",
}
_PHONES = 20
_CLIENT = Path(__file__).with_name("fetch.py")


def _fetch(daemon: Daemon, path: str, options: argparse.Namespace) -> dict[str, float]:
    """
    Run the client.

    @raise NoLoad: it broke.
    """
    words = [str(word) for word in (options.rate, options.count, _PHONES)]
    port = str(daemon.ports["http", "tcp"])
    done = subprocess.run(
        [sys.executable, str(_CLIENT), port, path, *words],
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise NoLoad("the HTTP client broke")
    told: dict[str, float] = json.loads(done.stdout)
    return told


def measure(daemon: Daemon, name: str, options: argparse.Namespace) -> Sample:
    """
    Fetch one page again and again, and print its line.
    """
    spent = Spent(daemon)
    told = _fetch(daemon, PATHS[name], options)
    outcome = Outcome(int(told["done"]), int(told["failed"]), 0, told["seconds"])
    sample = spent.sample(outcome)
    print(
        f"{name:<18}{sample.each:>8.0f}{outcome.done:>8}{outcome.failed:>8}"
        f"{outcome.done / outcome.seconds:>8.0f}{told['median']:>10.2f}"
        f"{told['late']:>8.2f}",
        flush=True,
    )
    return sample


def _all(daemon: Daemon, options: argparse.Namespace) -> Sample:
    """
    Every page once a round.

    @return: the last one, with the failures of all.
    """
    print(
        f"{'page':<18}{'us/op':>8}{'done':>8}{'failed':>8}{'op/s':>8}"
        f"{'median ms':>10}{'99 %':>8}"
    )
    failed = 0
    for _ in range(options.rounds):
        for name in PATHS:
            sample = measure(daemon, name, options)
            failed += sample.outcome.failed
    return sample._replace(outcome=sample.outcome._replace(failed=failed))


def _run(options: argparse.Namespace, work: Path) -> bool:
    """
    Start a daemon that knows the phones, and fetch.
    """
    traced = options.profile == "cprofile"
    daemon = Daemon(work / "daemon", options.store, traced=traced)

    def load(server: Daemon, place: Path) -> Sample:
        server.provide(_PHONES)
        return _all(server, options)

    if options.profile:
        return profiled(options.profile, daemon, load, work)
    daemon.start()
    try:
        begun = time.monotonic()
        sample = load(daemon, work)
        print(f"{time.monotonic() - begun:.0f} s in all")
    finally:
        daemon.stop()
    return sample.outcome.failed == 0


def main() -> bool:
    """
    The command.
    """
    made = parser(__doc__)
    made.add_argument("--rate", type=int, default=200, help="requests a second")
    made.add_argument("--count", type=int, default=2000, help="requests a page")
    made.add_argument("--rounds", type=int, default=3)
    options = made.parse_args()
    with workplace(options.keep) as work:
        return _run(options, work)


if __name__ == "__main__":
    run(main)
