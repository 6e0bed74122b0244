"""
Servers measured in turn, one after the other in each round, so that a slower machine
slows them all; ratios per round and of medians.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from benchmarks.accounting import residentBytes
from benchmarks.sipp import Outcome


class Server(Protocol):
    """
    A server that can be measured.
    """

    name: str

    @property
    def pid(self) -> int:
        """
        The process that does the work.
        """

    def start(self) -> None:
        """
        Start it and wait until it answers.
        """

    def stop(self) -> None:
        """
        End it.
        """

    def cpu(self) -> float:
        """
        CPU seconds so far.
        """

    def aside(self) -> float:
        """
        CPU seconds so far of the processes that do not count.
        """


class SipServer(Server, Protocol):
    """
    A server for SIP.
    """

    @property
    def sipPort(self) -> int:
        """
        The port for SIP over UDP.
        """


class Sample(NamedTuple):
    """
    One server in one round.
    """

    each: float  #: microseconds of CPU an operation
    aside: float  #: the same of processes that do not count
    resident: int  #: bytes at the end
    outcome: Outcome


class Spent:
    """
    CPU time of a server since a moment.
    """

    def __init__(self, server: Server):
        self._server = server
        self._cpu, self._aside = server.cpu(), server.aside()

    def sample(self, outcome: Outcome) -> Sample:
        """
        CPU time per operation so far.
        """
        operations = max(outcome.done, 1)
        return Sample(
            (self._server.cpu() - self._cpu) / operations * 1e6,
            (self._server.aside() - self._aside) / operations * 1e6,
            residentBytes(self._server.pid),
            outcome,
        )


Make = Callable[[Path], Any]
Measure = Callable[[Any, Path], Sample]

_HEAD = f"{'round':>5}  {'server':<18}{'us/op':>8}{'aside':>7}{'done':>8}{'failed':>8}"
_HEAD += f"{'resent':>8}{'op/s':>8}{'MiB':>7}"


def _row(turn: int, name: str, sample: Sample) -> str:
    outcome = sample.outcome
    rate = outcome.done / outcome.seconds if outcome.seconds else 0.0
    return (
        f"{turn:>5}  {name:<18}{sample.each:>8.0f}{sample.aside:>7.1f}"
        f"{outcome.done:>8}{outcome.failed:>8}{outcome.retransmitted:>8}"
        f"{rate:>8.0f}{sample.resident / 2**20:>7.0f}"
    )


def compare(
    makes: list[Make], measure: Measure, rounds: int, work: Path
) -> dict[str, list[Sample]]:
    """
    Measure each server once per round, started anew each time, and print a line for
    each.

    @return: name -> a sample a round.
    """
    samples: dict[str, list[Sample]] = {}
    print(_HEAD, flush=True)
    for turn in range(1, rounds + 1):
        for position, make in enumerate(makes):
            place = work / f"round{turn}-{position}"
            place.mkdir()
            server = make(place)
            server.start()
            try:
                sample = measure(server, place)
            finally:
                server.stop()
            samples.setdefault(server.name, []).append(sample)
            print(_row(turn, server.name, sample), flush=True)
    return samples


def conclude(samples: dict[str, list[Sample]], limit: float) -> bool:
    """
    Print medians and ratios, the first server over each other one.

    @param limit: the largest ratio that is good.
    @return: no operation failed and, where there is a peer, the limit holds.
    """
    good = True
    for name, all_ in samples.items():
        middle = statistics.median(sample.each for sample in all_)
        failed = sum(sample.outcome.failed for sample in all_)
        resent = sum(sample.outcome.retransmitted for sample in all_)
        good = good and failed == 0
        print(f"{name}: median {middle:.0f} us, {failed} failed, {resent} resent")
    names = list(samples)
    for peer in names[1:]:
        good = _ratio(samples, names[0], peer, limit) and good
    return good


def _ratio(
    samples: dict[str, list[Sample]], ours: str, peer: str, limit: float
) -> bool:
    """
    Print the first server's cost divided by the second's.
    """
    pairs = list(zip(samples[ours], samples[peer]))
    each = " ".join(f"{one.each / max(two.each, 1e-9):.2f}" for one, two in pairs)
    above = statistics.median(one.each for one, _ in pairs)
    below = statistics.median(two.each for _, two in pairs)
    ratio = above / max(below, 1e-9)
    kept = ratio <= limit
    print(
        f"{ours} / {peer}: {ratio:.2f} of the medians, by round {each}; "
        f"at most {limit:.2f}: {'kept' if kept else 'MISSED'}"
    )
    return kept
