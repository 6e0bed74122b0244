# -*- test-case-name: tests.scenarios -*-
"""
Seconds of mixed load against a real daemon, valid and malformed:
C{python -m tests.soak --seconds 15}.

Memory and descriptors must stay where they were when it was warm, its log
must hold no fault, and it must still end with status 0.

Layer 4 (assembly).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from twisted.internet import task
from twisted.internet.defer import Deferred, gatherResults
from twisted.web.client import Agent, HTTPConnectionPool

from benchmarks.accounting import residentBytes
from tests.fuzz import INVITE, mutated
from tests.scenarios.case import FAULTS
from tests.scenarios.daemon import Daemon
from tests.scenarios.page import bodyOf
from tests.scenarios.wire import Datagrams, authorization, dial, request
from tests.xmpp.chatclient import chat

PASSWORD = "s3cret-s3cret"

NUMBERS = [str(40000 + index) for index in range(20)]

MORE_MEMORY = 24.0
"""
MiB that the process may grow by after its first third of the time: the
allocator breathes, a leak of one message in a hundred is more than this.
"""

MORE_DESCRIPTORS = 4

URI = "sip:gigaset.net"


class Soak:
    """
    The load and its counts.

    @ivar done: exchanges that ended as they should, by kind.
    @ivar faults: sentences about what did not.
    """

    def __init__(self, reactor: Any, daemon: Daemon, seconds: float) -> None:
        self.reactor = reactor
        self.daemon = daemon
        self.end = reactor.seconds() + seconds
        self.chance = random.Random(1)
        self.uses = 0
        self.done: dict[str, int] = {}
        self.faults: list[str] = []
        pool = HTTPConnectionPool(reactor, persistent=False)
        self.web = Agent(reactor, pool=pool)

    async def prepare(self) -> None:
        """
        Add the accounts.
        """
        table = ["mac,number,password,serial,item_number,product,nickname"]
        for index, number in enumerate(NUMBERS):
            table.append(f"7C2F8000{index:04X},{number},{PASSWORD},,,,")
        file = self.daemon.directory / "devices.csv"
        file.write_text("\n".join(table) + "\n")
        await self.daemon.ctl("device", "import", str(file))

    async def load(self, until: float) -> None:
        """
        Run all kinds of load at the same time.
        """
        kinds: list[Callable[[int], Coroutine[Any, Any, None]]] = [
            self.register,
            self.register,
            self.callNobody,
            self.disturb,
            self.stream,
            self.page,
            self.chat,
        ]
        lanes = [self._lane(kind, lane, until) for lane, kind in enumerate(kinds)]
        await gatherResults(
            [Deferred.fromCoroutine(lane) for lane in lanes], consumeErrors=True
        )

    async def _lane(
        self, kind: Callable[[int], Coroutine[Any, Any, None]], lane: int, until: float
    ) -> None:
        turn = 0
        while self.reactor.seconds() < until:
            await kind(lane * 1000 + turn)
            turn += 1
        name = kind.__name__
        self.done[name] = self.done.get(name, 0) + turn

    def _expect(self, kind: str, found: int, *wanted: int) -> None:
        if found not in wanted:
            self.faults.append(f"{kind}: {found} instead of {wanted}")

    def _socket(self) -> Datagrams:
        return Datagrams(self.reactor, self.daemon.port("sip", "udp"))

    async def _register(self, wire: Datagrams, number: str) -> int:
        call, lines = f"soak-{number}-{wire.place}", [f"Contact: <sip:{wire.place}>"]
        for turn in (1, 2):
            wire.send(
                request(
                    "REGISTER", number, *lines, place=wire.place, call=call, cseq=turn
                )
            )
            # A port that was used before may still get answers of that time.
            *_, answer = await wire.until(call)
            if answer.code != 401:
                break
            challenge = answer.headers["www-authenticate"]
            # One place may get one nonce several times over: its count grows.
            self.uses += 1
            proof = authorization(challenge, number, PASSWORD, URI, self.uses)
            lines[1:] = [proof]
        return answer.code

    async def register(self, turn: int) -> None:
        """
        Register from a new contact, and so replace the oldest.
        """
        wire = self._socket()
        try:
            code = await self._register(wire, NUMBERS[turn % len(NUMBERS)])
            self._expect("register", code, 200)
        finally:
            await wire.close()

    async def callNobody(self, turn: int) -> None:
        """
        Register, call an unknown number, and acknowledge the refusal.
        """
        wire, number = self._socket(), NUMBERS[turn % len(NUMBERS)]
        try:
            await self._register(wire, number)
            facts: dict[str, Any] = {
                "place": wire.place,
                "uri": "sip:99999@gigaset.net",
                "to": "99999",
            }
            invite = request("INVITE", number, call=f"nobody-{turn}", **facts)
            wire.send(invite)
            *_, answer = await wire.until(f"nobody-{turn}")
            self._expect("call", answer.code, 404)
            wire.send(acknowledgement(invite, answer.headers["to"]))
        finally:
            await wire.close()

    async def disturb(self, turn: int) -> None:
        """
        Send malformed input, then check that the daemon is healthy.
        """
        wire = self._socket()
        try:
            for _ in range(20):
                wire.send(mutated(INVITE, self.chance))
            wire.send(request("OPTIONS", place=wire.place, call=f"well-{turn}"))
            *_, answer = await wire.until(f"well-{turn}")
            self._expect("disturb", answer.code, 200)
        finally:
            await wire.close()

    async def stream(self, turn: int) -> None:
        """
        Connect, send a request and half a message, and disconnect.
        """
        wire = await dial(self.reactor, self.daemon.port("sip", "tcp"))
        try:
            options = request("OPTIONS", transport="TCP", call=f"stream-{turn}")
            wire.send(options + options[: self.chance.randrange(len(options))])
            *_, answer = await wire.until(f"stream-{turn}")
            self._expect("stream", answer.code, 200)
        finally:
            await wire.close()

    async def page(self, turn: int) -> None:
        """
        Fetch a handset's page.
        """
        port = self.daemon.port("http", "tcp")
        mac = f"7C2F8000{turn % len(NUMBERS):04X}"
        path = f"/info/menu.jsp?lang=2&tz=120&mac={mac}&cc=49&handsetid=01"
        response = await self.web.request(
            b"GET", f"http://127.0.0.1:{port}{path}".encode()
        )
        await bodyOf(response)
        self._expect("page", response.code, 200)

    async def chat(self, turn: int) -> None:
        """
        Log in to messaging, send a message to itself, and disconnect in the middle of a
        stanza.
        """
        number, port = NUMBERS[turn % len(NUMBERS)], self.daemon.port("xmpp", "tcp")
        came = await chat(self.reactor, port, number, PASSWORD, f"soak-{turn}")
        self._expect("chat", came, True)


def acknowledgement(invite: bytes, to: str) -> bytes:
    """
    Write the ACK of a refusal (RFC 3261 section 17.1.1.3).

    @param to: the refusal's C{To}, with its tag.
    """
    lines = invite.decode().replace("INVITE sip:", "ACK sip:", 1).split("\r\n")
    changed = {"to": f"To: {to}", "cseq": "CSeq: 1 ACK"}
    written = [changed.get(line.partition(":")[0].lower(), line) for line in lines]
    return "\r\n".join(written).encode()


def memory(process: int) -> float:
    """
    Read how much memory a process holds, in MiB.
    """
    return residentBytes(process) / 2**20


def descriptors(process: int) -> int:
    """
    Count a process's open files and sockets.
    """
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


async def soak(reactor: Any, directory: Path, seconds: float) -> list[str]:
    """
    Start the daemon, load it, and check it.

    @return: sentences about what was wrong.
    """
    daemon = Daemon(reactor, directory)
    try:
        await daemon.start()
        return await judged(reactor, daemon, seconds)
    finally:
        await daemon.stop()


async def judged(reactor: Any, daemon: Daemon, seconds: float) -> list[str]:
    """
    Load a running daemon and compare before and after.

    @return: sentences about what was wrong.
    """
    load = Soak(reactor, daemon, seconds)
    await load.prepare()
    process = daemon.run.transport.pid
    await load.load(reactor.seconds() + seconds / 3)
    await daemon.ctl("status")
    before = memory(process), descriptors(process)
    await load.load(load.end)
    # Answered only after every closed connection before it was noticed.
    await daemon.ctl("status")
    after = memory(process), descriptors(process)
    print(
        f"soak: {load.done}, memory {before[0]:.1f} -> {after[0]:.1f} MiB, "
        f"descriptors {before[1]} -> {after[1]}"
    )
    if after[0] > before[0] + MORE_MEMORY:
        load.faults.append(f"memory grew from {before[0]:.1f} to {after[0]:.1f} MiB")
    if after[1] > before[1] + MORE_DESCRIPTORS:
        load.faults.append(f"descriptors grew from {before[1]} to {after[1]}")
    status = await daemon.terminate()
    if status != 0:
        load.faults.append(f"SIGTERM ended with {status}")
    faulty = [line for line in daemon.log() if any(fault in line for fault in FAULTS)]
    return load.faults[:20] + faulty[:20]


async def main(reactor: Any) -> None:
    """
    Read the command line, run, and end with 1 if anything was wrong.
    """
    options = argparse.ArgumentParser(prog="python -m tests.soak")
    options.add_argument("--seconds", type=float, default=15.0)
    given = options.parse_args()
    with TemporaryDirectory(prefix="gigasetd-soak-") as directory:
        faults = await soak(reactor, Path(directory), given.seconds)
    for fault in faults:
        print(f"soak: {fault}")
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    task.react(lambda reactor: Deferred.fromCoroutine(main(reactor)))
    sys.exit(0)
