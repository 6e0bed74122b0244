"""
CPU time per authenticated registration: request, challenge, request with credentials,
200, each by a different device; by sipp, compared with Kamailio.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path

from benchmarks.command import (
    comparing,
    contest,
    profiled,
    run,
    workplace,
)
from benchmarks.daemon import Daemon, prepared
from benchmarks.peers import freePort
from benchmarks.rounds import Sample, SipServer, Spent
from benchmarks.sipp import Run, requireSipp, writeNumbers

SETTLE = 2.5
"""Seconds after a load in which what it left to do (the write-behind flush)
still counts."""


def measure(server: SipServer, work: Path, *, count: int, rate: int) -> Sample:
    """
    Register C{count} devices, C{rate} per second.
    """
    numbers = work / "numbers.csv"
    writeNumbers(numbers, count)
    spent = Spent(server)
    load = Run(
        work,
        "register",
        port=freePort(),
        server=server.sipPort,
        numbers=numbers,
        count=count,
        rate=rate,
    )
    outcome = load.wait()
    time.sleep(SETTLE)
    if outcome.failed:
        print(load.complaints())
    return spent.sample(outcome)


def _copy(source: Daemon, store: str, traced: bool, work: Path) -> Daemon:
    """
    Make a daemon that starts from another's state.
    """
    made = Daemon(work / "daemon", store, traced=traced)
    made.adopt(source)
    return made


def _run(options: argparse.Namespace, work: Path) -> bool:
    load = partial(measure, count=options.count, rate=options.rate)
    if options.only == "kamailio":
        return contest(options, None, load, work)
    source = prepared(work / "source", options.store, options.count)
    if options.profile:
        traced = options.profile == "cprofile"
        daemon = _copy(source, options.store, traced, work / "profiling")
        return profiled(options.profile, daemon, load, work)
    ours = partial(_copy, source, options.store, False)
    return contest(options, ours, load, work)


def main() -> bool:
    """
    Run the command.
    """
    options = comparing(__doc__, rate=1000, count=20000, limit=2.0).parse_args()
    requireSipp()
    with workplace(options.keep) as work:
        return _run(options, work)


if __name__ == "__main__":
    run(main)
