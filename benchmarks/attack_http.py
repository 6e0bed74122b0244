"""
What a phone notices while one client attacks the HTTP port: how long its SIP OPTIONS
and a local client's page take, and how much memory the daemon takes.

The attacker is C{127.0.0.2}, a stranger: only C{127.0.0.1} is a local network.
With C{--local}, the attacker is local, so no allowance limits it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread

from benchmarks.accounting import residentBytes
from benchmarks.command import run, workplace
from benchmarks.daemon import Daemon

_CONFIG = """\
[server]
local_networks = ["127.0.0.1/32"]
[sip]
listen = ["udp:0:interface=127.0.0.1"]
[stun]
listen = []
[http]
listen = ["tcp:0:interface=0.0.0.0"]
[xmpp]
listen = []
[discovery]
enabled = false
"""
_STRANGER, _LOCAL = "127.0.0.2", "127.0.0.1"
_METRICS = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
_MENU = b"GET /info/menu.jsp HTTP/1.1\r\nHost: a\r\n\r\n"
_CHUNKED = (
    b"POST /checkin HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"1\r\na\r\n" * 16000
)
_LATE = 2.0  #: seconds that an answer is waited for


def _connected(source: str, port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 5.0, (source, 0))


def _drained(peer: socket.socket) -> bool:
    """
    Read what has come.

    @return: whether the connection is still open.
    """
    with suppress(BlockingIOError):
        while True:
            if not peer.recv(65536, socket.MSG_DONTWAIT):
                return False
    return True


def _unread(data: bytes, source: str, port: int) -> None:
    """
    Send all of C{data} on one connection a second, and read no answer.
    """
    peers = []
    while True:
        with suppress(OSError):
            peer = _connected(source, port)
            peers.append(peer)
            peer.sendall(data)
        time.sleep(1.0)


def _repeated(data: bytes, width: int, source: str, port: int) -> None:
    """
    Send a request on each of C{width} connections as soon as the last is answered.
    """

    def one() -> None:
        while True:
            with suppress(OSError), _connected(source, port) as peer:
                while True:
                    peer.sendall(data)
                    if not peer.recv(65536):
                        break

    threads = [Thread(target=one, daemon=True) for _ in range(width)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _held(each: bytes, width: int, source: str, port: int) -> None:
    """
    Keep C{width} connections open, and send one more byte of C{each} a second on
    each; open those again that are closed.
    """
    peers: dict[socket.socket, int] = {}
    while True:
        with suppress(OSError):
            while len(peers) < width:
                peers[_connected(source, port)] = 0
        for peer, sent in list(peers.items()):
            try:
                if each:
                    peer.send(each[sent % len(each) :][:1])
                peers[peer] += 1
                if not _drained(peer):
                    raise ConnectionError
            except OSError:
                peer.close()
                del peers[peer]
        time.sleep(1.0)


def _flooded(data: bytes, source: str, port: int) -> None:
    """
    Open connections without a pause; send C{data} on each, and close it.
    """
    while True:
        with suppress(OSError), _connected(source, port) as peer:
            if data:
                peer.sendall(data)
                peer.recv(65536)


ATTACKS: dict[str, tuple[Callable[..., None], tuple[object, ...]]] = {
    "3,000 pipelined /metrics, unread": (_unread, (_METRICS * 3000,)),
    "1,500 pipelined menu.jsp, unread": (_unread, (_MENU * 1500,)),
    "menu.jsp on 8 connections": (_repeated, (_MENU, 8)),
    "/metrics on 8 connections": (_repeated, (_METRICS, 8)),
    "chunks of one byte": (_repeated, (_CHUNKED, 4)),
    "1,024 silent connections": (_held, (b"", 1024)),
    "1,024 slow heads": (_held, (b"GET / HTTP/1.1\r\nHost: " + b"a" * 1000, 1024)),
    "connections opened and closed": (_flooded, (b"",)),
    "bad requests": (_flooded, (b"\0\r\n\r\n",)),
}


class Probe:
    """
    Sends OPTIONS and fetches a page, as phones of the local network do.

    @ivar sip: milliseconds of each OPTIONS.
    @ivar pages: milliseconds of each page; C{_LATE} for one that failed.
    """

    def __init__(self, daemon: Daemon) -> None:
        self.sip: list[float] = []
        self.pages: list[float] = []
        self._daemon = daemon
        self._ended = Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """
        Probe in two threads.
        """
        threads = [Thread(target=self._options), Thread(target=self._fetch)]
        for thread in threads:
            thread.start()
        yield
        self._ended.set()
        for thread in threads:
            thread.join()

    def _options(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
            phone.connect((_LOCAL, self._daemon.sipPort))
            host, port = phone.getsockname()
            count = 0
            while not self._ended.wait(0.02):
                count += 1
                branch = f"z9hG4bK{port}x{count}"
                self.sip.append(_timed(partial(_option, phone, host, port, branch)))

    def _fetch(self) -> None:
        port = self._daemon.ports["http", "tcp"]
        while not self._ended.wait(0.2):
            self.pages.append(_timed(partial(_page, port)))


def _timed(act: Callable[[], bool]) -> float:
    begun = time.perf_counter()
    good = False
    with suppress(OSError):
        good = act()
    return (time.perf_counter() - begun if good else _LATE) * 1e3


def _option(phone: socket.socket, host: str, port: int, branch: str) -> bool:
    phone.send(
        f"OPTIONS sip:gigaset.net SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {host}:{port};branch={branch}\r\n"
        f"From: <sip:1@gigaset.net>;tag=a\r\nTo: <sip:gigaset.net>\r\n"
        f"Call-ID: {branch}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
        f"Content-Length: 0\r\n\r\n".encode()
    )
    phone.settimeout(_LATE)
    while branch.encode() not in phone.recv(65536):
        pass
    return True


def _page(port: int) -> bool:
    with _connected(_LOCAL, port) as phone:
        phone.settimeout(_LATE)
        phone.sendall(_MENU.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = b""
        while data := phone.recv(65536):
            answer += data
        return b" 200 " in answer[:20]


def _late(spans: list[float]) -> float:
    return sorted(spans)[len(spans) * 99 // 100] if spans else _LATE * 1e3


def measure(name: str, options: argparse.Namespace, work: Path) -> bool:
    """
    Run one attack, and print its line.

    @return: whether OPTIONS was answered in time and memory stayed bounded.
    """
    daemon = Daemon(work)
    daemon.config.write_text(_CONFIG)
    daemon.start()
    probe = Probe(daemon)
    act, arguments = ATTACKS[name]
    source = _LOCAL if options.local else _STRANGER
    port = daemon.ports["http", "tcp"]
    attacker = multiprocessing.Process(target=act, args=(*arguments, source, port))
    try:
        _page(port)  # what is made once, by the first page, is no growth
        before, cpu = residentBytes(daemon.pid), daemon.cpu()
        attacker.start()
        with probe.running():
            time.sleep(options.seconds)
        grown = (residentBytes(daemon.pid) - before) / 1048576
        used = (daemon.cpu() - cpu) / options.seconds * 100
    finally:
        if attacker.pid:
            attacker.kill()
            attacker.join()
        daemon.kill()
    sip, page = _late(probe.sip), _late(probe.pages)
    lost = sum(span >= _LATE * 1e3 for span in probe.pages)
    print(
        f"{name:<34}{sip:>9.1f}{max(probe.sip):>9.1f}{page:>9.1f}{lost:>5}"
        f"{grown:>8.1f}{used:>6.0f}",
        flush=True,
    )
    return sip <= options.limit and grown <= options.memory


def main() -> bool:
    """
    The command.
    """
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--seconds", type=float, default=20.0, help="of each attack")
    made.add_argument("--limit", type=float, default=100.0, help="milliseconds")
    made.add_argument("--memory", type=float, default=20.0, help="MiB")
    made.add_argument("--local", action="store_true", help="attack from the LAN")
    made.add_argument("--only", default="", help="attacks whose name has this")
    made.add_argument("--keep", action="store_true", help="keep the files")
    options = made.parse_args()
    with workplace(options.keep) as work:
        print(
            f"{'attack':<34}{'SIP p99':>9}{'most ms':>9}{'page p99':>9}{'lost':>5}"
            f"{'MiB':>8}{'CPU %':>6}"
        )
        names = [name for name in ATTACKS if options.only in name]
        good = [measure(each, options, work / str(n)) for n, each in enumerate(names)]
        return all(good)


if __name__ == "__main__":
    run(main)
