# -*- test-case-name: tests.xmpp.im.test_contactedit -*-
"""
An owner's contacts as the pages for people show and change them; what that
means for subscriptions and streams follows by itself.

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
    The names of the groups that a contact is in.
    """
    return item.groups.split("\n") if item.groups else []


def checked(name: str, groups: list[str], section: XmppSection) -> str:
    """
    See that name and groups are such as may be stored (RFC 6121 section
    2.3.3).

    @return: the name.
    @raise StanzaRefused: they are not.
    """
    if len(set(groups)) != len(groups):
        raise StanzaRefused("bad-request", "a group is there twice")
    if len(groups) > section.max_groups:
        raise StanzaRefused("not-acceptable", "too many groups")
    if any(not group or "\n" in group for group in groups):
        raise StanzaRefused("not-acceptable", "a group without a name of one line")
    if any(len(text) > section.max_name for text in (name, *groups)):
        raise StanzaRefused("not-acceptable", "a name is too long")
    return name


def contactsOf(registry: Registry, number: str) -> list[RosterItem]:
    """
    What an owner has listed, by name.
    """
    listed = (one for one in registry.rosters.get(number, {}).values() if one.listed)
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
    Add or change a contact; a new one is asked to show its presence, and may
    see the owner's.

    @raise BadValue: an address, a name or a group has a wrong form.
    @raise Refused: no further one fits in.
    """
    address = parseJid(jid)
    if address is None or not address.local:
        raise BadValue("a contact's address is NUMBER@DOMAIN")
    try:
        checked(name, list(groups), section)
    except StanzaRefused as error:
        raise BadValue(error.text) from None
    mine = registry.rosters.get(number, {})
    old = mine.get(address.bare)
    if old is None and len(mine) >= section.max_roster:
        raise Refused(f"a contact list has at most {section.max_roster} entries")
    item = old or empty(number, address.bare)
    if not item.listed:
        item = item._replace(ask="subscribe", approved=1, listed=1)
    item = item._replace(name=name, groups="\n".join(groups))
    registry.put(item)
    return item


def removeContact(registry: Registry, number: str, jid: str) -> RosterItem:
    """
    Remove a contact.

    @return: what it was.
    @raise Unknown: there is none.
    """
    address = parseJid(jid)
    item = address and registry.rosters.get(number, {}).get(address.bare)
    if item is None or not item.listed:
        raise Unknown("there is no such contact")
    registry.drop(item)
    return item
