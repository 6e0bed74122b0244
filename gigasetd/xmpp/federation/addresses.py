# -*- test-case-name: tests.xmpp.federation.test_addresses -*-
"""
Rewrites stanzas that cross to another server or component: their namespace, and
the domain by which each side knows our accounts.

wokkel changes nothing: a component's stanza would reach clients in the namespace
C{jabber:component:accept}, and they would ignore it.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple

from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.stanza import CLIENT, SCOPES

ACCEPT = "jabber:component:accept"
NAMES = frozenset({"iq", "message", "presence"})


def rescoped(element: Element) -> Element:
    """
    Move a stanza into C{jabber:client}, down to the first element of another
    namespace.
    """
    if element.uri == CLIENT or element.uri not in SCOPES:
        return element
    return _moved(element, element.uri)


def _moved(element: Element, uri: str) -> Element:
    copy = Element((CLIENT, element.name))
    copy.attributes = element.attributes
    copy.children = [
        node if isinstance(node, str) or node.uri != uri else _moved(node, uri)
        for node in element.children
    ]
    return copy


class DomainAlias(NamedTuple):
    """
    The domain of our accounts on another server: C{N@ours} here is C{N@theirs}
    there.
    """

    ours: str
    theirs: str

    def outward(self, element: Element) -> Element:
        """
        Rewrite a stanza for the other side.
        """
        return _renamed(element, "from", self.ours, self.theirs)

    def inward(self, element: Element) -> Element:
        """
        Rewrite a stanza from the other side.
        """
        return _renamed(element, "to", self.theirs, self.ours)

    def home(self, element: Element) -> Element | None:
        """
        Rewrite a stanza of ours that is addressed to one of our accounts by its
        name on the other side.

        @return: L{None} for any other receiver.
        """
        if self.ours == self.theirs:
            return None
        to = parseJid(element.attributes.get("to"))
        if to is None or to.domain != self.theirs:
            return None
        return _renamed(element, "to", self.theirs, self.ours)


def _renamed(element: Element, key: str, old: str, new: str) -> Element:
    """
    Replace the domain of one address; the children are shared.
    """
    jid = parseJid(element.attributes.get(key))
    if jid is None or jid.domain != old or old == new:
        return element
    copy = Element((element.uri, element.name))
    copy.attributes = {
        **element.attributes,
        key: Jid(jid.local, new, jid.resource).full,
    }
    copy.children = element.children
    return copy
