"""
Profiles of the daemon under load: by py-spy from outside, or by cProfile inside.
"""

from __future__ import annotations

import pstats
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

_TOP = 40
_WAITS = ("doPoll ", "Condition.wait ")


class NoSampler(Exception):
    """
    py-spy is missing or not permitted.
    """


def _path() -> str:
    """
    Find py-spy beside the running Python, or on the path.

    @raise NoSampler: there is none.
    """
    beside = Path(sys.executable).parent / "py-spy"
    found = str(beside) if beside.exists() else shutil.which("py-spy")
    if found is None:
        raise NoSampler("py-spy is not installed: pip install py-spy")
    return found


class Sampler:
    """
    py-spy on a running process.
    """

    def __init__(self, pid: int, work: Path, rate: int = 250):
        """
        @param rate: samples a second.
        """
        self._output = work / "samples"
        self._said = work / "py-spy.log"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                self._command(pid, rate),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        time.sleep(1.0)  # py-spy says nothing when it is attached
        if self._process.poll() is not None:
            raise NoSampler(self._said.read_text())

    def _command(self, pid: int, rate: int) -> list[str]:
        """
        Whole functions, not lines; one line of text a stack.
        """
        command = [_path(), "record", "--pid", str(pid), "--duration", "3600"]
        command += ["--rate", str(rate), "--function", "--format", "raw"]
        return [*command, "--output", str(self._output)]

    def finish(self) -> None:
        """
        End it and print the profile.

        @raise NoSampler: it wrote nothing.
        """
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        if not self._output.exists():
            raise NoSampler(self._said.read_text())
        _printStacks(self._output.read_text())


def _printStacks(text: str) -> None:
    """
    Print the functions of C{"a (f.py);b (g.py) 12"} lines, by own time and by
    time with what they call.
    """
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    waiting = 0
    for line in text.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if any(wait in frames[-1] for wait in _WAITS):
            # It takes some waits for work, in epoll and of idle threads.
            waiting += int(count)
            continue
        own[frames[-1]] += int(count)
        for frame in set(frames):
            whole[frame] += int(count)
    total = max(sum(own.values()), 1)
    print(f"\n{total} samples of a busy thread, and {waiting} of waits left out")
    for title, counter in (("own time", own), ("with callees", whole)):
        print(f"\n{title}")
        for frame, seen in counter.most_common(_TOP):
            print(f"{seen / total:>8.1%}  {frame}")


def printStatistics(path: Path) -> None:
    """
    Print the statistics of cProfile.
    """
    for key in ("tottime", "cumtime"):
        pstats.Stats(str(path)).sort_stats(key).print_stats(_TOP)
