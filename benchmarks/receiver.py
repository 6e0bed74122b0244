"""
One chat client that is killed, resumes, leaves and returns: as correct as the protocol
allows, over a real socket.
"""

from __future__ import annotations

import base64
import socket
import struct
from collections import Counter
from random import Random
from typing import Any

from twisted.words.xish.domish import Element

from benchmarks.chatter import AUTH, BIND, OPEN
from gigasetd.xmpp.stanza.namespaces import SM, elements
from gigasetd.xmpp.stanza.parser import StreamClosed, StreamFault, XmlLimits, XmlParser
from gigasetd.xmpp.stream.header import STREAM

ENABLE = f"<enable xmlns='{SM}' resume='true'/>"
RESUME = f"<resume xmlns='{SM}' previd='{{}}' h='{{}}'/>"
CONFIRM = f"<a xmlns='{SM}' h='{{}}'/>"
END = "</stream:stream>"
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: a reset instead of an end


class Faulty(Exception):
    """
    The server broke the protocol.
    """


class Receiver:
    """
    @ivar managed: whether it confirms what it has shown (XEP-0198).
    @ivar seen: what it has shown, by id.
    @ivar here: whether messages come now.
    @ivar leaving: whether it has said good-bye.
    @ivar back: when it is to come (again).
    """

    def __init__(
        self, place: tuple[str, int], domain: str, login: tuple[str, str], managed: bool
    ) -> None:
        self._place, self._domain, self.login = place, domain, login
        self.managed = managed
        self.seen: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.socket: Any = None
        self.here = self.leaving = False
        self.back = 0.0
        self.id, self.count = "", 0
        self._cut = False

    # coming

    def come(self) -> None:
        """
        Connect.
        """
        self.socket = socket.create_connection(self._place)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._known = self.leaving = False
        self._greet()

    def _greet(self) -> None:
        self._parser = XmlParser(XmlLimits())
        self.say(OPEN.format(domain=self._domain))

    def say(self, text: str) -> None:
        """
        Send bytes, however long it takes.
        """
        self.socket.sendall(text.encode())

    def read(self) -> None:
        """
        Read and process input.
        """
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            self._gone()
            return
        before = self.count
        for event in self._parser.feed(data):
            if isinstance(event, StreamFault):
                raise Faulty(event.condition)
            if isinstance(event, Element):
                self._take(event)
            elif isinstance(event, StreamClosed):
                self._gone()
                return
        if self.managed and self.count != before and not self.leaving:
            self.say(CONFIRM.format(self.count))

    def _gone(self) -> None:
        if not self.leaving:
            raise Faulty("the server hung up")
        self._drop()

    def _drop(self) -> None:
        self.socket.close()
        self.socket = None
        self.here = False

    def _take(self, element: Element) -> None:
        name = element.name
        if name == "features":
            self._featured()
        elif name == "success":
            self._known = True
            self._greet()
        elif element.uri == SM:
            self._managed(element)
        elif name == "failure" or element.uri == STREAM:
            inside = " ".join(one.name for one in elements(element))
            raise Faulty(f"{name}: {inside}")
        elif not self.here:
            self._bound()
        elif not (self.leaving and self.managed):
            # What was not confirmed before the good-bye was not shown.
            self.count += 1
            if name == "message":
                self._shown(element)

    def _featured(self) -> None:
        name, password = self.login
        if not self._known:
            plain = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
            self.say(AUTH.format(plain))
        elif self.id:
            self.say(RESUME.format(self.id, self.count))
        else:
            self.say(BIND.format("r"))

    def _managed(self, element: Element) -> None:
        if element.name == "resumed":
            self.here, self._cut = True, False
        elif element.name == "failed":
            if self._cut:
                # Whether what it has confirmed was lost is unknown.
                raise Faulty("a session was over too soon")
            self.id = ""
            self.say(BIND.format("r"))
        elif element.name == "enabled":
            self.id, self.count = element.attributes["id"], 0
            self._begin()
        elif element.name == "r" and not self.leaving:
            self.say(CONFIRM.format(self.count))

    def _bound(self) -> None:
        if self.managed:
            self.say(ENABLE)
        else:
            self._begin()

    def _begin(self) -> None:
        self.here = True
        self.say("<presence/>")

    def _shown(self, message: Element) -> None:
        id = message.attributes.get("id", "")
        if message.attributes.get("type") == "error":
            self.errors[id] += 1
        else:
            self.seen[id] += 1

    # going

    def reset(self) -> None:
        """
        Break the connection at once, with everything in transit.
        """
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._cut = True
        self._drop()

    def die(self) -> None:
        """
        Be killed: acknowledgements sent before arrive, nothing else.
        """
        self.leaving = True
        self.socket.shutdown(socket.SHUT_WR)

    def leave(self) -> None:
        """
        Log out.
        """
        self.leaving = True
        self.id = ""
        self.say(END)

    def happen(self, random: Random, now: float, hibernation: float) -> None:
        """
        Be reset, killed or logged out at random.
        """
        chance = random.random()
        if self.managed and chance < 0.6:
            self.back = now + random.random() * hibernation / 5
            self.reset()
        elif self.managed and chance < 0.8:
            self.back = now + hibernation + 1 + random.random()
            self.die()
        else:
            self.back = now + random.random() * 2
            self.leave()
