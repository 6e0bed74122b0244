"""
100,000 messages over real sockets to clients that are reset, resumed, killed
for longer than a session lasts, and offline at random.  Each must be shown
once.
"""

from __future__ import annotations

import argparse
import os
import selectors
import time
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.chat import Ours
from benchmarks.command import run, workplace
from benchmarks.daemon import DOMAIN
from benchmarks.receiver import Faulty, Receiver
from benchmarks.sipp import NoLoad

HIBERNATION = 5
"""Seconds that a session outlives its connection here."""

WINDOW = 300
"""Messages that may be on their way to one client, which is below what the
daemon holds for it."""

BURST = 20
QUIET = 3.0
"""Seconds without anything new after which nothing more is to come."""


class Storm:
    """
    One sender, many receivers.

    @ivar written: how many messages each has been sent.
    """

    def __init__(self, daemon: Ours, receivers: int, rate: int, seed: int) -> None:
        self.random = Random(seed)
        self._rate = rate
        place = "127.0.0.1", daemon.chatPort
        self.writer = Receiver(place, DOMAIN, daemon.login(0), False)
        self.receivers = [
            Receiver(place, DOMAIN, daemon.login(index), index % 3 != 0)
            for index in range(1, receivers + 1)
        ]
        self.written = dict.fromkeys(self.receivers, 0)
        self.events = 0
        self._poll = selectors.DefaultSelector()
        self._next = self._begun = 0.0

    def rage(self, count: int) -> None:
        """
        Run until C{count} messages were sent and shown.
        """
        for one in (self.writer, *self.receivers):
            self._enter(one)
        while not all(one.here for one in (self.writer, *self.receivers)):
            self._read(1.0)
        self._begun = time.monotonic()
        left, last, shown = count, time.monotonic(), 0
        while left or time.monotonic() - last < QUIET:
            now = time.monotonic()
            due = int((now - self._begun) * self._rate) - count + left
            left -= self._write(min(left, due))
            self._befall(now, left)
            self._read(0.001 if left else 0.05)
            total = sum(one.seen.total() for one in self.receivers)
            if total != shown or any(one.socket is None for one in self.receivers):
                shown, last = total, now

    def _enter(self, client: Receiver) -> None:
        client.come()
        self._poll.register(client.socket, selectors.EVENT_READ, client)

    def _write(self, left: int) -> int:
        """
        Send messages to a receiver that has not too many in flight.
        """
        receiver = self.random.choice(self.receivers)
        number = self.written[receiver]
        most = min(BURST, left, WINDOW - number + receiver.seen.total())
        if most <= 0:
            return 0
        to = f"{receiver.login[0]}@{DOMAIN}"
        self.writer.say(
            "".join(
                f"<message to='{to}' type='chat' id='m{number + one}'>"
                "<body>Hello</body></message>"
                for one in range(most)
            )
        )
        self.written[receiver] += most
        return most

    def _befall(self, now: float, left: int) -> None:
        """
        Disconnect receivers that have messages in flight, and connect others.
        """
        for one in self.receivers:
            if one.socket is None and one.back <= now:
                self._enter(one)
        if left and now >= self._next:
            self._next = now + self.random.random() * 0.05
            one = self.random.choice(self.receivers)
            if one.here and not one.leaving:
                self.events += 1
                connection = one.socket
                self._poll.unregister(connection)
                one.happen(self.random, now, HIBERNATION)
                if one.socket is not None:
                    self._poll.register(connection, selectors.EVENT_READ, one)

    def _read(self, patience: float) -> None:
        for key, _ in self._poll.select(patience):
            client: Any = key.data
            client.read()
            if client.socket is None:
                self._poll.unregister(key.fileobj)

    def judge(self) -> bool:
        """
        Print the result.
        """
        lost = doubled = 0
        for one, number in self.written.items():
            ids = {f"m{index}" for index in range(number)}
            lost += len(ids - set(one.seen))
            doubled += sum(count - 1 for count in one.seen.values())
        returned = self.writer.errors.total()
        print(
            f"{sum(self.written.values())} messages to {len(self.receivers)} clients, "
            f"{self.events} times one was reset, killed or left: lost = {lost}, "
            f"doubled = {doubled}, returned = {returned}"
        )
        return not (lost or doubled or returned)


def _run(options: argparse.Namespace, work: Path) -> bool:
    daemon = Ours(work / "daemon", options.store)
    daemon.start()
    try:
        daemon.provide(options.clients + 1)
        storm = Storm(daemon, options.clients, options.rate, options.seed)
        begun, spent = time.monotonic(), daemon.cpu()
        storm.rage(options.count)
        seconds = time.monotonic() - begun
        print(f"{seconds:.0f} s, {daemon.cpu() - spent:.1f} s CPU of the daemon")
        return storm.judge()
    except (Faulty, OSError) as error:
        raise NoLoad(f"a client could not go on: {error}") from None
    finally:
        daemon.stop()


def main() -> bool:
    """
    Run the command.
    """
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--store", default="sqlite", help="sqlite, or a store.url")
    made.add_argument("--count", type=int, default=100_000, help="messages")
    made.add_argument("--rate", type=int, default=2500, help="messages a second")
    made.add_argument("--clients", type=int, default=20)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--keep", action="store_true", help="keep the files")
    options = made.parse_args()
    os.environ["GIGASETD_XMPP__HIBERNATION"] = str(HIBERNATION)
    os.environ["GIGASETD_XMPP__SHARED_ROSTER"] = "off"
    with workplace(options.keep) as work:
        return _run(options, work)


if __name__ == "__main__":
    run(main)
