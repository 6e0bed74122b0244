"""
Tests for L{gigasetd.xmpp.im.subscription}.
"""

from __future__ import annotations

from gigasetd.xmpp.im.subscriptionstate import empty
from tests.xmpp.jar import ALICE, BOB, JarCase

ASK = "<presence type='subscribe' to='$bob'/>"
YES = "<presence type='subscribed' to='$alice'/>"
NO = "<presence type='unsubscribed' to='$alice'/>"
ROSTER = "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>"
HERE = "<presence from='{}' to='{}'><priority>0</priority></presence>"


class TwoCase(JarCase):
    """
    Alice and Bob are here and have asked for their rosters.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.bob = self.jar.online(BOB, "b")
        for client in (self.alice, self.bob):
            client.send(ROSTER)
            client.take()

    def push(self, to: str, item: str) -> str:
        """
        A roster push.
        """
        return (
            f"<iq type='set' id='*' to='{to}'>"
            f"<query xmlns='jabber:iq:roster'>{item}</query></iq>"
        )


class AskTests(TwoCase):
    """
    RFC 6121 section 3.1.
    """

    def test_asked(self) -> None:
        """
        Whoever asks sees the request in the roster; whoever is asked gets it
        from the bare address, and nothing in the roster yet.
        """
        self.alice.send(ASK)
        item = "<item jid='$bob' subscription='none' ask='subscribe'/>"
        self.assertGot(self.alice, self.push("$alice/a", item))
        self.assertGot(self.bob, "<presence type='subscribe' from='$alice' to='$bob'/>")

    def test_granted(self) -> None:
        """
        With the "yes" both rosters change first, then the asker learns it and
        sees the other.
        """
        self.alice.send(ASK)
        self.alice.take()
        self.bob.take()
        self.bob.send(YES)
        self.assertGot(
            self.bob, self.push("$bob/b", "<item jid='$alice' subscription='from'/>")
        )
        self.assertGot(
            self.alice,
            self.push("$alice/a", "<item jid='$bob' subscription='to'/>"),
            "<presence type='subscribed' from='$bob' to='$alice'/>",
            HERE.format("$bob/b", "$alice"),
        )

    def test_refused(self) -> None:
        """
        With the "no" the request is gone, and nothing of it stays with whoever
        refused.
        """
        self.alice.send(ASK)
        self.alice.take()
        self.bob.take()
        self.bob.send(NO)
        self.assertGot(
            self.alice,
            self.push("$alice/a", "<item jid='$bob' subscription='none'/>"),
            "<presence type='unsubscribed' from='$bob' to='$alice'/>",
        )
        self.assertGot(self.bob)
        self.assertNotIn(BOB, self.jar.registry.rosters)

    def test_resent(self) -> None:
        """
        A request that was not answered comes again, whole, at each log-in,
        also after a restart.
        """
        self.alice.send(
            "<presence type='subscribe' to='$bob'><status>It is me</status></presence>"
        )
        self.jar.restart()
        for _ in range(2):
            bob = self.jar.online(BOB, "b")
            self.assertSame(
                bob.take()[1:],
                "<presence type='subscribe' from='$alice' to='$bob'>"
                "<status>It is me</status></presence>",
            )

    def test_notTwice(self) -> None:
        """
        A client that is not available yet gets a request once.
        """
        bob = self.jar.login(BOB, "2")
        bob.send(ROSTER)
        bob.take()
        self.alice.send(ASK)
        self.assertGot(bob)
        bob.send("<presence/>")
        types = [one.attributes.get("type") for one in bob.take()]
        self.assertEqual(types.count("subscribe"), 1)

    def test_longRequest(self) -> None:
        """
        Of what somebody writes with a request no more is kept than is allowed.
        """
        text = "x" * 3000
        self.alice.send(
            f"<presence type='subscribe' to='$bob'><status>{text}</status></presence>"
        )
        bob = self.jar.online(BOB, "c")
        self.assertSame(
            [one for one in bob.take() if one.attributes.get("type") == "subscribe"],
            "<presence type='subscribe' from='$alice' to='$bob'/>",
        )

    def test_asksAgain(self) -> None:
        """
        Whoever may see somebody already and asks again is answered by the
        server.
        """
        self.jar.befriend(self.alice, self.bob)
        self.alice.send(ASK)
        self.assertGot(self.bob)
        self.assertGot(self.alice, HERE.format("$bob/b", "$alice"))

    def test_whoForgot(self) -> None:
        """
        A contact that lost its roster and asks again gets its "yes" at once.
        """
        self.jar.befriend(self.alice, self.bob)
        self.jar.registry.drop(empty(ALICE, f"{BOB}@gigaset.net"))
        self.jar.registry.notify()
        self.alice.send(ASK)
        self.assertGot(self.bob)
        self.assertEqual(self.alice.take()[-2].attributes["type"], "subscribed")

    def test_approvedBefore(self) -> None:
        """
        A request that was approved before it came is granted without asking.
        """
        self.bob.send(YES)
        item = "<item jid='$alice' subscription='none' approved='true'/>"
        self.assertGot(self.bob, self.push("$bob/b", item))
        self.assertGot(self.alice)
        self.alice.send(ASK)
        item = "<item jid='$alice' subscription='from' approved='true'/>"
        self.assertGot(self.bob, self.push("$bob/b", item))
        types = [one.attributes.get("type") for one in self.alice.take()]
        self.assertEqual(types, ["set", "set", "subscribed", None])

    def test_approvalTakenBack(self) -> None:
        """
        An approval can be taken back before anybody asks.
        """
        self.bob.send(YES)
        self.bob.send(NO)
        self.bob.take()
        self.alice.send(ASK)
        self.assertEqual(self.bob.take()[-1].attributes["type"], "subscribe")

    def test_oneself(self) -> None:
        """
        Nobody asks oneself, the server or a domain that there is not.
        """
        for to, condition in (
            ("$alice", "not-allowed"),
            ("$domain", "not-allowed"),
            ("x@elsewhere.example", "remote-server-not-found"),
        ):
            self.alice.send(f"<presence type='subscribe' to='{to}' id='1'/>")
            (error,) = self.alice.take()
            self.assertEqual(error.attributes["type"], "error")
            self.assertTrue(
                any(one.name == condition for one in error.error.elements())
            )

    def test_nobody(self) -> None:
        """
        Nothing tells whether a number exists.
        """
        self.alice.send("<presence type='subscribe' to='99@$domain'/>")
        item = "<item jid='99@$domain' subscription='none' ask='subscribe'/>"
        self.assertGot(self.alice, self.push("$alice/a", item))


class EndTests(TwoCase):
    """
    RFC 6121 sections 3.2 and 3.3, and 2.5.
    """

    def setUp(self) -> None:
        super().setUp()
        self.jar.befriend(self.alice, self.bob)

    def test_takenBack(self) -> None:
        """
        Whoever may no longer see somebody sees them go.
        """
        self.bob.send(NO)
        self.assertGot(
            self.alice,
            "<presence type='unavailable' from='$bob/b' to='$alice'/>",
            self.push("$alice/a", "<item jid='$bob' subscription='from'/>"),
            "<presence type='unsubscribed' from='$bob' to='$alice'/>",
        )
        item = "<item jid='$alice' subscription='to'/>"
        self.assertGot(self.bob, self.push("$bob/b", item))

    def test_unsubscribed(self) -> None:
        """
        Whoever no longer wants to see somebody is taken off and sees them go.
        """
        self.alice.send("<presence type='unsubscribe' to='$bob'/>")
        self.assertGot(
            self.bob,
            self.push("$bob/b", "<item jid='$alice' subscription='to'/>"),
            "<presence type='unsubscribe' from='$alice' to='$bob'/>",
        )
        self.assertGot(
            self.alice,
            self.push("$alice/a", "<item jid='$bob' subscription='from'/>"),
            "<presence type='unavailable' from='$bob/b' to='$alice'/>",
        )

    def test_removed(self) -> None:
        """
        Whoever removes a contact is removed there, both ways.
        """
        self.alice.send(
            "<iq type='set' id='1'><query xmlns='jabber:iq:roster'>"
            "<item jid='$bob' subscription='remove'/></query></iq>"
        )
        first, result = self.alice.take()[:2]
        self.assertSame(
            [first, result],
            self.push("$alice/a", "<item jid='$bob' subscription='remove'/>"),
            "<iq type='result' id='1' to='$alice/a'/>",
        )
        types = [one.attributes.get("type") for one in self.bob.take()]
        expected = ["set", "unsubscribe", "unavailable", "set", "unsubscribed"]
        self.assertEqual(types, expected)
        bobs = self.jar.registry.rosters[BOB]
        self.assertEqual([one.subscription for one in bobs.values()], ["none"])
        self.assertNotIn(ALICE, self.jar.registry.rosters)


class ApprovalTests(TwoCase):
    """
    What the server grants for those who cannot.
    """

    section = {"approval": "phones"}

    def test_phone(self) -> None:
        """
        A phone is asked nothing: the server says yes.
        """
        self.jar.online(BOB, "phone", legacy=True).take()
        self.alice.send(ASK)
        types = [one.attributes.get("type") for one in self.alice.take()]
        self.assertEqual(types, ["set", "set", "subscribed", None, None])

    def test_client(self) -> None:
        """
        Who has no phone here is asked.
        """
        self.alice.send(ASK)
        self.assertGot(self.bob, "<presence type='subscribe' from='$alice' to='$bob'/>")

    def test_later(self) -> None:
        """
        A request that came while the phone was off is granted when it comes.
        """
        self.alice.send(ASK)
        self.alice.take()
        self.bob.lose()
        phone = self.jar.login(BOB, "phone", legacy=True)
        phone.send("<presence/>")
        self.assertEqual([one.name for one in phone.take()], [])
        types = [one.attributes.get("type") for one in self.alice.take()]
        self.assertEqual(types, ["set", "subscribed", None])


class ApproveAllTests(TwoCase):
    """
    Where nobody is asked.
    """

    section = {"approval": "all"}

    def test_all(self) -> None:
        """
        Every request is granted, also one to who is not here.
        """
        self.bob.lose()
        self.alice.send(ASK)
        types = [one.attributes.get("type") for one in self.alice.take()]
        self.assertEqual(types, ["set", "set", "subscribed"])


class FullTests(TwoCase):
    """
    Bounds.
    """

    section = {"max_roster": 2}

    def test_full(self) -> None:
        """
        A full contact list takes no further one, and the asker is told.
        """
        for number in (91, 92):
            self.alice.send(f"<presence type='subscribe' to='{number}@$domain'/>")
        self.alice.take()
        self.alice.send(ASK)
        (error,) = self.alice.take()
        self.assertEqual(error.attributes["type"], "error")
        self.assertGot(self.bob)

    def test_strangers(self) -> None:
        """
        Requests of strangers fill half of the list at most; there is room for
        one's own contacts whatever they do.
        """
        for number in (91, 92, 93):
            self.jar.messaging._rules.subscription.arrived(
                BOB,
                f"{number}@x.example",
                self.request(number),
            )
        self.assertEqual(list(self.jar.registry.rosters[BOB]), ["91@x.example"])
        self.bob.send("<presence type='subscribe' to='$alice'/>")
        self.assertEqual(len(self.jar.registry.rosters[BOB]), 2)

    def request(self, number: int):
        """
        A request.
        """
        from gigasetd.xmpp.stanza.namespaces import stanza

        return stanza("presence", type="subscribe", from_=f"{number}@x.example", to="b")
