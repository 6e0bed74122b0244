"""
Tests for L{gigasetd.xmpp.im.contactedit}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.errors import BadValue, Refused, Unknown
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.im.contactedit import contactsOf, groupsOf, removeContact, setContact

BOB = "20000002@gigaset.net"


class ContactsTests(SynchronousTestCase):
    """
    Contacts as the pages for people change them.
    """

    def setUp(self) -> None:
        self.registry = Registry(Journal())

    def add(self, jid: str = BOB, name: str = "", groups: tuple[str, ...] = ()):
        """
        Add one.
        """
        section = XmppSection(max_roster=2)
        return setContact(self.registry, section, "1", jid, name, groups)

    def test_added(self) -> None:
        """
        A new contact is asked, and may ask back.
        """
        item = self.add(BOB.upper() + "/x", "Bob", ("A", "B"))
        self.assertEqual((item.jid, item.ask, item.approved), (BOB, "subscribe", 1))
        self.assertEqual(groupsOf(item), ["A", "B"])
        self.assertEqual(contactsOf(self.registry, "1"), [item])

    def test_sorted(self) -> None:
        """
        They are told by name, without regard to case.
        """
        self.add(BOB, "bob")
        self.add("20000003@gigaset.net", "Anna")
        names = [item.name for item in contactsOf(self.registry, "1")]
        self.assertEqual(names, ["Anna", "bob"])

    def test_refused(self) -> None:
        """
        What cannot be is told in words for people.
        """
        for jid, name, groups in (
            ("", "", ()),
            ("gigaset.net", "", ()),
            ("a@@b", "", ()),
            (BOB, "x" * 200, ()),
            (BOB, "", ("a", "a")),
            (BOB, "", ("",)),
            (BOB, "", ("a\nb",)),
        ):
            error = self.assertRaises(BadValue, self.add, jid, name, groups)
            self.assertTrue(str(error))
        self.assertEqual(self.registry.rosters, {})

    def test_full(self) -> None:
        """
        There is room for so many.
        """
        self.add("2@x.example")
        self.add("3@x.example")
        self.assertRaises(Refused, self.add)

    def test_removed(self) -> None:
        """
        What is removed is gone, once.
        """
        self.add()
        removeContact(self.registry, "1", BOB)
        for jid in (BOB, "nonsense@@"):
            self.assertRaises(Unknown, removeContact, self.registry, "1", jid)
