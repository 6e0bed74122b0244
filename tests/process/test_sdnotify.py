"""
Tests of L{gigasetd.process.sdnotify}.
"""

from __future__ import annotations

import os
import socket
from tempfile import TemporaryDirectory

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.sdnotify import notify


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
