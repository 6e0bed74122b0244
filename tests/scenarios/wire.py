# -*- test-case-name: tests.scenarios.test_bad -*-
"""
Raw bytes to and from the daemon, for input that no phone would send.

Layer 3 (I/O).
"""

from __future__ import annotations

from hashlib import md5
from itertools import count
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import DatagramProtocol, Protocol
from twisted.python.failure import Failure

from tests.scenarios.patience import Patience

DOMAIN = "gigaset.net"

_serial = count(1)


def request(
    method: str,
    sender: str = "tester",
    *lines: str,
    transport: str = "UDP",
    place: str = "127.0.0.1:5999",
    body: bytes = b"",
    uri: str = f"sip:{DOMAIN}",
    to: str = "",
    call: str = "",
    cseq: int = 1,
) -> bytes:
    """
    Write a well-formed request, different from all others.

    @param sender: the number in C{From}.
    @param lines: further header lines.
    @param place: C{host:port} of the sender, for C{Via} and C{Contact}.
    @param call: the Call-ID; a fresh one when empty.
    """
    serial = next(_serial)
    head = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/{transport} {place};branch=z9hG4bKt{serial};rport",
        f"From: <sip:{sender}@{DOMAIN}>;tag=t{serial}",
        f"To: <sip:{to or sender}@{DOMAIN}>",
        f"Call-ID: {call or f'call-{serial}'}",
        f"CSeq: {cseq} {method}",
        "Max-Forwards: 70",
        *lines,
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


class Answer:
    """
    One response, as far as tests need it.

    @ivar code: the status.
    @ivar call: its Call-ID.
    """

    def __init__(self, text: bytes) -> None:
        self.text = text
        lines = text.decode("latin-1").split("\r\n")
        self.code = int(lines[0].split(" ", 2)[1])
        self.headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:])
        }
        self.call = self.headers.get("call-id", "")

    @property
    def challenge(self) -> str:
        """
        The value of C{WWW-Authenticate}; empty without one.
        """
        return self.headers.get("www-authenticate", "")

    def __repr__(self) -> str:
        return repr(self.text[:200])


def authorization(
    challenge: str, number: str, password: str, uri: str, uses: int = 1
) -> str:
    """
    Answer a challenge to C{REGISTER} (RFC 7616 section 3.4, MD5 with qop auth).

    @param challenge: the value of C{WWW-Authenticate}.
    @param uses: how often its nonce has been used, with this.
    @return: the whole header line.
    """
    _, _, rest = challenge.partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    asked = {name: value.strip('"') for name, value in given.items()}
    realm, nonce = asked["realm"], asked["nonce"]
    secret = _hash(f"{number}:{realm}:{password}")
    question = _hash(f"REGISTER:{uri}")
    answer = _hash(f"{secret}:{nonce}:{uses:08x}:c0ffee:auth:{question}")
    return (
        f'Authorization: Digest username="{number}", realm="{realm}", '
        f'nonce="{nonce}", uri="{uri}", response="{answer}", algorithm=MD5, '
        f'cnonce="c0ffee", qop=auth, nc={uses:08x}'
    )


def _hash(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class Listener:
    """
    What both wires have: answers in order, and a waiter for one.

    @ivar answers: everything received and not yet collected.
    """

    transport: Any

    def __init__(self, reactor: Any) -> None:
        self.reactor = reactor
        self.answers: list[Answer] = []
        self._waiting: list[tuple[str, Patience]] = []
        self._lost = False

    def until(self, call: str, seconds: float = 10) -> Deferred[list[Answer]]:
        """
        Wait for a final response with a Call-ID.

        @return: a Deferred with every answer up to and with it; without it
            when the connection was closed instead.
        """
        patience = Patience(self.reactor, seconds, f"answer to {call}", self.story)
        self._waiting.append((call, patience))
        self._look()
        return patience.deferred

    def story(self) -> str:
        """
        List what came instead.
        """
        return f"got {self.answers!r}"

    def _look(self) -> None:
        if not self._waiting:
            return
        call, patience = self._waiting[0]
        here = any(each.call == call and each.code >= 200 for each in self.answers)
        if here or self._lost:
            del self._waiting[0]
            taken, self.answers = self.answers, []
            patience.callback(taken)


class Datagrams(Listener, DatagramProtocol):
    """
    A UDP socket of its own.
    """

    def __init__(self, reactor: Any, server: int) -> None:
        super().__init__(reactor)
        self.server = ("127.0.0.1", server)
        self.port = reactor.listenUDP(0, self, interface="127.0.0.1")
        self.place = f"127.0.0.1:{self.port.getHost().port}"

    def send(self, data: bytes) -> None:
        """
        Send bytes.
        """
        self.transport.write(data, self.server)

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """
        Store a response.
        """
        self.answers.append(Answer(datagram))
        self._look()

    def close(self) -> Any:
        """
        Close the socket.
        """
        return self.port.stopListening()


class Stream(Listener, Protocol):
    """
    A TCP connection of its own.
    """

    def __init__(self, reactor: Any) -> None:
        super().__init__(reactor)
        self.place = "127.0.0.1:5999"
        self.closed: Deferred[None] = Deferred()
        self._received = b""

    def send(self, data: bytes) -> None:
        """
        Send octets.
        """
        self.transport.write(data)

    def dataReceived(self, data: bytes) -> None:
        """
        Split responses by their Content-Length.
        """
        self._received += data
        while True:
            self._received = self._received.lstrip(b"\r\n")
            head, gap, rest = self._received.partition(b"\r\n\r\n")
            if not gap:
                return
            answer = Answer(head)
            length = int(answer.headers.get("content-length", "0"))
            if len(rest) < length:
                return
            self._received = rest[length:]
            self.answers.append(answer)
            self._look()

    def connectionLost(self, reason: Failure) -> None:
        """
        Nothing more will come.
        """
        self._lost = True
        self._look()
        self.closed.callback(None)

    def close(self) -> Deferred[None]:
        """
        Close the connection and wait until it is.
        """
        self.transport.abortConnection()
        return self.closed


def dial(reactor: Any, server: int) -> Deferred[Stream]:
    """
    Open a TCP connection to the daemon.
    """
    endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", server)
    return connectProtocol(endpoint, Stream(reactor))
