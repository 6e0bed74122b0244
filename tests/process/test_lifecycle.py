"""
Tests for L{gigasetd.process.lifecycle}: the process as systemd and an operator's shell
see it.
"""

from __future__ import annotations

import resource
import socket
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.utils import getProcessOutputAndValue
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.process.lifecycle import raiseFileLimit
from tests.scenarios.daemon import CHECKOUT, Daemon, Impatient


class DaemonCase(TestCase):
    """
    A daemon in a process of its own.
    """

    timeout = 90

    def setUp(self) -> None:
        """
        A directory for it.
        """
        directory = Path(self.mktemp()).absolute()
        directory.mkdir(mode=0o700)
        self.daemon = Daemon(reactor, directory)
        self.addCleanup(self.daemon.stop)

    async def assertRefuses(self, *words: str) -> str:
        """
        The start ends with status 1 and a line that holds these words; no
        traceback, no C{ready}.
        """
        await self.assertFailure(Deferred.fromCoroutine(self.daemon.start()), Impatient)
        self.assertEqual(self.daemon.run.status, 1, self.daemon.run.story())
        story = self.daemon.run.story()
        self.assertNotIn("Traceback", story)
        self.assertNotIn("Unhandled", story)
        lines = [
            line
            for line in self.daemon.run.lines
            if all(word in line for word in words)
        ]
        self.assertEqual(len(lines), 1, story)
        return lines[0]


class FileLimitTests(SynchronousTestCase):
    """
    L{raiseFileLimit}.
    """

    def limit(self, soft: int, hard: int) -> list[Any]:
        """
        Raise a limit.

        @return: what was set.
        """
        calls: list[Any] = []
        self.patch(resource, "getrlimit", lambda which: (soft, hard))
        self.patch(resource, "setrlimit", lambda which, pair: calls.append(pair))
        self.result = raiseFileLimit()
        return calls

    def test_raised(self) -> None:
        """
        The limit of a shell is raised as far as the system allows; a higher one
        stays.
        """
        self.assertEqual(self.limit(1024, 4096), [(4096, 4096)])
        self.assertEqual(self.result, 4096)
        self.assertEqual(self.limit(1024, 1048576), [(65536, 1048576)])
        infinity = resource.RLIM_INFINITY
        self.assertEqual(self.limit(1024, infinity), [(65536, infinity)])
        for soft in (100000, infinity):
            self.assertEqual(self.limit(soft, infinity), [])
            self.assertEqual(self.result, soft)


class StartTests(DaemonCase):
    """
    A start that fails.
    """

    async def test_configuration(self) -> None:
        """
        A bad configuration ends the start with status 1 and one line for each
        fault.
        """
        self.daemon.settings = {"sip": "max_contacts = 0\nmax_calls = 0"}
        line = await self.assertRefuses("sip.max_contacts")
        self.assertIn(str(self.daemon.file), line)
        self.assertIn("sip.max_calls", self.daemon.run.story())

    async def test_udpPortInUse(self) -> None:
        """
        A UDP port that somebody has ends the start with status 1 and one line
        that names it.
        """
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            port = other.getsockname()[1]
            self.daemon.ports["sip", "udp"] = port
            await self.assertRefuses("cannot start: sip.listen:", str(port), "in use")

    async def test_tcpPortInUse(self) -> None:
        """
        So does a TCP port.
        """
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            self.daemon.ports["sip", "tcp"] = port
            await self.assertRefuses("cannot start: sip.listen:", str(port), "in use")

    async def test_stateDir(self) -> None:
        """
        So does a state directory that cannot be made; the line names the key.
        """
        self.daemon.state = self.daemon.directory / "file" / "state"
        self.daemon.state.parent.write_text("in the way")
        await self.assertRefuses("server.state_dir", str(self.daemon.state))

    async def test_secondDaemon(self) -> None:
        """
        A second daemon on the same state directory is refused in one line,
        and the first goes on.
        """
        await self.daemon.start()
        second = Daemon(reactor, self.daemon.directory)
        second.state = self.daemon.state
        self.addCleanup(second.stop)
        first, self.daemon = self.daemon, second
        await self.assertRefuses("cannot start")
        self.assertIsNone(first.run.status)


class LifeTests(DaemonCase):
    """
    Signals.
    """

    async def test_terminate(self) -> None:
        """
        SIGTERM ends it with status 0; C{ready} is the whole of one line and
        stands after every C{listening}.
        """
        await self.daemon.start()
        lines = self.daemon.run.lines
        ready = [line for line in lines if line.endswith("ready")]
        self.assertEqual(len(ready), 1)
        listening = [line for line in lines if "listening service=" in line]
        self.assertLess(lines.index(listening[-1]), lines.index(ready[0]))
        self.assertEqual(await self.daemon.terminate(), 0)
        self.assertClean()

    def assertClean(self) -> None:
        """
        The log holds no trouble.
        """
        story = self.daemon.run.story()
        for word in ("Traceback", "Unhandled", "critical"):
            self.assertNotIn(word, story)

    async def test_terminateTwice(self) -> None:
        """
        An impatient operator who sends SIGTERM again and again gets the same
        clean end.
        """
        await self.daemon.start()
        transport: Any = self.daemon.run.transport
        for _ in range(3):
            transport.signalProcess("TERM")
        self.assertEqual(await self.daemon.run.ended(), 0)
        self.assertClean()

    async def test_terminateWithConnections(self) -> None:
        """
        Phones that are connected do not keep it from ending cleanly.
        """
        await self.daemon.start()
        place = ("127.0.0.1", self.daemon.port("sip", "tcp"))
        with socket.create_connection(place) as phone:
            phone.sendall(b"\r\n\r\n")
            phone.settimeout(10)
            self.assertEqual(phone.recv(10), b"\r\n")
            self.assertEqual(await self.daemon.terminate(), 0)
        self.assertClean()

    async def test_reload(self) -> None:
        """
        SIGHUP reads the configuration again: a good one is taken over, a bad
        one is told and left, and the daemon lives on.
        """
        await self.daemon.start()
        text = self.daemon.file.read_text()
        for more, told in (
            ('[log]\nlevel = "debug"\n', "configuration reloaded"),
            ("[sip]\nmax_callss = 1\n", "not reloaded"),
            ('[server2]\nx = "', "not reloaded"),
        ):
            self.daemon.file.write_text(text + more)
            await self._hangUp(told)
        self.assertEqual(await self.daemon.terminate(), 0)
        self.assertNotIn("Traceback", self.daemon.run.story())

    async def test_reloadLimits(self) -> None:
        """
        SIGHUP applies new limits at once; of a key that needs a restart the log
        says so.
        """
        self.daemon.settings = {"guard": "burst = 7"}
        await self.daemon.start()
        self.assertIn(b" 404 ", self._ask(5000))
        text = self.daemon.file.read_text().replace("burst = 7", "burst = 9")
        text = text.replace("[http]\n", "[http]\nmax_request = 2048\n")
        self.daemon.file.write_text(text + '[firmware]\ndirectory = "elsewhere"\n')
        await self._hangUp("configuration reloaded")
        self.assertNotIn(b" 404 ", self._ask(5000))
        said = [line for line in self.daemon.run.lines if "restart the daemon" in line]
        self.assertEqual(len(said), 1, said)
        self.assertIn("firmware.directory", said[0])
        told = await self.daemon.ctl("reload")
        self.assertEqual(told, {"restart": ["firmware.directory"]})

    def _ask(self, length: int) -> bytes:
        """
        The beginning of the answer to a request with a path of that length.
        """
        place = ("127.0.0.1", self.daemon.port("http", "tcp"))
        with socket.create_connection(place, 10) as browser:
            browser.sendall(b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % (b"x" * length))
            return browser.recv(30)

    async def _hangUp(self, told: str) -> None:
        """
        SIGHUP, until a new line says this.
        """
        run, said = self.daemon.run, Deferred[None]()
        logged = run._logged

        def watch(line: str) -> None:
            logged(line)
            if told in line and not said.called:
                said.callback(None)

        run._logged = watch  # type: ignore[method-assign]
        transport: Any = run.transport
        transport.signalProcess("HUP")
        await said
        run._logged = logged  # type: ignore[method-assign]


class HelpTests(TestCase):
    """
    What twistd says of us.
    """

    timeout = 60

    async def test_help(self) -> None:
        """
        C{twistd gigasetd --help} names our options, without starting
        anything.
        """
        command = Daemon(reactor, Path()).command()
        words = [*command[1 : command.index("gigasetd") + 1], "--help"]
        out, _, status = await getProcessOutputAndValue(
            command[0], words, path=CHECKOUT, env={"PATH": "/usr/bin:/bin"}
        )
        self.assertEqual(status, 0)
        for option in (b"--config", b"--state-dir"):
            self.assertIn(option, out)
