"""
Tests for L{gigasetd.xmpp.im.sharedroster}.
"""

from __future__ import annotations

from gigasetd.xmpp.stanza.stanza import serialize
from tests.xmpp.jar import ALICE, BOB, CAROL, MALLORY, Client, JarCase, words

GET = "<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>"
ITEM = "<item jid='{}' name='{}' subscription='both'><group>{}</group></item>"


class SharedCase(JarCase):
    """
    Asks for rosters.
    """

    def roster(self, client: Client) -> list[str]:
        """
        A client's contacts.
        """
        client.send(GET)
        items = client.take()[-1].query.elements()
        return [serialize(item, "jabber:iq:roster") for item in items]


class HouseholdTests(SharedCase):
    """
    Phones of one household see each other at once.
    """

    section = {"shared_roster": "household"}

    def test_listed(self) -> None:
        """
        Each finds the others, by nickname or number; nobody finds a stranger.
        """
        account = self.jar.registry.accounts[BOB]
        self.jar.registry.put(account._replace(nickname="Kitchen"))
        told = [
            words(ITEM.format("$bob", "Kitchen", "Household")),
            words(ITEM.format("$carol", CAROL, "Household")),
        ]
        self.assertEqual(self.roster(self.jar.login(ALICE, "a")), told)
        self.assertEqual(self.roster(self.jar.login(MALLORY, "m")), [])
        self.assertEqual(self.jar.registry.rosters, {})

    def test_seen(self) -> None:
        """
        They see each other come, change and go without having asked.
        """
        alice, bob = self.jar.online(ALICE, "a"), self.jar.login(BOB, "b")
        mallory = self.jar.online(MALLORY, "m")
        for client in (alice, mallory):
            client.take()
        bob.send("<presence><show>away</show></presence>")
        self.assertEqual([str(one.show) for one in alice.take()], ["away"])
        froms = [one.attributes["from"] for one in bob.take()]
        self.assertEqual(froms, [bob.full, alice.full])
        bob.lose()
        self.assertEqual(alice.take()[0].attributes["type"], "unavailable")
        self.assertGot(mallory)

    def test_renamed(self) -> None:
        """
        An owner can give a contact another name, and take it back, but not
        put anybody out of the household.
        """
        alice = self.jar.login(ALICE, "a")
        change = "<iq type='set' id='s'><query xmlns='jabber:iq:roster'>{}</query></iq>"
        alice.send(change.format("<item jid='$bob' name='Bobby'/>"))
        renamed = words(ITEM.format("$bob", "Bobby", "Household"))
        self.assertIn(renamed, self.roster(alice))
        for kind in ("result", "error"):
            alice.send(change.format("<item jid='$bob' subscription='remove'/>"))
            self.assertEqual(alice.take()[-1].attributes["type"], kind)
        plain = words(ITEM.format("$bob", BOB, "Household"))
        self.assertIn(plain, self.roster(alice))

    def test_asked(self) -> None:
        """
        Nobody needs to ask: the server answers, and nothing is stored.
        """
        alice, bob = self.jar.online(ALICE, "a"), self.jar.online(BOB, "b")
        bob.take()
        alice.send("<presence type='subscribe' to='$bob'/>")
        self.assertGot(bob)
        self.assertEqual(self.jar.registry.rosters, {})

    def test_off(self) -> None:
        """
        Who has messaging switched off is no contact.
        """
        account = self.jar.registry.accounts[BOB]
        self.jar.registry.put(account._replace(off="messaging"))
        self.assertEqual(len(self.roster(self.jar.login(ALICE, "a"))), 1)

    def test_moved(self) -> None:
        """
        Who moves out is no longer listed after a minute.
        """
        alice = self.jar.login(ALICE, "a")
        self.assertEqual(len(self.roster(alice)), 2)
        self.jar.messaging._context.household = lambda one, other: other == BOB
        self.jar.now += 61
        self.assertEqual(len(self.roster(alice)), 1)


class LargeTests(SharedCase):
    """
    A network that is no household.
    """

    section = {"shared_roster": "household", "max_household": 2}

    def test_large(self) -> None:
        """
        Where more live together than a household has, nobody sees anybody
        without asking, and a log-in costs no more for it.
        """
        alice, bob = self.jar.online(ALICE, "a"), self.jar.online(BOB, "b")
        self.assertEqual(self.roster(alice), [])
        self.assertEqual(len(bob.take()), 1)


class GroupsTests(SharedCase):
    """
    The operator's groups.
    """

    section = {
        "shared_roster": "groups",
        "groups": (("Office", (ALICE, BOB, "99")), ("Staff", (ALICE, BOB, MALLORY))),
    }

    def test_groups(self) -> None:
        """
        The members of a group have each other under its name, and whoever is
        in several has several.
        """
        bob = (
            "<item jid='$bob' name='20000002' subscription='both'>"
            "<group>Office</group><group>Staff</group></item>"
        )
        told = [bob, ITEM.format("$mallory", MALLORY, "Staff")]
        found = self.roster(self.jar.login(ALICE, "a"))
        self.assertEqual(found, list(map(words, told)))
        self.assertEqual(self.roster(self.jar.login(CAROL, "c")), [])


class OffTests(SharedCase):
    """
    No shared contacts.
    """

    def test_off(self) -> None:
        """
        Everybody has what they added themselves.
        """
        self.assertEqual(self.roster(self.jar.login(ALICE, "a")), [])
