"""
CPU time per delivered chat message: pairs of clients, full JIDs, plaintext on loopback;
compared with Prosody. Or the memory of many idle sessions.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.accounting import cpuSeconds, residentBytes
from benchmarks.command import parser, profiled, run, workplace
from benchmarks.daemon import PASSWORD, Daemon, NotStarted, numberOf, prepared
from benchmarks.registrations import SETTLE
from benchmarks.rounds import Make, Sample, Spent, compare, conclude
from benchmarks.sipp import NoLoad, Outcome
from tests.xmpp import servers

_CLIENT = "benchmarks.chatter"
_TOGETHER = 8  # log-ins at a time
_EACH = 200  # streams from one address, which is below what is allowed
_SETTINGS = {
    # All clients are on loopback, which would be one household of ten thousand.
    "GIGASETD_XMPP__SHARED_ROSTER": "off",
    "GIGASETD_XMPP__KEEPALIVE": "3600",
    # Prosody reads as fast as it can, too.
    "GIGASETD_XMPP__MAX_RATE": "1073741824",
}


class Ours(Daemon):
    """
    gigasetd with accounts.
    """

    @property
    def chatPort(self) -> int:
        """
        The port for clients.
        """
        return self.ports["xmpp", "tcp"]

    def login(self, index: int) -> tuple[str, str]:
        """
        One account: name and password.
        """
        return numberOf(index), PASSWORD


class Theirs:
    """
    Prosody with the same accounts.
    """

    name = "Prosody"
    domain = servers.DOMAIN

    def __init__(self, count: int, work: Path):
        users = dict(self.login(index) for index in range(count))
        try:
            self._server = servers.Prosody(users)
        except servers.NotServed as reason:
            raise NotStarted(str(reason)) from None
        self.chatPort = self._server.c2s

    def login(self, index: int) -> tuple[str, str]:
        """
        As L{Ours.login}.
        """
        return f"user{index}", PASSWORD

    @property
    def pid(self) -> int:
        """
        Its one process.
        """
        return self._server.pid

    def start(self) -> None:
        """
        Return when it answers.
        """
        try:
            self._server.start()
        except servers.NotServed as reason:
            raise NotStarted(str(reason)) from None

    def stop(self) -> None:
        """
        End it and remove its files.
        """
        self._server.remove()

    def cpu(self) -> float:
        """
        CPU seconds so far.
        """
        return cpuSeconds(self.pid)

    def aside(self) -> float:
        """
        Nothing is left out.
        """
        return 0.0


class Load:
    """
    The process of the clients, all logged in; a context manager that ends it.
    """

    def __init__(self, server: Any, count: int):
        given = {
            "port": server.chatPort,
            "domain": server.domain,
            "users": [server.login(index) for index in range(count)],
            "addresses": 1 + (count - 1) // _EACH,
            "together": _TOGETHER,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", _CLIENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ask(**given)

    def ask(self, **told: Any) -> dict[str, Any]:
        """
        Send a command and wait until it is done.

        @raise NoLoad: it broke.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self.end()
            raise NoLoad("the chat clients broke")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """
        End the process.
        """
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Load:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()


def measure(server: Any, work: Path, *, pairs: int, count: int, window: int) -> Sample:
    """
    Send C{count} messages in all, after some to warm both servers up.
    """
    with Load(server, 2 * pairs) as load:
        load.ask(count=max(count // pairs // 20, 1), window=window)
        time.sleep(SETTLE)
        spent = Spent(server)
        told = load.ask(count=count // pairs, window=window)
        time.sleep(SETTLE)
        return spent.sample(Outcome(told["done"], told["failed"], 0, told["seconds"]))


def idle(server: Any, count: int, limit: int) -> bool:
    """
    Open idle sessions and measure memory and CPU time.

    @param limit: of MiB that are good.
    """
    before = residentBytes(server.pid) / 2**20
    begun = time.monotonic()
    with Load(server, count):
        seconds = time.monotonic() - begun
        time.sleep(SETTLE)
        after = residentBytes(server.pid) / 2**20
        spent = server.cpu()
        time.sleep(5)
        waking = (server.cpu() - spent) / 5
    print(
        f"{server.name}: {count} streams logged in within {seconds:.0f} s; "
        f"{before:.0f} MiB without them, {after:.0f} MiB with them, "
        f"{(after - before) * 1024 / count:.1f} KiB each; idle they take "
        f"{waking:.1%} of a core; at most {limit} MiB: "
        f"{'kept' if after <= limit else 'MISSED'}"
    )
    return after <= limit


def _made(store: str, traced: bool, source: Daemon, work: Path) -> Ours:
    """
    Make a daemon that starts from another's state.
    """
    made = Ours(work / "daemon", store, traced=traced)
    made.adopt(source)
    return made


def _idle(options: argparse.Namespace, work: Path) -> bool:
    source = prepared(work / "source", options.store, options.idle)
    daemon = _made(options.store, False, source, work / "idle")
    daemon.start()
    try:
        return idle(daemon, options.idle, options.memory)
    finally:
        daemon.stop()


def _chat(options: argparse.Namespace, work: Path) -> bool:
    pairs = options.pairs
    load = partial(measure, pairs=pairs, count=options.count, window=options.window)
    makes: list[Make] = []
    if options.only != "prosody":
        source = prepared(work / "source", options.store, 2 * pairs)
        if options.profile:
            traced = options.profile == "cprofile"
            daemon = _made(options.store, traced, source, work / "profiling")
            return profiled(options.profile, daemon, load, work)
        makes.append(partial(_made, options.store, False, source))
    if options.only != "gigasetd":
        makes.append(partial(Theirs, 2 * pairs))
    return conclude(compare(makes, load, options.rounds, work), options.limit)


def main() -> bool:
    """
    Run the command.
    """
    made = parser(__doc__)
    made.add_argument("--pairs", type=int, default=5)
    made.add_argument("--count", type=int, default=40000, help="messages a round")
    made.add_argument("--window", type=int, default=20, help="on their way, a pair")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--limit", type=float, default=1.5, help="good ratio")
    made.add_argument("--only", choices=["gigasetd", "prosody"])
    made.add_argument("--idle", type=int, nargs="?", const=10000, help="streams")
    made.add_argument("--memory", type=int, default=400, help="good MiB, of --idle")
    options = made.parse_args()
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    with workplace(options.keep) as work:
        return _idle(options, work) if options.idle else _chat(options, work)


if __name__ == "__main__":
    run(main)
