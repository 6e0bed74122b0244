"""
Tests of L{gigasetd.process.systemd}: sockets and notifications.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from fcntl import F_DUPFD_CLOEXEC, fcntl
from tempfile import TemporaryDirectory
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.process.systemd import inherited, notify

CHILD = """
import os, sys
from twisted.internet import endpoints
from gigasetd.process.systemd import socketNamed
print(*socketNamed("sip").getsockname()[:2])
try:
    socketNamed("none")
except OSError as error:
    print(error)
"""


class InheritedTests(SynchronousTestCase):
    """
    L{inherited}.
    """

    def setUp(self) -> None:
        """
        Two sockets, as if they had been handed over.
        """
        self.sockets = [
            socket.socket(socket.AF_INET, kind)
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)
        ]
        for each in self.sockets:
            each.bind(("127.0.0.1", 0))
            self.addCleanup(each.close)

    def test_byName(self) -> None:
        """
        Each socket is found by its name, with its own address and type.
        """
        first = self.sockets[0].fileno()
        environ = {"LISTEN_PID": "7", "LISTEN_FDNAMES": "sip"}
        with inherited("sip", environ, 7, first) as found:
            self.assertEqual(found.getsockname(), self.sockets[0].getsockname())
            self.assertEqual(found.type, socket.SOCK_DGRAM)

    def test_unknown(self) -> None:
        """
        A name that systemd does not know is told with those that it does.
        """
        environ = {"LISTEN_PID": "7", "LISTEN_FDNAMES": "sip:web"}
        error = self.assertRaises(OSError, inherited, "xmpp", environ, 7)
        self.assertIn("sip, web", str(error))

    def test_notForUs(self) -> None:
        """
        Variables that were meant for a parent are not believed.
        """
        environ = {"LISTEN_PID": "8", "LISTEN_FDNAMES": "sip"}
        self.assertRaises(OSError, inherited, "sip", environ, 7)

    def test_process(self) -> None:
        """
        A real process finds its socket although Twisted has removed the
        variables from its environment.
        """
        shell = 'exec env LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=sip "$@" 3<&"$0"'
        descriptor = self.sockets[1].fileno()
        said = subprocess.run(
            ["/bin/bash", "-c", shell, str(descriptor), sys.executable, "-c", CHILD],
            pass_fds=[descriptor],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout.splitlines()
        host, port = self.sockets[1].getsockname()
        self.assertEqual(said[0], f"{host} {port}")
        self.assertIn("no socket named none", said[1])


class NotifyTests(SynchronousTestCase):
    """
    What systemd hears.
    """

    def listen(self, address: str) -> socket.socket:
        """
        Play systemd.
        """
        heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(heard.close)
        heard.bind(address)
        heard.setblocking(False)
        return heard

    def test_path(self) -> None:
        """
        A socket in the file system is told, several states in one datagram.
        """
        # Short, because the name of such a socket is limited to 108 bytes.
        with TemporaryDirectory() as directory:
            name = os.path.join(directory, "notify")
            heard = self.listen(name)
            told = notify("READY=1", "STATUS=up", environ={"NOTIFY_SOCKET": name})
            self.assertTrue(told)
            self.assertEqual(heard.recv(100), b"READY=1\nSTATUS=up")

    def test_abstract(self) -> None:
        """
        A socket without a file is told.
        """
        name = f"gigasetd-test-{os.getpid()}"
        heard = self.listen("\0" + name)
        self.assertTrue(notify("STOPPING=1", environ={"NOTIFY_SOCKET": "@" + name}))
        self.assertEqual(heard.recv(100), b"STOPPING=1")

    def test_nobody(self) -> None:
        """
        Without systemd, or with a socket that is gone, nothing happens.
        """
        self.assertFalse(notify("READY=1", environ={}))
        self.assertFalse(notify("READY=1", environ={"NOTIFY_SOCKET": "/nowhere"}))
        self.assertFalse(notify("READY=1", environ={"NOTIFY_SOCKET": "vsock:2:1"}))
        long = "/" + "x" * 200
        self.assertFalse(notify("READY=1", environ={"NOTIFY_SOCKET": long}))


DAEMON = """
import os, sys
os.environ.pop("PYTHONWARNINGS", None)
sys.argv = ["twistd", "-n", "--pidfile=", "gigasetd", *sys.argv[1:]]
from twisted.scripts.twistd import run
run()
"""


SIP = (
    "OPTIONS sip:gigaset.net SIP/2.0\r\n"
    "Via: SIP/2.0/{} 127.0.0.1:5060;branch=z9hG4bKNUMBER;rport\r\n"
    "From: <sip:a@gigaset.net>;tag=1\r\nTo: <sip:gigaset.net>\r\n"
    "Call-ID: NUMBER\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
    "Content-Length: 0\r\n\r\n"
)
STUN = bytes.fromhex("000100002112a442") + b"transaction0"
DNS = bytes.fromhex("002a01000001000000000000") + b"\7gigaset\3net\0\0\1\0\1"
HTTP = b"GET /info/menu.jsp HTTP/1.1\r\nHost: info.gigaset.net\r\n\r\n"
STREAM = (
    "<?xml version='1.0'?><stream:stream to='{to}' version='1.0' xmlns='{namespace}'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
)
CLIENT = STREAM.format(to="gigaset.net", namespace="jabber:client")
COMPONENT = STREAM.format(to="x.test", namespace="jabber:component:accept")

WIRES = {
    "sip-udp": (SIP.format("UDP").encode(), b"SIP/2.0 "),
    "sip-tcp": (SIP.format("TCP").encode(), b"SIP/2.0 "),
    "stun-udp": (STUN, b"\1\1"),
    "dns-udp": (DNS, b"\0\x2a"),
    "dns-tcp": (bytes([0, len(DNS)]) + DNS, b"\0"),
    "http-tcp": (HTTP, b"HTTP/1.1 200"),
    "xmpp-tcp": (CLIENT.encode(), b"<?xml"),
    "component-tcp": (COMPONENT.encode(), b"<?xml"),
}
"""Listener -> what a peer sends there, and how the answer begins."""

KEYS = {
    "SIP__LISTEN": ("sip-udp", "sip-tcp"),
    "STUN__LISTEN": ("stun-udp",),
    "DNS__LISTEN": ("dns-udp", "dns-tcp"),
    "HTTP__LISTEN": ("http-tcp",),
    "XMPP__LISTEN": ("xmpp-tcp",),
    "XMPP__COMPONENT_LISTEN": ("component-tcp",),
}
"""Configuration key -> its sockets, by FileDescriptorName."""


class DaemonTests(TestCase):
    """
    The daemon on sockets that were opened before it.
    """

    timeout = 120

    def setUp(self) -> None:
        """
        Open the sockets as systemd does: bound, listening, blocking.
        """
        self.sockets: dict[str, socket.socket] = {}
        for name in WIRES:
            kind = socket.SOCK_DGRAM if name.endswith("udp") else socket.SOCK_STREAM
            opened = self.sockets[name] = socket.socket(socket.AF_INET, kind)
            self.addCleanup(opened.close)
            opened.bind(("127.0.0.1", 0))
            if kind == socket.SOCK_STREAM:
                opened.listen()

    def start(self, listeners: Mapping[str, Sequence[str]]) -> subprocess.Popen[str]:
        """
        Start a daemon that is given all sockets, with these listeners.
        """
        settings = {
            f"GIGASETD_{key}": json.dumps([f"systemd:{name}" for name in names])
            for key, names in listeners.items()
        }
        settings |= {
            "GIGASETD_XMPP__COMPONENTS": '{ "x.test" = "secret-of-sixteen" }',
            "GIGASETD_DISCOVERY__ENABLED": "false",
            "LISTEN_FDS": str(len(self.sockets)),
            "LISTEN_FDNAMES": ":".join(self.sockets),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        # The shell moves them to descriptor 3 and on, and knows its own pid.
        high = [fcntl(s, F_DUPFD_CLOEXEC, 30) for s in self.sockets.values()]
        moves = " ".join(f"{3 + at}<&{number}" for at, number in enumerate(high))
        command = ["/bin/bash", "-c", f'export LISTEN_PID=$$; exec "$@" {moves}', "-"]
        daemon = subprocess.Popen(
            [*command, sys.executable, "-c", DAEMON, "--state-dir", self.mktemp()],
            pass_fds=high,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **settings},
        )
        for number in high:
            os.close(number)
        assert daemon.stdout is not None
        self.addCleanup(daemon.stdout.close)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        return daemon

    def test_listens(self) -> Deferred[None]:
        """
        Every listener serves the socket that systemd opened, which is what
        lets a user without rights have port 80: each is logged with its own
        port, and answers two peers one after the other.
        """
        daemon = self.start(KEYS)
        lines = [
            "listening service={} transport={} address={} port={}".format(
                *name.split("-"), *opened.getsockname()
            )
            for name, opened in self.sockets.items()
        ]

        def run() -> None:
            said = _untilReady(daemon)
            for line in lines:
                self.assertIn(line, said)
            for name, (request, front) in WIRES.items():
                address = self.sockets[name].getsockname()
                for number in (1, 2):
                    data = request.replace(b"NUMBER", f"{name}{number}".encode())
                    answer = _exchange(name, address, data)
                    self.assertEqual(answer[: len(front)], front, name)

        return deferToThread(run)

    def test_wrongType(self) -> Deferred[None]:
        """
        A stream socket for STUN fails the start with one line: the key, the
        socket and the directive that its unit needs.
        """
        daemon = self.start(dict.fromkeys(KEYS, ()) | {"STUN__LISTEN": ("http-tcp",)})

        def run() -> None:
            said = _untilReady(daemon)
            (line,) = [each for each in said.splitlines() if "cannot start" in each]
            for part in ("stun.listen", "systemd:http-tcp", "ListenDatagram=PORT"):
                self.assertIn(part, line)
            self.assertEqual(daemon.wait(30), 1)

        return deferToThread(run)


def _exchange(name: str, address: Any, data: bytes) -> bytes:
    """
    Send a request from a new socket, and wait for what comes first.
    """
    kind = socket.SOCK_DGRAM if name.endswith("udp") else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as peer:
        peer.settimeout(20)
        peer.connect(address)
        peer.sendall(data)
        with contextlib.suppress(TimeoutError):
            return peer.recv(4096)
    return b""


def _untilReady(daemon: subprocess.Popen[str]) -> str:
    """
    What a daemon says until it is ready or ends.
    """
    said = ""
    assert daemon.stdout is not None
    for line in daemon.stdout:
        said += line
        if line.split()[-1:] == ["ready"]:
            break
    return said
