"""
Servers to compare with in the same run.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

from benchmarks.accounting import childrenOf, cpuSeconds
from benchmarks.daemon import DOMAIN, NotStarted
from benchmarks.profiles import Profile

_PROBE = (
    "OPTIONS sip:probe@{domain} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKprobe\r\n"
    "Max-Forwards: 0\r\nFrom: <sip:probe@{domain}>;tag=1\r\n"
    "To: <sip:probe@{domain}>\r\nCall-ID: probe\r\nCSeq: 1 OPTIONS\r\n"
    "Content-Length: 0\r\n\r\n"
)


def freePort() -> int:
    """
    Find an unused UDP port on loopback.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kamailioPath() -> str | None:
    """
    Find Debian's kamailio, else C{None}.
    """
    return shutil.which("kamailio", path="/usr/sbin:/usr/local/sbin:/usr/bin")


class Kamailio:
    """
    Kamailio without forking: its main process takes every datagram.  Its
    timer processes are told apart, as it could not work without them, but
    they wake by the clock and not by the load.  Where they write what the
    load has left to a disk, they count.

    @ivar name: how the tables call it, its profile's name within.
    """

    domain = DOMAIN

    def __init__(self, profile: Profile, work: Path):
        """
        @param work: a directory that it has for itself.
        @raise NotStarted: something that the profile needs is missing.
        """
        work.mkdir(parents=True, exist_ok=True)
        self.name = f"Kamailio ({profile.name})"
        self.work = work
        self.log = work / "log"
        self.sipPort = freePort()
        self.config = profile.write(work, self.sipPort)
        self._profile = profile
        self._process: subprocess.Popen[bytes] | None = None
        self._timers: list[int] = []

    @property
    def pid(self) -> int:
        """
        The main process, which receives and answers.
        """
        assert self._process is not None
        return self._process.pid

    def start(self, patience: float = 20.0) -> None:
        """
        Start it and wait until it answers.

        @raise NotStarted: it did not.
        """
        path = kamailioPath()
        assert path is not None
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command(path),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        giveUp = time.monotonic() + patience
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > giveUp:
                self.stop()
                raise NotStarted(self.log.read_text(errors="replace")[-2000:])
        self._timers = childrenOf(self.pid)

    def _command(self, path: str) -> list[str]:
        """
        The command line: in the foreground, without forking, with 256 MiB of shared
        memory.
        """
        command = [path, "-D", "-E", "-m", "256", "-f", str(self.config)]
        command += ["-w", str(self.work), "-Y", str(self.work)]
        return command + self._profile.defines

    def _answers(self) -> bool:
        """
        Send a request with Max-Forwards 0, and wait for any response.
        """
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            probe.connect(("127.0.0.1", self.sipPort))
            probe.settimeout(0.2)
            text = _PROBE.format(domain=DOMAIN, port=probe.getsockname()[1])
            try:
                probe.send(text.encode())
                return bool(probe.recv(2048))
            except TimeoutError:
                return False
            except ConnectionRefusedError:
                time.sleep(0.05)
                return False

    def cpu(self) -> float:
        """
        CPU seconds so far of the processes that count.
        """
        writing = self._profile.stored
        return cpuSeconds(self.pid) + (self._waking() if writing else 0.0)

    def aside(self) -> float:
        """
        CPU seconds so far of the others.
        """
        return 0.0 if self._profile.stored else self._waking()

    def _waking(self) -> float:
        """
        CPU seconds of its timer processes so far.
        """
        return sum(cpuSeconds(pid) for pid in self._timers)

    def stop(self) -> None:
        """
        End it and its children.
        """
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            for pid in self._timers:
                subprocess.run(["kill", "-9", str(pid)], check=False)
            self._process.kill()
            self._process.wait()
        self._process = None
