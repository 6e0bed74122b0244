"""
The traps of messaging that others fell into, one test each, where the stream
is what must not.
"""

from __future__ import annotations

import time
from base64 import b64encode
from typing import Any

from twisted.internet.task import deferLater

from gigasetd.xmpp.auth.loginexchange import HESITATION
from gigasetd.xmpp.auth.scram import keysOf
from gigasetd.xmpp.stanza import jid
from gigasetd.xmpp.stanza.parser import StreamFault, XmlLimits, XmlParser
from gigasetd.xmpp.stream.state import StreamState
from tests.xmpp.streaming import (
    ALICE,
    AWAY,
    BIND,
    BOB,
    HEADER,
    HOME,
    PASSWORD,
    SASL,
    Client,
    StreamCase,
    plain,
)

STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
XML = "<?xml version='1.0'?>"


class TrapCase(StreamCase):
    """
    Alice attacks, Bob listens.
    """

    def pair(self) -> tuple[Client, Client]:
        """
        Both of them.
        """
        alice, bob = self.active(ALICE), self.active(BOB)
        bob.say("<presence/>")
        alice.heard()
        return alice, bob

    def heard(self, client: Client) -> list[Any]:
        """
        What a client has heard, as its parser reads it.
        """
        parser = XmlParser(XmlLimits())
        events = parser.feed((HEADER + client.heard()).encode())[1:]
        for event in events:
            self.assertNotIsInstance(event, StreamFault)
        return events


class SmugglingTests(TrapCase):
    """
    Trap 1: stanzas smuggled through names of namespaces.
    """

    def test_smugglingThroughXmlns(self) -> None:
        """
        A namespace whose name holds markup is refused, and nobody hears of
        it.
        """
        alice, bob = self.pair()
        evil = (
            "u'/&gt;&lt;/message&gt;&lt;message&#10;from='admin@gigaset.net'&gt;"
            "&lt;body&gt;pay&lt;/body&gt;"
        )
        message = f'<message to="{BOB}@gigaset.net"><f xmlns="{evil}"/></message>'
        told = alice.say(message)
        self.assertFails(told, "restricted-xml")
        self.assertEqual(self.heard(bob), [])

    def test_names(self) -> None:
        """
        So is each character that would need to be escaped, and white space.
        """
        for one in ("&lt;", "&gt;", "&amp;", "&apos;", "&quot;", "&#10;", " ", "&#9;"):
            client = self.active()
            told = client.say(f'<message><f xmlns="u{one}v"/></message>')
            self.assertIn("<stream:error>", told, one)


class PoisonTests(TrapCase):
    """
    Trap 2: stanzas that break their receiver.
    """

    def test_poisonStanza(self) -> None:
        """
        Prefixes do not leave: what Bob hears he can read, with every name in
        its namespace.
        """
        alice, bob = self.pair()
        alice.say(
            f"<c:message xmlns:c='jabber:client' to='{BOB}@gigaset.net' type='chat'>"
            "<a:x xmlns:a='u1' a:y='1'/><y xmlns='u1'><z xmlns=''/></y>"
            "<c:body xml:lang='de'>hallo</c:body></c:message>"
        )
        [message] = self.heard(bob)
        self.assertEqual((message.uri, message.name), ("jabber:client", "message"))
        found = [(one.uri, one.name) for one in message.elements()]
        body = ("jabber:client", "body")
        self.assertEqual(found, [("u1", "x"), ("u1", "y"), body])


class ForbiddenTests(TrapCase):
    """
    Trap 3: what XML can do and XMPP forbids.
    """

    def test_entityBomb(self) -> None:
        """
        A bomb of entities goes off in nobody's memory.
        """
        bomb = (
            "<!DOCTYPE s [<!ENTITY a 'xxx'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
            "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>"
        )
        before = time.process_time()
        self.assertFails(self.connect().say(XML + bomb), "restricted-xml")
        self.assertLess(time.process_time() - before, 0.5)

    def test_forbidden(self) -> None:
        """
        Document types, entities, comments and instructions end a stream,
        before the log-in and after it.
        """
        for one in ("<!-- x -->", "<?x y?>"):
            self.assertFails(self.connect().say(XML + one), "restricted-xml")
            self.assertFails(self.active().say(one), "restricted-xml")
        self.assertFails(self.active().say("<a>&x;</a>"), "restricted-xml")
        self.assertIn("<stream:error>", self.active().say("<!DOCTYPE x>"))

    def test_quadraticText(self) -> None:
        """
        Text in ever so many pieces costs no more than its length.
        """
        client = self.active()
        for piece in ("x\n", "&lt;", "&#120;"):
            body = piece * (200000 // len(piece))
            before = time.process_time()
            client.say(f"<message><body>{body}</body></message>")
            self.assertLess(time.process_time() - before, 0.5)
        self.assertIs(client.stream.state, StreamState.ACTIVE)


class LimitTests(TrapCase):
    """
    Trap 4: no limits before the log-in.
    """

    def test_beforeLogin(self) -> None:
        """
        A stranger's bytes, depth, attributes and names are limited.
        """
        many = " ".join(f"a{one}='1'" for one in range(100))
        for data in (
            HEADER[:-1] + " x='" + "y" * 20000,
            HEADER + "<a>" + "x" * 10001,
            HEADER + "<a>" * 65,
            HEADER + f"<a {many}/>",
            HEADER[:-1] + " " + many + ">",
        ):
            client = self.connect()
            self.assertFails(client.say(data), "policy-violation")
            self.assertTrue(client.ended)

    def test_afterLogin(self) -> None:
        """
        So are those of an account, by wider limits.
        """
        client = self.active()
        client.say("<message><body>" + "x" * 200000 + "</body></message>")
        self.assertFalse(client.ended)
        told = client.say("<message><body>" + "x" * 262144)
        self.assertFails(told, "policy-violation")

    def test_byteByByte(self) -> None:
        """
        A limit cannot be passed under by sending slowly.
        """
        client = self.connect()
        client.say(HEADER)
        told = ""
        for _ in range(300):
            told += client.say("<a>" if not told else "", "x" * 50)
            if client.ended:
                break
        self.assertTrue(client.ended)

    def test_slowHeader(self) -> None:
        """
        Half a header is waited for a minute, not for ever.
        """
        client = self.connect()
        client.say(HEADER[:40])
        self.advance(62)
        self.assertFails(client.heard(), "connection-timeout")
        self.assertTrue(client.ended)

    def test_names(self) -> None:
        """
        Ever new names fill no memory.
        """
        client = self.active()
        told = ""
        for one in range(100):
            told += client.say("".join(f"<m{one}x{each}/>" for each in range(100)))
            if client.ended:
                break
        self.assertTrue(client.ended)


class PipeliningTests(TrapCase):
    """
    Trap 5: what comes before the answer that had to be awaited.
    """

    def test_startTLS(self) -> None:
        """
        A log-in that was put behind <starttls/> in the open is never looked
        at, whole or in part, in the same read or element.
        """
        for rest in (plain(), plain()[:30], " <a/>", "<a", "x"):
            client = self.connect(HOME, secure=False)
            client.say(HEADER)
            told = client.say(STARTTLS + rest)
            self.assertFails(told, "policy-violation")
            self.assertTrue(client.ended)
        self.assertEqual(self.context.logins.counts["logins"], 0)
        self.assertEqual(self.executor.counts["pipelined"], 5)

    def test_forgotten(self) -> None:
        """
        What was learned in the open is forgotten: half a log-in there is no
        log-in in TLS.
        """
        client = self.connect(HOME, secure=False)
        client.say(HEADER, f"<auth xmlns='{SASL}' mechanism='PLAIN'/>", STARTTLS)
        text = b64encode(f"\0{ALICE}\0{PASSWORD}".encode()).decode()
        client.say(HEADER, f"<response xmlns='{SASL}'>{text}</response>")
        self.clock.advance(HESITATION)
        self.assertIn("<malformed-request/>", client.heard())

    def test_sasl(self) -> None:
        """
        Nor may anything follow a log-in before its answer.
        """
        for rest in ("<presence/>", "<pres", HEADER):
            client = self.connect()
            client.say(HEADER)
            self.assertIn("<stream:error>", client.say(plain() + rest))
            self.assertTrue(client.ended)
        client = self.connect()
        client.say(HEADER)
        told = client.say(plain(password="wrong") + plain())
        self.assertFails(told, "policy-violation")


class SaslTests(TrapCase):
    """
    Trap 7: log-ins that fail open.
    """

    def test_onlyOffered(self) -> None:
        """
        No mechanism but those that were offered.
        """
        for mechanism in ("ANONYMOUS", "EXTERNAL", "DIGEST-MD5", "CRAM-MD5", ""):
            client = self.connect()
            client.say(HEADER, f"<auth xmlns='{SASL}' mechanism='{mechanism}'>=</auth>")
            self.clock.advance(HESITATION)
            self.assertIn("<invalid-mechanism/>", client.heard())

    def test_sameTime(self) -> None:
        """
        A number that nobody has and a wrong password take the same time, and
        get the same words.
        """
        heard = []
        for number in (ALICE, "30009"):
            client = self.connect()
            client.say(HEADER, plain(number, "wrong"))
            self.clock.advance(HESITATION - 0.01)
            early = client.heard()
            self.clock.advance(0.02)
            heard.append((early.count("failure"), client.heard()))
        self.assertEqual(heard[0], heard[1])

    def test_sameTimeForKeys(self) -> None:
        """
        That keys had to be made for a number, which takes a while, is not to
        be seen in the time either.
        """
        heard = []
        for number in (ALICE, "30009"):
            client = self.connect()
            first = b64encode(f"n,,n={number},r=abc".encode()).decode()
            mechanism = "mechanism='SCRAM-SHA-1'"
            client.say(HEADER, f"<auth xmlns='{SASL}' {mechanism}>{first}</auth>")
            self.context.derive = lambda *asked: deferLater(
                self.clock, 0.1, keysOf, *asked
            )
            last = b64encode(b"c=biws,r=abctoken,p=AAAA").decode()
            client.say(f"<response xmlns='{SASL}'>{last}</response>")
            self.clock.pump([0.1] * 4 + [0.099])
            early = client.heard()
            self.clock.advance(0.002)
            heard.append((early, client.heard()))
        self.assertEqual(heard[0], heard[1])
        self.assertIn("<not-authorized/>", heard[0][1])

    def test_emptyPassword(self) -> None:
        """
        An account without a password is nobody's.
        """
        account = self.registry.accounts[ALICE]
        self.registry.put(account._replace(password=""))
        for password in ("", "\0", "x"):
            client = self.connect()
            client.say(HEADER, plain(password=password))
            self.clock.advance(HESITATION)
            self.assertIn("<failure", client.heard())


class HeaderTests(TrapCase):
    """
    Trap 8: headers that are believed.
    """

    def test_everyRestart(self) -> None:
        """
        Each header is checked, and none changes the domain.
        """
        client = self.connect()
        client.say(HEADER, plain())
        told = client.say(HEADER.replace("gigaset.net", "other.org"))
        self.assertFails(told, "host-unknown")
        client = self.connect(HOME, secure=False)
        client.say(HEADER, plain())
        old = HEADER.replace(" version='1.0'>", ">")
        self.assertFails(client.say(old), "unsupported-version")

    def test_prefixes(self) -> None:
        """
        Nothing of a header comes back in ours.
        """
        evil = HEADER[:-1] + " xmlns:evil='urn:evil' id='evil' xml:lang='evil'>"
        self.assertNotIn("evil", self.connect().say(evil))

    def test_manyHeaders(self) -> None:
        """
        Ever new headers fill no memory, and broken ones raise nothing.
        """
        for one in range(3000):
            name = f"h{one}..x" if one % 2 else f"h{one}"
            client = self.connect(HOME)
            client.say(HEADER.replace("gigaset.net", name))
            client.lose()
        self.assertLessEqual(len(jid._known), jid.REMEMBERED)


class JidTests(TrapCase):
    """
    Trap 9: addresses that break their reader.
    """

    def test_brokenAddresses(self) -> None:
        """
        A stanza to what is no address is answered, and breaks nobody.
        """
        alice, bob = self.pair()
        for to in ("a..b", "@", "a@", "u@h/", "a@b@c", "x" * 5000, "u@[::1"):
            told = alice.say(f"<iq type='get' id='1' to='{to}'><q xmlns='u'/></iq>")
            self.assertIn("jid-malformed", told, to)
        self.assertFalse(alice.ended)
        self.assertEqual(bob.heard(), "")

    def test_resource(self) -> None:
        """
        A resource with an emoji is one; one with a line feed is none.
        """
        client = self.connect()
        client.say(HEADER, plain(), HEADER)
        told = client.say(BIND.format("x&#0;"))
        self.assertIn("<stream:error>", told)
        client = self.active(ALICE, "\U0001f600")
        self.assertIs(client.stream.state, StreamState.ACTIVE)


class TrustTests(TrapCase):
    """
    Traps 10 and 11: names that are believed.
    """

    def test_forgedFrom(self) -> None:
        """
        Nobody speaks in another's name.
        """
        alice, bob = self.pair()
        alice.say(
            f"<message to='{BOB}@gigaset.net' from='admin@gigaset.net' type='chat'>"
            "<body>pay</body></message>"
        )
        self.assertNotIn("admin@", bob.heard())

    def test_namespaces(self) -> None:
        """
        An element is what its namespace says: <auth/> of another is no
        log-in, nor <starttls/>.
        """
        for text in ("<auth mechanism='PLAIN'>AGEAYg==</auth>", "<starttls/>"):
            client = self.connect(HOME, secure=False)
            self.assertFails(client.say(HEADER, text), "not-authorized")
            self.assertFalse(client.transport.tls)


class LoopTests(TrapCase):
    """
    Trap 15: answers to answers.
    """

    def test_neverAnswered(self) -> None:
        """
        Results and errors are never answered, whatever is wrong with them.
        """
        alice, _ = self.pair()
        for kind in ("result", "error"):
            for to in ("a..b", f"{BOB}@gigaset.net/none", "30009@gigaset.net"):
                told = alice.say(f"<iq type='{kind}' id='1' to='{to}'/>")
                self.assertEqual(told, "", to)

    def test_once(self) -> None:
        """
        Each question gets one answer, also one that nobody understands.
        """
        alice, _ = self.pair()
        told = alice.say("<iq type='get' id='7'><x xmlns='urn:nobody'/></iq>")
        self.assertEqual(told.count("id='7'"), 1)
        self.assertIn("service-unavailable", told)


class ConflictTests(TrapCase):
    """
    Trap 12: the loser's late end.
    """

    def test_lateLoss(self) -> None:
        """
        A client that comes again replaces its older self; when that ends at
        last, the new one stays.
        """
        older = self.active()
        older.heard()
        newer = self.active()
        self.assertFails(older.heard(), "conflict")
        older.lose()
        [session] = self.streams.sessions()
        self.assertEqual(session["port"], newer.stream.port)
        self.assertEqual(newer.stream.host, AWAY)
