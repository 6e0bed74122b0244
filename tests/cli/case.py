"""
gigasetctl in a process of its own, and a control socket and store for it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.protocol import ProcessProtocol
from twisted.trial.unittest import TestCase

import gigasetd
from gigasetd.accounts.enrolment import addDevice
from gigasetd.accounts.proposal import NewDevice
from gigasetd.config.loading import loadConfig
from gigasetd.control.build import part
from gigasetd.process.clock import SteadyClock
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.store.service import StoreService
from gigasetd.telemetry.running import Running
from tests.registry.populated import BOX, MAC, NUMBER, PASSWORD, numbering
from tests.sites import siteOf

ROOT = Path(gigasetd.__file__).parent.parent


class Ended(NamedTuple):
    """
    What a command left behind.
    """

    status: int
    out: str
    err: str

    @property
    def document(self):
        """
        What was printed, as JSON.
        """
        return json.loads(self.out)


class Command(ProcessProtocol):
    """
    A command at work.
    """

    def __init__(self, typed: bytes) -> None:
        self.typed = typed
        self.heard = {1: b"", 2: b""}
        self.ended: Deferred[Ended] = Deferred()

    def connectionMade(self) -> None:
        """
        Give it its input.
        """
        self.transport.write(self.typed)
        self.transport.closeStdin()

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        """
        Keep its output.
        """
        self.heard[childFD] += data

    def processEnded(self, reason) -> None:
        """
        It is done.
        """
        out, err = self.heard[1].decode(), self.heard[2].decode()
        self.ended.callback(Ended(reason.value.exitCode, out, err))


class CtlCase(TestCase):
    """
    A daemon's store and control socket, and the command to ask them.
    """

    reachable = staticmethod(lambda binding: False)

    def setUp(self):
        """
        Start them.
        """
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.config = self.folder / "gigasetd.toml"
        self.config.write_text(f"[server]\nstate_dir = '{self.folder}'\n")
        config = loadConfig(self.config, {})
        self.registry = registry = Registry(Journal())
        clock = SteadyClock(reactor.seconds)
        self.store = StoreService(config.store, self.folder, registry, clock, reactor)
        site = siteOf(
            config,
            registry,
            reactor,
            clock=clock,
            store=self.store,
            keys=BOX,
            running=Running(reachable=lambda binding: self.reachable(binding)),
        )
        site.status.ready, site.status.store = True, self.store.state
        self.built = site.joined(part(site))
        self.store.startService()
        self.addCleanup(self.store.stopService)
        return self.store.loaded.addCallback(lambda _: self.settle(clock.now()))

    def settle(self, now: float) -> None:
        """
        Let somebody live here.
        """
        new = NewDevice(MAC, NUMBER, PASSWORD, nickname="Bärbel")
        addDevice(self.registry, new, numbering(), now)

    def run_(self, *words: str, typed: bytes = b"", env=None) -> Deferred[Ended]:
        """
        Run gigasetctl with these words.
        """
        command = Command(typed)
        arguments = [sys.executable, "-m", "gigasetd.cli.main", *words]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            **(env or {}),
        }
        reactor.spawnProcess(
            command, sys.executable, arguments, environment, str(self.folder)
        )
        return command.ended

    def ctl(self, *words: str, **how) -> Deferred[Ended]:
        """
        As L{run_}, with this daemon's configuration.
        """
        return self.run_("--config", str(self.config), *words, **how)

    async def refused(self, *words: str, status: int = 1, **how) -> str:
        """
        Check that a command fails with one line, and return that.
        """
        ended = await self.ctl(*words, **how)
        self.assertEqual((ended.status, ended.out), (status, ""), ended.err)
        (line,) = ended.err.splitlines()
        return line
