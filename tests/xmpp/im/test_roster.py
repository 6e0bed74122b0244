"""
Tests for L{gigasetd.xmpp.im.roster}.
"""

from __future__ import annotations

from gigasetd.registry.model import RosterItem
from tests.xmpp.jar import ALICE, BOB, JarCase

GET = "<iq type='get' id='g'><query xmlns='jabber:iq:roster'/></iq>"


def change(item: str, id: str = "s") -> str:
    """
    A roster set.
    """
    return (
        f"<iq type='set' id='{id}'><query xmlns='jabber:iq:roster'>{item}</query></iq>"
    )


class RosterTests(JarCase):
    """
    RFC 6121 section 2.
    """

    section = {"max_roster": 3, "max_groups": 2, "max_name": 20}

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.login(ALICE, "a")

    def refused(self, item: str, condition: str) -> None:
        """
        A change is refused and changes nothing.
        """
        before = self.jar.registry.everything()
        self.alice.send(change(item))
        (error,) = self.alice.take()
        names = [one.name for one in error.error.elements()]
        self.assertIn(condition, names)
        self.assertEqual(self.jar.registry.everything(), before)

    def test_empty(self) -> None:
        """
        Whoever has no contacts gets an empty list.
        """
        self.alice.send(GET)
        self.assertGot(
            self.alice,
            "<iq type='result' id='g' to='$alice/a'>"
            "<query xmlns='jabber:iq:roster'/></iq>",
        )

    def test_set(self) -> None:
        """
        A new contact is pushed to every client that has asked for the list,
        and to no other, before the one that made it has its answer.
        """
        interested, other = self.jar.login(ALICE, "b"), self.jar.login(ALICE, "c")
        for client in (self.alice, interested):
            client.send(GET)
            client.take()
        item = "<item jid='{}' name='Bob'{}><group>Friends</group></item>"
        self.alice.send(change(item.format("$bob/phone", "")))
        told = item.format("$bob", " subscription='none'")
        push = (
            "<iq type='set' id='*' to='$alice/{}'>"
            "<query xmlns='jabber:iq:roster'>{}</query></iq>"
        )
        self.assertGot(
            self.alice,
            push.format("a", told),
            "<iq type='result' id='s' to='$alice/a'/>",
        )
        self.assertGot(interested, push.format("b", told))
        self.assertGot(other)
        expected = RosterItem(
            ALICE, f"{BOB}@gigaset.net", "Bob", "none", "", 0, "Friends", 1, ""
        )
        self.assertEqual(list(self.jar.registry.rosters[ALICE].values()), [expected])

    def test_written(self) -> None:
        """
        The answer waits until the change is on the disk.
        """
        self.alice.send(change("<item jid='$bob'/>"))
        (sent,) = self.alice.got
        self.assertEqual(sent.after, self.jar.registry.journal.number)

    def test_keepsSubscription(self) -> None:
        """
        A client changes name and groups, never the subscription.
        """
        self.alice.send(
            change("<item jid='$bob' subscription='both' ask='subscribe'/>")
        )
        (item,) = self.jar.registry.rosters[ALICE].values()
        self.assertEqual((item.subscription, item.ask), ("none", ""))

    def test_removed(self) -> None:
        """
        What was removed is gone, and cannot be removed again.
        """
        self.alice.send(change("<item jid='$bob'/>"))
        self.alice.take()
        remove = "<item jid='$bob' subscription='remove'/>"
        self.alice.send(change(remove))
        self.assertGot(self.alice, "<iq type='result' id='s' to='$alice/a'/>")
        self.assertNotIn(ALICE, self.jar.registry.rosters)
        self.refused(remove, "item-not-found")

    def test_refused(self) -> None:
        """
        What RFC 6121 section 2.3.3 names is refused, and what is too much.
        """
        group = "<group>{}</group>"
        for item, condition in (
            ("", "bad-request"),
            ("<item jid='$bob'/><item jid='$carol'/>", "bad-request"),
            ("<item/>", "bad-request"),
            ("<item jid='a@@b'/>", "jid-malformed"),
            ("<item jid='$bob'><group/></item>", "not-acceptable"),
            (f"<item jid='$bob'>{group.format('x' * 21)}</item>", "not-acceptable"),
            (f"<item jid='$bob'>{group.format('x') * 2}</item>", "bad-request"),
            (
                f"<item jid='$bob'>{''.join(map(group.format, 'xyz'))}</item>",
                "not-acceptable",
            ),
            (f"<item jid='$bob' name='{'x' * 21}'/>", "not-acceptable"),
            ("<item jid='$alice'/>", "not-allowed"),
            ("<x xmlns='other' jid='$bob'/>", "bad-request"),
        ):
            self.refused(item, condition)

    def test_full(self) -> None:
        """
        One contact more than the list holds is refused; those in it can be
        changed.
        """
        for number in (91, 92, 93):
            self.alice.send(change(f"<item jid='{number}@$domain'/>"))
        self.alice.take()
        self.refused("<item jid='$bob'/>", "resource-constraint")
        self.alice.send(change("<item jid='91@$domain' name='x'/>"))
        self.assertEqual(self.alice.take()[0].attributes["type"], "result")

    def test_others(self) -> None:
        """
        Nobody gets or changes somebody else's list.
        """
        for kind in ("get", "set"):
            self.alice.send(
                f"<iq type='{kind}' id='1' to='$bob'><query xmlns='jabber:iq:roster'>"
                "<item jid='$carol'/></query></iq>"
            )
            (error,) = self.alice.take()
            self.assertEqual(error.attributes["type"], "error")
        self.assertEqual(self.jar.registry.rosters, {})

    def test_ownAddress(self) -> None:
        """
        A client may name its own account.
        """
        self.alice.send(GET.replace("id=", "to='$alice' id="))
        (result,) = self.alice.take()
        self.assertEqual(result.attributes["type"], "result")


class VersionTests(JarCase):
    """
    RFC 6121 section 2.6.
    """

    def version(self, ver: str):
        """
        Ask with a version.
        """
        self.alice.send(GET.replace("'/>", f"' ver='{ver}'/>", 1))
        return self.alice.take()[-1].query

    def test_versions(self) -> None:
        """
        Whoever has the list as it is gets nothing; after a change, also one
        made by somebody else or before a restart, all of it.
        """
        self.alice = self.jar.login(ALICE, "a")
        first = self.version("").attributes["ver"]
        self.assertIsNone(self.version(first))
        self.alice.send(change("<item jid='$bob'/>"))
        push, _ = self.alice.take()
        second = push.query.attributes["ver"]
        self.assertNotEqual(first, second)
        self.jar.restart()
        self.alice = self.jar.login(ALICE, "a")
        self.assertIsNone(self.version(second))
        self.assertEqual(self.version(first).attributes["ver"], second)

    def test_unversioned(self) -> None:
        """
        Old clients see no versions.
        """
        alice = self.jar.login(ALICE, "a")
        alice.send(GET)
        alice.send(change("<item jid='$bob'/>"))
        for one in alice.take()[:2]:
            self.assertNotIn("ver", one.query.attributes)
