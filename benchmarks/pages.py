"""
CPU time per page that a phone requests, over keep-alive connections, by the client in
fetch.py; with C{--bare} that of the idle display, compared with a plain Klein route and
a plain Node server that send the same bytes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.bare import Bare, klein, node
from benchmarks.command import parser, profiled, run, workplace
from benchmarks.daemon import Daemon
from benchmarks.rounds import Make, Sample, Spent, compare, conclude
from benchmarks.sipp import NoLoad, Outcome

_QUERY = "lang=2&tz=120&mac={mac}&cc=49&handsetid=037018BE69&provid=11"
PATHS = {
    "/info/request.do": f"/info/request.do?{_QUERY}&tick=true",
    "/info/menu.jsp": f"/info/menu.jsp?{_QUERY}",
}
SCREEN = "/info/request.do"
_PHONES = 20
_WARM = 200  #: requests before those that count
_CLIENT = Path(__file__).with_name("fetch.py")


def _fetch(
    daemon: Daemon | Bare, path: str, options: argparse.Namespace, count: int = 0
) -> dict[str, float]:
    """
    Run the client.

    @param count: requests; 0 for as many as the options say.
    @raise NoLoad: it broke.
    """
    words = [str(word) for word in (options.rate, count or options.count, _PHONES)]
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
    Fetch one page repeatedly, and print its line.
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


def _bytes(work: Path, options: argparse.Namespace) -> Path:
    daemon, path = Daemon(work / "first", options.store), work / "page"
    daemon.start()
    try:
        daemon.provide(_PHONES)
        phone = HTTPConnection("127.0.0.1", daemon.ports["http", "tcp"], timeout=10)
        phone.request("GET", PATHS[SCREEN].format(mac="7C2F80000000"))
        path.write_bytes(phone.getresponse().read())
        phone.close()
    finally:
        daemon.stop()
    return path


def _screens(server: Daemon | Bare, work: Path, options: argparse.Namespace) -> Sample:
    if isinstance(server, Daemon):
        server.provide(_PHONES)
    _fetch(server, PATHS[SCREEN], options, _WARM)
    spent = Spent(server)
    told = _fetch(server, PATHS[SCREEN], options)
    outcome = Outcome(int(told["done"]), int(told["failed"]), 0, told["seconds"])
    return spent.sample(outcome)


def _beside(options: argparse.Namespace, work: Path) -> bool:
    """
    Measure the idle display of three servers in turn.
    """
    page = _bytes(work, options)
    makes: list[Make] = [
        lambda place: Daemon(place, options.store),
        lambda place: klein(page),
    ]
    if node(page) is None:
        print("node is not installed: left out")
    else:
        makes.append(lambda place: node(page))
    measured = partial(_screens, options=options)
    samples = compare(makes, measured, options.rounds, work)
    for name, all_ in samples.items():
        best = min(sample.each for sample in all_)
        each = sorted(sample.each for sample in all_)[len(all_) // 2]
        rates = f"{1e6 / each:.0f} requests a second of CPU, at best {1e6 / best:.0f}"
        print(f"{name}: {rates}")
    return conclude(samples, options.limit)


def _all(daemon: Daemon, options: argparse.Namespace) -> Sample:
    """
    Measure every page once per round.

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
    Start a daemon with the phones, and fetch.
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
    Run the command.
    """
    made = parser(__doc__)
    made.add_argument("--rate", type=int, default=200, help="requests a second")
    made.add_argument("--count", type=int, default=2000, help="requests a page")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--bare", action="store_true", help="beside bare servers")
    made.add_argument("--limit", type=float, default=3.0, help="good ratio")
    options = made.parse_args()
    with workplace(options.keep) as work:
        return _beside(options, work) if options.bare else _run(options, work)


if __name__ == "__main__":
    run(main)
