"""
Tests for L{gigasetd.xmpp.im.context}.
"""

from __future__ import annotations

from gigasetd.config.components import Upstream
from gigasetd.registry.model import Block
from gigasetd.xmpp.im.subscriptionstate import empty
from gigasetd.xmpp.stanza.jid import Jid
from tests.xmpp.jar import ALICE, BOB, DOMAIN, Jar, JarCase


class ContextTests(JarCase):
    """
    What all rules share.
    """

    def setUp(self) -> None:
        super().setUp()
        self.context = self.jar.messaging._context

    def test_own(self) -> None:
        """
        A change of our own is reported once as such; a change of nothing is
        not expected.
        """
        item = empty(ALICE, f"{BOB}@{DOMAIN}")._replace(listed=1)
        self.context.put(item)
        self.context.put(item)
        self.assertTrue(self.context.isOwn("roster", ALICE, item.jid))
        self.assertFalse(self.context.isOwn("roster", ALICE, item.jid))
        self.context.drop(item)
        self.context.drop(item)
        self.assertTrue(self.context.isOwn("roster", ALICE, item.jid))
        self.assertFalse(self.context.isOwn("roster", ALICE, item.jid))

    def test_account(self) -> None:
        """
        An account without messaging does not exist here.
        """
        account = self.jar.registry.accounts[ALICE]
        self.assertEqual(self.context.account(ALICE), account)
        self.jar.registry.put(account._replace(off="voip messaging"))
        self.assertIsNone(self.context.account(ALICE))
        self.assertIsNone(self.context.account("99"))

    def test_numbers(self) -> None:
        """
        Only addresses in our domain have a number.
        """
        self.assertEqual(self.context.numberOf(f"{ALICE}@GIGASET.net/x"), ALICE)
        for address in (f"{ALICE}@other", DOMAIN, "a@b@c", ""):
            self.assertEqual(self.context.numberOf(address), "")

    def test_reaches(self) -> None:
        """
        Other domains are reached where they are served, or by an upstream
        server.
        """
        self.context.domains.add("a.example")
        self.assertTrue(self.context.reaches("a.example"))
        self.assertFalse(self.context.reaches("b.example"))
        upstream = Upstream("127.0.0.1", 5347, "upstream.example", "secret")
        jar = Jar(upstream=upstream)
        self.assertTrue(jar.messaging._context.reaches("b.example"))

    def test_blocks(self) -> None:
        """
        An address, a bare one, a resource of a domain and a domain can be
        blocked; the server and the account itself cannot.
        """
        other = Jid("x", "b.example", "r")
        for form in ("x@b.example/r", "x@b.example", "b.example/r", "b.example"):
            block = Block(ALICE, form, 0.0)
            self.jar.registry.put(block)
            self.assertTrue(self.context.blocks(ALICE, other), form)
            self.assertFalse(self.context.blocks(BOB, other))
            self.jar.registry.drop(block)
            self.assertFalse(self.context.blocks(ALICE, other))
        self.jar.registry.put(Block(ALICE, DOMAIN, 0.0))
        self.assertTrue(self.context.blocks(ALICE, Jid(BOB, DOMAIN, "")))
        for own in ("", ALICE):
            self.assertFalse(self.context.blocks(ALICE, Jid(own, DOMAIN, "")))
