"""
The daemon under test: started by C{twistd} from this checkout, with its own state
directory, on loopback and free ports.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.accounting import cpuSeconds

CHECKOUT = Path(__file__).resolve().parent.parent
DOMAIN = "gigaset.net"
PASSWORD = "benchmark-9f3c"

_CONFIG = """\
[server]
domain = "{domain}"
[store]
url = "{store}"
[sip]
listen = ["udp:0:interface=127.0.0.1"]
[stun]
listen = []
[http]
listen = ["tcp:0:interface=127.0.0.1"]
requests_per_second = 100000
[xmpp]
listen = ["tcp:0:interface=127.0.0.1"]
[discovery]
enabled = false
[guard]
exempt = []
requests_per_second = 100000
burst = 1000000
"""
_LISTENING = re.compile(r"listening service=(\w+) transport=(\w+) .*?port=(\d+)")
_READY = re.compile(r"(?:^|\s)ready$", re.MULTILINE)
_TWISTD = "from twisted.scripts.twistd import run; run()"
_CTL = """
import sys
try:
    from gigasetd.cli.main import main
except ImportError:  # version 0.1
    from gigasetd.ctl import main
sys.exit(main())
"""


class NotStarted(Exception):
    """
    A server ended or printed nothing before it was ready.
    """


def _environment() -> dict[str, str]:
    """
    The environment, with bytecode allowed: an installed daemon does not compile its
    modules at each start, which takes longer than the rest of the start.
    """
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def storeURL(name: str) -> str:
    """
    What C{--store} means: C{sqlite}, or any C{store.url}.
    """
    return "sqlite:gigasetd.db" if name == "sqlite" else name


def numberOf(index: int) -> str:
    """
    The number of the device with that index.
    """
    return f"2{index:07d}"


def writeImport(path: Path, count: int) -> None:
    """
    Write a CSV file of C{count} devices as C{gigasetctl device import} reads
    it.
    """
    rows = ["mac,number,password,serial,item_number,product,nickname"]
    rows += [
        f"7C2F80{index:06X},{numberOf(index)},{PASSWORD},,,C430A GO,"
        for index in range(count)
    ]
    path.write_text("\n".join(rows) + "\n")


class Daemon:
    """
    One gigasetd.

    @ivar name: how the tables call it.
    @ivar ports: (service, transport) -> port.
    @ivar domain: its SIP domain.
    @ivar checkout: the directory that it runs from.
    """

    name = "gigasetd"
    domain = DOMAIN
    checkout = CHECKOUT

    def __init__(self, work: Path, store: str = "sqlite", *, traced: bool = False):
        """
        @param work: a directory that this daemon has for itself.
        @param store: as L{storeURL} takes it.
        @param traced: run it under cProfile; L{stop} then leaves the
            statistics in C{work / "cprofile"}.
        """
        self.work = work
        self.state = work / "state"
        self.log = work / "log"
        self.statistics = work / "cprofile"
        self._traced = traced
        self._process: subprocess.Popen[bytes] | None = None
        self.ports: dict[tuple[str, str], int] = {}
        work.mkdir(parents=True, exist_ok=True)
        self.config = work / "gigasetd.toml"
        self.config.write_text(_CONFIG.format(domain=DOMAIN, store=storeURL(store)))

    @property
    def pid(self) -> int:
        """
        The process that does the work.
        """
        assert self._process is not None
        return self._process.pid

    @property
    def sipPort(self) -> int:
        """
        The port for SIP over UDP.
        """
        return self.ports["sip", "udp"]

    def start(self, patience: float = 60.0) -> None:
        """
        Start it and wait for C{ready}.

        @param patience: seconds.
        @raise NotStarted: it did not.
        """
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command(),
                cwd=self.checkout,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        giveUp = time.monotonic() + patience
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > giveUp:
                self.kill()
                raise NotStarted(self.log.read_text(errors="replace")[-2000:])
            time.sleep(0.01)

    def _command(self) -> list[str]:
        """
        The command line, under cProfile if requested.
        """
        command = [sys.executable, "-c", _TWISTD, "-n", "--pidfile="]
        if self._traced:
            command += ["--profile", str(self.statistics), "--profiler", "cprofile"]
            command += ["--savestats"]
        command += ["gigasetd", "--config", str(self.config)]
        return [*command, "--state-dir", str(self.state)]

    def _ready(self) -> bool:
        """
        Read the log so far; store the ports once the daemon is ready.
        """
        text = self.log.read_text(errors="replace")
        if _READY.search(text) is None:
            return False
        self.ports = {}
        for match in _LISTENING.finditer(text):
            self.ports.setdefault((match[1], match[2]), int(match[3]))
        return True

    def cpu(self) -> float:
        """
        CPU seconds so far: the whole process, its threads included.
        """
        return cpuSeconds(self.pid)

    def aside(self) -> float:
        """
        CPU seconds of processes that are left out of L{cpu}: none.
        """
        return 0.0

    def ctl(self, *words: str) -> object:
        """
        Run C{gigasetctl --json WORDS}.

        @return: the JSON document.
        @raise subprocess.CalledProcessError: it was refused.
        """
        socket = self.state / "control.sock"
        done = subprocess.run(
            [sys.executable, "-c", _CTL, "--socket", str(socket), "--json", *words],
            cwd=self.checkout,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout)

    def provide(self, count: int) -> float:
        """
        Import C{count} devices.

        @return: seconds that the command took.
        """
        table = self.work / "devices.csv"
        writeImport(table, count)
        begun = time.monotonic()
        self.ctl("device", "import", str(table))
        return time.monotonic() - begun

    def adopt(self, other: Daemon) -> None:
        """
        Copy the state of a stopped daemon.
        """
        shutil.copytree(
            other.state, self.state, ignore=shutil.ignore_patterns("*.sock")
        )

    def stop(self, patience: float = 60.0) -> None:
        """
        Stop it by SIGTERM; by SIGKILL after a time limit.
        """
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """
        Stop it by SIGKILL.
        """
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def prepared(work: Path, store: str, count: int) -> Daemon:
    """
    Make a stopped daemon with C{count} devices, to copy its state.
    """
    first = Daemon(work, store)
    first.start()
    try:
        seconds = first.provide(count)
    finally:
        first.stop()
    print(f"imported {count} devices in {seconds:.2f} s", flush=True)
    return first


def environmentHint() -> str:
    """
    List environment variables that would change the measurement.
    """
    names = sorted(name for name in os.environ if name.startswith("GIGASETD_"))
    return f"overrides in the environment: {', '.join(names)}" if names else ""
