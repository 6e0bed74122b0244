"""
Response times, phase by phase.

An answer's time runs from the moment when the request was handed to the kernel
to the moment when the kernel got the answer; how late the load itself was
stands beside it.  The worst of a window of fixed length is given too, since
the worst of ten minutes and that of one are not comparable.
"""

from __future__ import annotations

from statistics import median
from typing import Any, NamedTuple

from benchmarks.phones import REFUSED, TOLD

WINDOW = 10.0
"""Seconds."""


class Sample(NamedTuple):
    """
    One request, in seconds.
    """

    sent: float  #: epoch
    took: float  #: -1 without an answer
    late: float


class Phase(NamedTuple):
    """
    A stretch of the run, in epoch seconds.
    """

    name: str
    begin: float
    end: float


def samples(events: list[list[Any]]) -> list[Sample]:
    """
    Every request of the telephones, in the order of sending.
    """
    answered = {e[0]: e[3] for e in events if e[2] in (TOLD, REFUSED)}
    return [
        Sample(sent, answered[serial] - sent if serial in answered else -1, late)
        for serial, _, what, sent, late in events
        if what not in (TOLD, REFUSED)
    ]


class Figures(NamedTuple):
    """
    Figures of one phase; times in milliseconds.
    """

    requests: int
    unanswered: int
    middle: float
    most: float  #: 99.9 % are not slower
    worst: float
    windows: list[float]  #: the worst of each window
    late: float  #: the load's own delay, at worst
    slow: int  #: answers slower than the limit


def figures(all: list[Sample], phase: Phase, limit: float) -> Figures:
    """
    Compute the figures of one phase.

    @param limit: seconds.
    """
    here = [s for s in all if phase.begin <= s.sent < phase.end]
    took = sorted(s.took for s in here if s.took >= 0)
    worst: dict[int, float] = {}
    for s in here:
        place = int((s.sent - phase.begin) / WINDOW)
        worst[place] = max(worst.get(place, 0.0), s.took)
    return Figures(
        len(here),
        len(here) - len(took),
        _at(took, 0.5),
        _at(took, 0.999),
        _at(took, 1.0),
        [value * 1000 for value in worst.values()],
        max((s.late for s in here), default=0.0) * 1000,
        sum(t > limit for t in took),
    )


def _at(ordered: list[float], share: float) -> float:
    """
    The quantile, in milliseconds.
    """
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


HEAD = (
    f"{'':<10}{'requests':>9}{'open':>6}{'median':>9}{'99.9 %':>9}{'worst':>9}"
    f"{'> limit':>9}{'worst of 10 s':>22}{'load late':>11}"
)


def line(name: str, told: Figures) -> str:
    """
    Format a phase as a line of the table, in milliseconds.
    """
    windows = told.windows or [0.0]
    usual = f"{median(windows):.1f} to {max(windows):.1f}"
    return (
        f"{name:<10}{told.requests:>9}{told.unanswered:>6}{told.middle:>9.2f}"
        f"{told.most:>9.2f}{told.worst:>9.2f}{told.slow:>9}{usual:>22}{told.late:>11.1f}"
    )
