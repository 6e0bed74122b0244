"""
Devices that are killed, come back and go at random, while somebody writes to
them: what becomes of each message.

A device is as good as its protocol lets it be.  One with stream management
keeps what it has read and how much that was, also when it is killed, and tries
to resume; one without has what the system took, since nobody else knows.
"""

from __future__ import annotations

from collections import Counter, deque
from random import Random
from typing import Any

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Action, CloseStream, ForwardStanza, Peer, SendStanza
from gigasetd.xmpp.stanza.namespaces import BIND, CARBONS, SM, make, wrap
from gigasetd.xmpp.stanza.stanza import CLIENT
from tests.xmpp.jar import ALICE, BOB, CAROL, DOMAIN, Jar

WRITER = ALICE
READERS = (BOB, CAROL)
CHANCES = {
    "write": 60,
    "read": 25,
    "kill": 2,
    "notice": 3,
    "come": 6,
    "leave": 1,
    "wait": 2,
    "restart": 1,
}


def iq(inside: Element) -> Element:
    """
    A question of a client.
    """
    return wrap(CLIENT, "iq", inside, type="set", id="q")


class Device:
    """
    One of a reader's.

    @ivar seen: the messages that it has shown, by id.
    @ivar stream: its connection, 0 for none.
    @ivar line: what is on its way to it.
    @ivar dead: streams that it has left without the server's noticing.
    """

    def __init__(
        self, courier: Courier, number: str, name: str, managed: bool, copies: bool
    ) -> None:
        self.courier, self.number, self.name = courier, number, name
        self.managed, self.copies = managed, copies
        self.seen: Counter[str] = Counter()
        self.stream = 0
        self.line: deque[Element] = deque()
        self.dead: list[int] = []
        self.id, self.count = "", 0

    def say(self, element: Element) -> None:
        """
        Send something.
        """
        courier = self.courier
        now = courier.jar.now
        courier.perform(courier.rules.received(self.stream, element, now))

    def come(self) -> None:
        """
        Connect; go on with what there was, or begin anew.
        """
        if self.stream:
            return
        courier = self.courier
        self.stream = next(courier.jar.streams)
        courier.devices[self.stream] = self
        peer = Peer(self.number, self.stream, False, "", True, "192.0.2.1")
        courier.perform(courier.rules.opened(peer, courier.jar.now))
        if self.id:
            self.say(make(SM, "resume", previd=self.id, h=str(self.count)))
            if self.line and self.line[0].name == "resumed":
                self.line.popleft()
                return
            self.line.clear()
        self.begin()

    def begin(self) -> None:
        """
        A new session.
        """
        self.id, self.count = "", 0
        resource = make(BIND, "resource", self.name)
        self.say(iq(wrap(BIND, "bind", resource)))
        if self.copies:
            self.say(iq(make(CARBONS, "enable")))
        self.line.clear()
        if self.managed:
            self.say(make(SM, "enable", resume="true"))
            self.id = self.line.pop().attributes.get("id", "")
        self.say(wrap(CLIENT, "presence"))

    def read(self, most: int = 1 << 30) -> None:
        """
        Take what has come off the line, and show it.
        """
        if not self.managed:
            most = 1 << 30
        for _ in range(min(most, len(self.line))):
            if not self.stream:
                return
            self.take(self.line.popleft())
        if self.stream and not self.managed:
            courier = self.courier
            courier.perform(courier.rules.flushed(self.stream, courier.jar.now))

    def take(self, element: Element) -> None:
        """
        One element: shown, counted and confirmed in one go.
        """
        if element.uri == SM:
            if element.name == "r":
                self.say(make(SM, "a", h=str(self.count)))
            return
        if self.managed:
            self.count += 1
        for one in self.inside(element):
            if one.name == "message":
                self.seen[one.attributes["id"]] += 1
        if self.managed:
            self.say(make(SM, "a", h=str(self.count)))

    def inside(self, element: Element) -> list[Element]:
        """
        The message itself, out of a copy too.
        """
        found = [element]
        while not any(one.name == "body" for one in found[-1].elements()):
            inner = list(found[-1].elements())
            if not inner:
                return []
            found.append(inner[0])
        return found[-1:]

    def kill(self) -> None:
        """
        The connection breaks, which the server has yet to notice.
        """
        if self.stream:
            self.courier.devices.pop(self.stream, None)
            self.dead.append(self.stream)
            self.cut()

    def cut(self) -> None:
        """
        There is no connection any more, nor what was on it.
        """
        self.stream = 0
        self.line.clear()

    def notice(self) -> None:
        """
        The server finds out.
        """
        courier = self.courier
        for stream in self.dead:
            courier.perform(courier.rules.lost(stream, courier.jar.now, False))
        self.dead.clear()

    def leave(self) -> None:
        """
        Say good-bye, having read all.
        """
        self.read()
        if self.stream:
            courier, stream = self.courier, self.stream
            courier.devices.pop(stream, None)
            self.cut()
            self.id = ""
            courier.perform(courier.rules.lost(stream, courier.jar.now, True))


class Courier:
    """
    A server, one who writes, and devices that read.

    @ivar written: id -> the reader's number.
    @ivar returned: ids of what came back to the writer.
    """

    def __init__(self, **section: Any) -> None:
        self.jar = Jar(**{"max_unacked": 50, "max_held": 400, **section})
        self.devices: dict[int, Device] = {}
        self.readers = [
            Device(self, number, name, managed, copies)
            for number in READERS
            for name, managed, copies in (
                ("desk", True, True),
                ("mobile", True, False),
                ("phone", False, False),
            )
        ]
        self.written: dict[str, str] = {}
        self.returned: Counter[str] = Counter()
        self.writer = 0
        self.connect()

    @property
    def rules(self) -> Any:
        """
        The server's, as of the last restart.
        """
        return self.jar.messaging

    def connect(self) -> None:
        """
        The writer logs in.
        """
        self.writer = next(self.jar.streams)
        peer = Peer(WRITER, self.writer, True, "w", True, "192.0.2.2")
        self.perform(self.rules.opened(peer, self.jar.now))

    def perform(self, actions: list[Action]) -> None:
        """
        What the streams would do.
        """
        for action in actions:
            assert not isinstance(action, ForwardStanza)
            if action.stream == self.writer:
                assert isinstance(action, SendStanza)
                if action.element.attributes.get("type") == "error":
                    self.returned[action.element.attributes["id"]] += 1
            elif action.stream in self.devices:
                self.reach(self.devices[action.stream], action)
        self.jar.registry.notify()

    def reach(self, device: Device, action: SendStanza | CloseStream) -> None:
        """
        Something for a device that is connected.
        """
        if isinstance(action, SendStanza):
            device.line.append(action.element)
            return
        del self.devices[action.stream]
        device.cut()
        self.perform(self.rules.lost(action.stream, self.jar.now, True))

    # what happens

    def write(self, device: Device, full: bool) -> None:
        """
        One message, to one device or to all of an account.
        """
        id = f"m{len(self.written)}"
        self.written[id] = device.number
        to = f"{device.number}@{DOMAIN}" + (f"/{device.name}" if full else "")
        body = make(CLIENT, "body", "x")
        message = wrap(CLIENT, "message", body, id=id, to=to, type="chat")
        now = self.jar.now
        self.perform(self.rules.received(self.writer, message, now))

    def wait(self, seconds: float) -> None:
        """
        Time passes; sessions run out.
        """
        self.jar.now += seconds
        deadline = self.rules.deadline
        if deadline is not None and deadline <= self.jar.now:
            self.perform(self.rules.wake(self.jar.now))

    def restart(self) -> None:
        """
        The daemon is killed while nothing is on a live connection; what a
        sleeping session has not got is in the registry.
        """
        for device in self.readers:
            device.notice()
        while any(device.line for device in self.readers):
            for device in self.readers:
                device.read()
        for device in self.readers:
            device.kill()
            device.dead.clear()
        self.devices.clear()
        self.jar.restart()
        self.connect()

    def happen(self, what: str, device: Device, chance: float) -> None:
        """
        One thing.
        """
        self.jar.now += 0.01
        if what == "write":
            self.write(device, chance < 0.5)
        elif what == "read":
            device.read(1 + int(chance * 8))
        elif what == "wait":
            self.wait(chance * 400)
        elif what == "restart":
            self.restart()
        else:
            getattr(device, what)()

    def storm(self, random: Random, messages: int) -> None:
        """
        Let things happen until so many messages were written.
        """
        names, weights = list(CHANCES), list(CHANCES.values())
        while len(self.written) < messages:
            for what in random.choices(names, weights, k=100):
                self.happen(what, random.choice(self.readers), random.random())

    def finish(self) -> None:
        """
        In the end everybody comes and reads.
        """
        for device in self.readers:
            device.kill()
            device.notice()
        self.wait(1000)
        for device in self.readers:
            device.come()
        while any(device.line for device in self.readers):
            for device in self.readers:
                device.read()
                device.come()

    # what became of it

    def lost(self) -> set[str]:
        """
        The messages that no device has shown and that did not come back.
        """
        shown = {id for device in self.readers for id in device.seen}
        return set(self.written) - shown - set(self.returned)

    def doubled(self) -> set[str]:
        """
        The messages that one device has shown twice, or that were shown and
        came back as well.
        """
        twice = {
            id
            for device in self.readers
            for id, count in device.seen.items()
            if count > 1
        }
        shown = {id for device in self.readers for id in device.seen}
        returned = {id for id, count in self.returned.items() if count > 1}
        return twice | returned | (shown & set(self.returned))

    def left(self) -> int:
        """
        What still waits.
        """
        return sum(map(len, self.jar.registry.held.values()))
