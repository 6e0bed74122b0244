# -*- test-case-name: tests.xmpp.federation.test_addresses -*-
"""
What changes in a stanza that crosses to another server or component: its
namespace, and the names by which each side knows our accounts.

wokkel changes nothing, so that a component's stanza would reach clients in
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
    The same in C{jabber:client}, down to the first element of another
    namespace; what is inside that stays as it is.
    """
    if element.uri == CLIENT or element.uri not in SCOPES:
        return element
    return _moved(element, element.uri)


def _moved(element: Element, uri: str) -> Element:
    copy = Element((CLIENT, element.name))
    copy.attributes = element.attributes
    copy.children = [
        one if isinstance(one, str) or one.uri != uri else _moved(one, uri)
        for one in element.children
    ]
    return copy


class DomainAlias(NamedTuple):
    """
    A domain under which our accounts are known elsewhere: C{N@ours} here is
    C{N@theirs} there.
    """

    ours: str
    theirs: str

    def outward(self, element: Element) -> Element:
        """
        A stanza of ours as the other side is to see it.
        """
        return _renamed(element, "from", self.ours, self.theirs)

    def inward(self, element: Element) -> Element:
        """
        A stanza of the other side for us.
        """
        return _renamed(element, "to", self.theirs, self.ours)

    def home(self, element: Element) -> Element | None:
        """
        A stanza of ours for somebody of ours, whom it names as the other side
        does, by the name that he has here; L{None} for any other.
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
