"""
Tests for L{gigasetd.control.unixsocket}.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.control.unixsocket import ROOM, connected, removeStale, shortAddress


class UnixSocketTests(SynchronousTestCase):
    """
    Sockets at short and long paths.
    """

    def setUp(self) -> None:
        """
        A folder whose path is too long for a socket address.
        """
        self.folder = Path(self.mktemp()).absolute() / ("d" * ROOM)
        self.folder.mkdir(parents=True)
        self.path = self.folder / "control.sock"

    def bind(self) -> socket.socket:
        """
        Bind a socket at the long path.
        """
        bound = socket.socket(socket.AF_UNIX)
        self.addCleanup(bound.close)
        with shortAddress(self.path) as address:
            bound.bind(address)
        return bound

    def test_shortAddress(self) -> None:
        """
        A short path is its own address; a long one gets an address that fits,
        leads to the same file, and leaves no descriptor open.
        """
        with shortAddress(Path("/tmp/short.sock")) as address:
            self.assertEqual(address, "/tmp/short.sock")
        before = len(os.listdir("/proc/self/fd"))
        self.path.write_text("here")
        with shortAddress(self.path) as address:
            self.assertLessEqual(len(address), ROOM)
            self.assertEqual(Path(address).read_text(), "here")
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_connected(self) -> None:
        """
        A server at a long path is reached; one that is not there is an error.
        """
        self.assertRaises(OSError, connected, self.path, 1.0)
        server = self.bind()
        server.listen()
        with connected(self.path, 5.0) as stream:
            accepted, _ = server.accept()
            with accepted:
                accepted.sendall(b"x")
            self.assertEqual(stream.recv(1), b"x")

    def test_removeStale(self) -> None:
        """
        A socket without a server is removed, and a missing one is no fault; a
        daemon's socket and other files stay.
        """
        removeStale(self.path)
        server = self.bind()
        removeStale(self.path)
        self.assertFalse(self.path.exists())
        server = self.bind()
        server.listen()
        error = self.assertRaises(OSError, removeStale, self.path)
        self.assertIn("another daemon", str(error))
        self.assertTrue(self.path.is_socket())
        plain = self.folder / "plain"
        plain.write_text("mine")
        error = self.assertRaises(OSError, removeStale, plain)
        self.assertIn("not a socket", str(error))
        self.assertEqual(plain.read_text(), "mine")
