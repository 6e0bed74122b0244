"""
The whole of HTTP over a transport in memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.config.sections.server import ServerSection
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account, Binding, Device
from gigasetd.registry.registry import Registry
from gigasetd.telemetry.running import Running
from gigasetd.web.build import part
from tests.sites import built, siteOf

MAC = "7C2F80012345"
NEAR, FAR = "192.168.1.9", "203.0.113.9"
MONDAY = 1795435200.0  #: 2026-11-23 12:00 UTC


class Answer(NamedTuple):
    """
    One answer, taken apart.
    """

    code: int
    headers: dict[str, str]  #: names in lower case
    body: bytes


class Wall:
    """
    The clock of the rules.
    """

    def now(self) -> float:
        """
        Always the same.
        """
        return MONDAY


def bound(number: str, host: str = FAR) -> tuple[Binding, ...]:
    """
    One proven registration.
    """
    return (
        Binding(number, "k", "<sip:x@h>", "c", 1, 9e9, "udp", "", host, 1, 0, "", 1.0,
                1.0, 1),
    )  # fmt: skip


def answers(data: bytes, heads: bool = False) -> list[Answer]:
    """
    What came back, cut by C{Content-Length}.

    @param heads: whether these are answers to HEAD.
    """
    found = []
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            assert name.lower() not in headers, f"{name} twice"
            headers[name.lower()] = value
        code = int(first.split()[1])
        assert code == 204 or "content-length" in headers, head
        length = 0 if heads else int(headers.get("content-length", "0"))
        assert len(data) >= length, "cut short"
        found.append(Answer(code, headers, data[:length]))
        data = data[length:]
    return found


class WebCase(SynchronousTestCase):
    """
    A device with a number, and the service without its ports.
    """

    http = HttpSection(trusted_proxies=Networks(["10.9.9.0/24"]))

    def setUp(self) -> None:
        """
        Build it.
        """
        self.registry = Registry(Journal())
        self.registry.put(Device(MAC, "30001", "", "", "C610", "", 0.0))
        self.registry.put(Account("30001", "digest", "", "", "Zoë", "", 0.0, 0.0))
        self.clock: Any = Clock()
        config = Config(
            http=self.http,
            server=ServerSection(local_networks=Networks(["192.168.0.0/16"])),
        )
        site = siteOf(
            config,
            self.registry,
            self.clock,
            clock=Wall(),
            running=Running(reachable=lambda binding: True),
        )
        self.built, self.web = built(site, part)
        self.site = self.web.site

    @property
    def settled(self) -> int:
        """
        How often the registry was made safe.
        """
        settled: int = self.built.store.settled  # type: ignore[attr-defined]
        return settled

    def connect(self, host: str = NEAR) -> tuple[Any, Any]:
        """
        Open a connection.

        @return: the channel and its transport.
        """
        family = IPv6Address if ":" in host else IPv4Address
        address = family("TCP", host, 40000)
        channel: Any = self.site.buildProtocol(address)
        transport: Any = StringTransport(peerAddress=address)
        transport.abortConnection = transport.loseConnection
        channel.makeConnection(transport)
        return channel, transport

    def send(self, data: bytes, host: str = NEAR, heads: bool = False) -> list[Answer]:
        """
        Send bytes on a new connection.
        """
        self.registry.notify()
        channel, transport = self.connect(host)
        channel.dataReceived(data)
        self.turn(channel)
        return answers(transport.value(), heads)

    def turn(self, channel: Any) -> None:
        """
        Turn the reactor until all that has come is answered.
        """
        while channel.paused and not channel.transport.disconnecting:
            self.clock.advance(0)

    def ask(
        self,
        path: str | bytes,
        host: str = NEAR,
        method: bytes = b"GET",
        body: bytes = b"",
        **headers: str,
    ) -> Answer:
        """
        Send one request.

        @param headers: with C{_} for C{-}.
        """
        target = path if isinstance(path, bytes) else path.encode()
        if body:
            headers["Content_Length"] = str(len(body))
        lines = [f"{name.replace('_', '-')}: {headers[name]}" for name in headers]
        usual = [] if "Host" in headers else ["Host: info.gigaset.net"]
        head = "\r\n".join([*usual, *lines]).encode("latin-1")
        data = method + b" " + target + b" HTTP/1.1\r\n" + head + b"\r\n\r\n" + body
        (answer,) = self.send(data, host, heads=method == b"HEAD")
        return answer
