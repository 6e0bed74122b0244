"""
Network namespaces joined by virtual Ethernet links, for tests that need real links.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any, TypeVar

from tests.scenarios.daemon import TWISTD, Daemon

NEWNET = 0x40000000
ENTER = (
    "import ctypes, os; at = os.open({path!r}, os.O_RDONLY);"
    " fault = ctypes.CDLL(None, use_errno=True).setns(at, 0x40000000);"
    " assert fault == 0, 'setns'; "
)
"""Python code that enters a namespace, to be put before other code."""

T = TypeVar("T")


def ip(*words: str) -> None:
    """
    Run the command C{ip}.

    @raise subprocess.CalledProcessError: the kernel refused it.
    """
    subprocess.run(["ip", *words], check=True, capture_output=True)


def unable() -> str:
    """
    Say why namespaces cannot be made here; C{""} where they can.
    """
    if which("ip") is None:
        return "ip (Debian: iproute2) is not installed"
    name = f"gs{os.getpid()}t"
    try:
        ip("netns", "add", name)
        ip("link", "add", name, "netns", name, "type", "veth")
    except subprocess.CalledProcessError as error:
        return f"no network namespaces: {error.stderr.decode().strip()}"
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return ""


class Namespace:
    """
    One machine's network.
    """

    def __init__(self, mark: str) -> None:
        self.name = f"gs{os.getpid()}{mark}"
        self.path = f"/var/run/netns/{self.name}"
        ip("netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words: str) -> None:
        """
        Run C{ip} in this namespace.
        """
        ip("-n", self.name, *words)

    def up(self, interface: str, *addresses: str) -> None:
        """
        Set an interface up, its addresses usable at once.
        """
        for address in addresses:
            extra = ["nodad"] if ":" in address else []
            self.ip("addr", "add", address, "dev", interface, *extra)
        self.ip("link", "set", interface, "up")

    def remove(self) -> None:
        """
        Remove it, with its links.
        """
        ip("netns", "del", self.name)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """
        Enter it; sockets made inside stay in it.
        """
        setns = ctypes.CDLL(None, use_errno=True).setns
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open(self.path, os.O_RDONLY)
        try:
            assert setns(there, NEWNET) == 0, os.strerror(ctypes.get_errno())
            yield
        finally:
            assert setns(home, NEWNET) == 0
            os.close(home)
            os.close(there)

    def make(self, what: Callable[[], T]) -> T:
        """
        Call C{what} inside.
        """
        with self.inside():
            return what()

    def sender(self, address: str, patience: float = 3.0) -> socket.socket:
        """
        Make a UDP socket inside, whose multicast leaves by the address's link.
        """

        def make() -> socket.socket:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.settimeout(patience)
            made.bind((address, 0))
            own = socket.inet_aton(address)
            made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
            return made

        return self.make(make)


def cable(one: Namespace, first: str, other: Namespace, second: str) -> None:
    """
    Join two namespaces by a link.
    """
    peer = ["peer", "name", second, "netns", other.name]
    ip("link", "add", first, "netns", one.name, "type", "veth", *peer)


class Elsewhere(Daemon):
    """
    A daemon inside a namespace, on its default ports, with discovery.
    """

    def __init__(self, reactor: Any, directory: Path, place: Namespace) -> None:
        super().__init__(reactor, directory)
        self.place = place

    def configuration(self) -> str:
        """
        Use the built-in defaults.
        """
        return ""

    def command(self) -> list[str]:
        """
        Enter the namespace before starting.
        """
        code = ENTER.format(path=self.place.path) + TWISTD
        return [sys.executable, "-c", code, *super().command()[3:]]
