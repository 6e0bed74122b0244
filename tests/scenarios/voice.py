# -*- test-case-name: tests.scenarios.test_base -*-
"""
The SIP side of a simulated base: raw messages, and its behaviour.

It blocks, which is good enough for a test with a daemon in another process.

Layer 3 (I/O).
"""

from __future__ import annotations

import re
import socket
from hashlib import md5
from itertools import count
from typing import NamedTuple

_serial = count(1)


class Lost(Exception):
    """
    The base cannot continue; the text says why.
    """


class Line(NamedTuple):
    """
    The settings of a base's line.
    """

    user: str
    password: str
    domain: str
    server: str
    port: int
    expires: int


class Message(NamedTuple):
    """
    One SIP message.
    """

    first: str
    headers: list[tuple[str, str]]
    body: str = ""

    @property
    def code(self) -> int:
        """
        The status code; 0 for a request.
        """
        words = self.first.split(" ")
        return int(words[1]) if words[0] == "SIP/2.0" else 0

    def all(self, name: str) -> list[str]:
        """
        List the values of a header.
        """
        return [value for key, value in self.headers if key == name.lower()]

    def one(self, name: str) -> str:
        """
        The first of these values; C{""} for none.
        """
        return (*self.all(name), "")[0]


def message(data: bytes) -> Message:
    """
    Parse a SIP message.
    """
    head, _, body = data.decode("latin-1").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    return Message(first, headers, body)


class Voice:
    """
    @ivar sip: its socket.
    @ivar line: its account, once it has one.
    @ivar mac: twelve upper-case hexadecimal digits.
    @ivar agent: its product and firmware.
    """

    agent = "C610 IP/42.247.00.000.000"

    def __init__(self, sip: socket.socket, mac: str) -> None:
        self.sip = sip
        self.mac = mac
        self.line: Line | None = None
        self._uses = count(1)

    def resolve(self, host: str) -> str:
        """
        Resolve a host name.
        """
        raise NotImplementedError

    @property
    def contact(self) -> str:
        """
        The address that the base believes to have.
        """
        host, port = self.sip.getsockname()
        user = self.line.user if self.line else "base"
        return f"<sip:{user}@{host}:{port}>"

    def register(self) -> Message:
        """
        Register with the line's settings.

        @return: the last answer.
        """
        line = self._line()
        me, uri = f"sip:{line.user}@{line.domain}", f"sip:{line.domain}"
        expires = f"Expires: {line.expires}"
        answer = self.exchange(self._request("REGISTER", uri, me, expires))
        if answer.code != 401:
            return answer
        proof = self._proof(answer.one("www-authenticate"), "REGISTER", uri)
        own = f"Authorization: {proof}"
        return self.exchange(self._request("REGISTER", uri, me, own, expires))

    def exchange(self, sent: bytes) -> Message:
        """
        Send a request and wait for its final response.
        """
        asked = message(sent)
        self.send(sent)
        while True:
            heard = self.receive()
            same = heard.one("call-id") == asked.one("call-id")
            if same and heard.code >= 200 and heard.one("cseq") == asked.one("cseq"):
                return heard

    def invite(self, number: str) -> None:
        """
        Call a number, with credentials if the server asks for them.
        """
        uri = f"sip:{number}@{self._line().domain}"
        self.send(self._request("INVITE", uri, uri))
        heard = self.receive()
        if heard.code == 407:
            self.acknowledge(heard, uri)
            challenge = heard.one("proxy-authenticate")
            proof = self._proof(challenge, "INVITE", uri)
            self.send(
                self._request("INVITE", uri, uri, f"Proxy-Authorization: {proof}")
            )

    def final(self) -> Message:
        """
        Wait for the next final response; drop other messages.
        """
        while (heard := self.receive()).code < 200:
            pass
        return heard

    def acknowledge(self, answer: Message, uri: str) -> None:
        """
        Send the ACK of a refused INVITE.
        """
        same = {"call": answer.one("call-id"), "cseq": answer.one("cseq").split()[0]}
        parties = {"sender": answer.one("from"), "via": answer.one("via")}
        self.send(self._request("ACK", uri, answer.one("to"), **parties, **same))

    def inside(self, method: str, call: Message, ours: bool, tag: str = "") -> bytes:
        """
        Write a request inside a call.

        @param call: the 200 that opened it, or the INVITE.
        @param ours: whether it was us who called.
        @param tag: what we put behind our name when we answered.
        """
        target = re.search(r"<([^>]+)>", call.one("contact"))
        if target is None:
            raise Lost(f"no contact: {call}")
        route = call.all("record-route")
        route = list(reversed(route)) if ours else route
        ends = (call.one("from"), call.one("to") + (f";tag={tag}" if tag else ""))
        sender, to = ends if ours else (ends[1], ends[0])
        cseq = call.one("cseq").split()[0]
        if method != "ACK":
            cseq = str(int(cseq) + 1000)
        lines = [f"Route: {each}" for each in route]
        same = {"sender": sender, "call": call.one("call-id"), "cseq": cseq}
        return self._request(method, target[1], to, *lines, **same)

    def receive(self) -> Message:
        """
        Wait for the next message.

        @raise TimeoutError: there is none.
        """
        return message(self.sip.recvfrom(65536)[0])

    def expect(self, method: str) -> Message:
        """
        Wait for the next request with a method; drop other messages.
        """
        while not (heard := self.receive()).first.startswith(f"{method} "):
            pass
        return heard

    def answer(self, asked: Message, code: int, reason: str, tag: str = "") -> Message:
        """
        Answer a request.

        @return: the answer.
        """
        names = ("via", "record-route", "from", "call-id", "cseq")
        kept = [f"{name}: {v}" for name in names for v in asked.all(name)]
        to = asked.one("to") + (f";tag={tag}" if tag else "")
        more = [f"to: {to}", f"contact: {self.contact}", "content-length: 0"]
        lines = [f"SIP/2.0 {code} {reason}", *kept, *more, "", ""]
        said = "\r\n".join(lines).encode()
        place = re.match(r"SIP/2.0/UDP ([0-9.]+):?([0-9]*)", asked.one("via"))
        if place and self.line is None:
            self.sip.sendto(said, (place[1], int(place[2] or 5060)))
        else:
            self.send(said)
        return message(said)

    def send(self, data: bytes) -> None:
        """
        Send to the line's server.
        """
        line = self._line()
        self.sip.sendto(data, (self.resolve(line.server), line.port))

    def _line(self) -> Line:
        if self.line is None:
            raise Lost("no line yet")
        return self.line

    def _request(
        self,
        method: str,
        uri: str,
        to: str,
        *lines: str,
        sender: str = "",
        call: str = "",
        cseq: str = "",
        via: str = "",
    ) -> bytes:
        """
        A request; parties of a call under way are given whole.
        """
        serial = next(_serial)
        host, port = self.sip.getsockname()
        usual = f"SIP/2.0/UDP {host}:{port};branch=z9hG4bKb{serial};rport"
        me = f"sip:{self.line.user}@{self.line.domain}" if self.line else uri
        head = [
            f"{method} {uri} SIP/2.0",
            f"Via: {via or usual}",
            "Max-Forwards: 70",
            f"From: {sender or f'<{me}>;tag=b{serial}'}",
            f"To: {to if '<' in to else f'<{to}>'}",
            f"Call-ID: {call or f'{self.mac}-{serial}'}",
            f"CSeq: {cseq or serial} {method}",
            f"Contact: {self.contact}",
            f"User-Agent: {self.agent};{self.mac}",
            *lines,
            "Content-Length: 0",
        ]
        return "\r\n".join([*head, "", ""]).encode()

    def _proof(self, challenge: str, method: str, uri: str) -> str:
        """
        The answer to a challenge (RFC 7616, MD5 with qop auth).
        """
        line, uses = self._line(), next(self._uses)
        asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
        realm, nonce = asked["realm"], asked["nonce"]
        secret = _hash(f"{line.user}:{realm}:{line.password}")
        middle = f"{nonce}:00000001:c{uses}:auth"
        answer = _hash(f"{secret}:{middle}:{_hash(f'{method}:{uri}')}")
        return (
            f'Digest username="{line.user}", realm="{realm}", nonce="{nonce}", '
            f'uri="{uri}", response="{answer}", algorithm=MD5, qop=auth, '
            f'nc=00000001, cnonce="c{uses}"'
        )


def _hash(value: str) -> str:
    return md5(value.encode(), usedforsecurity=False).hexdigest()
