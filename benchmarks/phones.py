"""
Phones that register in turn, by the clock: a separate process, so that their waiting is
not the daemon's.

C{python -m benchmarks.phones --server PORT --count N --rate R} takes C{go} and
C{halt SECONDS} on standard input, a line each, and answers C{halt} with one
line of JSON as L{Phones.report} has it.  When an answer came is read from the
kernel's own stamp, so that a process that is not let run cannot blur it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import select
import socket
import struct
import time
from contextlib import suppress
from typing import NamedTuple

from benchmarks.daemon import numberOf
from benchmarks.dialling import call, digest, register

ASKED, GONE, CALLED, TOLD, REFUSED = range(5)
"""What an event is: three sorts of requests, two of answers."""

SO_TIMESTAMPNS = 35
TAKEN_BACK = 20
"""One registration of so many is taken back instead."""

_BRANCH = re.compile(rb"branch=z9hG4bK(\d+)")
_NONCE = re.compile(rb'nonce="([^"]+)"')
_TO = re.compile(rb"\r\nTo: ([^\r]*)", re.IGNORECASE)


class Waiting(NamedTuple):
    """
    A request without a response so far.
    """

    phone: int
    what: int
    again: bool  #: it was challenged once already


class Phones:
    """
    @ivar events: C{[serial, phone, what, when, late]}; epoch seconds, and how
        much later than due a request was sent.
    @ivar odd: unexpected responses, by status.
    """

    def __init__(self, server: int, count: int, rate: float, calls: int) -> None:
        """
        @param calls: one request of so many is a call to a phone that is not
            there; 0 for none.
        """
        self._count, self._calls, self._gap = count, calls, 1 / rate
        self._socket = _bound()
        self._server = ("127.0.0.1", server)
        self._place = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._nonce, self._uses, self._serial, self._turn = "", 0, 0, 0
        self._waiting: dict[int, Waiting] = {}
        self._latest = -1
        self._due = 0.0
        self.events: list[tuple[int, int, int, float, float]] = []
        self.odd: dict[str, int] = {}

    def fileno(self) -> int:
        """
        The socket of the responses.
        """
        return self._socket.fileno()

    # sending

    def go(self) -> None:
        """
        Start with the next turn at once.
        """
        self._due = time.monotonic()

    def turns(self) -> float:
        """
        Send all requests that are due.

        @return: seconds until the next turn.
        """
        while (late := time.monotonic() - self._due) >= 0:
            self._due += self._gap
            self._next(late)
        return -late

    def _next(self, late: float) -> None:
        self._turn += 1
        phone = self._turn % self._count
        if self._calls and self._turn % self._calls == 0 and self._latest >= 0:
            self._invite(self._latest, late)
        else:
            # Another twentieth of them each round.
            gone = (self._turn // self._count + phone) % TAKEN_BACK == 0
            self._register(Waiting(phone, GONE if gone else ASKED, False), late)

    def _register(self, one: Waiting, late: float) -> None:
        """
        Send a REGISTER with credentials for the latest challenge.
        """
        self._serial += 1
        self._uses += 1
        name, gone = numberOf(one.phone), one.what == GONE
        proof = digest(name, self._nonce, self._uses)
        data = register(self._place, name, self._serial, gone, proof)
        self._send(data, one, late)

    def _invite(self, phone: int, late: float) -> None:
        """
        Call the number after the last one.
        """
        self._serial += 1
        name = numberOf(phone)
        data = call("INVITE", self._place, name, self._count, self._serial)
        self._send(data, Waiting(phone, CALLED, False), late)

    def _send(self, data: bytes, one: Waiting, late: float) -> None:
        self._waiting[self._serial] = one
        event = (self._serial, one.phone, one.what, time.time(), late)
        self.events.append(event)
        # Where the daemon is not there, it is not answered, that is all.
        with suppress(OSError):
            self._socket.sendto(data, self._server)

    # answers

    def receive(self) -> int:
        """
        Read all responses.

        @return: how many.
        """
        for count in range(1 << 30):
            try:
                data, extra, _, _ = self._socket.recvmsg(65535, 64)
            except BlockingIOError:
                return count
            except OSError:
                continue  # what ICMP says of an earlier one
            seconds, nanos = struct.unpack("qq", extra[0][2][:16])
            self._answered(data, seconds + nanos / 1e9)
        return 0

    def _answered(self, data: bytes, when: float) -> None:
        branch, code = _BRANCH.search(data), data[8:11]
        if branch is None or code < b"200":
            return
        serial = int(branch[1])
        one = self._waiting.pop(serial, None)
        if one is None:
            return
        if one.what == CALLED:
            self._refused(serial, one, data, code, when)
        elif code == b"200":
            self.events.append((serial, one.phone, TOLD, when, 0.0))
            if one.what == ASKED:
                self._latest = one.phone
        else:
            self.events.append((serial, one.phone, REFUSED, when, 0.0))
            self._challenged(one, data, code)

    def _challenged(self, one: Waiting, data: bytes, code: bytes) -> None:
        nonce = _NONCE.search(data)
        if code != b"401" or nonce is None or one.again:
            self._note(code)
            return
        if (fresh := nonce[1].decode()) != self._nonce:
            self._nonce, self._uses = fresh, 0
        self._register(one._replace(again=True), 0.0)

    def _refused(
        self, serial: int, one: Waiting, data: bytes, code: bytes, when: float
    ) -> None:
        self.events.append((serial, one.phone, TOLD, when, 0.0))
        to = _TO.search(data)
        if code != b"480":
            self._note(code)
        if to is not None:
            name, place = numberOf(one.phone), self._place
            ack = call("ACK", place, name, self._count, serial, to[1].decode())
            self._socket.sendto(ack, self._server)

    def _note(self, code: bytes) -> None:
        text = code.decode()
        self.odd[text] = self.odd.get(text, 0) + 1

    def report(self) -> str:
        """
        What has happened since the last report.
        """
        told = {"events": self.events, "odd": self.odd, "open": len(self._waiting)}
        self.events, self.odd = [], {}
        self._waiting.clear()
        return json.dumps(told)


def _bound() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    made.bind(("127.0.0.1", 0))
    return made


class Loop:
    """
    The process: turns, responses, commands.
    """

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._going = False

    def run(self) -> None:
        """
        Run until standard input ends.
        """
        socket = self._phones.fileno()
        while True:
            pause = self._phones.turns() if self._going else None
            ready, _, _ = select.select([0, socket], [], [], pause)
            if socket in ready:
                self._phones.receive()
            if 0 in ready:
                order = os.read(0, 100).decode().split()
                if not order:
                    return
                self._ordered(order)

    def _ordered(self, order: list[str]) -> None:
        """
        Run a command: C{go}, or C{halt} with the time to wait for further responses.
        """
        self._going = order[0] == "go"
        if self._going:
            self._phones.go()
        else:
            self._halt(float(order[1]))

    def _halt(self, patience: float) -> None:
        """
        Wait for outstanding responses, and report.
        """
        until = time.monotonic() + patience
        while self._phones.receive() or time.monotonic() < until:
            time.sleep(0.005)
        print(self._phones.report(), flush=True)


def main() -> None:
    """
    Run the process.
    """
    made = argparse.ArgumentParser(description=__doc__)
    for name in ("server", "count", "rate", "calls"):
        made.add_argument(f"--{name}", type=int, default=0)
    options = made.parse_args()
    gc.disable()
    Loop(Phones(**vars(options))).run()


if __name__ == "__main__":
    main()
