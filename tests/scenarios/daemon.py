# -*- test-case-name: tests.scenarios.test_restart -*-
"""
The daemon as a process started by twistd.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.protocol import ProcessProtocol
from twisted.internet.utils import getProcessOutputAndValue
from twisted.python.failure import Failure

from tests.scenarios.patience import Impatient, Patience

CHECKOUT = str(Path(__file__).resolve().parents[2])
"""
Where C{gigasetd/}, C{twisted/plugins/} and C{tests/} lie side by side.
"""

TWISTD = (
    "import sys; sys.argv[0] = 'twistd'; from twisted.scripts.twistd import run; run()"
)
"""
What the C{twistd} script does, with the checkout first on the path.
"""

CTL = "import sys; from gigasetd.cli.main import main; sys.exit(main())"
"""
What the C{gigasetctl} script does.
"""


class Refusal(Exception):
    """
    gigasetctl ended with a status other than 0.

    @ivar status: that status.
    """

    def __init__(self, status: int, complaint: str) -> None:
        super().__init__(f"gigasetctl ended with {status}: {complaint}")
        self.status = status


class Run(ProcessProtocol):
    """
    One life of the daemon's process.

    @ivar lines: what it logged, in order.
    @ivar listening: (service, transport) to port.
    @ivar ended: fires with the exit status, negative for a signal.
    """

    def __init__(self, reactor: Any) -> None:
        self.lines: list[str] = []
        self.listening: dict[tuple[str, str], int] = {}
        self.status: int | None = None
        self.ready = Patience(reactor, 60, "gigasetd: ready", self.story)
        self._ended = Deferred[int]()
        self._received = b""

    def outReceived(self, data: bytes) -> None:
        """
        Split the log into lines.
        """
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._logged(line.decode("utf-8", "replace"))

    errReceived = outReceived

    def _logged(self, line: str) -> None:
        self.lines.append(line)
        _, mark, facts = line.partition("listening service=")
        if mark:
            told = dict(
                word.split("=", 1) for word in f"service={facts}".split() if "=" in word
            )
            if "port" in told:
                place = told["service"], told["transport"]
                self.listening[place] = int(told["port"])
        if line.split()[-1:] == ["ready"]:
            self.ready.callback(self)

    def processEnded(self, reason: Failure) -> None:
        """
        Note the exit status and call the waiters.
        """
        if self._received:
            self._logged(self._received.decode("utf-8", "replace"))
        value: Any = reason.value
        self.status = -value.signal if value.signal else value.exitCode or 0
        self.ready.errback(
            Impatient(f"gigasetd ended with {self.status}\n{self.story()}")
        )
        self._ended.callback(self.status)

    def ended(self) -> Deferred[int]:
        """
        Wait for the end of the process.
        """
        waiter: Deferred[int] = Deferred()

        def tell(status: int) -> int:
            waiter.callback(status)
            return status

        self._ended.addCallback(tell)
        return waiter

    def signal(self, name: str) -> Deferred[int]:
        """
        Send a signal, if the process is still running.

        @return: a Deferred with the exit status.
        """
        with suppress(ProcessExitedAlready):
            self.transport.signalProcess(name)
        return self.ended()

    def story(self) -> str:
        """
        Format the log for a failed test.
        """
        return "\n".join(["--- the daemon's log:", *self.lines[-400:]])


class Daemon:
    """
    A daemon with a state directory of its own, on free ports of 127.0.0.1.

    @ivar directory: holds the configuration file and the state.
    @ivar run: the present life, with its log.
    @ivar settings: further TOML, by section, for the configuration file.
    """

    def __init__(
        self, reactor: Any, directory: Path, settings: dict[str, str] | None = None
    ) -> None:
        self.reactor = reactor
        self.directory = directory
        self.settings = settings or {}
        self.ports = {
            ("sip", "udp"): 0,
            ("sip", "tcp"): 0,
            ("stun", "udp"): 0,
            ("http", "tcp"): 0,
            ("xmpp", "tcp"): 0,
            ("xmpp", "tls"): 0,
        }
        self.state = directory / "state"
        self.file = directory / "gigasetd.toml"
        self.past: list[str] = []

    def port(self, service: str, transport: str) -> int:
        """
        Look up the port of a listener.
        """
        return self.run.listening[service, transport]

    def proxy(self, transport: str) -> str:
        """
        Give the proxy address of softphones, C{host:port}.
        """
        return f"127.0.0.1:{self.port('sip', transport)}"

    def configuration(self) -> str:
        """
        Write the configuration as TOML.
        """
        sections: dict[str, list[str]] = {
            "server": ['public_address = "127.0.0.1"'],
            "sip": [],
            "stun": [],
            "http": [],
            "xmpp": [],
            # Tests keep to loopback; those of discovery say otherwise.
            "discovery": [] if "discovery" in self.settings else ["enabled = false"],
        }
        for service in ("sip", "stun", "http", "xmpp"):
            places = [
                f'"{transport}:{port}:interface=127.0.0.1"'
                for (kind, transport), port in self.ports.items()
                if kind == service
            ]
            sections[service].append(f"listen = [{', '.join(places)}]")
        for section, text in self.settings.items():
            sections.setdefault(section, []).append(text)
        return "".join(
            f"[{name}]\n" + "\n".join(lines) + "\n\n"
            for name, lines in sections.items()
        )

    def command(self) -> list[str]:
        """
        Build the command line of the daemon.
        """
        options = ["--config", str(self.file), "--state-dir", str(self.state)]
        twistd = [sys.executable, "-c", TWISTD, "-n", "--pidfile="]
        return [*twistd, "gigasetd", *options]

    async def start(self) -> Daemon:
        """
        Start the daemon and wait until it is ready.
        """
        self.file.write_text(self.configuration())
        self.run = Run(self.reactor)
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIGASETD_")
        }
        self.reactor.spawnProcess(
            self.run, sys.executable, self.command(), env=environment, path=CHECKOUT
        )
        await self.run.ready.deferred
        # The same ports the next time: telephones know no others.
        self.ports.update(
            (place, port)
            for place, port in self.run.listening.items()
            if place in self.ports
        )
        return self

    async def kill9(self) -> None:
        """
        Kill the daemon, as a power cut would.
        """
        await self.run.signal("KILL")
        self.past.extend(self.run.lines)

    async def terminate(self) -> int:
        """
        Stop the daemon as systemd does.

        @return: its exit status.
        """
        status = await self.run.signal("TERM")
        self.past.extend(self.run.lines)
        return status

    async def restart(self) -> None:
        """
        Stop normally, and start again on the same ports.

        @raise Impatient: the status was not 0.
        """
        status = await self.terminate()
        if status != 0:
            raise Impatient(f"SIGTERM ended with {status}\n{self.run.story()}")
        await self.start()

    async def stop(self) -> None:
        """
        Kill the daemon if it still runs.
        """
        if hasattr(self, "run") and self.run.status is None:
            await self.kill9()

    async def ctl(self, *verb: str) -> Any:
        """
        Run gigasetctl.

        @return: its JSON document.
        @raise Refusal: it ended with a status other than 0.
        """
        socket = str(self.state / "control.sock")
        out, complaint, status = await getProcessOutputAndValue(
            sys.executable,
            ["-c", CTL, "--socket", socket, "--json", *verb],
            env=dict(os.environ),
            path=CHECKOUT,
            reactor=self.reactor,
        )
        if status != 0:
            raise Refusal(status, complaint.decode("utf-8", "replace"))
        return json.loads(out)

    def log(self) -> list[str]:
        """
        List all log lines of all runs.
        """
        lived = getattr(self, "run", None)
        now = lived.lines if lived and lived.status is None else []
        return [*self.past, *now]
