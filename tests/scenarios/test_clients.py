"""
Other real XMPP clients, each in a chat with slixmpp: away once, and back.
"""

from __future__ import annotations

import contextlib
import os
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.protocol import ProcessProtocol
from twisted.internet.utils import getProcessOutput, getProcessOutputAndValue
from twisted.python.failure import Failure
from twisted.trial.unittest import SkipTest

from tests.scenarios.case import DOMAIN, require
from tests.scenarios.chat import PASSWORD, ChatCase, Person
from tests.scenarios.patience import Patience

ALICE, BOB = "30001", "30002"
HERS, HIS = f"{ALICE}@{DOMAIN}", f"{BOB}@{DOMAIN}"
XMPPJS = "@xmpp/client@0.14.0"


class Oldtimer(Person):
    """
    A user with xmpppy.
    """

    program = "tests.scenarios.oldtimer"


class Scripted(Person):
    """
    A user with @xmpp/client, on Node.
    """

    def start(self) -> None:
        """
        Start Node in the folder where npm has installed the client.
        """
        node = str(which("node"))
        script = str(Path(__file__).with_name("xmppjs.mjs"))
        # The daemon's certificate is self-signed.
        trusting = {**os.environ, "NODE_TLS_REJECT_UNAUTHORIZED": "0"}
        self.reactor.spawnProcess(
            self, node, [node, script], env=trusting, path=str(self.directory)
        )


class Terminal(ProcessProtocol):
    """
    A terminal program and its output.
    """

    def __init__(self, *command: str, home: Path, pty: bool = False) -> None:
        self.text = b""
        self.command = command
        self.ended: Deferred[None] = Deferred()
        self._waiting: list[tuple[bytes, Patience]] = []
        environment = {
            **os.environ,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "TERM": "xterm",
            "COLUMNS": "100",
            "LINES": "30",
        }
        reactor.spawnProcess(  # type: ignore[attr-defined]
            self, command[0], command, env=environment, path=str(home), usePTY=pty
        )

    def outReceived(self, data: bytes) -> None:
        """
        Search the output for the expected text.
        """
        self.text += data
        for wish in list(self._waiting):
            if wish[0] in self.text:
                self._waiting.remove(wish)
                wish[1].callback(None)

    errReceived = outReceived

    def type(self, text: str) -> None:
        """
        Press keys.
        """
        self.transport.write(text.encode())

    def shows(self, text: str, seconds: float = 15) -> Deferred[None]:
        """
        Wait until a text has been printed.
        """
        wish = f"{self.command[0]}: {text}"
        patience = Patience(reactor, seconds, wish, lambda: self.text.decode())
        self._waiting.append((text.encode(), patience))
        self.outReceived(b"")
        return patience.deferred

    def processEnded(self, reason: Failure) -> None:
        """
        It is over.
        """
        self.ended.callback(None)

    def stop(self) -> Deferred[None]:
        """
        Kill the program.
        """
        with contextlib.suppress(ProcessExitedAlready):
            self.transport.signalProcess("KILL")
        return self.ended


class ClientTests(ChatCase):
    """
    One client each.
    """

    async def setUp(self) -> None:
        """
        Log in Alice with slixmpp; Bob gets another client.
        """
        await super().setUp()
        for number in (ALICE, BOB):
            await self.account(number)
        self.alice = await self.online("alice", ALICE)
        self.port = self.daemon.port("xmpp", "tcp")

    async def _chat(self, make: type[Person]) -> None:
        bob = await self._bob(make)
        await bob.ask("send", to=HERS, body="one")
        await self.alice.expect("message", body="one", bare=HIS)
        await self.alice.ask("send", to=HIS, body="two \N{SNOWMAN} <&>")
        await bob.expect("message", body="two \N{SNOWMAN} <&>", delayed=False)
        await bob.ask("leave")
        await bob.expect("offline")
        await self.alice.ask("send", to=HIS, body="three")
        bob = await self._bob(make)
        await bob.expect("message", body="three", bare=HERS, delayed=True)
        await self.alice.ask("send", to=HIS, body="four")
        await bob.expect("message", body="four")
        self.assertNotIn("message", [one["event"] for one in bob.events])

    async def _bob(self, make: type[Person]) -> Person:
        bob = make(reactor, make.__name__, self.directory)
        bob.start()
        self.addCleanup(bob.stop)
        await bob.ask("connect", jid=HIS, password=PASSWORD, port=self.port)
        await bob.expect("online")
        return bob

    async def test_xmpppy(self) -> None:
        """
        xmpppy, which logs in as clients did before SASL.
        """
        require("xmpppy", find_spec("xmpp") is not None)
        await self._chat(Oldtimer)
        kinds = [one["mechanism"] for one in await self.live("streams")]
        self.assertIn("XEP-0078", kinds)

    async def test_xmppjs(self) -> None:
        """
        @xmpp/client, where there is a Node new enough for it and npm can get
        it.
        """
        node, npm = which("node"), which("npm")
        if node is None or npm is None:
            raise SkipTest("node and npm are not installed")
        version = await getProcessOutput(node, ["--version"], dict(os.environ))
        if int(version.decode().lstrip("v").partition(".")[0]) < 20:
            raise SkipTest(f"{XMPPJS} wants a newer Node than {version.decode()}")
        told = ["install", "--no-audit", "--no-fund", "--prefer-offline", XMPPJS]
        (self.directory / "package.json").write_text("{}")
        _, said, status = await getProcessOutputAndValue(
            npm, told, dict(os.environ), str(self.directory), reactor
        )
        if status != 0:
            raise SkipTest(f"npm has no {XMPPJS}: {said.decode()[-300:]}")
        await self._chat(Scripted)

    def _terminal(self, *command: str, pty: bool = False) -> Terminal:
        """
        Start a program; it is ended with the test.
        """
        terminal = Terminal(*command, home=self.directory, pty=pty)
        self.addCleanup(terminal.stop)
        return terminal

    async def test_goSendxmpp(self) -> None:
        """
        Debian's go-sendxmpp, which offers ALPN: it listens, it sends, and it
        gets what came while it was not there.
        """
        path = which("go-sendxmpp")
        require("go-sendxmpp", path is not None)
        place = f"127.0.0.1:{self.port}"
        told = [str(path), "-n", "-u", HIS, "-p", PASSWORD, "-j", place]
        sending = self._terminal(*told, HERS)
        sending.type("one\n")
        sending.transport.closeStdin()
        await self.alice.expect("message", body="one", bare=HIS)
        await sending.ended
        await self.alice.ask("send", to=HIS, body="two")
        listening = self._terminal(*told, "-l")
        await listening.shows("two")
        await self.alice.ask("send", to=HIS, body="three")
        await listening.shows("three")
        self.assertEqual(listening.text.count(b"two"), 1)

    async def test_profanity(self) -> None:
        """
        profanity, on a terminal.
        """
        path = which("profanity")
        require("profanity", path is not None)
        data = self.directory / "data" / "profanity"
        data.mkdir(parents=True)
        (data / "accounts").write_text(
            f"[{HIS}]\nenabled=true\njid={HIS}\nserver=127.0.0.1\nport={self.port}\n"
            f"password={PASSWORD}\ntls.policy=trust\nresource=tty\n"
        )
        await self.alice.ask("send", to=HIS, body="before")
        screen = self._terminal(str(path), "-a", HIS, pty=True)
        await screen.shows("before")
        screen.type(f"/msg {HERS} one\r")
        await self.alice.expect("message", body="one", bare=HIS)
        await self.alice.ask("send", to=HIS, body="two")
        await screen.shows("two")
