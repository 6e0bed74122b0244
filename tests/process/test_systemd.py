"""
Tests of L{gigasetd.process.systemd}: sockets and notifications.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from tempfile import TemporaryDirectory

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


class DaemonTests(TestCase):
    """
    The daemon on sockets that were opened before it.
    """

    def test_listens(self) -> Deferred[None]:
        """
        SIP over UDP and TCP and the pages are served on the sockets that
        systemd opened, which is what lets a user without rights have port 80.
        """
        kinds = {"udp": socket.SOCK_DGRAM, "tcp": socket.SOCK_STREAM, "web": 1}
        sockets = {name: socket.socket(socket.AF_INET, k) for name, k in kinds.items()}
        for each in sockets.values():
            each.bind(("127.0.0.1", 0))
            self.addCleanup(each.close)
        state = self.mktemp()
        settings = {
            "GIGASETD_SIP__LISTEN": '["systemd:udp", "systemd:tcp"]',
            "GIGASETD_HTTP__LISTEN": '["systemd:web"]',
            "GIGASETD_STUN__LISTEN": "[]",
            "GIGASETD_XMPP__LISTEN": "[]",
            "GIGASETD_DISCOVERY__ENABLED": "false",
            "LISTEN_FDS": "3",
            "LISTEN_FDNAMES": ":".join(sockets),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        numbers = [each.fileno() for each in sockets.values()]
        moves = " ".join(f"{3 + at}<&{20 + at}" for at in range(3))
        high = [os.dup2(number, 20 + at) for at, number in enumerate(numbers)]
        self.addCleanup(lambda: [os.close(number) for number in high])
        shell = f'export LISTEN_PID=$$; exec "$@" {moves}'
        command = ["/bin/bash", "-c", shell, "-"]
        daemon = subprocess.Popen(
            [*command, sys.executable, "-c", DAEMON, "--state-dir", state],
            pass_fds=high,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **settings},
        )
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        ports = {each.getsockname()[1] for each in sockets.values()}

        def check(said: str) -> None:
            for port in ports:
                self.assertIn(f"port={port}", said)

        return deferToThread(_untilReady, daemon).addCallback(check)


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
