"""
Clients of the control socket that add devices, set passwords, turn services on and off,
add tokens and notices, and write to an offline account, each as soon as its last change
was confirmed.
"""

from __future__ import annotations

import random
import threading
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.daemon import numberOf
from benchmarks.ledger import Ledger
from gigasetd.cli.client import CommandRefused, DaemonUnreachable, ask
from gigasetd.registry.model import SERVICES

MOST = 150
"""Devices, and tokens, that one client keeps at most."""

NOTICES = 20
"""Notices that one client keeps at most; the daemon takes 50 in all."""

_TICKETS = count(1)


def quietly(done: int, total: int) -> None:
    """
    Ignore the progress.
    """


class Client:
    """
    One of them.

    @ivar number: whom it writes to.
    @ivar waiting: how many messages wait there, and the last one's text.
    @ivar wrong: refusals, of which there should be none.
    """

    def __init__(self, which: int, path: Path, ledger: Ledger, seed: int) -> None:
        self._which, self._path, self._ledger = which, path, ledger
        self._random = random.Random(seed * 100 + which)
        self._made = count(1)
        self.devices: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.tokens: set[str] = set()
        self.notices: set[str] = set()
        self.number = numberOf(which)
        self.waiting = (0, "")
        self.wrong: list[str] = []
        self._thread = threading.Thread()

    def go(self) -> None:
        """
        Work until the daemon no longer answers.
        """
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def halt(self) -> None:
        """
        Wait for the end of the work.
        """
        self._thread.join()

    def _work(self) -> None:
        works = [
            self._add,
            self._password,
            self._switch,
            self._token,
            self._notice,
            self._message,
        ]
        try:
            while True:
                self._random.choice(works)()
        except DaemonUnreachable:
            pass

    def _change(self, key: Any, value: object, verb: str, **words: str) -> None:
        """
        Request one change.

        @raise DaemonUnreachable: it may have happened or not.
        """
        ticket = next(_TICKETS)
        self._ledger.ask(key, ticket, value)
        try:
            ask(self._path, verb, words, quietly)
        except CommandRefused as refusal:
            self.wrong.append(f"{verb}: {refusal}")
            return
        self._ledger.tell(key, ticket)

    def _add(self) -> None:
        """
        Add a device, or remove one if there are many.
        """
        if len(self.devices) >= MOST:
            mac = self._random.choice(list(self.devices))
            del self.devices[mac]
            self._change(("device", mac), None, "device remove", id=mac)
            return
        number = self._which * 100_000 + next(self._made)
        mac, password = f"7C2F81{number:06X}", self._word()
        self.devices[mac] = (password, SERVICES)
        words = {"mac": mac, "number": f"3{number:07d}", "password": password}
        self._change(("device", mac), self.devices[mac], "device add", **words)

    def _word(self) -> str:
        return f"word-{self._random.getrandbits(64):x}"

    def _password(self) -> None:
        """
        Set a new password of a device.
        """
        if self.devices:
            mac = self._random.choice(list(self.devices))
            value = (self._word(), self.devices[mac][1])
            self.devices[mac] = value
            words = {"id": mac, "password": value[0]}
            self._change(("device", mac), value, "device password", **words)

    def _switch(self) -> None:
        if not self.devices:
            return
        mac = self._random.choice(list(self.devices))
        password, on = self.devices[mac]
        service = self._random.choice(SERVICES)
        verb = "service disable" if service in on else "service enable"
        now = tuple(s for s in SERVICES if (s in on) != (s == service))
        self.devices[mac] = (password, now)
        key, value = ("device", mac), (password, now)
        self._change(key, value, verb, id=mac, service=service)

    def _token(self) -> None:
        """
        Add a token, or remove one if there are many.
        """
        if len(self.tokens) >= MOST:
            name = self.tokens.pop()
            self._change(("token", name), None, "token remove", name=name)
            return
        name = f"token-{self._which}-{next(self._made)}"
        self.tokens.add(name)
        self._change(("token", name), True, "token add", name=name)

    def _notice(self) -> None:
        """
        Add a notice, or remove one if there are many.
        """
        if len(self.notices) >= NOTICES:
            name = self.notices.pop()
            self._change(("notice", name), None, "notice remove", name=name)
            return
        name = f"notice-{self._which}-{next(self._made)}"
        self.notices.add(name)
        words = {"name": name, "text": "Read me"}
        self._change(("notice", name), True, "notice add", **words)

    def _message(self) -> None:
        """
        Send a message to an offline account; the operator's have no limit.
        """
        text = self._word()
        self.waiting = (self.waiting[0] + 1, text)
        words = {"id": self.number, "text": text}
        self._change(("held", self.number), self.waiting, "message send", **words)

    def settle(self, found: dict[Any, Any]) -> None:
        """
        Continue from the state of the daemon.
        """
        self.devices = {
            mac: found["device", mac] for mac in self._mine(found, "device")
        }
        self.tokens = set(self._mine(found, "token"))
        self.notices = set(self._mine(found, "notice"))
        self.waiting = found["held", self.number]

    def _mine(self, found: dict[Any, Any], kind: str) -> list[str]:
        """
        List the names of this client's objects of one kind.
        """
        return [key[1] for key in found if key[0] == kind and self._owns(*key)]

    def _owns(self, kind: str, name: str) -> bool:
        """
        Say whether this client has made an object.
        """
        if kind in ("token", "notice"):
            return name.startswith(f"{kind}-{self._which}-")
        return name.startswith("7C2F81") and int(name[6:], 16) // 100_000 == self._which
