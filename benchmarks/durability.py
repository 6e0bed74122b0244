"""
No confirmed change is lost: C{kill -9} at random moments under registrations and
changes by the control socket, with one state directory throughout; after each start
everything is compared with what clients were told.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from pathlib import Path
from typing import Any

from benchmarks.changes import Client, quietly
from benchmarks.command import run, workplace
from benchmarks.daemon import Daemon
from benchmarks.lasting import Crowd, bindings, database, noted, settled
from benchmarks.ledger import Ledger
from gigasetd.cli.client import ask

FAULTS = ("Traceback", "Unhandled", "#critical]")
"""What the log of a healthy daemon does not hold."""

BODY = re.compile("<body>([^<]*)</body>")

TORN = re.compile(r"skipped (\d+) lines that are cut off")
"""
The kernel ends a write between two pages for SIGKILL, so the last line may be
half there; its answer has not left.  More than that one would be a fault.
"""


class Trial:
    """
    One daemon, its clients, and what went wrong so far.

    @ivar lost: answers that a restart did not hold, in words.
    @ivar wrong: whatever else was not as it must be.
    """

    def __init__(self, daemon: Daemon, options: argparse.Namespace) -> None:
        self.daemon = daemon
        self.lost: list[str] = []
        self.wrong: list[str] = []
        self.kills = self.compared = self.unanswered = self.torn = 0
        self._said = self._wronged = 0
        self.slowest = 0.0
        self._random = random.Random(options.seed)
        self._ledger = Ledger()
        self._socket = daemon.state / "control.sock"
        self._clients = [
            Client(which, self._socket, self._ledger, options.seed)
            for which in range(1, options.clients + 1)
        ]
        self._crowd = Crowd(daemon.sipPort, options.count, options.rate)

    @property
    def answers(self) -> int:
        """
        Count responses that were compared after a restart.
        """
        return self._ledger.answers.total()

    def begin(self) -> None:
        """
        Take the present state as confirmed.
        """
        self._ledger.settle(self._found(whole=True))

    def life(self) -> None:
        """
        Load, kill, start, compare.
        """
        self._crowd.go()
        for client in self._clients:
            client.go()
        time.sleep(self._random.uniform(0.3, 2.5))
        self.daemon.kill()
        self.kills += 1
        heard = self._crowd.halt(0.05)
        for client in self._clients:
            client.halt()
        self._hear(heard)
        self._start()
        self.compare()
        self._complain()

    def _complain(self) -> None:
        """
        Print new problems.
        """
        for words, said in ((self.lost, self._said), (self.wrong, self._wronged)):
            for line in words[said : said + 10]:
                print(f"  {line[:400]}", flush=True)
        self._said, self._wronged = len(self.lost), len(self.wrong)

    def _hear(self, heard: dict[str, Any]) -> None:
        noted(self._ledger, heard["events"])
        self.unanswered += heard["open"]
        self.wrong += [f"{n} answers {code}" for code, n in heard["odd"].items()]
        for client in self._clients:
            self.wrong += client.wrong
            client.wrong = []
        self._read(self.daemon.log.read_text(errors="replace"))

    def _read(self, log: str) -> None:
        """
        Read the log of the life that has just ended.
        """
        for line in log.splitlines():
            torn = TORN.search(line)
            self.torn += torn is not None
            many = torn is not None and int(torn[1]) > 1
            if many or any(fault in line for fault in FAULTS):
                self.wrong.append(line)

    def _start(self) -> None:
        begun = time.monotonic()
        self.daemon.start()
        self.slowest = max(self.slowest, time.monotonic() - begun)

    def compare(self, whole: bool = False) -> None:
        """
        Compare the state with the confirmed changes.

        @param whole: with the passwords of unchanged devices.
        """
        found = self._found(whole)
        for words in self._ledger.lost(found):
            self.lost.append(f"kill {self.kills}: {words}")
        self.compared += len(found)
        self._ledger.settle(found)
        for client in self._clients:
            client.settle(found)

    def _found(self, whole: bool) -> dict[Any, object]:
        listed: Any = self.daemon.ctl("registrations")
        found = bindings([(each["number"], each["contact"]) for each in listed])
        touched = self._ledger.touched()
        devices: Any = self.daemon.ctl("device", "list")
        for each in devices:
            key = ("device", each["mac"])
            word: Any = (self._ledger.told(key) or [""])[0]  # type: ignore[index]
            if whole or key in touched:
                word = self._word(each["mac"])
            found[key] = (word, tuple(each["services"]))
        for kind in ("token", "notice"):
            named: Any = self.daemon.ctl(kind, "list")
            found |= {(kind, each["name"]): True for each in named}
        return found | {("held", n): self._held(n) for n in self._mailboxes()}

    def _mailboxes(self) -> list[str]:
        return [client.number for client in self._clients]

    def _held(self, number: str) -> object:
        """
        The number of waiting messages of an account, and the text of the last.
        """
        told = ask(self._socket, "device export", {"id": number}, quietly)
        kept = sorted(told["messages"], key=lambda each: each["id"])
        last = BODY.findall(kept[-1]["stanza"])[0] if kept else ""
        return len(kept), last

    def _word(self, mac: str) -> object:
        account = ask(self._socket, "device export", {"id": mac}, quietly)["account"]
        return account and account["password"]

    def end(self) -> None:
        """
        Stop the clients.
        """
        self._crowd.end()

    def tell(self) -> None:
        """
        Print the progress.
        """
        print(
            f"{time.strftime('%H:%M:%S')}  {self.kills:>5} kills {self.answers:>9} "
            f"answers {len(self.lost):>5} lost {len(self.wrong):>5} wrong "
            f"  slowest start {self.slowest:.2f} s",
            flush=True,
        )

    def conclude(self) -> bool:
        """
        Print the table.
        """
        rows = {
            "kills": self.kills,
            "answers checked": self.answers,
            **{f"  {n}, {how}": c for (n, how), c in self._ledger.answers.items()},
            "things compared after a start": self.compared,
            "requests on their way when it was killed": self.unanswered,
            "last lines of the spool that a kill cut off": self.torn,
            "answers lost": len(self.lost),
            "other faults": len(self.wrong),
        }
        for name, value in rows.items():
            print(f"{name:<44}{value:>9}")
        print(f"{'slowest start':<44}{self.slowest:>9.2f} s")
        return not self.lost and not self.wrong


def _run(options: argparse.Namespace, work: Path, url: str) -> bool:
    daemon = Daemon(work / "daemon", url)
    daemon.start()
    try:
        settled(daemon)
        daemon.provide(options.count)
        trial = Trial(daemon, options)
        trial.begin()
        for kill in range(1, options.kills + 1):
            trial.life()
            if kill % options.every == 0:
                trial.tell()
        trial.compare(whole=True)
        trial.end()
    finally:
        daemon.stop()
    return trial.conclude()


def main() -> bool:
    """
    Run the command.
    """
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument(
        "--store", default="sqlite", help="sqlite, postgres (of our own), or a URL"
    )
    made.add_argument("--kills", type=int, default=200)
    made.add_argument("--rate", type=int, default=1000, help="registrations a second")
    made.add_argument("--count", type=int, default=500, help="telephones")
    made.add_argument("--clients", type=int, default=2, help="of the control socket")
    made.add_argument("--every", type=int, default=20, help="kills between two lines")
    made.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    made.add_argument("--keep", action="store_true", help="keep the files")
    options = made.parse_args()
    print(f"seed {options.seed}")
    with workplace(options.keep) as work, database(options.store) as (url, _):
        return _run(options, work, url)


if __name__ == "__main__":
    run(main)
