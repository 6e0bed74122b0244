"""
Shared by all commands: options, working directory, profiled runs.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.accounting import surroundings
from benchmarks.daemon import Daemon, NotStarted, environmentHint
from benchmarks.peers import Kamailio, kamailioPath
from benchmarks.profiles import CHOICES
from benchmarks.rounds import Make, Measure, Sample, compare, conclude
from benchmarks.sampling import NoSampler, Sampler, printStatistics
from benchmarks.sipp import NoLoad


def parser(text: str | None) -> argparse.ArgumentParser:
    """
    Make a parser with the options of all loads.
    """
    made = argparse.ArgumentParser(description=text)
    made.add_argument("--store", default="sqlite", help="sqlite, or a store.url")
    made.add_argument(
        "--profile",
        nargs="?",
        const="py-spy",
        choices=["py-spy", "cprofile"],
        help="one run of the daemon alone, and where its time went",
    )
    made.add_argument("--keep", action="store_true", help="keep the files")
    return made


def comparing(
    text: str | None, rate: int, count: int, limit: float
) -> argparse.ArgumentParser:
    """
    Make a parser with the options of a comparison.
    """
    made = parser(text)
    made.add_argument("--rate", type=int, default=rate, help="operations a second")
    made.add_argument("--count", type=int, default=count, help="operations a round")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--limit", type=float, default=limit, help="good ratio")
    made.add_argument(
        "--peer", choices=list(CHOICES), default="same", help="what Kamailio does"
    )
    made.add_argument(
        "--only", choices=["gigasetd", "kamailio"], help="leave the others out"
    )
    return made


@contextmanager
def workplace(keep: bool) -> Iterator[Path]:
    """
    Make a temporary directory; C{keep} leaves it and prints its path.
    """
    print(surroundings(), environmentHint(), flush=True)
    if keep:
        path = Path(tempfile.mkdtemp(prefix="gigasetd-benchmark-"))
        print(f"files: {path}")
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="gigasetd-benchmark-") as name:
        yield Path(name)


def run(main: Callable[[], bool]) -> None:
    """
    Run a command: status 0 success, 1 an operation failed or a limit was exceeded, 2
    the measurement was not possible.
    """
    # What was started must be ended however this ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        good = main()
    except (NotStarted, NoLoad, NoSampler) as error:
        print(f"not measured: {error}", file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if good else 1)


def contest(
    options: argparse.Namespace, ours: Make | None, measure: Measure, work: Path
) -> bool:
    """
    Measure the daemon, and Kamailio if it is installed.

    @param ours: makes a daemon; C{None} leaves it out.
    """
    makes: list[Make] = [] if ours is None else [ours]
    if options.only != "gigasetd":
        if kamailioPath() is not None:
            makes += [partial(Kamailio, profile) for profile in CHOICES[options.peer]]
        else:
            print("Kamailio is not installed: no ratio")
    samples = compare(makes, measure, options.rounds, work)
    return conclude(samples, options.limit)


def profiled(
    how: str, daemon: Daemon, measure: Callable[[Daemon, Path], Sample], work: Path
) -> bool:
    """
    Run a load once and print the profile.
    """
    place = work / "profiled"
    place.mkdir()
    daemon.start()
    try:
        sampler = Sampler(daemon.pid, place) if how == "py-spy" else None
        sample = measure(daemon, place)
        if sampler is not None:
            sampler.finish()
    finally:
        daemon.stop()
    if how == "cprofile":
        printStatistics(daemon.statistics)
    print(f"\nwith the profiler on it: {sample.each:.0f} us, {sample.outcome}")
    return sample.outcome.failed == 0
