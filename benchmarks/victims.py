"""
What phones and owners notice during an attack: registered phones send OPTIONS and
REGISTER and call one another; the local network fetches a page and opens streams; an
owner logs in from elsewhere.

C{python -m benchmarks.victims} prints C{ready PORT PORT ...}, the phones' ports, once
they are registered. When standard input says C{halt}, it prints one line of JSON, probe
-> milliseconds, of what was since C{go}.
"""

from __future__ import annotations

import gc
import json
import re
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from benchmarks.attackers import (
    OWNER,
    PHONES,
    SERVER,
    SIP,
    STREAM,
    XMPP,
    connection,
    fetch,
    logIn,
)
from benchmarks.daemon import DOMAIN, PASSWORD, numberOf
from benchmarks.dialling import digest, register

LATE = 2.0
"""Seconds that an answer is waited for; one that is missing counts as so late."""

AWAY = 1.5
"""Seconds that a phone is not registered, and nothing but its secret speaks for it."""

LOCAL, ELSEWHERE = "127.99.0.1", "127.0.0.20"
_NONCE = re.compile(rb'nonce="([^"]+)"')
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio 5004 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)


class Late(Exception):
    """
    No answer, or a wrong one.
    """


class Phone:
    """
    A phone with one UDP socket.
    """

    def __init__(self, index: int) -> None:
        self.name = numberOf(index)
        self._index = index
        self._wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._wire.bind((f"127.0.0.{10 + index}", 0))
        self._wire.connect((SERVER, SIP))
        self.host, self.port = self._wire.getsockname()
        self.place = f"{self.host}:{self.port}"
        self._serial, self._nonce, self._uses = 0, "", 0

    def hear(self, *words: str) -> bytes:
        """
        Read up to a message that has all words; others are dropped.

        @raise Late: it does not come.
        """
        until = time.monotonic() + LATE
        while (rest := until - time.monotonic()) > 0:
            self._wire.settimeout(rest)
            try:
                data = self._wire.recv(65536)
            except OSError:
                break
            if all(word.encode() in data for word in words):
                return data
        raise Late

    def send(self, text: str) -> None:
        """
        Send a message.
        """
        self._wire.send(text.encode())

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    def options(self) -> None:
        """
        Ask whether the server lives, as a phone does to keep its flow open.

        @raise Late: no 200.
        """
        serial = self._next()
        branch = f"z9hG4bKo{serial}"
        self.send(
            f"OPTIONS sip:{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/UDP {self.place};"
            f"branch={branch};rport\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{self.name}@{DOMAIN}>;tag=o\r\nTo: <sip:{DOMAIN}>\r\n"
            f"Call-ID: {branch}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        )
        self.hear(branch, "SIP/2.0 200")

    def rejoin(self) -> float:
        """
        Take the registration back, and register again after a while.

        @return: seconds that the latter took.
        @raise Late: no 200.
        """
        self.register(gone=True)
        time.sleep(AWAY)
        begun = time.perf_counter()
        self.register()
        return time.perf_counter() - begun

    def register(self, gone: bool = False) -> None:
        """
        Register by digest; a challenge in between is answered.

        @raise Late: no 200.
        """
        for _ in range(2):
            serial = self._next()
            self._uses += 1
            proof = digest(self.name, self._nonce, self._uses)
            self._wire.send(register(self.place, self.name, serial, gone, proof))
            answer = self.hear(f"z9hG4bK{serial};", "SIP/2.0 ")
            if answer.startswith(b"SIP/2.0 200"):
                return
            nonce = _NONCE.search(answer)
            if nonce is None:
                break
            self._nonce, self._uses = nonce[1].decode(), 0
        raise Late

    def call(self, other: Phone) -> float:
        """
        Call a phone that answers at once, and hang up.

        @return: seconds from the INVITE to the 200.
        @raise Late: it failed.
        """
        begun = time.perf_counter()
        serial = self._next()
        ident = f"c{serial}-{self.port}"
        address = f"sip:{other.name}@{DOMAIN}"
        self.send(self._request("INVITE", address, address, ident, 1))
        asked = other.hear(f"Call-ID: {ident}", "INVITE sip:")
        other.send(other._ok(asked.decode(), self.host))
        answer = self.hear(f"Call-ID: {ident}", "SIP/2.0 200", "INVITE").decode()
        took = time.perf_counter() - begun
        (target,) = re.findall(r"\r\nContact: <([^>]+)>", answer)
        (to,) = re.findall(r"\r\nTo: [^\r]*(;tag=[^\r;]+)", answer)
        routes = re.findall(r"\r\nRecord-Route: ([^\r]+)", answer)[::-1]
        for method, sequence in (("ACK", 1), ("BYE", 2)):
            self.send(
                self._request(method, target, address, ident, sequence, to, routes)
            )
            asked = other.hear(f"Call-ID: {ident}", f"{method} sip:")
        other.send(other._ok(asked.decode(), ""))
        self.hear(f"Call-ID: {ident}", "SIP/2.0 200", "BYE")
        return took

    def _request(
        self,
        method: str,
        uri: str,
        address: str,
        ident: str,
        sequence: int,
        *within: object,
    ) -> str:
        """
        @param within: the dialog: the parameter C{tag} of To, and the routes.
        """
        tag, routes = (*within, "", ())[:2] if within else ("", ())
        body = _SDP.format(host=self.host) if method == "INVITE" else ""
        kind = "Content-Type: application/sdp\r\n" if body else ""
        assert isinstance(routes, list | tuple)
        return (
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {self.place};"
            f"branch=z9hG4bK{ident}{sequence}{method};rport\r\n"
            + "".join(f"Route: {route}\r\n" for route in routes)
            + f"From: <sip:{self.name}@{DOMAIN}>;tag={ident}\r\n"
            f"To: <{address}>{tag}\r\nCall-ID: {ident}\r\nCSeq: {sequence} {method}\r\n"
            f"Contact: <sip:{self.name}@{self.place}>\r\nMax-Forwards: 70\r\n{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _ok(self, request: str, sdp: str) -> str:
        head = request.partition("\r\n\r\n")[0]
        wanted = ("via:", "from:", "call-id:", "cseq:", "record-route:")
        lines = [line for line in head.split("\r\n") if line.lower().startswith(wanted)]
        (to,) = re.findall(r"\r\n(To: [^\r]*)", head)
        lines.append(to if ";tag=" in to else f"{to};tag=callee")
        body = _SDP.format(host=self.host) if sdp else ""
        lines += [f"Contact: <sip:{self.name}@{self.place}>"]
        lines += ["Content-Type: application/sdp"] if body else []
        return "\r\n".join(
            ["SIP/2.0 200 OK", *lines, f"Content-Length: {len(body)}", "", body]
        )


def _page() -> None:
    head = "Host: 127.0.0.1\r\nConnection: close\r\n\r\n"
    if b" 200 " not in fetch(LOCAL, f"GET /info/menu.jsp HTTP/1.1\r\n{head}")[:20]:
        raise Late


def _login() -> None:
    if logIn(ELSEWHERE, number=numberOf(OWNER), password=PASSWORD) not in (302, 303):
        raise Late


def _chat() -> None:
    with connection(LOCAL, XMPP) as peer:
        peer.settimeout(LATE)
        peer.sendall(STREAM)
        answer = b""
        while b"features>" not in answer:
            data = peer.recv(65536)
            if not data:
                raise Late
            answer += data


def _sipTcp() -> None:
    with connection(LOCAL, SIP) as peer:
        peer.settimeout(LATE)
        peer.sendall(
            f"OPTIONS sip:{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/TCP {LOCAL};branch=z9hG4bK1"
            f"\r\nMax-Forwards: 70\r\nFrom: <sip:{DOMAIN}>;tag=o\r\n"
            f"To: <sip:{DOMAIN}>\r\nCall-ID: {time.monotonic()}\r\nCSeq: 1 OPTIONS\r\n"
            "Content-Length: 0\r\n\r\n".encode()
        )
        if not peer.recv(65536).startswith(b"SIP/2.0 200"):
            raise Late


class Probes:
    """
    @ivar spans: probe -> milliseconds of each.
    """

    def __init__(self) -> None:
        self.spans: dict[str, list[float]] = {}
        self._ended = Event()
        self.phones = [Phone(index) for index in range(PHONES)]
        asking, registering, caller, callee, rejoining = self.phones
        for phone in self.phones:
            phone.register()
        probes: list[tuple[str, Callable[[], float | None], float]] = [
            ("options", asking.options, 0.05),
            ("register", registering.register, 0.1),
            ("call", lambda: caller.call(callee), 0.4),
            ("rejoin", rejoining.rejoin, 0.5),
            ("page", _page, 0.2),
            ("login", _login, 1.0),
            ("chat", _chat, 0.5),
            ("sip-tcp", _sipTcp, 0.5),
        ]
        self._threads = [Thread(target=self._probe, args=each) for each in probes]

    def _probe(self, name: str, act: Callable[[], float | None], pause: float) -> None:
        spans = self.spans[name] = []
        while not self._ended.wait(pause):
            begun = time.perf_counter()
            took: float | None = LATE
            with suppress(Late, OSError, ValueError):
                took = act()
            if took is None:
                took = time.perf_counter() - begun
            spans.append(took * 1000)

    def run(self) -> None:
        """
        Probe until standard input ends. C{go} there forgets what was before; C{halt}
        prints it.
        """
        for thread in self._threads:
            thread.start()
        for line in sys.stdin:
            if line.strip() == "halt":
                print(json.dumps({k: list(v) for k, v in self.spans.items()}))
                sys.stdout.flush()
            for spans in self.spans.values():
                spans.clear()
        self._ended.set()
        for thread in self._threads:
            thread.join()


if __name__ == "__main__":
    gc.disable()
    made = Probes()
    print("ready", *(phone.port for phone in made.phones), flush=True)
    made.run()
