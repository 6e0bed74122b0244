# -*- test-case-name: tests.xmpp.im.test_contactedit -*-
"""
Shows and edits an account's contacts on the pages.  Subscriptions and sessions
follow through L{gigasetd.xmpp.im.registrychanges}.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.errors import BadValue, Refused, Unknown
from gigasetd.registry.model import RosterItem
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.im.subscriptionstate import empty
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.jid import parseJid


def groupsOf(item: RosterItem) -> list[str]:
    """
    List the names of a contact's groups.
    """
    return item.groups.split("\n") if item.groups else []


def checked(name: str, groups: list[str], section: XmppSection) -> str:
    """
    Check the name and groups of a contact (RFC 6121 section 2.3.3).

    @return: the name.
    @raise StanzaRefused: they are not allowed.
    """
    if len(set(groups)) != len(groups):
        raise StanzaRefused("bad-request", "a group is listed twice")
    if len(groups) > section.max_groups:
        raise StanzaRefused(
            "not-acceptable", f"a contact can have at most {section.max_groups} groups"
        )
    if any(not group or "\n" in group for group in groups):
        raise StanzaRefused(
            "not-acceptable", "a group's name must be one line, not empty"
        )
    if any(len(text) > section.max_name for text in (name, *groups)):
        raise StanzaRefused(
            "not-acceptable", f"a name can have at most {section.max_name} characters"
        )
    return name


def contactsOf(registry: Registry, number: str) -> list[RosterItem]:
    """
    List an account's contacts, sorted by name.
    """
    items = registry.rosters.get(number, {}).values()
    listed = (item for item in items if item.listed)
    return sorted(listed, key=lambda item: (item.name or item.jid).casefold())


def setContact(
    registry: Registry,
    section: XmppSection,
    number: str,
    jid: str,
    name: str = "",
    groups: tuple[str, ...] = (),
) -> RosterItem:
    """
    Add or change a contact.

    A new contact is sent a subscription request, and its own is approved.

    @raise BadValue: the address, the name or a group is not allowed.
    @raise Refused: the contact list is full.
    """
    address = parseJid(jid)
    if address is None or not address.local:
        raise BadValue(f"{jid!r} is not a contact's address (NUMBER@DOMAIN)")
    try:
        checked(name, list(groups), section)
    except StanzaRefused as error:
        raise BadValue(error.text) from None
    mine = registry.rosters.get(number, {})
    old = mine.get(address.bare)
    if old is None and len(mine) >= section.max_roster:
        raise Refused(f"the contact list is full ({section.max_roster} entries)")
    item = old or empty(number, address.bare)
    if not item.listed:
        item = item._replace(ask="subscribe", approved=1, listed=1)
    item = item._replace(name=name, groups="\n".join(groups))
    registry.put(item)
    return item


def removeContact(registry: Registry, number: str, jid: str) -> RosterItem:
    """
    Remove a contact.

    @return: the removed contact.
    @raise Unknown: it is not listed.
    """
    address = parseJid(jid)
    item = address and registry.rosters.get(number, {}).get(address.bare)
    if item is None or not item.listed:
        raise Unknown("no such contact")
    registry.drop(item)
    return item
