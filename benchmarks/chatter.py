"""
Chat clients in a separate process: raw sockets and minimal XML, so that most of the
machine's work is the server's.

Told by one JSON object on its standard input, prints one for each step:
C{{"online": N}} when all are logged in, then, on a line of input, what chatting
came to, C{done, failed, seconds}.  It ends when its input does.
"""

from __future__ import annotations

import base64
import json
import select
import socket
import sys
import time
from typing import Any, NamedTuple

OPEN = "<stream:stream xmlns='jabber:client' version='1.0' to='{domain}' "
OPEN += "xmlns:stream='http://etherx.jabber.org/streams'>"
AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{}</auth>"
BIND = "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
BIND += "<resource>{}</resource></bind></iq>"
_HERE = "<presence/><iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>"
_TEXT = "See you at the station at half past seven; bring the old map."

_END = b"</message>"
_FAULT = b"type='error'"


class Given(NamedTuple):
    """
    The task.
    """

    port: int
    domain: str
    users: list[tuple[str, str]]  #: name and password
    addresses: int  #: how many of 127.0.0.x the clients come from
    together: int  #: log-ins at a time


class Client:
    """
    One stream.

    @ivar outstanding: messages that are on their way to the one it writes to.
    """

    def __init__(self, given: Given, index: int) -> None:
        self.user, password = given.users[index]
        self.resource = f"r{index}"
        self.socket = socket.socket()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.bind((f"127.0.0.{1 + index % given.addresses}", 0))
        self.socket.connect(("127.0.0.1", given.port))
        plain = base64.b64encode(f"\0{self.user}\0{password}".encode()).decode()
        opening = OPEN.format(domain=given.domain)
        # What is to be seen before the next thing is said, as a client must.
        self._steps = [
            (b"</stream:features>", AUTH.format(plain)),
            (b"<success", opening),
            (b"</stream:features>", BIND.format(self.resource)),
            (b"</jid>", _HERE),
            (b"jabber:iq:roster", ""),
        ]
        self._seen = b""
        self.full = f"{self.user}@{given.domain}/{self.resource}"
        self.say(opening)

    def say(self, text: str) -> None:
        """
        Send bytes, however long it takes.
        """
        self.socket.sendall(text.encode())

    def advance(self) -> bool:
        """
        Read, and take the next step of the log-in.

        @return: whether it is over.
        """
        data = self.socket.recv(65536)
        if not data:
            sys.exit(f"{self.user} was thrown out: {self._seen[-500:]!r}")
        self._seen += data
        while self._steps and self._steps[0][0] in self._seen:
            _, text = self._steps.pop(0)
            self._seen = b""
            if text:
                self.say(text)
        return not self._steps


def online(given: Given) -> list[Client]:
    """
    Log all clients in, some at a time.
    """
    clients: list[Client] = []
    poll, busy = select.epoll(), {}
    while len(clients) < len(given.users) or busy:
        while len(busy) < given.together and len(clients) < len(given.users):
            client = Client(given, len(clients))
            clients.append(client)
            busy[client.socket.fileno()] = client
            poll.register(client.socket, select.EPOLLIN)
        for number, _ in poll.poll(20) or [(-1, 0)]:
            if number < 0:
                sys.exit(f"no log-in goes on; {len(clients) - len(busy)} are done")
            if busy[number].advance():
                poll.unregister(number)
                del busy[number]
    return clients


class Pair:
    """
    One writes, the other reads.
    """

    def __init__(self, writer: Client, reader: Client, count: int) -> None:
        self._writer, self.reader = writer, reader
        self._left, self.due = count, count
        self._tail = b""
        self._made = 0
        self.failed = 0

    def write(self, most: int) -> None:
        """
        Send more messages, up to a number, if any are left.
        """
        most = min(most, self._left)
        texts = range(self._made, self._made + most)
        self._left -= most
        self._made += most
        self._writer.say("".join(map(self._message, texts)))

    def _message(self, index: int) -> str:
        head = f"<message to='{self.reader.full}' type='chat' id='m{index}'>"
        return f"{head}<body>{_TEXT}</body></message>"

    def read(self) -> int:
        """
        Count received messages.
        """
        data = self._tail + self.reader.socket.recv(262144)
        came = data.count(_END)
        self.failed += data.count(_FAULT)
        keep = data.rfind(b"<")
        self._tail = data[keep:] if keep >= 0 and b">" not in data[keep:] else b""
        self.due -= came
        return came


def chat(clients: list[Client], count: int, window: int) -> dict[str, Any]:
    """
    Let each pair send C{count} messages.

    @param window: how many of a pair's are on their way at a time.
    """
    pairs = [
        Pair(one, other, count)
        for one, other in zip(clients[::2], clients[1::2], strict=True)
    ]
    poll = select.epoll()
    by = {pair.reader.socket.fileno(): pair for pair in pairs}
    begun = time.perf_counter()
    for number, pair in by.items():
        poll.register(number, select.EPOLLIN)
        pair.write(window)
    while any(pair.due for pair in pairs):
        for number, _ in poll.poll(10) or [(-1, 0)]:
            if number < 0:
                return _came(pairs, count, begun)
            came = by[number].read()
            if came:
                by[number].write(came)
    return _came(pairs, count, begun)


def _came(pairs: list[Pair], count: int, begun: float) -> dict[str, Any]:
    missing = sum(pair.due for pair in pairs)
    failed = sum(pair.failed for pair in pairs)
    return {
        "done": count * len(pairs) - missing,
        "failed": missing + failed,
        "seconds": time.perf_counter() - begun,
    }


def main() -> None:
    """
    Run the command.
    """
    clients = online(Given(**json.loads(sys.stdin.readline())))
    print(json.dumps({"online": len(clients)}), flush=True)
    for line in sys.stdin:
        print(json.dumps(chat(clients, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
