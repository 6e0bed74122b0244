"""
A server and its clients in a jar: no sockets, no clock, the protocol's own
words in and out.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.words.xish.domish import Element

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.actions import Action, CloseStream, ForwardStanza, Peer, SendStanza
from gigasetd.xmpp.im.messaging import Messaging
from gigasetd.xmpp.stanza.stanza import parse, serialize

DOMAIN = "gigaset.net"
NOW = 1_700_000_000.0
ALICE, BOB, CAROL, MALLORY = "20000001", "20000002", "20000003", "20000004"
NAMES = {"alice": ALICE, "bob": BOB, "carol": CAROL, "mallory": MALLORY}
QUIET = {"shared_roster": "off", "approval": "none"}


def words(text: str) -> str:
    """
    A script's words as they are on the wire: C{$alice} is Alice's address.
    """
    for name, number in NAMES.items():
        text = text.replace(f"${name}", f"{number}@{DOMAIN}")
    return text.replace("$domain", DOMAIN)


def shape(element: Element, pattern: Element | None = None) -> Any:
    """
    What is compared of an element; where the pattern says "*", anything goes.
    """
    attributes = dict(element.attributes)
    if pattern is not None:
        for key, value in pattern.attributes.items():
            if value == "*" and key in attributes:
                attributes[key] = "*"
    children = list(element.children)
    patterns = pattern.children if pattern is not None else []
    inside = []
    for place, one in enumerate(children):
        other = patterns[place] if place < len(patterns) else None
        if isinstance(one, str):
            inside.append("*" if other == "*" else one)
        else:
            inside.append(shape(one, None if isinstance(other, str) else other))
    return element.uri, element.name, sorted(attributes.items(), key=str), inside


class Client:
    """
    One stream.

    @ivar got: what came and was not looked at.
    @ivar closed: the condition its stream was closed with.
    @ivar detail: what an extension said to that.
    """

    def __init__(self, jar: Jar, peer: Peer) -> None:
        self.jar, self.peer, self.stream = jar, peer, peer.stream
        self.got: list[SendStanza] = []
        self.closed: str | None = None
        self.detail: Element | None = None
        self.full = ""

    def send(self, text: str) -> None:
        """
        Send one element.
        """
        element = parse(words(text))
        self.jar.perform(
            self.jar.messaging.received(self.stream, element, self.jar.now)
        )

    def take(self) -> list[Element]:
        """
        What has come since the last look.
        """
        got, self.got = self.got, []
        return [one.element for one in got]

    def bodies(self) -> list[str]:
        """
        The texts of the messages among them.
        """
        return [
            str(child)
            for element in self.take()
            if element.name == "message"
            for inner in element.elements()
            if inner.name == "body"
            for child in inner.children
        ]

    def flush(self) -> None:
        """
        All of it has gone to the system.
        """
        self.jar.perform(self.jar.messaging.flushed(self.stream, self.jar.now))

    def lose(self, clean: bool = False) -> None:
        """
        The connection breaks, or ends in good order.
        """
        self.jar.clients.pop(self.stream, None)
        self.jar.perform(self.jar.messaging.lost(self.stream, self.jar.now, clean))


class Jar:
    """
    @ivar forwarded: what went to other domains.
    """

    def __init__(self, **section: Any) -> None:
        self.section = replace(XmppSection(), **{**QUIET, **section})
        self.now = NOW
        self.streams = count(1)
        self.tokens = count(1)
        self.registry = Registry(Journal())
        for number in NAMES.values():
            self.registry.put(
                Account(number, "digest", "x", "h" + number, "", "", NOW, NOW)
            )
        self.start()

    def start(self) -> None:
        """
        The daemon starts, with what is in the registry.
        """
        self.clients: dict[int, Client] = {}
        self.forwarded: list[Element] = []
        self.messaging = Messaging(
            self.registry, self.section, DOMAIN, self.token, self.household, "1.2"
        )

    def restart(self) -> None:
        """
        The daemon is killed and starts anew with what was stored.
        """
        values = self.registry.everything()
        self.registry = Registry(Journal(self.registry.journal.number))
        self.registry.load(values)
        self.start()

    def token(self) -> str:
        """
        The next id.
        """
        return f"t{next(self.tokens)}"

    def household(self, number: str, other: str) -> bool:
        """
        All but Mallory live together.
        """
        return MALLORY not in (number, other)

    def perform(self, actions: list[Action]) -> None:
        """
        What the streams would do, and the news that follow.
        """
        for action in actions:
            if isinstance(action, SendStanza):
                if action.stream in self.clients:
                    self.clients[action.stream].got.append(action)
            elif isinstance(action, CloseStream):
                client = self.clients.pop(action.stream, None)
                if client is not None:
                    client.closed, client.detail = action.condition, action.detail
                    self.perform(
                        self.messaging.lost(action.stream, self.now, clean=True)
                    )
            else:
                assert isinstance(action, ForwardStanza)
                self.forwarded.append(action.element)
        self.registry.notify()

    def settle(self) -> None:
        """
        Somebody else has changed the registry.
        """
        self.registry.notify()
        self.perform(self.messaging.changed(self.now))

    def connect(self, number: str, legacy: bool = False, resource: str = "") -> Client:
        """
        Log in, without binding unless by XEP-0078.
        """
        peer = Peer(number, next(self.streams), legacy, resource, True, "192.0.2.7")
        client = self.clients[peer.stream] = Client(self, peer)
        if resource:
            client.full = f"{number}@{DOMAIN}/{resource}"
        self.perform(self.messaging.opened(peer, self.now))
        return client

    def login(self, number: str, resource: str, legacy: bool = False) -> Client:
        """
        Log in and bind.
        """
        if legacy:
            return self.connect(number, True, resource)
        client = self.connect(number)
        client.send(
            "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            f"<resource>{resource}</resource></bind></iq>"
        )
        client.take()
        client.full = f"{number}@{DOMAIN}/{resource}"
        return client

    def online(
        self, number: str, resource: str, priority: int = 0, legacy: bool = False
    ) -> Client:
        """
        Log in, bind, and be available.
        """
        client = self.login(number, resource, legacy)
        client.send(f"<presence><priority>{priority}</priority></presence>")
        for one in self.clients.values():
            if one is not client:
                one.take()
        return client

    def advance(self, seconds: float) -> None:
        """
        Time passes.
        """
        self.now += seconds
        deadline = self.messaging.deadline
        if deadline is not None and deadline <= self.now:
            self.perform(self.messaging.wake(self.now))

    def befriend(self, one: Client, other: Client) -> None:
        """
        Two become contacts of each other.
        """
        first, second = one.full.partition("/")[0], other.full.partition("/")[0]
        one.send(f"<presence type='subscribe' to='{second}'/>")
        other.send(f"<presence type='subscribed' to='{first}'/>")
        other.send(f"<presence type='subscribe' to='{first}'/>")
        one.send(f"<presence type='subscribed' to='{second}'/>")
        one.take()
        other.take()


class JarCase(SynchronousTestCase):
    """
    A test with a jar of its own.
    """

    section: dict[str, Any] = {}
    maxDiff = None

    def setUp(self) -> None:
        self.jar = Jar(**self.section)

    def assertGot(self, client: Client, *expected: str) -> None:
        """
        A client got exactly this, in this order, since it was last looked at.
        """
        self.assertSame(client.take(), *expected)

    def assertSame(self, got: list[Element], *expected: str) -> None:
        """
        These elements are those; C{*} in an expected attribute or text stands
        for anything.
        """
        patterns = [parse(words(text)) for text in expected]
        told = "\n".join(map(serialize, got))
        self.assertEqual(len(got), len(patterns), told)
        for one, pattern in zip(got, patterns):
            self.assertEqual(shape(one, pattern), shape(pattern), told)
