"""
What phones and owners notice while strangers attack the daemon: latency of a registered
phone's OPTIONS, REGISTER and calls at the 99th percentile, growth of the daemon's
memory, and failures of a page, a log-in, an XMPP stream and a SIP connection over TCP.

It runs in a network namespace of its own, on loopback: attackers have addresses in
127.0.1.0/24 and in one IPv6 /64, none is local and no network is exempt from the
guard. C{--tree} measures another checkout. C{--amplification} instead sends single
datagrams to each UDP listener at its default settings and counts what comes back.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which
from statistics import median
from threading import Event, Thread

from benchmarks import amplification
from benchmarks.accounting import residentBytes
from benchmarks.attackers import ATTACKS, SERVER6
from benchmarks.command import run, workplace
from benchmarks.daemon import CHECKOUT, Daemon, NotStarted

INSIDE = "GIGASETD_BENCHMARK_INSIDE"
PROVEN = ("options", "register", "call")
"""The probes whose latency is judged."""

OTHERS = ("rejoin", "page", "login", "chat", "sip-tcp")
WARM = 3.0
"""Seconds of probing before the attack, until every page has been made once."""

LIMIT = 100.0  #: milliseconds
MEMORY = 20.0  #: MiB
HASHES = {"login-codes": 128.0, "login-passwords": 128.0}
"""MiB more where passwords are checked: two at a time, 64 MiB each, by design."""

_CONFIG = f"""\
[server]
domain = "gigaset.net"
local_networks = ["127.99.0.0/16"]
[sip]
listen = ["udp:5060:interface=127.0.0.1", "tcp:5060:interface=127.0.0.1"]
max_transactions = {{transactions}}
[stun]
listen = ["udp:3478:interface=127.0.0.1"]
[http]
listen = ["tcp:8080:interface=127.0.0.1", "tcp:8080:interface=[{SERVER6}]"]
[xmpp]
listen = ["tcp:5222:interface=127.0.0.1"]
[discovery]
enabled = false
[guard]
exempt = []
"""
_MORE = {"sip-closing": 100000}
"""Entries of the transaction table, where it is not as small as in the issue."""


class Attacked(Daemon):
    """
    A daemon of any checkout whose settings leave strangers no privilege.
    """

    def __init__(self, work: Path, tree: Path, attack: str) -> None:
        super().__init__(work)
        self.checkout = tree
        most = _MORE.get(attack, 3000)
        self.config.write_text(_CONFIG.format(transactions=most))


def isolate() -> None:
    """
    Start this command again in a network namespace, unless it is in one.

    @raise NotStarted: the machine has none for us.
    """
    if os.environ.get(INSIDE):
        for words in (
            "link set lo up",
            f"-6 addr add {SERVER6}/128 dev lo",
            "-6 route add local fd00:bad::/48 dev lo",
        ):
            subprocess.run(["ip", *words.split()], check=True)
        return
    unshare = which("unshare")
    kind = ["--net"] if os.geteuid() == 0 else ["--map-root-user", "--net"]
    if unshare is None or subprocess.run([unshare, *kind, "true"]).returncode:
        raise NotStarted("network namespaces are not allowed here (unshare --net)")
    module = [sys.executable, "-m", "benchmarks.attacks", *sys.argv[1:]]
    os.environ[INSIDE] = "1"
    os.execv(unshare, [unshare, *kind, *module])


class Memory(Thread):
    """
    Watches a process's resident memory: the least of each second and a half, since a
    password check takes 64 MiB for a moment.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._latest: deque[int] = deque([residentBytes(pid)], maxlen=30)
        self._first = self._most = self._latest[0]
        self.ended = Event()

    def forget(self) -> None:
        """
        Count growth from now on.
        """
        self._first = self._most = min(self._latest)

    def run(self) -> None:
        """
        Read it twenty times a second.
        """
        while not self.ended.wait(0.05):
            with suppress(OSError):
                self._latest.append(residentBytes(self._pid))
            self._most = max(self._most, min(self._latest))

    @property
    def grown(self) -> float:
        """
        MiB.
        """
        return (self._most - self._first) / 2**20


def _python(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


@contextmanager
def _running(words: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        words,
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _say(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{text}\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str], what: str) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise NotStarted(f"the probes have ended: {what}")
    return line


def late(spans: list[float]) -> float:
    """
    The 99th percentile.
    """
    return sorted(spans)[len(spans) * 99 // 100] if spans else 0.0


Figures = dict[str, float]


def prefer(pid: int, flags: int = 0) -> None:
    """
    Run a process before all others of this machine, as if it were idle.

    @raise PermissionError: this needs root.
    """
    os.sched_setscheduler(pid, os.SCHED_FIFO | flags, os.sched_param(10))


def measure(
    names: list[str], tree: Path, seconds: float, work: Path, alone: bool
) -> Iterator[tuple[str, Figures]]:
    """
    Run some attacks against one daemon, one after the other.

    @param alone: as L{prefer}; the daemon's threads have no privilege.
    @return: attack, and probe -> milliseconds at the 99th percentile; C{median
        PROBE}; C{failed PROBE} -> share without an answer; C{grown} MiB; C{cpu} share
        of a core.
    """
    daemon = Attacked(work, tree, names[0])
    daemon.start()
    try:
        daemon.provide(8)
        if alone:
            prefer(daemon.pid, os.SCHED_RESET_ON_FORK)
        with _running(_python("benchmarks.victims")) as victims:
            if alone:
                prefer(victims.pid)
            _, *ports = _hear(victims, "before the attack").split()
            memory = Memory(daemon.pid)
            memory.start()
            time.sleep(min(WARM, seconds))
            for name in names:
                attacker = _python("benchmarks.attackers", name, *ports)
                yield name, _measured(daemon, victims, memory, attacker, seconds)
            memory.ended.set()
    finally:
        daemon.kill()


def _measured(
    daemon: Attacked,
    victims: subprocess.Popen[str],
    memory: Memory,
    words: list[str],
    seconds: float,
) -> Figures:
    memory.forget()
    cpu = daemon.cpu()
    with _running(words) as attacker:
        _say(victims, "go")
        time.sleep(seconds)
        if attacker.poll() is not None:
            raise NotStarted(f"the attacker has ended: {words}")
        used = (daemon.cpu() - cpu) / seconds
        _say(victims, "halt")
        spans = json.loads(_hear(victims, "during the attack"))
    figures = {probe: late(each) for probe, each in spans.items()}
    for probe, each in spans.items():
        lost = sum(span >= 2000 for span in each)
        figures[f"failed {probe}"] = lost / max(len(each), 1)
        figures[f"median {probe}"] = median(each) if each else 0.0
    return {**figures, "grown": memory.grown, "cpu": used}


def holds(name: str, figures: Figures) -> bool:
    """
    Whether registered phones noticed nothing and memory stayed bounded.
    """
    late = any(figures[probe] > LIMIT for probe in PROVEN)
    return not late and figures["grown"] < MEMORY + HASHES.get(name, 0.0)


HEAD = (
    f"{'attack':<22}{'OPTIONS':>9}{'REGISTER':>9}{'call':>9}{'MiB':>7}{'CPU %':>7}"
    f"{'':>3}{'answered: SIP':>14}"
    + "".join(f"{each:>6}" for each in ("again", "page", "login", "XMPP", "TCP"))
)


def row(name: str, figures: Figures) -> str:
    """
    Format a line of the table.
    """
    lost = max(figures[f"failed {probe}"] for probe in PROVEN)
    shares = [lost, *(figures[f"failed {probe}"] for probe in OTHERS)]
    answered = [f"{(1 - share) * 100:.0f} %" for share in shares]
    return (
        f"{name:<22}"
        + "".join(f"{figures[probe]:>9.1f}" for probe in PROVEN)
        + f"{figures['grown']:>7.1f}{figures['cpu'] * 100:>7.0f}{'':>3}"
        + f"{answered[0]:>14}"
        + "".join(f"{each:>6}" for each in answered[1:])
        + ("" if holds(name, figures) else "  MISSED")
    )


def _table(options: argparse.Namespace) -> bool:
    isolate()
    names = options.only or list(ATTACKS)
    groups = [names] if options.together else [[name] for name in names]
    good = True
    with workplace(options.keep) as work:
        if not options.json:
            print(f"{options.tree}, {options.seconds:.0f} s each; ms at 99 %\n{HEAD}")
        for group in groups:
            place = work / group[0]
            for name, figures in measure(
                group, options.tree, options.seconds, place, options.alone
            ):
                document = json.dumps({"attack": name, **figures})
                print(document if options.json else row(name, figures), flush=True)
                good = good and holds(name, figures)
    return good


def main() -> bool:
    """
    Run the command.
    """
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--only", nargs="+", choices=list(ATTACKS), help="these attacks")
    made.add_argument("--seconds", type=float, default=20.0, help="of each attack")
    made.add_argument("--tree", type=Path, default=CHECKOUT, help="checkout to attack")
    made.add_argument("--together", action="store_true", help="against one daemon")
    made.add_argument("--alone", action="store_true", help="before all others (root)")
    made.add_argument("--json", action="store_true", help="a JSON document a line")
    made.add_argument("--keep", action="store_true", help="keep the files")
    made.add_argument("--amplification", action="store_true", help="see above")
    options = made.parse_args()
    options.tree = options.tree.resolve()
    if options.amplification:
        with workplace(options.keep) as work:
            return amplification.table(options.tree, work)
    return _table(options)


if __name__ == "__main__":
    run(main)
