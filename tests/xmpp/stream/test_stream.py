"""
Streams from the header to the end.
"""

from __future__ import annotations

import gc
import weakref
from base64 import b64decode, b64encode
from hashlib import sha1
from typing import Any

from scramp import ScramClient
from twisted.internet.address import IPv4Address, IPv6Address

from gigasetd.xmpp.auth.loginexchange import HESITATION
from gigasetd.xmpp.stream.factory import ClientStreamFactory
from gigasetd.xmpp.stream.state import StreamState
from tests.xmpp.streaming import (
    ALICE,
    AWAY,
    BIND,
    BOB,
    HEADER,
    HOME,
    OLD_HEADER,
    PASSWORD,
    SASL,
    Client,
    StreamCase,
    plain,
)

STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
END = "</stream:stream>"


class HeaderTests(StreamCase):
    """
    How a stream begins.
    """

    def test_answer(self) -> None:
        """
        A header is answered by ours, with an id that nobody can guess, and
        the features.
        """
        told = self.connect().say(HEADER)
        self.assertIn("from='gigaset.net'", told)
        self.assertIn(" id='token1'", told)
        self.assertIn("version='1.0'", told)
        self.assertIn("<stream:features>", told)

    def test_namespaces(self) -> None:
        """
        What is no stream of a client's is told so, after a header of ours.
        """
        for broken in (
            HEADER.replace("jabber:client", "jabber:server"),
            HEADER.replace("/streams'", "/flows'"),
            HEADER.replace("stream:stream", "stream:flow"),
            "<stream xmlns='jabber:client' to='gigaset.net' version='1.0'>",
        ):
            told = self.connect().say(broken)
            self.assertTrue(told.startswith("<?xml version='1.0'?><stream:stream "))
            self.assertFails(told, "invalid-namespace")

    def test_domain(self) -> None:
        """
        We are who we are, by whatever spelling; phones may also use our
        address, or say nothing.
        """
        for to in ("GIGASET.NET", "gigaset.net."):
            header = HEADER.replace("gigaset.net", to)
            self.assertIn("features", self.connect().say(header))
        for to, condition in (
            ("other.org", "host-unknown"),
            ("192.168.1.2", "host-unknown"),
            ("a..b", "improper-addressing"),
            ("x@gigaset.net", "improper-addressing"),
        ):
            told = self.connect().say(HEADER.replace("gigaset.net", to))
            self.assertFails(told, condition)
        for header in (
            HEADER.replace("gigaset.net", "192.168.1.2"),
            HEADER.replace("to='gigaset.net'", ""),
        ):
            self.assertIn("features", self.connect(HOME).say(header))
            self.assertFails(self.connect(AWAY).say(header), "host-unknown")

    def test_versions(self) -> None:
        """
        Only phones may come without a version; they get neither one nor
        features.
        """
        told = self.connect(HOME, secure=False).say(OLD_HEADER)
        self.assertNotIn(" version='1.0' xml", told)
        self.assertNotIn("features", told)
        self.assertFails(self.connect().say(OLD_HEADER), "unsupported-version")
        for version in ("x", "1", "", "1.0.0", "0.9"):
            header = HEADER.replace(" version='1.0'>", f" version='{version}'>")
            self.assertFails(self.connect().say(header), "unsupported-version")
        header = HEADER.replace(" version='1.0'>", " version='2.1'>")
        self.assertIn(" version='1.0' xml", self.connect().say(header))

    def test_features(self) -> None:
        """
        Outside TLS comes first; at home it can be had; with it one may log
        in. The longest stanza is told.
        """
        told = self.connect(AWAY, secure=False).say(HEADER)
        self.assertIn("<required/>", told)
        self.assertNotIn("mechanism", told)
        told = self.connect(HOME, secure=False).say(HEADER)
        self.assertIn("xmpp-tls'></starttls>", told)
        self.assertIn("<mechanism>DIGEST-MD5</mechanism>", told)
        self.assertIn("http://jabber.org/features/iq-auth", told)
        self.tls.bound = {"tls-exporter": b"x"}
        told = self.connect().say(HEADER)
        self.assertNotIn("starttls", told)
        self.assertIn("<mechanism>SCRAM-SHA-256-PLUS</mechanism>", told)
        self.assertIn("<channel-binding type='tls-exporter'/>", told)
        self.assertNotIn("iq-auth", told)
        self.assertIn("<max-bytes>10000</max-bytes>", told)


class TLSTests(StreamCase):
    """
    From the open into TLS.
    """

    def test_start(self) -> None:
        """
        The stream begins anew.
        """
        client = self.connect(secure=False)
        told = client.say(HEADER, STARTTLS)
        self.assertTrue(
            told.endswith("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        )
        self.assertTrue(client.transport.tls)
        self.assertIn("<mechanism>PLAIN</mechanism>", client.say(HEADER))

    def test_demanded(self) -> None:
        """
        Without it nobody logs in from outside.
        """
        client = self.connect(secure=False)
        client.say(HEADER)
        self.assertIn("<encryption-required/>", client.say(plain()))
        told = client.say("<iq type='get' id='1'><query xmlns='jabber:iq:auth'/></iq>")
        self.assertIn("not-allowed", told)
        self.assertFails(client.say("<message/>"), "not-authorized")

    def test_twice(self) -> None:
        """
        There is no TLS inside TLS.
        """
        client = self.connect(HOME, secure=True)
        self.assertFails(client.say(HEADER, STARTTLS), "not-authorized")


class LoginTests(StreamCase):
    """
    From a stranger to a resource.
    """

    def test_plain(self) -> None:
        """
        One logs in, begins anew and binds a resource.
        """
        client = self.connect()
        told = client.say(HEADER, plain())
        self.assertTrue(told.endswith(f"<success xmlns='{SASL}'/>"))
        told = client.say(HEADER)
        self.assertNotIn(" to=", told)
        self.assertIn("urn:ietf:params:xml:ns:xmpp-bind", told)
        self.assertIn("<max-bytes>262144</max-bytes>", told)
        self.assertIs(client.stream.state, StreamState.BIND)
        self.assertIn(f"{ALICE}@gigaset.net/r", client.say(BIND.format("r")))
        self.assertIs(client.stream.state, StreamState.ACTIVE)

    def test_addressed(self) -> None:
        """
        Whoever says who it is, is called that in the answer, before the log-in
        too (RFC 6120 section 4.7.2).
        """
        client = self.connect()
        header = HEADER.replace(" to=", f" from='{ALICE}@gigaset.net/r' to=")
        for text in (header + plain(), header):
            self.assertIn(f" to='{ALICE}@gigaset.net'", client.say(text))

    def test_tooHigh(self) -> None:
        """
        Whoever confirms more than was sent is told how much that was.
        """
        client = self.active()
        sm = "xmlns='urn:xmpp:sm:3'"
        told = client.say(f"<enable {sm}/><a {sm} h='5'/>")
        self.assertFails(told, "undefined-condition")
        self.assertIn(
            "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='5' send-count='0'/>"
            "</stream:error>",
            told,
        )

    def test_scram(self) -> None:
        """
        By SCRAM the server proves that it knows the password too.
        """
        for _ in range(2):  # the second time by the keys that are kept
            client = self.connect()
            client.say(HEADER)
            peer = ScramClient(["SCRAM-SHA-256"], ALICE, PASSWORD)
            first = b64encode(peer.get_client_first().encode()).decode()
            told = client.say(
                f"<auth xmlns='{SASL}' mechanism='SCRAM-SHA-256'>{first}</auth>"
            )
            peer.set_server_first(self.content(told, "challenge"))
            last = b64encode(peer.get_client_final().encode()).decode()
            told = client.say(f"<response xmlns='{SASL}'>{last}</response>")
            peer.set_server_final(self.content(told, "success"))

    def content(self, told: str, name: str) -> str:
        """
        What a message of SASL carries.
        """
        self.assertIn(f"<{name} ", told)
        return b64decode(told.partition(">")[2].partition("<")[0]).decode()

    def test_refused(self) -> None:
        """
        A refusal comes after a while that tells nothing, and nothing else is
        heard meanwhile; after the third the stream ends.
        """
        client = self.connect()
        client.say(HEADER)
        for _ in range(3):
            self.assertEqual(client.say(plain(password="wrong")), "")
            self.assertEqual(client.transport.producerState, "paused")
            self.clock.advance(HESITATION)
            told = client.heard()
            self.assertIn("<not-authorized/>", told)
            self.assertEqual(client.transport.producerState, "producing")
        self.assertFails(told, "policy-violation")
        self.assertTrue(client.ended)

    def test_lostMeanwhile(self) -> None:
        """
        Nobody minds a client that does not wait for its refusal.
        """
        client = self.connect()
        client.say(HEADER, plain(password="wrong"))
        client.lose()
        self.clock.advance(HESITATION)
        self.assertEqual(len(self.streams), 0)

    def test_abort(self) -> None:
        """
        A log-in can be given up.
        """
        client = self.connect()
        client.say(HEADER, f"<auth xmlns='{SASL}' mechanism='PLAIN'/>")
        client.say(f"<abort xmlns='{SASL}'/>")
        self.clock.advance(HESITATION)
        self.assertIn("<aborted/>", client.heard())

    def test_withoutSasl(self) -> None:
        """
        A phone asks for the fields of XEP-0078, and logs in and binds by
        them.
        """
        client = self.connect(HOME, secure=False)
        client.say(OLD_HEADER)
        told = client.say(
            "<iq type='get' id='1'><query xmlns='jabber:iq:auth'>"
            f"<username>{ALICE}</username></query></iq>"
        )
        for field in ("username", "password", "digest", "resource"):
            self.assertIn(f"<{field}/>", told)
        digest = sha1(f"{client.stream.id}{PASSWORD}".encode()).hexdigest()
        told = client.say(self.old(f"<digest>{digest}</digest>"))
        self.assertIn("<iq type='result' id='2'/>", told)
        self.assertIs(client.stream.state, StreamState.ACTIVE)
        [session] = self.streams.sessions()
        self.assertEqual(session["jid"], f"{ALICE}@gigaset.net/phone")
        self.assertEqual(session["mechanism"], "XEP-0078")

    def old(self, proof: str, resource: str = "<resource>phone</resource>") -> str:
        """
        A log-in by XEP-0078.
        """
        return (
            "<iq type='set' id='2'><query xmlns='jabber:iq:auth'>"
            f"<username>{ALICE}</username>{proof}{resource}</query></iq>"
        )

    def test_withoutSaslRefused(self) -> None:
        """
        A wrong password is 401, a missing field 406, and who is no phone is
        not served so.
        """
        client = self.connect(HOME, secure=False)
        client.say(HEADER)
        password = f"<password>{PASSWORD}</password>"
        for broken in ("", "<resource/>"):
            self.assertIn("code='406'", client.say(self.old(password, broken)))
        client.say(self.old("<password>wrong</password>"))
        self.clock.advance(HESITATION)
        self.assertIn("code='401'", client.heard())
        away = self.connect(AWAY)
        away.say(HEADER)
        self.assertIn("not-allowed", away.say(self.old(password)))

    def test_notYet(self) -> None:
        """
        Before the log-in no stanza is served.
        """
        client = self.connect()
        self.assertFails(client.say(HEADER, "<presence/>"), "not-authorized")


class ServeTests(StreamCase):
    """
    What streams are for.
    """

    def test_message(self) -> None:
        """
        What one says the other hears.
        """
        alice, bob = self.active(ALICE), self.active(BOB)
        bob.say("<presence/>")
        alice.heard()
        text = f"<message to='{BOB}@gigaset.net' type='chat'><body>hi</body></message>"
        alice.say(text)
        self.assertIn(f"from='{ALICE}@gigaset.net/r'", bob.heard())

    def test_oneWrite(self) -> None:
        """
        What one read leads to goes out in one write.
        """
        alice, bob = self.active(ALICE), self.active(BOB)
        bob.heard()
        writes: list[bytes] = []
        bob.transport.write = writes.append  # type: ignore[method-assign]
        one = f"<message to='{BOB}@gigaset.net/r' type='chat'><body>x</body></message>"
        alice.say(one * 10)
        self.assertEqual(len(writes), 1)
        self.assertEqual(writes[0].count(b"<body>"), 10)

    def test_streams(self) -> None:
        """
        The operator sees who is connected, and how.
        """
        self.active(ALICE)
        [session] = self.streams.sessions()
        self.assertEqual(session["jid"], f"{ALICE}@gigaset.net/r")
        self.assertEqual(session["address"], AWAY)
        self.assertEqual(session["port"], 5000)
        self.assertEqual(session["mechanism"], "PLAIN")
        self.assertTrue(session["secure"])
        self.assertEqual(session["show"], "")
        self.assertEqual(self.streams.gauges()["streams_active"], 1)

    def test_switchedOff(self) -> None:
        """
        A service that is switched off ends its streams at once.
        """
        client = self.active()
        account = self.registry.accounts[ALICE]
        self.registry.put(account._replace(off="messaging"))
        self.settle()
        self.clock.advance(0)
        self.assertFails(client.heard(), "not-authorized")


class EndTests(StreamCase):
    """
    How a stream ends.
    """

    def test_goodBye(self) -> None:
        """
        A client that says good-bye is answered, and others see it leave.
        """
        client = self.active()
        client.heard()
        self.assertEqual(client.say(END), END)
        self.assertTrue(client.ended)
        self.assertEqual(self.streams.sessions(), [])
        client.lose()
        self.assertEqual(len(self.streams), 0)

    def test_beforeLogin(self) -> None:
        """
        So is one that has not logged in.
        """
        client = self.connect()
        self.assertTrue(client.say(HEADER + END).endswith(END))
        self.assertTrue(client.ended)

    def test_shutdown(self) -> None:
        """
        When the server stops, everybody is told; who does not go is cut off.
        """
        clients = [self.active(ALICE), self.connect()]
        gone = self.streams.closeAll()
        for client in clients:
            self.assertFails(client.heard(), "system-shutdown")
        clients[0].lose()
        self.assertNoResult(gone)
        self.advance(6)
        self.assertTrue(clients[1].transport.aborted)
        clients[1].lose()
        self.successResultOf(gone)
        self.streams.stop()
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_late(self) -> None:
        """
        Nothing may come after the end.
        """
        client = self.active()
        client.say(END)
        client.heard()
        self.assertEqual(client.say("<presence/>"), "")

    def test_crash(self) -> None:
        """
        A fault of ours costs one stanza, not the stream, and no text.
        """
        client = self.active()
        client.heard()

        def broken(*facts: Any) -> Any:
            raise RuntimeError("ours")

        self.executor.rules.received = broken  # type: ignore[method-assign]
        told = client.say("<iq type='get' id='1'><x xmlns='u'/></iq>")
        self.assertIn("internal-server-error", told)
        self.assertEqual(client.say("<iq type='result' id='1'/>"), "")
        self.assertEqual(self.executor.counts["crashes"], 2)
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 2)

    def test_crashOfStream(self) -> None:
        """
        A fault of ours outside of a stanza costs the stream, and says so.
        """
        client = self.connect()
        client.say(HEADER, plain())

        def broken(*facts: Any) -> Any:
            raise RuntimeError("ours")

        self.executor.rules.features = broken  # type: ignore[method-assign]
        self.assertFails(client.say(HEADER), "internal-server-error")
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)


class LimitTests(StreamCase):
    """
    What one peer may cost.
    """

    section = {
        "max_streams": 3,
        "max_streams_per_address": 2,
        "reserved_streams": 0,
        "max_unread": 65536,
    }

    def test_connections(self) -> None:
        """
        There is room for so many from one address, and in all; who leaves
        makes room.
        """
        first = self.connect()
        self.connect()
        self.assertRaises(AssertionError, self.connect)
        self.connect(HOME)
        self.assertRaises(AssertionError, self.connect, "198.51.100.8")
        self.assertEqual(self.executor.counts["streams_refused"], 2)
        first.lose()
        self.connect()

    def test_connectionsOfSource(self) -> None:
        """
        All addresses of an IPv6 /64 share their room.
        """
        first = self.connect("2001:db8::1")
        self.connect("2001:db8::2")
        self.assertRaises(AssertionError, self.connect, "2001:db8::3")
        first.lose()
        self.connect("2001:db8::3")

    def test_guesses(self) -> None:
        """
        600 guesses, each from another address of one /64: ten are looked at, and
        the owner gets in from elsewhere.
        """
        answers = []
        for number in range(600):
            address = IPv6Address("TCP", f"2001:db8::{number:x}", 5000)
            stream = self.streams.build(address, True)
            if stream is not None:
                client = Client(stream)
                client.say(HEADER, plain(ALICE, f"guess{number}"))
                self.advance(HESITATION)
                answers.append("not-authorized" in client.heard())
                client.lose()
        self.assertEqual(answers, [True] * 10)
        owner = self.connect("2001:db8:0:1::1")
        self.assertIn("<success", owner.say(HEADER, plain(ALICE)))

    def test_banned(self) -> None:
        """
        Whoever guessed too often is not even connected.
        """
        for _ in range(10):
            self.context.logins.guard.sources.failed(AWAY, 0.0)
        address = IPv4Address("TCP", AWAY, 1)
        self.assertIsNone(self.streams.build(address, True))

    def test_mapped(self) -> None:
        """
        An IPv4 address counts as such over a socket of IPv6 too.
        """
        client = self.connect("::ffff:" + HOME)
        self.assertTrue(client.stream.phone)

    def test_slowLogin(self) -> None:
        """
        A log-in that takes a minute is over, whatever is sent meanwhile.
        """
        client = self.connect()
        client.say(HEADER)
        told = ""
        for _ in range(7):
            self.advance(10)
            told += client.say(" ")
        self.assertFails(told, "connection-timeout")

    def test_neverBound(self) -> None:
        """
        Nor may one log in and never bind.
        """
        client = self.connect()
        client.say(HEADER, plain(), HEADER)
        self.advance(62)
        self.assertFails(client.heard(), "connection-timeout")

    def test_flood(self) -> None:
        """
        Nobody is read from faster than is allowed a second; nothing is lost.
        """
        client = self.active()
        client.heard()
        ping = "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"
        told = client.say(*[ping * 1000] * 20)
        self.assertEqual(client.transport.producerState, "paused")
        self.assertEqual(self.executor.counts["throttled"], 1)
        self.advance(1)
        self.assertEqual(client.transport.producerState, "producing")
        self.assertEqual(told.count("<iq "), 20000)

    def test_silent(self) -> None:
        """
        A silent client is sent a blank now and then, and may stay.
        """
        client = self.active()
        client.heard()
        self.advance(299)
        self.assertEqual(client.heard(), "")
        self.advance(3)
        self.assertEqual(client.heard(), " ")
        self.assertFalse(client.ended)


class StrangerTests(StreamCase):
    """
    Connections that have proven nothing.
    """

    section = {"max_streams": 12, "reserved_streams": 6, "max_logins_per_address": 2}

    def build(self) -> None:
        """
        A home's network is local.
        """
        super().build()
        self.streams = ClientStreamFactory(
            self.context, 0, lambda host: host.startswith("192.168.")
        )

    def admitted(self, host: str) -> bool:
        """
        Whether a connection from there is taken; it stays open.
        """
        stream = self.streams.buildProtocol(IPv4Address("TCP", host, 4711))
        if stream is not None:
            self.clients.append(Client(stream))
        return stream is not None

    def test_reserve(self) -> None:
        """
        Silent strangers take neither more than a share each nor the last places:
        those are for the local networks and for addresses with a session.
        """
        friend = "203.0.113.9"
        client = self.connect(friend)
        client.say(HEADER, plain(), HEADER, BIND.format("r"))
        taken = [self.admitted(f"198.51.100.{n}") for n in range(1, 5) for _ in "abc"]
        self.assertEqual(
            taken, [True, True, False, True, True, False, True] + 5 * [False]
        )
        self.assertTrue(self.admitted(HOME))
        self.assertTrue(self.admitted(friend))
        self.assertFalse(self.admitted("198.51.100.77"))
        self.assertGreater(self.context.counts["reserve_refused"], 0)

    def test_silent(self) -> None:
        """
        A connection that has sent no valid header lives seconds; one that has is
        given the time of a log-in.
        """
        silent, spaces, greeting = (self.connect(f"198.51.100.{n}") for n in (1, 2, 3))
        spaces.say(" " * 100)
        greeting.say(HEADER)
        self.clock.pump([1.0] * 12)
        self.assertTrue(silent.ended)
        self.assertTrue(spaces.ended)
        self.assertFalse(greeting.ended)
        self.clock.pump([1.0] * 60)
        self.assertTrue(greeting.ended)

    def test_talkative(self) -> None:
        """
        From a client that sends more than any log-in takes nothing more is read,
        until its time is up.
        """
        client = self.connect("198.51.100.1", secure=False)
        told = client.say(HEADER)
        for _ in range(50):
            self.clock.advance(1)
            told += client.say(f"<auth xmlns='{SASL}' mechanism='PLAIN'/>" * 20)
        self.assertLess(told.count("encryption-required"), 700)
        self.assertEqual(client.transport.producerState, "paused")
        self.assertGreater(self.context.counts["flooded"], 0)
        self.clock.pump([1.0] * 12)
        self.assertTrue(client.ended)

    def test_forgotten(self) -> None:
        """
        Nothing of a lost connection waits for a garbage collection.
        """
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        self.connect(HOME)
        lost = []
        for texts in ((), (HEADER,), (HEADER, "<x"), (HEADER, plain(), HEADER)):
            stream = self.streams.buildProtocol(IPv4Address("TCP", AWAY, 4711))
            client = Client(stream)
            client.say(*texts)
            client.lose()
            lost.append(weakref.ref(stream))
            client.transport.protocol = None  # as Twisted's own does
            del stream, client
        self.clock.advance(1)
        self.assertEqual([each() for each in lost], [None] * 4)
