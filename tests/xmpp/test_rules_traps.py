"""
The traps of messaging that have caught other servers, on the rules' side:
each test is named after one.
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.stanza import CLIENT, parse
from tests.xmpp.jar import ALICE, BOB, MALLORY, NOW, Client, JarCase, words

ROSTER = "<iq type='get' id='g'><query xmlns='jabber:iq:roster'/></iq>"
FORGED = "20000001@gigaset.net/a"


class TrapCase(JarCase):
    """
    Alice and Bob are friends; Mallory is here.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.bob = self.jar.online(BOB, "b")
        self.jar.befriend(self.alice, self.bob)
        self.mallory = self.jar.online(MALLORY, "m")
        self.clear()

    def clear(self) -> None:
        """
        Nobody looks at what came.
        """
        for client in list(self.jar.clients.values()):
            client.take()

    def names(self, client: Client) -> list[str]:
        """
        The names of what a client got.
        """
        return [one.name for one in client.take()]


class FromTests(TrapCase):
    """
    Trap 10: from, and who may say what of whom.
    """

    def test_trap10_forgedFrom(self) -> None:
        """
        Nobody speaks in another's name, not in any kind of stanza.
        """
        self.mallory.send(
            f"<message from='{FORGED}' to='$bob'><body>x</body></message>"
        )
        self.mallory.send(
            f"<iq type='get' id='1' from='{FORGED}' to='$bob/b'><x/></iq>"
        )
        self.mallory.send(f"<presence from='{FORGED}' to='$bob/b'/>")
        self.mallory.send(f"<presence from='{FORGED}' type='subscribe' to='$bob'/>")
        froms = {one.attributes["from"] for one in self.bob.take()}
        self.assertEqual(froms, {self.mallory.full, words("$mallory")})

    def test_trap10_forgedRosterPush(self) -> None:
        """
        A client cannot push a contact into another's list: it is seen to be
        the client's.
        """
        self.mallory.send(
            "<iq type='set' id='1' to='$bob/b' from='$bob'>"
            "<query xmlns='jabber:iq:roster'><item jid='$mallory'/></query></iq>"
        )
        (iq,) = self.bob.take()
        self.assertEqual(iq.attributes["from"], self.mallory.full)

    def test_trap10_component(self) -> None:
        """
        A component that says yes to a request that nobody made gets nothing.
        """
        self.jar.messaging.domains.add("bot.example")
        for kind in ("subscribed", "unsubscribed", "unsubscribe"):
            told = parse(
                words(f"<presence type='{kind}' from='x@bot.example' to='$bob'/>")
            )
            self.jar.perform(self.jar.messaging.routed("bot.example", told, NOW))
        self.assertGot(self.bob)
        self.assertEqual(len(self.jar.registry.rosters[BOB]), 1)


class NamespaceTests(TrapCase):
    """
    Trap 11: names count with their namespaces.
    """

    def test_trap11_body(self) -> None:
        """
        A body in another namespace is none: it is not cut for phones, nor
        taken for a chat.
        """
        phone = self.jar.online(BOB, "phone", legacy=True)
        self.clear()
        self.alice.send(
            "<message to='$bob/phone'><body xmlns='other'>x</body></message>"
        )
        self.assertGot(phone)

    def test_trap11_handled(self) -> None:
        """
        An element called "handled" is nothing special.
        """
        self.alice.send(
            "<iq type='get' id='1' to='$domain'><handled xmlns='urn:xmpp:ping'/></iq>"
        )
        self.assertEqual(self.alice.take()[0].attributes["type"], "error")

    def test_trap11_priority(self) -> None:
        """
        A priority in another namespace counts for nothing.
        """
        carol = self.jar.login(MALLORY, "c")
        carol.send("<presence><priority xmlns='other'>-5</priority></presence>")
        self.clear()
        self.alice.send("<message to='$mallory'><body>x</body></message>")
        self.assertEqual(carol.bodies(), ["x"])

    def test_trap11_stanza(self) -> None:
        """
        A stanza in another namespace ends the stream, and reaches nobody.
        """
        for uri in ("jabber:server", "other", ""):
            message = Element((uri, "message"))
            message.attributes["to"] = self.bob.full
            mallory = self.jar.login(MALLORY, "m")
            self.jar.perform(self.jar.messaging.received(mallory.stream, message, NOW))
            self.assertEqual(mallory.closed, "unsupported-stanza-type")
        self.assertGot(self.bob)

    def test_trap11_nested(self) -> None:
        """
        What is deep inside an iq is not asked.
        """
        self.alice.send(
            "<iq type='set' id='1'><x xmlns='y'><query xmlns='jabber:iq:roster'>"
            "<item jid='$mallory'/></query></x></iq>"
        )
        self.assertEqual(self.alice.take()[0].attributes["type"], "error")


class ConflictTests(TrapCase):
    """
    Trap 12: two streams of one name.
    """

    def test_trap12_lateLoser(self) -> None:
        """
        The end of the older stream, however late, takes nothing from the
        newer, and nobody sees it go a second time.
        """
        newer = self.jar.online(BOB, "b")
        self.clear()
        self.jar.perform(self.jar.messaging.lost(self.bob.stream, NOW, False))
        self.jar.perform(self.jar.messaging.flushed(self.bob.stream, NOW))
        self.bob.send("<message to='$alice'><body>from the dead</body></message>")
        self.assertGot(self.alice)
        self.alice.send("<message to='$bob/b'><body>x</body></message>")
        self.assertEqual(newer.bodies(), ["x"])

    def test_trap12_iq(self) -> None:
        """
        A question for one stream never reaches another.
        """
        other = self.jar.online(BOB, "other")
        self.clear()
        self.bob.lose()
        self.clear()
        self.alice.send("<iq type='get' id='1' to='$bob/b'><x xmlns='y'/></iq>")
        self.assertGot(other)
        self.assertEqual(self.alice.take()[0].attributes["type"], "error")

    def test_trap12_others(self) -> None:
        """
        Nobody ends another account's stream by taking its resource.
        """
        self.jar.login(MALLORY, "b")
        self.assertIsNone(self.bob.closed)


class MachineTests(TrapCase):
    """
    Trap 13: contacts and presence.
    """

    def test_trap13_interested(self) -> None:
        """
        Only a client that has asked for the list hears of its changes.
        """
        second = self.jar.online(ALICE, "2")
        second.send(ROSTER)
        self.clear()
        self.alice.send(
            "<iq type='set' id='1'><query xmlns='jabber:iq:roster'>"
            "<item jid='x@y.example'/></query></iq>"
        )
        (result,) = self.alice.take()
        self.assertEqual(result.attributes["type"], "result")
        self.assertEqual(self.names(second), ["iq"])

    def test_trap13_broadcast(self) -> None:
        """
        Whoever has no right to see somebody sees nothing: not coming, not
        changing, not going, not with a request that waits.
        """
        self.mallory.send("<presence type='subscribe' to='$alice'/>")
        self.clear()
        self.alice.send("<presence><show>dnd</show></presence>")
        self.alice.lose()
        self.jar.online(ALICE, "a")
        self.assertGot(self.mallory)

    def test_trap13_negative(self) -> None:
        """
        A client of negative priority never gets what is for the account.
        """
        negative = self.jar.online(BOB, "n", -1)
        self.bob.lose()
        self.clear()
        for kind in ("chat", "normal", "headline"):
            self.alice.send(
                f"<message to='$bob' type='{kind}'><body>x</body></message>"
            )
        self.assertGot(negative)

    def test_trap13_once(self) -> None:
        """
        Saying again that one is here brings neither old messages nor others'
        presence again.
        """
        self.bob.send("<presence><show>away</show></presence>")
        self.assertEqual(len(self.bob.take()), 1)

    def test_trap13_subscribedByNobody(self) -> None:
        """
        Nobody makes oneself somebody's contact by saying yes for them.
        """
        self.mallory.send("<presence type='subscribed' to='$bob'/>")
        self.assertGot(self.bob)
        self.clear()
        self.bob.send("<presence><show>dnd</show></presence>")
        self.assertGot(self.mallory)


class SpoolTests(TrapCase):
    """
    Trap 14: what waits.
    """

    def test_trap14_notBothWays(self) -> None:
        """
        What waits for a sleeping session does not also go to a new one, and
        comes once when that is over.
        """
        self.bob.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        self.bob.lose()
        self.alice.send("<message to='$bob'><body>x</body></message>")
        second = self.jar.online(BOB, "2")
        self.assertEqual(second.bodies(), [])
        self.jar.advance(301)
        self.assertEqual(second.bodies(), ["x"])
        second.flush()
        self.assertEqual(self.jar.registry.held, {})

    def test_trap14_poison(self) -> None:
        """
        Nobody leaves anything that later ends another's stream: what is
        stored is read and written as it came.
        """
        self.bob.lose()
        self.clear()
        for inside in (
            "<a:x xmlns:a='u1'/><y xmlns='u1'><body>x</body></y>",
            "<body>&lt;/message&gt;</body>",
            "<x xmlns='u' a='&apos;&gt;&lt;'/>",
            "<body>\ufffe\U0001f600</body>",
        ):
            message = Element((CLIENT, "message"))
            message.attributes["to"] = words("$bob")
            try:
                message = parse(words(f"<message to='$bob'>{inside}</message>"))
            except Exception:
                message.addElement("body", content="\ufffe")
            self.jar.perform(
                self.jar.messaging.received(self.mallory.stream, message, NOW)
            )
        bob = self.jar.online(BOB, "b")
        self.assertEqual(self.names(bob).count("message"), 4)
        self.assertEqual(self.jar.messaging.counts["quarantined"], 0)


class AnswerTests(TrapCase):
    """
    Trap 15: errors, answers and loops.
    """

    def test_trap15_noAnswerToErrors(self) -> None:
        """
        An error is not answered, whatever it is about: two servers that
        answer each other's never stop.
        """
        for stanza in (
            "<message type='error' to='99@$domain'><body>x</body></message>",
            "<message type='error' to='x@nowhere.example'><body>x</body></message>",
            "<message type='error' to='@@'/>",
            "<iq type='error' id='1' to='$bob/gone'/>",
            "<presence type='error' to='$bob/gone'/>",
            "<presence type='error' to='x@nowhere.example'/>",
            "<presence type='error'/>",
        ):
            self.mallory.send(stanza)
            self.assertGot(self.mallory)

    def test_trap15_strangersAnswer(self) -> None:
        """
        An answer to a question of the server's is nothing to it.
        """
        self.alice.send(ROSTER)
        before = self.jar.registry.everything()
        for number in range(50):
            self.mallory.send(
                f"<iq type='result' id='t{number}' to='$domain'>"
                "<query xmlns='jabber:iq:roster'><item jid='$mallory'/></query></iq>"
            )
        self.assertGot(self.mallory)
        self.assertEqual(self.jar.registry.everything(), before)
        self.assertEqual(self.jar.messaging.counts["strangers"], 50)

    def test_trap15_jids(self) -> None:
        """
        An address in any broken form is told to be that, and nothing else
        happens; the stream stays.
        """
        for to in ("", "@", "a@", "@b", "a..b", "u@h/", "x" * 2000, "u@h@i", "a@b..c"):
            self.mallory.send(f"<message id='1' to='{to}'><body>x</body></message>")
            (error,) = self.mallory.take()
            names = [one.name for one in error.error.elements()]
            self.assertEqual(names, ["jid-malformed"], to)
        self.assertIsNone(self.mallory.closed)

    def test_trap15_unknownStream(self) -> None:
        """
        What comes from a stream that is gone leads to nothing.
        """
        message = parse(words("<message to='$bob'><body>x</body></message>"))
        self.assertEqual(self.jar.messaging.received(9999, message, NOW), [])
        self.assertEqual(self.jar.messaging.flushed(9999, NOW), [])
        self.assertEqual(self.jar.messaging.lost(9999, NOW, True), [])
