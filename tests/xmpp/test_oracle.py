"""
What a component is told by Prosody and by ejabberd, it is told by us.
"""

from __future__ import annotations

import re
import socket
from hashlib import sha1
from itertools import count
from typing import Any

from twisted.internet import reactor
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from gigasetd.config.schema import XmppSection
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.xmpp.federation.component import (
    ComponentAccess,
    ComponentFactory,
    shareLimits,
)
from gigasetd.xmpp.federation.router import DomainRouter
from gigasetd.xmpp.federation.xmlstream import COUNTS, contextOf
from tests.scenarios.case import require
from tests.xmpp.attaching import HEADER
from tests.xmpp.servers import (
    COMPONENT,
    DOMAIN,
    SECRET,
    Ejabberd,
    NotServed,
    Prosody,
    XmppServer,
)

FORGED = f"<message from='pia@{DOMAIN}' to='pia@{DOMAIN}'><body>x</body></message>"


class Script:
    """
    A component's side, which blocks.
    """

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), 10)

    def say(self, text: str, until: str) -> str:
        """
        Send, and read until something comes, or the end.
        """
        self.line.sendall(text.encode())
        got = ""
        while not re.search(until, got):
            data = self.line.recv(4096)
            if not data:
                break
            got += data.decode()
        return got

    def attach(self, domain: str = COMPONENT, secret: str = SECRET) -> str:
        """
        Log in.
        """
        header = self.say(HEADER.format(domain), r"\sid=['\"][^'\"]*['\"][^>]*>")
        if "</stream:stream>" in header or "<stream:error>" in header:
            return told(header)
        found = re.search(r"\sid=['\"]([^'\"]*)", header)
        assert found, header
        proof = sha1(f"{found[1]}{secret}".encode()).hexdigest()
        return told(self.say(f"<handshake>{proof}</handshake>", "<handshake|</stream"))

    def close(self) -> None:
        """
        Hang up.
        """
        self.line.close()


def told(text: str) -> str:
    """
    The condition of a stream error, else what is said.
    """
    found = re.search(r"<stream:error><([a-z-]+)", text)
    return found[1] if found else "in" if "<handshake" in text else text


def play(port: int) -> list[str]:
    """
    What a server says to one who is right, wrong, and dishonest.
    """
    one = Script(port)
    answers = [one.attach()]
    answers.append(told(one.say(FORGED, "</stream:stream>")))
    one.close()
    two = Script(port)
    answers.append(two.attach(secret="wrong"))
    two.close()
    return answers


class OracleTests(TestCase):
    """
    Both servers, and ours.
    """

    def ours(self) -> Any:
        """
        Our listener.
        """
        tokens = count(1)
        counts = dict.fromkeys(COUNTS, 0)
        routes = DomainRouter(DOMAIN, lambda *_: None, lambda *_: None, counts)
        components = ComponentFactory(
            {COMPONENT: SECRET},
            routes,
            contextOf(XmppSection(), reactor, counts),
            lambda: f"t{next(tokens)}",
            ComponentAccess(
                Guard(lambda host: False, GuardLimits()),
                lambda host: True,
                shareLimits(XmppSection()),
                reactor.seconds,
            ),
        )
        port: Any = reactor.listenTCP(  # type: ignore[attr-defined]
            0, components, interface="127.0.0.1"
        )
        self.addCleanup(port.stopListening)
        return port.getHost().port

    async def compare(self, make: type[XmppServer]) -> None:
        """
        Play the script to both.
        """
        try:
            server = make({})
        except NotServed as missing:
            require(f"{make.name} ({missing})", False)
        self.addCleanup(server.remove)
        server.start()
        theirs = await deferToThread(play, server.component)
        self.assertEqual(theirs, ["in", "invalid-from", "not-authorized"])
        self.assertEqual(await deferToThread(play, self.ours()), theirs)

    async def test_prosody(self) -> None:
        """
        Prosody.
        """
        await self.compare(Prosody)

    async def test_ejabberd(self) -> None:
        """
        ejabberd.
        """
        await self.compare(Ejabberd)
