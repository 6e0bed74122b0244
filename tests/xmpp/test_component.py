"""
Tests of L{gigasetd.xmpp.component}, L{gigasetd.xmpp.guarded} and
L{gigasetd.xmpp.routes}.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha1
from itertools import count
from typing import Any, cast

from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.words.xish.domish import Element

from gigasetd.sections.xmpp import Xmpp
from gigasetd.xmpp.component import Components
from gigasetd.xmpp.guarded import COUNTS, termsOf
from gigasetd.xmpp.routes import Routes
from gigasetd.xmpp.stanza import parse, serialize
from tests.xmpp.streaming import DOMAIN, Transport

ROOMS, OTHER, SECRET = "rooms.example.org", "other.example.org", "s3cret"
HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' to='{}' "
    "xmlns:stream='http://etherx.jabber.org/streams'>"
)


class Wire(Transport):
    """
    A connection that takes TCP's options.
    """

    def setTcpKeepAlive(self, enabled: bool) -> None:
        """
        Taken.
        """

    setTcpNoDelay = setTcpKeepAlive


class Part:
    """
    A component's side of a connection.
    """

    def __init__(self, components: Components) -> None:
        stream = components.buildProtocol(None)
        assert stream is not None
        self.stream = stream
        self.wire = Wire()
        stream.makeConnection(cast(Any, self.wire))

    def say(self, *texts: str) -> str:
        """
        Send each text in a read of its own.

        @return: what came back.
        """
        for text in texts:
            self.stream.dataReceived(text.encode())
        return self.heard()

    def heard(self) -> str:
        """
        What has come since the last look.
        """
        data: bytes = self.wire.value()
        self.wire.clear()
        return data.decode()

    def attach(self, domain: str = ROOMS, secret: str = SECRET) -> str:
        """
        Say who we are, and prove it.
        """
        header = self.say(HEADER.format(domain))
        self.wire.clear()
        id = header.partition(" id='")[2].partition("'")[0]
        proof = sha1(f"{id}{secret}".encode()).hexdigest()
        return self.say(f"<handshake>{proof}</handshake>")

    @property
    def ended(self) -> bool:
        """
        Whether the server has hung up.
        """
        return bool(self.wire.disconnecting or self.wire.aborted)

    def lose(self) -> None:
        """
        The connection breaks.
        """
        self.stream.connectionLost(Failure(Exception()))


class ComponentCase(SynchronousTestCase):
    """
    A server that two components may attach to.
    """

    def setUp(self) -> None:
        """
        Start it.
        """
        self.clock = Clock()
        self.told: list[tuple[str, str]] = []
        self.changes: list[tuple[str, bool]] = []
        self.counts = dict.fromkeys(COUNTS, 0)
        section = replace(Xmpp(), login_timeout=10, keepalive=60, max_unread=65536)
        self.routes = Routes(DOMAIN, self.take, self.change, self.counts)
        tokens = count(1)
        self.components = Components(
            {ROOMS: SECRET, OTHER: "other-s3cret", DOMAIN: SECRET},
            self.routes,
            termsOf(section, self.clock, self.counts),
            lambda: f"t{next(tokens)}",
        )
        self.part = Part(self.components)

    def take(self, domain: str, element: Element) -> None:
        """
        What the rules are told.
        """
        self.told.append((domain, serialize(element)))

    def change(self, domain: str, served: bool) -> None:
        """
        What they are told of domains.
        """
        self.changes.append((domain, served))


class AttachTests(ComponentCase):
    """
    XEP-0114.
    """

    def test_admitted(self) -> None:
        """
        A component that knows its domain's secret is let in, and messages for
        its domain go there.
        """
        answer = self.part.say(HEADER.format(ROOMS))
        self.assertIn(f"from='{ROOMS}' id='t1'>", answer)
        proof = sha1(b"t1s3cret").hexdigest().upper()
        self.assertEqual(
            self.part.say(f"<handshake>{proof}</handshake>"), "<handshake/>"
        )
        self.assertEqual(self.changes, [(ROOMS, True)])
        self.routes.forward(ROOMS, parse(f"<message to='a@{ROOMS}' from='b@c'/>"))
        self.assertEqual(self.part.heard(), f"<message to='a@{ROOMS}' from='b@c'/>")

    def test_wrongSecret(self) -> None:
        """
        A component that does not know the secret is sent away, and so is one
        that knows another domain's.
        """
        for secret in ("other-s3cret", "", SECRET + "x"):
            part = Part(self.components)
            self.assertIn("<not-authorized ", part.attach(secret=secret))
            self.assertTrue(part.ended)
        self.assertEqual(self.routes.routes, {})
        self.assertEqual(self.counts["refused"], 3)

    def test_stanzaFirst(self) -> None:
        """
        Who speaks before the handshake is not heard.
        """
        text = f"<message from='a@{ROOMS}' to='b@{DOMAIN}'/>"
        self.assertIn("<not-authorized ", self.part.say(HEADER.format(ROOMS), text))
        self.assertEqual(self.told, [])

    def test_unknown(self) -> None:
        """
        A domain that the operator has not named, one in another form than a
        domain's, or none: each gets the error that says so.
        """
        wanted = {
            HEADER.format("evil.example"): "host-unknown",
            HEADER.format(f"a@{ROOMS}"): "improper-addressing",
            HEADER.format("a..b"): "improper-addressing",
            HEADER.format(ROOMS).replace(f" to='{ROOMS}'", ""): "improper-addressing",
            HEADER.format(ROOMS).replace(":accept", ":connect"): "invalid-namespace",
            HEADER.format(ROOMS).replace("etherx", "x"): "invalid-namespace",
        }
        for header, condition in wanted.items():
            part = Part(self.components)
            answer = part.say(header)
            self.assertIn(f"<{condition} ", answer)
            self.assertTrue(answer.endswith("</stream:stream>"))
            self.assertTrue(part.ended)

    def test_connections(self) -> None:
        """
        Strangers cannot hold more connections than a few for each component.
        """
        parts = [self.part]
        parts += [Part(self.components) for _ in range(self.components.most - 1)]
        self.assertIsNone(self.components.buildProtocol(None))
        parts[3].lose()
        self.assertIsNotNone(self.components.buildProtocol(None))


class Trap10Tests(ComponentCase):
    """
    Trap 10: who may claim a domain, and speak for it.
    """

    def test_claimedTwice(self) -> None:
        """
        A second component for a domain is refused while the first is there,
        whose stanzas keep their way; afterwards it is welcome.
        """
        self.part.attach()
        second = Part(self.components)
        self.assertIn("<conflict ", second.attach())
        second.lose()
        self.assertIs(self.routes.routes[ROOMS], self.part.stream)
        self.part.lose()
        self.assertEqual(self.changes, [(ROOMS, True), (ROOMS, False)])
        self.assertEqual(Part(self.components).attach(), "<handshake/>")

    def test_ourDomain(self) -> None:
        """
        Nobody can serve the domain of our own accounts, whatever he knows.
        """
        self.assertIn("<conflict ", self.part.attach(DOMAIN))
        self.assertEqual(self.changes, [])

    def test_forged(self) -> None:
        """
        A component speaks for its own domain; one that speaks for anybody
        else is sent away, and nothing of that is heard.
        """
        good = f"<message from='a@{ROOMS}/x' to='b@{DOMAIN}'><body>1</body></message>"
        for sender in (f"admin@{DOMAIN}", f"a@{OTHER}", f"a@b@{ROOMS}", ""):
            self.part.attach()
            self.assertEqual(self.part.say(good), "")
            forged = f"<message from='{sender}' to='b@{DOMAIN}'/>"
            self.assertIn("<invalid-from ", self.part.say(f"{forged}{good}"))
            self.assertTrue(self.part.ended)
            self.part.lose()
            self.part = Part(self.components)
        self.assertEqual(self.told, [(ROOMS, good)] * 4)
        self.assertEqual(self.counts["forged"], 4)


class BorderTests(ComponentCase):
    """
    What crosses.
    """

    def test_rescoped(self) -> None:
        """
        A component's stanza reaches clients as theirs: in their namespace,
        down to what is in one of its own.
        """
        self.part.attach()
        inside = "<x xmlns='u'><body xmlns='jabber:component:accept'/></x>"
        text = f"from='a@{ROOMS}' to='b@{DOMAIN}'"
        self.part.say(f"<message {text}><body>hi</body>{inside}</message>")
        self.assertEqual(
            self.told[0][1], f"<message {text}><body>hi</body>{inside}</message>"
        )
        element = parse(self.told[0][1])
        self.assertEqual(element.uri, "jabber:client")

    def test_smuggling(self) -> None:
        """
        Trap 1: no name of a namespace can carry markup over the border.
        """
        self.part.attach()
        text = "<message><f xmlns='u&apos;/&gt;&lt;/message&gt;'/></message>"
        self.assertIn("<restricted-xml ", self.part.say(text))
        self.assertTrue(self.part.ended)

    def test_poison(self) -> None:
        """
        Trap 2: prefixes of ours are not in the way of a component's parser.
        """
        self.part.attach()
        poison = "<message><a:x xmlns:a='u1'/><y xmlns='u1'/></message>"
        self.routes.forward(ROOMS, parse(poison))
        self.assertEqual(
            self.part.heard(), "<message><x xmlns='u1'/><y xmlns='u1'/></message>"
        )

    def test_away(self) -> None:
        """
        Who writes to a component that is not there is told at once; nobody is
        told of a presence, or of an error.
        """
        for text in ("type='error'", "type='chat'"):
            self.routes.forward(
                ROOMS, parse(f"<message {text} from='b@{DOMAIN}' to='a@{ROOMS}'/>")
            )
        self.routes.forward(ROOMS, parse(f"<presence from='b@c' to='a@{ROOMS}'/>"))
        ((domain, answer),) = self.told
        self.assertEqual(domain, ROOMS)
        self.assertIn("<remote-server-timeout ", answer)
        self.assertIn(f"to='b@{DOMAIN}' from='a@{ROOMS}'", answer)
        self.assertEqual(self.counts["away"], 3)


class LimitTests(ComponentCase):
    """
    What a connection may cost.
    """

    def test_entities(self) -> None:
        """
        Trap 3: no entity is ever expanded.
        """
        bomb = "<?xml version='1.0'?><!DOCTYPE s [<!ENTITY a 'aaaaaaaaaa'>]>"
        self.assertIn("<restricted-xml ", self.part.say(bomb))

    def test_slow(self) -> None:
        """
        Trap 4: who does not attach in time is sent away, and cut off if even
        that is not read.
        """
        self.part.say(HEADER.format(ROOMS)[:40])
        self.clock.advance(11)
        self.assertIn("<connection-timeout ", self.part.heard())
        self.clock.advance(11)
        self.assertTrue(self.part.wire.aborted)

    def test_long(self) -> None:
        """
        Before the handshake a stanza may be short only; afterwards as long as
        a client's.
        """
        self.part.attach()
        text = f"<message from='a@{ROOMS}'><body>{'x' * 50000}</body></message>"
        self.assertEqual(self.part.say(text), "")
        self.assertEqual(len(self.told), 1)
        answer = Part(self.components).say(HEADER.format(ROOMS), text)
        self.assertIn("<policy-violation ", answer)

    def test_neverReads(self) -> None:
        """
        A component that stops reading is cut off, instead of filling our
        memory.
        """
        self.part.attach()
        self.part.stream._outlet.most = -1
        self.routes.forward(ROOMS, parse("<message/>"))
        self.assertTrue(self.part.wire.aborted)
        self.assertEqual(self.counts["unread"], 1)

    def test_blanks(self) -> None:
        """
        A silent component gets a blank now and then, so that a dead one is
        found out.
        """
        self.part.attach()
        self.clock.advance(61)
        self.assertEqual(self.part.heard(), " ")

    def test_goodBye(self) -> None:
        """
        A component that takes leave is answered.
        """
        self.part.attach()
        self.assertEqual(self.part.say("</stream:stream>"), "</stream:stream>")
        self.assertTrue(self.part.ended)
        self.part.lose()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.counts["detached"], 1)

    def test_shutdown(self) -> None:
        """
        When the daemon stops it says so.
        """
        self.part.attach()
        self.components.closeAll()
        self.assertIn("<system-shutdown ", self.part.heard())
