"""
A control socket with somebody behind it, for the tests of it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import UNIXClientEndpoint, connectProtocol
from twisted.internet.protocol import Protocol
from twisted.trial.unittest import TestCase

from gigasetd.config.loading import loadConfig
from gigasetd.control.build import part
from gigasetd.errors import StoreError
from gigasetd.telemetry.running import Running
from tests.registry.populated import BOX, NOW, inhabited
from tests.sites import built, siteOf


class Disk:
    """
    A persistence whose disk does what the test says.

    @ivar waits: who waits for the disk, where it is slow.
    """

    def __init__(self, registry) -> None:
        self.registry = registry
        self.slow = False
        self.broken = False
        self.settled = 0
        self.waits: list[Deferred[None]] = []

    def settle(self) -> None:
        """
        Take the changes, or fail to.
        """
        if self.broken:
            raise StoreError("the disk is full")
        self.registry.notify()
        self.settled += len(self.registry.journal.take())

    def safe(self, number: int) -> Deferred[None]:
        """
        Now, or when the test has it.
        """
        if not self.slow:
            return succeed(None)
        self.waits.append(Deferred())
        return self.waits[-1]


class Caller(Protocol):
    """
    Collects what the daemon says until it hangs up.
    """

    def __init__(self) -> None:
        self.data = b""
        self.closed: Deferred[bytes] = Deferred()
        self.first: Deferred[None] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        """
        Keep it.
        """
        self.data += data
        if not self.first.called:
            self.first.callback(None)

    def connectionLost(self, reason=None) -> None:
        """
        That was all.
        """
        self.closed.callback(self.data)


class ControlCase(TestCase):
    """
    A daemon's control socket with accounts behind it.

    @ivar renew: what the daemon does at a reload; a test replaces it, as it
        does with what other parts would offer.
    """

    renew = staticmethod(list)
    calls = staticmethod(list)
    reachable = staticmethod(lambda binding: True)
    streams = staticmethod(list)
    firmware = staticmethod(tuple)
    sync = staticmethod(lambda number, reboot: 0)

    def setUp(self):
        """
        Start it.
        """
        self.folder = Path(self.mktemp())
        self.folder.mkdir(mode=0o755)
        self.registry = inhabited()
        self.registry.journal.take()
        self.disk = Disk(self.registry)
        self.config = loadConfig(
            None, {"GIGASETD_SERVER__DOMAIN": "example.net"}, str(self.folder)
        )
        self.control = self.service()
        self.control.startService()
        self.addCleanup(self.stop)

    def service(self):
        """
        Another daemon's, on the same path.
        """
        return self.serviceOf(self.config)

    def serviceOf(self, config):
        """
        The same people's socket in another place.
        """
        clock = SimpleNamespace(now=lambda: NOW)
        site = siteOf(
            config,
            self.registry,
            reactor,
            clock=clock,
            store=self.disk,
            keys=BOX,
            renew=lambda: self.renew(),
            running=Running(
                calls=lambda: self.calls(),
                reachable=lambda binding: self.reachable(binding),
                streams=lambda: self.streams(),
                sync=lambda *arguments: self.sync(*arguments),
                firmware=lambda: self.firmware(),
            ),
        )
        site.status.started, site.status.ready = NOW - 60, True
        self.built, control = built(site, part, "control")
        return control

    def stop(self):
        """
        Stop it where the test has not.
        """
        return self.control.stopService()

    @property
    def path(self) -> Path:
        """
        The socket.
        """
        return self.folder / "control.sock"

    def near(self) -> str:
        """
        The socket, from here, which is short enough for an address.
        """
        return os.path.relpath(self.path)

    async def connect(self) -> Caller:
        """
        Reach the daemon.
        """
        place = self.near()
        return await connectProtocol(UNIXClientEndpoint(reactor, place), Caller())

    async def say(self, data: bytes) -> list[dict]:
        """
        Say something and hear all of the answer.
        """
        caller = await self.connect()
        caller.transport.write(data)
        heard = await caller.closed
        return [json.loads(line) for line in heard.splitlines()]

    async def ask(self, verb: str, **arguments) -> dict:
        """
        Make a request.

        @return: the last line of the answer, with all parts under C{parts}.
        """
        request = {"verb": verb, "arguments": arguments}
        *lines, last = await self.say(json.dumps(request).encode() + b"\n")
        parts = [one for line in lines for one in line.get("part", ())]
        return {**last, "parts": parts}
