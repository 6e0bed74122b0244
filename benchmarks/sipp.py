"""
Load by sipp (Debian's sip-tester): runs of one scenario, and their statistics.
"""

from __future__ import annotations

import csv
import shutil
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.daemon import DOMAIN, PASSWORD, numberOf
from benchmarks.profiles import SCENARIOS


class Outcome(NamedTuple):
    """
    What one sipp run counted.
    """

    done: int  #: scenarios that ended as they should
    failed: int  #: scenarios that did not
    retransmitted: int  #: messages that sipp had to send again
    seconds: float  #: from its first to its last moment

    def joined(self, other: Outcome) -> Outcome:
        """
        This side's scenarios, both sides' faults.
        """
        return self._replace(
            failed=self.failed + other.failed,
            retransmitted=self.retransmitted + other.retransmitted,
        )


class NoLoad(Exception):
    """
    sipp is missing, or ended without a result.
    """


def requireSipp() -> None:
    """
    @raise NoLoad: sipp is not installed.
    """
    if shutil.which("sipp") is None:
        raise NoLoad("sipp is not installed: apt-get install sip-tester")


def writeNumbers(path: Path, count: int, first: int = 0) -> None:
    """
    Write sipp's injection file: number and password per line.
    """
    rows = [
        f"{numberOf(index)};[authentication username={numberOf(index)} "
        f"password={PASSWORD}]"
        for index in range(first, first + count)
    ]
    path.write_text("SEQUENTIAL\n" + "\n".join(rows) + "\n")


class Run:
    """
    One sipp process.
    """

    def __init__(
        self,
        work: Path,
        scenario: str,
        *,
        port: int,
        server: int,
        numbers: Path,
        count: int,
        rate: int = 100,
        keys: tuple[tuple[str, str], ...] = (),
    ):
        """
        Start it.

        @param work: where its files go.
        @param scenario: the name of a file in C{scenarios}.
        @param port: its own port.
        @param server: the port of the server under test.
        @param numbers: as L{writeNumbers} writes it.
        @param count: scenarios to run through; it ends then.
        @param rate: scenarios to start a second.
        @param keys: C{[name]} -> text in the scenario.
        """
        self._name = scenario
        self._statistics = work / f"{scenario}-{port}.csv"
        self._errors = work / f"{scenario}-{port}.errors"
        self._patience = count / rate + 60.0
        command = ["sipp", f"127.0.0.1:{server}"]
        command += ["-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", "127.0.0.1"]
        command += ["-p", str(port), "-bind_local", "-nostdin", "-m", str(count)]
        command += ["-r", str(rate), "-l", "10000", "-inf", str(numbers)]
        command += ["-trace_stat", "-stf", str(self._statistics), "-fd", "5"]
        command += ["-trace_err", "-error_file", str(self._errors)]
        command += ["-key", "domain", DOMAIN, "-timer_resol", "1"]
        command += ["-buff_size", "4194304", "-timeout", f"{self._patience:.0f}s"]
        for name, value in keys:
            command += ["-key", name, value]
        self._process = subprocess.Popen(
            command,
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> Outcome:
        """
        Wait until all scenarios are done.

        @raise NoLoad: it left no statistics.
        """
        try:
            self._process.wait(self._patience + 30.0)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()
        return self._read()

    def finish(self, patience: float = 5.0) -> Outcome:
        """
        Like L{wait}, for a side that may wait for calls that never come.

        @param patience: seconds until it is told to end.
        """
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGUSR1)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._read()

    def kill(self) -> None:
        """
        End it at once.
        """
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _read(self) -> Outcome:
        if not self._statistics.exists():
            raise NoLoad(f"sipp {self._name} left no statistics")
        with self._statistics.open(newline="") as source:
            rows = list(csv.DictReader(source, delimiter=";"))
        if not rows:
            raise NoLoad(f"sipp {self._name} ended at once")
        last = rows[-1]
        hours, minutes, seconds = last["ElapsedTime(C)"].split(":")[:3]
        return Outcome(
            int(last["SuccessfulCall(C)"]),
            int(last["FailedCall(C)"]),
            int(last["Retransmissions(C)"]),
            int(hours) * 3600 + int(minutes) * 60 + float(seconds),
        )

    def complaints(self, most: int = 600) -> str:
        """
        The beginning of sipp's error log.
        """
        if not self._errors.exists():
            return ""
        return self._errors.read_text(errors="replace")[:most]
