"""
Tests for L{gigasetd.control.service}, over a real Unix socket.
"""

from __future__ import annotations

import os
import socket

from twisted.internet.error import CannotListenError
from twisted.internet.threads import deferToThread

from gigasetd.cli.client import ask
from gigasetd.config.loading import loadConfig
from tests.control.case import ControlCase


class SocketTests(ControlCase):
    """
    The socket is the operator's alone, and outlives bad luck and bad guests.
    """

    def test_mode(self):
        """
        Nobody but the daemon's user can open it, whatever the umask.
        """
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        other = self.folder / "other"
        other.mkdir()
        config = loadConfig(None, {}, str(other))
        control = self.serviceOf(config)
        control.startService()
        self.addCleanup(control.stopService)
        self.assertEqual((other / "control.sock").stat().st_mode & 0o777, 0o600)

    async def test_stop(self):
        """
        After the end there is no file, and who was connected is dropped.
        """
        caller = await self.connect()
        await self.control.stopService()
        await caller.closed
        self.assertFalse(self.path.exists())

    async def test_stopWithoutFile(self):
        """
        Somebody who removes the file does not keep the daemon from ending.
        """
        self.path.unlink()
        await self.control.stopService()

    async def test_stale(self):
        """
        What a killed daemon left behind is in nobody's way.
        """
        await self.control.stopService()
        left = socket.socket(socket.AF_UNIX)
        left.bind(self.near())
        left.close()
        self.control.startService()
        self.assertIn("done", await self.ask("status"))

    async def test_secondDaemon(self):
        """
        A running daemon's socket is not taken from it.
        """
        error = self.assertRaises(CannotListenError, self.service().startService)
        self.assertIn("another daemon", str(error))
        self.assertIn("done", await self.ask("status"))

    async def test_noSocket(self):
        """
        A file of another kind is left alone.
        """
        await self.control.stopService()
        self.path.write_text("mine")
        self.assertRaises(CannotListenError, self.control.startService)
        self.assertEqual(self.path.read_text(), "mine")

    async def test_noFolder(self):
        """
        A folder that is not there is one clear error.
        """
        config = loadConfig(None, {}, str(self.folder / ("x" * 60) / "y"))
        control = self.serviceOf(config)
        self.assertRaises(CannotListenError, control.startService)
        await control.stopService()

    async def test_longPath(self):
        """
        A state directory may lie deeper than a socket address can say.
        """
        deep = self.folder / ("d" * 90) / ("e" * 90)
        deep.mkdir(parents=True)
        control = self.serviceOf(loadConfig(None, {}, str(deep)))
        control.startService()
        path = deep / "control.sock"
        self.assertTrue(path.is_socket())
        done = await deferToThread(ask, path, "status", {}, lambda done, total: None)
        self.assertTrue(done["ready"])
        await control.stopService()
        self.assertFalse(path.exists())
