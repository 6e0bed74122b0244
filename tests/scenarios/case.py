# -*- test-case-name: tests.scenarios -*-
"""
Base classes of the scenarios: a daemon, accounts on it, and softphones.

Layer 4 (assembly).
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from platform import machine
from shutil import which
from typing import Any

from twisted.internet import reactor
from twisted.trial.unittest import SkipTest, TestCase

from tests.scenarios.agent import Agent
from tests.scenarios.daemon import Daemon

DOMAIN = "gigaset.net"

FAULTS = ("Traceback", "Unhandled", "#error]", "#critical]")
"""
What no log of a healthy daemon holds.
"""


def require(name: str, present: bool) -> None:
    """
    Require an outside program: skip without it, fail on CI.
    """
    if present:
        return
    reason = f"{name} is not installed"
    if os.environ.get("CI"):
        raise AssertionError(f"{reason}, and CI must have it")
    raise SkipTest(reason)


def requireSoftphone() -> None:
    """
    Require PJSIP, without importing it into this process.

    Where PyPI has no wheel of it, its absence is a skip on CI too: the marker in
    setup.cfg names the same platform and versions.
    """
    present = find_spec("pjsua2") is not None
    if not present and (sys.version_info >= (3, 13) or machine() != "x86_64"):
        python = ".".join(map(str, sys.version_info[:2]))
        raise SkipTest(f"pjsua2-python has no wheel for Python {python} on {machine()}")
    require("pjsua2-python", present)


def requireSipp() -> str:
    """
    Require sipp.

    @return: its path.
    """
    path = which("sipp")
    require("sipp (Debian: sip-tester)", path is not None)
    return str(path)


class ScenarioCase(TestCase):
    """
    A test with its own daemon, which is stopped after the test.

    @ivar settings: further TOML for the daemon's configuration, by section.
    """

    timeout = 150
    settings: dict[str, str] = {}

    async def setUp(self) -> None:
        """
        Start the daemon and wait until it is ready.
        """
        self.directory = self._makeDirectory()
        self.daemon = Daemon(reactor, self.directory, self.settings)
        self.addCleanup(self._judge)
        self._added = 0
        await self.daemon.start()

    def _makeDirectory(self) -> Path:
        directory = Path(self.mktemp()).absolute()
        directory.mkdir(mode=0o700)
        return directory

    async def _judge(self) -> None:
        await self.daemon.stop()
        faults = [
            line for line in self.daemon.log() if any(fault in line for fault in FAULTS)
        ]
        self.assertEqual(faults, [], "\n".join(self.daemon.log()[-200:]))

    async def account(self, number: str, password: str = "s3cret-" * 2) -> str:
        """
        Add a device whose number and password are known.

        @return: the password.
        """
        self._added += 1
        mac = f"7C2F80{self._added:06X}"
        await self.daemon.ctl(
            "device", "add", "--mac", mac, "--number", number, "--password", password
        )
        return password

    async def live(self, verb: str) -> list[dict[str, Any]]:
        """
        List live objects: C{registrations} or C{calls}.
        """
        found: list[dict[str, Any]] = await self.daemon.ctl(verb)
        return found


class CallCase(ScenarioCase):
    """
    A test with softphones.

    @ivar transport: what telephones use unless told otherwise.
    """

    transport = "udp"

    async def setUp(self) -> None:
        """
        Start the daemon; skip without softphones.
        """
        requireSoftphone()
        await super().setUp()

    def phone(self, name: str) -> Agent:
        """
        Start a softphone process; it is stopped after the test.
        """
        agent = Agent(reactor, name, self.directory)
        agent.start()
        self.addCleanup(agent.stop)
        return agent

    async def connect(self, name: str, number: str, **options: Any) -> Agent:
        """
        Start a softphone on the daemon, without waiting for a response.

        @param options: further arguments of the softphone's C{start}.
        """
        agent = self.phone(name)
        options.setdefault("transport", self.transport)
        options.setdefault("proxy", self.daemon.proxy(options["transport"]))
        options.setdefault("password", "s3cret-" * 2)
        await agent.ask("start", number=number, domain=DOMAIN, **options)
        return agent

    async def registered(self, name: str, number: str, **options: Any) -> Agent:
        """
        Add an account, start a softphone and wait for its registration.
        """
        await self.account(number)
        agent = await self.connect(name, number, **options)
        await agent.expect("registration", code=200, active=True)
        return agent

    async def pair(self) -> tuple[Agent, Agent]:
        """
        Register Alice, 30001, and Bob, 30002, each listening for the other's tone.
        """
        alice = await self.registered("alice", "30001", tones=[1336])
        bob = await self.registered("bob", "30002", tones=[697])
        return alice, bob

    async def talk(self, alice: Agent, bob: Agent) -> tuple[int, int]:
        """
        Let Alice call Bob, and Bob answer.

        @return: the call's number at Alice's and at Bob's.
        """
        hers = await alice.ask("call", to=address("30002"))
        ringing = await bob.expect("incoming")
        await bob.ask("answer", call=ringing["call"])
        for agent in (alice, bob):
            await agent.expect("state", state="CONFIRMED")
            await agent.expect("media", status="active")
        return hers, ringing["call"]

    async def hear(self, alice: Agent, hers: int, bob: Agent, his: int) -> None:
        """
        Play tones on both sides; each must hear the other's tone and not its own.
        """
        await alice.ask("play", call=hers, frequency=697)
        await bob.ask("play", call=his, frequency=1336)
        await alice.expect("tone", frequency=1336, present=True)
        await bob.expect("tone", frequency=697, present=True)


def address(number: str, domain: str = DOMAIN) -> str:
    """
    Write a SIP address.
    """
    return f"sip:{number}@{domain}"
