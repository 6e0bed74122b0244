"""
What the tests of sockets share: a layer that answers as it is told, and peers
on loopback that can be waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import DatagramProtocol, Protocol

from gigasetd.errors import StoreError
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.sip.actions import Action, Flow, SendBytes
from gigasetd.sip.allowance import Allowances
from gigasetd.sip.transportlayer import TransportRules, Transports


class Mirror:
    """
    Stands where the layer stands: it sends back what it gets, unless told
    otherwise.

    @ivar got: each message with its flow.
    @ivar due: what it says its deadline is.
    @ivar trouble: is raised by everything that it is asked to do.
    """

    def __init__(self) -> None:
        self.got: list[tuple[bytes, Flow]] = []
        self.live: list[Flow] = []
        self.gone: list[Flow] = []
        self.woken: list[float] = []
        self.due: float | None = None
        self.trouble: Exception | None = None
        self.counts = {"faulty": 0, "malformed": 0}

    def receive(self, data: bytes, flow: Flow, now: float) -> list[Action]:
        """
        Send it back.
        """
        if self.trouble is not None:
            raise self.trouble
        self.got.append((data, flow))
        return [SendBytes(data, flow)]

    def wake(self, now: float) -> list[Action]:
        """
        Note that the time has come.
        """
        self.due = None
        self.woken.append(now)
        if self.trouble is not None:
            raise self.trouble
        return []

    def deadline(self) -> float | None:
        """
        As told.
        """
        return self.due

    def opened(self, flow: Flow) -> None:
        """
        Note the stream.
        """
        self.live.append(flow)

    def lost(self, flow: Flow, now: float) -> list[Action]:
        """
        Note its end.
        """
        self.gone.append(flow)
        return []

    def perform(self, actions: list[Action], now: float) -> list[Action]:
        """
        Pass them on.
        """
        return actions


class Disk:
    """
    Stands where the store stands.

    @ivar full: nothing can be written.
    """

    def __init__(self) -> None:
        self.full = False
        self.settled = 0

    def __call__(self) -> None:
        """
        Settle.
        """
        if self.full:
            raise StoreError("the disk is full")
        self.settled += 1


def noStun(data: bytes, flow: Flow, now: float) -> None:
    """
    Answer no STUN request.
    """


def noMedia(action: object) -> None:
    """
    Open no media port.
    """


def transportsOf(layer: Any, reactor: Any, disk: Disk | None = None) -> Transports:
    """
    Transports over that layer, with nobody limited.
    """
    guard = Guard(lambda host: True, GuardLimits())
    allowances = Allowances(guard, set())
    return Transports(
        TransportRules(layer, allowances, noStun),
        noMedia,
        disk or Disk(),
        succeed,
        reactor.seconds,
        reactor,
    )


class Inbox:
    """
    What a peer has received, and who waits for more of it.
    """

    def __init__(self) -> None:
        self.data: list[bytes] = []
        self.closed = False
        self._waits: list[tuple[Callable[[], bool], Deferred[None]]] = []

    def until(self, holds: Callable[[], bool]) -> Deferred[None]:
        """
        Fires as soon as C{holds} does.
        """
        wait: Deferred[None] = Deferred()
        self._waits.append((holds, wait))
        self.look()
        return wait

    def look(self) -> None:
        """
        Something has come.
        """
        ready = [each for each in self._waits if each[0]()]
        self._waits = [each for each in self._waits if each not in ready]
        for _, wait in ready:
            wait.callback(None)


class Telephone(DatagramProtocol):
    """
    A peer on UDP.
    """

    noisy = False

    def __init__(self) -> None:
        self.inbox = Inbox()

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """
        Keep it.
        """
        self.inbox.data.append(datagram)
        self.inbox.look()


class Caller(Protocol):
    """
    A peer on TCP.
    """

    transport: Any

    def __init__(self) -> None:
        self.inbox = Inbox()

    def connectionMade(self) -> None:
        """
        The connection is there.
        """
        self.inbox.look()

    def dataReceived(self, data: bytes) -> None:
        """
        Keep it.
        """
        self.inbox.data.append(data)
        self.inbox.look()

    def connectionLost(self, reason: Any = None) -> None:
        """
        The server has hung up.
        """
        self.inbox.closed = True
        self.inbox.look()

    @property
    def heard(self) -> bytes:
        """
        All that has come.
        """
        return b"".join(self.inbox.data)
