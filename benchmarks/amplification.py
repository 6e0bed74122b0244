"""
How much the daemon answers to one datagram of an address that has proven nothing: every
UDP listener at its default settings, and the override resolver.

The daemon is in one network namespace and the sender in another, on the same link. The
sender has an address of the local networks and one of the internet. Sizes are those of
IP packets: 28 bytes more than the datagram.
"""

from __future__ import annotations

import random
import select
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.attackers import invite
from benchmarks.daemon import DOMAIN, Daemon, NotStarted, numberOf

SERVER, LOCAL, FAR = "10.9.0.1", "10.9.0.2", "198.51.100.7"
OURS = f"sip:{numberOf(0)}@{DOMAIN}"
LIMIT = 2.5
PACKET = 28  #: bytes of the headers of IPv4 and UDP
LASTING = 40.0  #: seconds that answers are counted
SOURCES = {"local": LOCAL, "internet": FAR}

_CONFIG = """\
[dns]
listen = ["udp:53"]
upstream = ["10.9.0.2"]
"""


class Request(NamedTuple):
    """
    One datagram.
    """

    name: str
    target: tuple[str, int]
    data: bytes


class Answer(NamedTuple):
    """
    What came back.
    """

    datagrams: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """
        Bytes of all datagrams without headers.
        """
        return sum(map(len, self.datagrams))

    @property
    def copies(self) -> int:
        """
        How often the same datagram came at most.
        """
        return max(map(self.datagrams.count, self.datagrams), default=0)

    def factor(self, request: Request) -> float:
        """
        Answered bytes a requested one, as IP packets.
        """
        return (self.size + len(self.datagrams) * PACKET) / (len(request.data) + PACKET)


def _sip(method: str, uri: str, *lines: str, body: str = "") -> bytes:
    """
    Write a short request: the shorter, the larger the factor.
    """
    serial = random.randrange(1 << 24)
    more = "".join(f"{line}\r\n" for line in lines)
    return (
        f"{method} {uri} SIP/2.0\r\nv:SIP/2.0/UDP a;rport;branch=z9hG4bK{serial:06x}"
        f"\r\nf:<{OURS}>;tag=1\r\nt:<sip:a>\r\ni:{serial:x}\r\n"
        f"CSeq:1 {method}\r\n{more}\r\n{body}"
    ).encode()


def _dns(name: str, kind: int, edns: bool = False, unicast: bool = False) -> bytes:
    labels = b"".join(bytes((len(part),)) + part.encode() for part in name.split("."))
    question = labels + b"\0" + struct.pack("!HH", kind, 0x8001 if unicast else 1)
    option = b"\0" + struct.pack("!HHIH", 41, 4096, 0, 0) if edns else b""
    ident = random.randrange(1, 1 << 16)
    return struct.pack("!HHHHHH", ident, 0x100, 1, 0, 0, bool(edns)) + question + option


def _stun(attributes: bytes = b"", cookie: bool = True) -> bytes:
    magic = b"\x21\x12\xa4\x42" if cookie else b"abcd"
    return struct.pack("!HH", 1, len(attributes)) + magic + b"abcdefghijkl" + attributes


_SEARCH = (
    "M-SEARCH * HTTP/1.1\r\nHOST:239.255.255.250:1900\r\n"
    'MAN:"ssdp:discover"\r\nMX:1\r\nST:{}\r\n\r\n'
)
PORT = "PORTS"
"""Stands for the sender's own port."""

_PNP = (
    "SUBSCRIBE sip:MAC%3A7C2F80000ABC@a SIP/2.0\r\n"
    "v:SIP/2.0/UDP {place};branch=z9hG4bK1\r\n"
    "f:<sip:MAC%3A7C2F80000ABC@a>;tag=1\r\nt:<sip:MAC%3A7C2F80000ABC@a>\r\n"
    "i:1\r\nCSeq:1 SUBSCRIBE\r\nm:<sip:{place}>\r\nExpires:0\r\n"
    'o:ua-profile;profile-type="device"\r\n\r\n'
)


def _sips() -> Iterator[tuple[str, bytes]]:
    number, service = OURS, f"sip:12341@{DOMAIN}"
    yield "INVITE", invite(7)
    yield "INVITE of nobody", _sip("INVITE", f"sip:9@{DOMAIN}")
    yield "INVITE of the echo", _sip("INVITE", service)
    yield "INVITE of 110", _sip("INVITE", f"sip:110@{DOMAIN}")
    yield "INVITE elsewhere", _sip("INVITE", "sip:1@b")
    yield "INVITE, Require", _sip("INVITE", number, "Require:a")
    yield "INVITE, short", _sip("INVITE", number)
    yield "INVITE, no hops", _sip("INVITE", number, "Max-Forwards:0")
    yield (
        "REGISTER",
        _sip("REGISTER", f"sip:{DOMAIN}"),
    )
    yield "OPTIONS", _sip("OPTIONS", f"sip:{DOMAIN}")
    yield "OPTIONS of a phone", _sip("OPTIONS", number)
    yield "MESSAGE", _sip("MESSAGE", number)
    yield "SUBSCRIBE", _sip("SUBSCRIBE", number, "Event:message-summary")
    yield "SUBSCRIBE, bad event", _sip("SUBSCRIBE", number, "Event:a")
    yield "NOTIFY", _sip("NOTIFY", number)
    yield "PUBLISH", _sip("PUBLISH", number)
    yield "REFER", _sip("REFER", number)
    yield "BYE", _sip("BYE", number)
    yield "CANCEL", _sip("CANCEL", number)
    yield "unknown method", _sip("A", number)
    yield (
        "not SIP's version",
        _sip("A", number).replace(b"SIP/2.0\r\nv", b"SIP/9\r\nv"),
    )
    yield "INVITE without CSeq", invite(8).replace(b"CSeq:1 INVITE\r\n", b"")
    yield "only a Via", b"A a SIP/2.0\r\nv:SIP/2.0/UDP a;rport\r\n\r\n"
    yield "CRLF CRLF", b"\r\n\r\n"
    yield "junk", b"\xa5" * 20


def requests(host: str) -> Iterator[Request]:
    """
    List the datagrams that a sender at C{host} sends.
    """
    for name, data in _sips():
        yield Request(f"SIP {name}", (SERVER, 5060), data)
    for port in (5060, 3478):
        yield Request(f"STUN {port}", (SERVER, port), _stun())
        yield Request(f"STUN {port} of 2003", (SERVER, port), _stun(cookie=False))
        change = struct.pack("!HHI", 3, 4, 6)
        yield Request(f"STUN {port} change", (SERVER, port), _stun(change))
        unknown = struct.pack("!HHI", 0x7000, 4, 0) * 5
        yield Request(f"STUN {port} unknown", (SERVER, port), _stun(unknown))
    kinds = {"A": 1, "AAAA": 28, "SRV": 33, "NAPTR": 35, "ANY": 255, "SOA": 6}
    for kind, code in kinds.items():
        yield Request(f"DNS {kind}", (SERVER, 53), _dns(DOMAIN, code, edns=True))
    service = f"_sip._udp.{DOMAIN}"
    yield Request("DNS service", (SERVER, 53), _dns(service, 33, edns=True))
    for where, target in (("", "239.255.255.250"), (" unicast", SERVER)):
        for st in ("ssdp:all", "upnp:rootdevice"):
            data = _SEARCH.format(st).encode()
            yield Request(f"SSDP {st}{where}", (target, 1900), data)
    for where, target in (("", "224.0.0.251"), (" unicast", SERVER)):
        for name in (
            "_services._dns-sd._udp.local",
            "_http._tcp.local",
            "gigaset.local",
        ):
            data = _dns(name, 255)
            yield Request(f"mDNS {name.split('.')[0]}{where}", (target, 5353), data)
    data = _PNP.format(place=f"{host}:{PORT}").encode()
    yield Request("PnP", ("224.0.1.75", 5060), data)


def count(wires: dict[socket.socket, Request]) -> dict[Request, Answer]:
    """
    Send each request once, a few milliseconds apart, and count the answers.
    """
    answers = dict.fromkeys(wires.values(), Answer())
    for wire, request in wires.items():
        port = str(wire.getsockname()[1]).encode()
        wire.sendto(request.data.replace(PORT.encode(), port), request.target)
        _gather(wires, answers, 0.05)
    until = time.monotonic() + LASTING
    while (rest := until - time.monotonic()) > 0:
        _gather(wires, answers, rest)
    return answers


def _gather(
    wires: dict[socket.socket, Request], answers: dict[Request, Answer], rest: float
) -> None:
    for wire in select.select(list(wires), [], [], rest)[0]:
        before = answers[wires[wire]].datagrams
        answers[wires[wire]] = Answer((*before, wire.recv(65536)))


def row(source: str, request: Request, answer: Answer) -> str:
    """
    Format a line of the table.
    """
    factor = answer.factor(request)
    missed = "  MISSED" if factor > LIMIT or answer.copies > 1 else ""
    return (
        f"{source:<10}{request.name:<34}{len(request.data):>7}{answer.size:>8}"
        f"{answer.copies:>8}{factor:>8.2f}{missed}"
    )


HEAD = f"{'from':<10}{'request':<34}{'bytes':>7}{'answer':>8}{'copies':>8}{'factor':>8}"


class Elsewhere(Daemon):
    """
    A daemon at its default settings in a namespace.
    """

    def __init__(self, work: Path, tree: Path, place: str) -> None:
        super().__init__(work)
        self.checkout, self._place = tree, place
        self.config.write_text(_CONFIG)

    def _command(self) -> list[str]:
        return ["ip", "netns", "exec", self._place, *super()._command()]


def measure(tree: Path, work: Path) -> Iterator[tuple[str, Request, Answer]]:
    """
    Start the daemon and send everything from each source.

    @raise NotStarted: the machine has no network namespaces for us.
    """
    from tests.namespaces import Namespace, cable, unable

    if reason := unable():
        raise NotStarted(reason)
    with ExitStack() as cleanup:
        server, sender = Namespace("as"), Namespace("ap")
        for place in (server, sender):
            cleanup.callback(place.remove)
        cable(server, "lan", sender, "lan")
        server.up("lan", f"{SERVER}/24")
        sender.up("lan", f"{LOCAL}/24", f"{FAR}/32")
        server.ip("route", "add", "default", "via", LOCAL)
        daemon = Elsewhere(work, tree, server.name)
        daemon.start()
        cleanup.callback(daemon.kill)
        daemon.provide(2)
        for source, host in SOURCES.items():
            wires = {
                cleanup.enter_context(sender.sender(host)): request
                for request in requests(host)
            }
            for request, answer in count(wires).items():
                yield source, request, answer


def table(tree: Path, work: Path) -> bool:
    """
    Print the table.

    @return: whether all answers are small and single.
    """
    good = True
    print(HEAD)
    for source, request, answer in measure(tree, work):
        print(row(source, request, answer), flush=True)
        good = good and answer.factor(request) <= LIMIT and answer.copies <= 1
    return good
