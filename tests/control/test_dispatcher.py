"""
Tests for L{gigasetd.control.dispatcher}, over a real Unix socket.
"""

from __future__ import annotations

import json

from twisted.internet.threads import deferToThread

from tests.control.case import ControlCase
from tests.registry.populated import NUMBER


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
