"""
Tests for L{gigasetd.control.service} and L{gigasetd.control.dispatcher}, over a
real Unix socket.
"""

from __future__ import annotations

import json
import os
import socket

from twisted.internet.error import CannotListenError
from twisted.internet.threads import deferToThread

from gigasetd.cli.client import ask
from gigasetd.config.loading import loadConfig
from gigasetd.control import dispatcher as desk
from tests.control.case import ControlCase
from tests.registry.populated import NUMBER


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

    async def test_garbage(self):
        """
        What is no request is refused; the next one is served.
        """
        for line in (
            b"",
            b"{",
            b"[]",
            b"\xff\x00",
            b"[" * 100000,
            b'{"verb": 3}',
            b'{"verb": "status", "arguments": []}',
            b'{"verb": "fly"}',
            b'{"verb": "device show"}',
            b'{"verb": "device add", "arguments": {"mac": 7}}',
            b'{"verb": "device import", "arguments": {"text": {}}}',
        ):
            (answer,) = await self.say(line + b"\n")
            self.assertEqual(list(answer), ["refused"], line)
        self.assertIn("done", await self.ask("status"))
        self.assertEqual(self.flushLoggedErrors(), [])

    async def test_tooLong(self):
        """
        A request has a limit.
        """
        self.patch(desk, "LONGEST", 1000)
        (answer,) = await self.say(b"x" * 1001)
        self.assertIn("1000", answer["refused"])

    async def test_slowly(self):
        """
        A request may come in pieces, and is answered once.
        """
        caller = await self.connect()
        for byte in b'{"verb": "status"}\n{"verb": "status"}\n':
            caller.transport.write(bytes([byte]))
        heard = await caller.closed
        self.assertEqual(heard.count(b"\n"), 1)

    async def test_silent(self):
        """
        Who connects and says nothing is dropped after a while.
        """
        self.patch(desk, "PATIENCE", 0.01)
        caller = await self.connect()
        self.assertEqual(await caller.closed, b"")

    async def test_surplus(self):
        """
        Too many at once are turned away; those inside are served.
        """
        self.patch(desk, "CLIENTS", 1)
        first = await self.connect()
        first.transport.write(b'{"verb"')
        second = await self.connect()
        self.assertEqual(await second.closed, b"")
        first.transport.write(b': "status"}\n')
        self.assertIn(b"done", await first.closed)
        self.assertEqual(self.control.desk.counts["surplus"], 1)

    async def test_ourFault(self):
        """
        A fault of ours is logged, and told without its details.
        """
        self.live.store = lambda: 1 / 0
        answer = await self.ask("status")
        self.assertIn("log", answer["failed"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class DiskTests(ControlCase):
    """
    What was told is on disk.
    """

    async def test_waits(self):
        """
        A change is told only when the disk has it.
        """
        self.disk.slow = True
        caller = await self.connect()
        caller.transport.write(b'{"verb": "token add", "arguments": {"name": "x"}}\n')
        while not self.disk.waits:
            await deferToThread(int)
        self.assertEqual((caller.data, self.disk.settled), (b"", 1))
        self.disk.waits[0].callback(None)
        self.assertIn(b"done", await caller.closed)

    async def test_questionsDoNotWait(self):
        """
        A slow disk keeps nobody from looking.
        """
        self.disk.slow = True
        self.assertIn("done", await self.ask("status"))
        self.assertIn("done", await self.ask("device show", id=NUMBER))

    async def test_broken(self):
        """
        A change that cannot be written is not told as done.
        """
        self.disk.broken = True
        answer = await self.ask("device remove", id=NUMBER)
        self.assertEqual(answer["failed"], "the disk is full")

    async def test_stillBroken(self):
        """
        What comes after it is not done either, so that nobody finds it done
        when there is room again; who only looks is answered.
        """
        self.disk.broken = True
        await self.ask("device remove", id=NUMBER)
        answer = await self.ask("token add", name="x")
        self.assertEqual(answer["failed"], "the disk is full")
        self.assertEqual(self.registry.tokens, {})
        self.assertIn("done", await self.ask("status"))
        self.disk.broken = False
        self.assertIn("done", await self.ask("token add", name="x"))

    async def test_importOnce(self):
        """
        An import waits for the disk once, not row by row.
        """
        self.disk.slow = True
        caller = await self.connect()
        rows = "".join(f"7C2F8100{i:04X}\n" for i in range(500))
        request = {"verb": "device import", "arguments": {"text": "mac\n" + rows}}
        caller.transport.write(json.dumps(request).encode() + b"\n")
        while not self.disk.waits:
            await deferToThread(int)
        self.assertEqual(self.disk.settled, 1000)
        self.disk.waits[0].callback(None)
        self.assertIn(b'"imported": 500', await caller.closed)
        self.assertEqual(len(self.disk.waits), 1)
