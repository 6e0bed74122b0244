"""
Tests of L{gigasetd.xmpp.federation.component},
L{gigasetd.xmpp.federation.xmlstream} and
L{gigasetd.xmpp.federation.router}.
"""

from __future__ import annotations

from hashlib import sha1

from gigasetd.ratelimit.shares import ShareLimits
from gigasetd.xmpp.stanza.stanza import parse
from tests.forgetting import Forgotten
from tests.xmpp.attaching import (
    HEADER,
    OTHER,
    ROOMS,
    SECRET,
    ComponentCase,
    Part,
    addressOf,
)
from tests.xmpp.streaming import DOMAIN


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
        Strangers hold a share each, and not the places that are left for the local
        networks and for an address with an attached component.
        """
        self.components.limits = ShareLimits(most=9, share=2, waiting=2, reserve=2)
        self.part.attach()
        strangers = [f"198.51.100.{last}" for last in range(1, 9)]
        parts = {host: Part(self.components, host) for host in strangers[:5]}
        Part(self.components, strangers[0])
        for host in (strangers[0], strangers[6]):
            self.assertIsNone(self.components.buildProtocol(addressOf(host)), host)
        self.assertEqual(self.counts["reserve_refused"], 1)
        Part(self.components, "192.168.1.2")
        Part(self.components, self.part.host)
        parts[strangers[3]].lose()
        self.assertIsNone(self.components.buildProtocol(addressOf(strangers[6])))
        parts[strangers[4]].lose()
        parts[strangers[1]].lose()
        self.assertIsNotNone(self.components.buildProtocol(addressOf(strangers[6])))

    def test_silent(self) -> None:
        """
        A connection without a handshake lives seconds.
        """
        for text in ("", " " * 9000, HEADER.format(ROOMS)):
            part = Part(self.components, "198.51.100.9")
            part.say(text)
            self.clock.advance(10)
            self.assertTrue(part.ended, text)
            part.lose()

    def test_guessed(self) -> None:
        """
        An address that guesses secrets is not let in any more.
        """
        for number in range(10):
            part = Part(self.components, "198.51.100.9")
            self.assertIn("<not-authorized ", part.attach(secret=f"guess{number}"))
            part.lose()
        self.assertIsNone(self.components.buildProtocol(addressOf("198.51.100.9")))
        self.assertIn("<handshake/>", Part(self.components, "198.51.100.10").attach())


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
        self.part.stream._buffer.most = -1
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


class ForgottenTests(ComponentCase):
    """
    Lost streams.
    """

    def test_forgotten(self) -> None:
        """
        Nothing of them waits for a garbage collection, whatever was said.
        """
        forgotten = Forgotten(self)
        header = HEADER.format(ROOMS)
        for texts in ((), (header,), (header, "<handshake>0</handshake>"), ("<a/>",)):
            part = Part(self.components)
            part.say(*texts)
            forgotten.add(part.stream, part.wire, part.stream.authenticator)
            part.lose()
        part = Part(self.components)
        part.attach()
        forgotten.add(part.stream, part.wire, part.stream.authenticator)
        part.lose()
        del part
        forgotten.check()
