# -*- test-case-name: tests.scenarios.test_base -*-
"""
A household's router with NAT: between two kernels, in a thread, since not every kernel
has NAT.

It is of the strict kind (RFC 4787: address and port-dependent filtering), and
knows UDP and TCP.

Layer 3 (I/O).
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import struct
from threading import Thread

from tests.namespaces import Namespace

TUNSETIFF, TUN, NO_INFO = 0x400454CA, 0x0001, 0x1000
TCP, UDP = 6, 17
FIRST = 40000
"""The first port of the public address that is used."""

Place = tuple[bytes, int]


def tun(name: str) -> int:
    """
    Open a network interface whose packets are read and written here.
    """
    made = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(made, TUNSETIFF, struct.pack("16sH", name.encode(), TUN | NO_INFO))
    return made


def unroutable() -> str:
    """
    Say why NAT cannot be simulated here; C{""} where it can.
    """
    try:
        os.close(tun(f"gs{os.getpid()}"))
    except OSError as error:
        return f"no network interface of our own: {error}"
    return ""


def checksum(data: bytes) -> int:
    """
    Compute the Internet checksum (RFC 1071).
    """
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def rewritten(packet: bytes, source: Place, target: Place) -> bytes:
    """
    Rewrite the addresses of a packet, and all checksums.
    """
    size = (packet[0] & 15) * 4
    protocol, body = packet[9], packet[size:]
    body = struct.pack("!HH", source[1], target[1]) + body[4:]
    at = 16 if protocol == TCP else 6
    body = body[:at] + b"\0\0" + body[at + 2 :]
    pseudo = source[0] + target[0] + struct.pack("!BBH", 0, protocol, len(body))
    total = checksum(pseudo + body) or 0xFFFF
    body = body[:at] + struct.pack("!H", total) + body[at + 2 :]
    head = packet[:10] + b"\0\0" + source[0] + target[0] + packet[20:size]
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


class Nat:
    """
    @ivar holes: (protocol, public port) -> who was written to by it.
    """

    def __init__(self, home: Namespace, inside: str, world: Namespace, outside: str):
        """
        @param inside: the address that a machine at home has.
        @param outside: the one that the world sees; it leads here.
        """
        self.outside = socket.inet_aton(outside)
        self.holes: dict[tuple[int, int], set[Place]] = {}
        self._ports: dict[tuple[int, Place], int] = {}
        self._owners: dict[tuple[int, int], Place] = {}
        link = f"isp{outside.rpartition('.')[2]}"
        self._home, self._world = home.make(lambda: tun("lan")), -1
        self._world = world.make(lambda: tun(link))
        home.up("lan", f"{inside}/24")
        home.ip("route", "add", "default", "dev", "lan")
        world.ip("link", "set", link, "up")
        self.link = link
        self._end, self._ending = os.pipe()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """
        Stop the router.
        """
        os.write(self._ending, b".")
        self._thread.join()
        for each in (self._home, self._world, self._end, self._ending):
            os.close(each)

    def _run(self) -> None:
        sides = [self._home, self._world, self._end]
        while True:
            ready = select.select(sides, [], [])[0]
            if self._end in ready:
                return
            for side in ready:
                packet = os.read(side, 65536)
                if packet[0] >> 4 == 4 and packet[9] in (TCP, UDP):
                    self._carry(side, packet)

    def _carry(self, side: int, packet: bytes) -> None:
        """
        Take a packet across, if it may pass.
        """
        size = (packet[0] & 15) * 4
        ports = struct.unpack("!HH", packet[size : size + 4])
        source, target = (packet[12:16], ports[0]), (packet[16:20], ports[1])
        if side == self._home:
            port = self._port(packet[9], source)
            self.holes[packet[9], port].add(target)
            sent = rewritten(packet, (self.outside, port), target)
            os.write(self._world, sent)
        elif source in self.holes.get((packet[9], target[1]), ()):
            owner = self._owners[packet[9], target[1]]
            os.write(self._home, rewritten(packet, source, owner))

    def _port(self, protocol: int, source: Place) -> int:
        key = (protocol, source)
        if key not in self._ports:
            port = self._ports[key] = FIRST + len(self._ports)
            self._owners[protocol, port] = source
            self.holes[protocol, port] = set()
        return self._ports[key]
