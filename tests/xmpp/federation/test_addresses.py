"""
Tests of L{gigasetd.xmpp.federation.addresses}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.federation.addresses import DomainAlias, rescoped
from gigasetd.xmpp.stanza.stanza import parse, serialize

ALIAS = DomainAlias("gigaset.net", "phones.example.org")


class RescopedTests(SynchronousTestCase):
    """
    Namespaces.
    """

    def test_stanza(self) -> None:
        """
        A stanza of another kind of stream becomes a client's, with what it
        holds of its own.
        """
        text = "<iq><query xmlns='jabber:iq:roster'/><error><text/></error></iq>"
        element = rescoped(parse(text, "jabber:component:accept"))
        self.assertEqual(element.uri, "jabber:client")
        self.assertEqual(serialize(element), text)

    def test_others(self) -> None:
        """
        What is no stanza stays what it is.
        """
        element = parse("<handshake xmlns='u'/>")
        self.assertIs(rescoped(element), element)


class AliasTests(SynchronousTestCase):
    """
    Names.
    """

    def test_outward(self) -> None:
        """
        Elsewhere an account is known by the component's domain.
        """
        out = ALIAS.outward(parse("<message from='1@gigaset.net/x' to='a@b'/>"))
        self.assertEqual(
            serialize(out), "<message from='1@phones.example.org/x' to='a@b'/>"
        )

    def test_inward(self) -> None:
        """
        What comes for that name is for the account; everything else is left
        alone.
        """
        came = ALIAS.inward(parse("<iq from='a@b' to='1@phones.example.org'/>"))
        self.assertEqual(serialize(came), "<iq from='a@b' to='1@gigaset.net'/>")
        other = parse("<iq from='a@b' to='1@else.example.org'/>")
        self.assertIs(ALIAS.inward(other), other)

    def test_home(self) -> None:
        """
        A phone that writes to another by the name that is used elsewhere
        reaches it.
        """
        text = "<message from='1@gigaset.net' to='2@{}'/>"
        home = ALIAS.home(parse(text.format("phones.example.org")))
        assert home is not None
        self.assertEqual(serialize(home), text.format("gigaset.net"))
        self.assertIsNone(ALIAS.home(parse(text.format("b"))))
        self.assertIsNone(ALIAS.home(parse("<message/>")))
        same = DomainAlias("gigaset.net", "gigaset.net")
        self.assertIsNone(same.home(parse(text.format("gigaset.net"))))
