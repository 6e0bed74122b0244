"""
Tests for L{gigasetd.control.inprocess}.
"""

from __future__ import annotations

from gigasetd.control.dispatcher import RequesterGone
from gigasetd.control.inprocess import Commands, InProcessRequester
from gigasetd.errors import Refused, StoreError
from tests.control.case import ControlCase
from tests.registry.populated import MAC, NUMBER


class CommandsTests(ControlCase):
    """
    Verbs without a socket.
    """

    def setUp(self):
        super().setUp()
        self.commands = Commands(self.control.dispatcher)

    async def test_documents(self):
        """
        An object, a list, and an object with a list in it come as gigasetctl
        prints them.
        """
        status = await self.commands.perform("status")
        self.assertEqual(status["counts"]["devices"], 1)
        (device,) = await self.commands.perform("device list")
        self.assertEqual(device["mac"], MAC)
        text = "mac\n7C2F80BBBB01\n7C2F80BBBB02\n"
        imported = await self.commands.perform("device import", text=text)
        self.assertEqual((imported["imported"], len(imported["devices"])), (2, 2))

    async def test_refused(self):
        """
        A refusal, and a disk that takes nothing, are raised.
        """
        with self.assertRaises(Refused):
            await self.commands.perform("device show", id="999")
        self.disk.broken = True
        with self.assertRaises(StoreError):
            await self.commands.perform("device remove", id=NUMBER)

    async def test_gone(self):
        """
        A list is not made for a client that has hung up.
        """
        pieces = []
        requester = InProcessRequester(pieces.append, lambda: True)
        with self.assertRaises(RequesterGone):
            await self.control.dispatcher.serve("device list", {}, requester)
        self.assertEqual(pieces, [])
