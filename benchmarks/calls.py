"""
CPU time per call through the proxy: INVITE, 100, 180, 200, ACK, BYE, 200, along the
route set; between two sipp agents that have registered from their own ports; compared
with Kamailio.
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
from benchmarks.daemon import Daemon, numberOf, prepared
from benchmarks.peers import freePort
from benchmarks.registrations import SETTLE
from benchmarks.rounds import Sample, SipServer, Spent
from benchmarks.sipp import NoLoad, Run, requireSipp, writeNumbers

CALLER, CALLEE = 0, 1
_COUNT = 2


def _register(server: SipServer, work: Path, index: int, port: int) -> Path:
    """
    Register one device from its port.

    @return: its injection file.
    @raise NoLoad: the server did not take it.
    """
    numbers = work / f"number{index}.csv"
    writeNumbers(numbers, 1, index)
    once = Run(
        work,
        "register",
        port=port,
        server=server.sipPort,
        numbers=numbers,
        count=1,
    )
    if once.wait().done != 1:
        raise NoLoad(f"{server.name} refused a registration: {once.complaints()}")
    return numbers


class _Agent:
    """
    A sipp agent that has registered from the port it calls from.
    """

    def __init__(self, server: SipServer, work: Path, index: int):
        """
        @raise NoLoad: the server did not take the registration.
        """
        self._server, self._work = server, work
        self._port = freePort()
        self._numbers = _register(server, work, index, self._port)

    def run(self, scenario: str, count: int, rate: int) -> Run:
        """
        Start its calls.
        """
        return Run(
            self._work,
            scenario,
            port=self._port,
            server=self._server.sipPort,
            numbers=self._numbers,
            count=count,
            rate=rate,
            keys=(("callee", numberOf(CALLEE)),),
        )


def measure(server: SipServer, work: Path, *, count: int, rate: int) -> Sample:
    """
    Set up and end C{count} calls, C{rate} per second.
    """
    agents = [_Agent(server, work, index) for index in (CALLER, CALLEE)]
    callee = agents[CALLEE].run("callee", count, rate)
    try:
        spent = Spent(server)
        caller = agents[CALLER].run("caller", count, rate)
        outcome = caller.wait()
        time.sleep(SETTLE)
        sample = spent.sample(outcome)
        other = callee.finish()
    finally:
        callee.kill()
    if outcome.failed or other.failed:
        print(caller.complaints(), callee.complaints())
    return sample._replace(outcome=outcome.joined(other))


def _made(store: str, traced: bool, source: Daemon, work: Path) -> Daemon:
    made = Daemon(work / "daemon", store, traced=traced)
    made.adopt(source)
    return made


def _run(options: argparse.Namespace, work: Path) -> bool:
    load = partial(measure, count=options.count, rate=options.rate)
    if options.only == "kamailio":
        return contest(options, None, load, work)
    source = prepared(work / "source", options.store, _COUNT)
    if options.profile:
        traced = options.profile == "cprofile"
        daemon = _made(options.store, traced, source, work / "profiling")
        return profiled(options.profile, daemon, load, work)
    return contest(options, partial(_made, options.store, False, source), load, work)


def main() -> bool:
    """
    Run the command.
    """
    options = comparing(__doc__, rate=100, count=5000, limit=1.3).parse_args()
    requireSipp()
    with workplace(options.keep) as work:
        return _run(options, work)


if __name__ == "__main__":
    run(main)
