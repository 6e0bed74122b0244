# -*- test-case-name: tests.xmpp.im.test_roster -*-
"""
The roster: requested, changed, and pushed (RFC 6121 section 2).

Layer 2 (rules).
"""

from __future__ import annotations

from hashlib import sha256

from twisted.words.xish.domish import Element

from gigasetd.registry.model import RosterItem
from gigasetd.xmpp.im.contactedit import checked, groupsOf
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.iq import IqRequest, IqRule
from gigasetd.xmpp.im.sharedroster import SharedRoster
from gigasetd.xmpp.im.subscriptionstate import empty
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.namespaces import ROSTER, elements, make, stanza, wrap
from gigasetd.xmpp.stanza.stanza import textOf


class Roster:
    """
    Every account's contacts, including the shared ones.
    """

    def __init__(
        self, context: MessagingContext, delivery: Delivery, shared: SharedRoster
    ) -> None:
        self._context, self._delivery = context, delivery
        self.shared = shared

    # contents

    def stored(self, number: str, jid: str) -> RosterItem | None:
        """
        Find a contact in the registry.
        """
        return self._context.registry.rosters.get(number, {}).get(jid)

    def items(self, number: str) -> dict[str, RosterItem]:
        """
        List all contacts that clients see: bare JID -> item.
        """
        stored = self._context.registry.rosters.get(number, {})
        listed = {jid: item for jid, item in stored.items() if item.listed}
        for other in self.shared.members(number):
            jid = self._context.bareOf(other)
            listed[jid] = self.shared.item(number, other, stored.get(jid))
        return listed

    def item(self, number: str, jid: str) -> RosterItem | None:
        """
        Find a contact as clients see it, L{None} where they do not.
        """
        stored = self.stored(number, jid)
        other = self._context.numberOf(jid)
        if self.shared.together(number, other):
            return self.shared.item(number, other, stored)
        return stored if stored is not None and stored.listed else None

    def sees(self, number: str, jid: str) -> bool:
        """
        Whether a contact may see an account's presence.
        """
        stored = self.stored(number, jid)
        if stored is not None and stored.subscription in ("from", "both"):
            return True
        return self.shared.together(number, self._context.numberOf(jid))

    def audience(self, number: str) -> list[str]:
        """
        List the contacts that see an account's presence: bare JIDs.
        """
        return self._with(number, ("from", "both"))

    def watched(self, number: str) -> list[str]:
        """
        List the contacts whose presence an account sees: bare JIDs.
        """
        return self._with(number, ("to", "both"))

    def _with(self, number: str, kinds: tuple[str, str]) -> list[str]:
        stored = self._context.registry.rosters.get(number, {})
        contacts = {
            item.jid: None for item in stored.values() if item.subscription in kinds
        }
        for other in self.shared.members(number):
            contacts[self._context.bareOf(other)] = None
        return list(contacts)

    def full(self, number: str) -> bool:
        """
        Whether an account may have no more contacts.
        """
        stored = self._context.registry.rosters.get(number, {})
        return len(stored) >= self._context.section.max_roster

    def crowded(self, number: str) -> bool:
        """
        Whether an account may have no more waiting requests.
        """
        # Strangers must leave room for the owner's own contacts.
        stored = self._context.registry.rosters.get(number, {}).values()
        waiting = sum(1 for item in stored if not item.listed)
        return 2 * waiting >= self._context.section.max_roster

    # requests

    def rules(self) -> dict[tuple[str, str, str], IqRule]:
        """
        List the requests to one's own account.
        """
        return {
            ("get", ROSTER, "query"): self._get,
            ("set", ROSTER, "query"): self._set,
        }

    def _get(self, request: IqRequest) -> Element | None:
        session, query = request.own, request.element
        session.interested = True
        session.versioned = "ver" in query.attributes
        items = self.items(session.number)
        version = versionOf(items)
        if query.attributes.get("ver") == version:
            # An empty result: the client has this version.
            return None
        answer = wrap(ROSTER, "query", *map(itemElement, items.values()))
        if session.versioned:
            answer.attributes["ver"] = version
        return answer

    def _set(self, request: IqRequest) -> None:
        """
        Add, change or remove one contact (sections 2.3 to 2.5).

        @raise StanzaRefused: the contact is malformed or not allowed.
        """
        items = list(elements(request.element))
        if len(items) != 1 or (items[0].uri, items[0].name) != (ROSTER, "item"):
            raise StanzaRefused("bad-request")
        jid = parseJid(items[0].attributes.get("jid"))
        if jid is None:
            raise StanzaRefused(
                "jid-malformed" if "jid" in items[0].attributes else "bad-request"
            )
        if items[0].attributes.get("subscription") == "remove":
            self._remove(request.number, jid.bare)
        else:
            self._change(request.number, jid.bare, items[0])

    def _change(self, number: str, jid: str, element: Element) -> None:
        if jid == self._context.bareOf(number):
            raise StanzaRefused("not-allowed")
        old = self.stored(number, jid)
        if old is None and self.full(number):
            raise StanzaRefused("resource-constraint", "the contact list is full")
        groups = [
            textOf(group)
            for group in elements(element)
            if (group.uri, group.name) == (ROSTER, "group")
        ]
        name = checked(
            element.attributes.get("name", ""), groups, self._context.section
        )
        item = (old or empty(number, jid))._replace(
            name=name, groups="\n".join(groups), listed=1
        )
        self._context.put(item)
        self.push(number, jid)

    def _remove(self, number: str, jid: str) -> None:
        old = self.stored(number, jid)
        shared = self.shared.together(number, self._context.numberOf(jid))
        if shared and old is None:
            raise StanzaRefused("not-allowed", "a shared contact cannot be removed")
        if old is None or not (old.listed or shared):
            raise StanzaRefused("item-not-found")
        self._context.drop(old)
        self.push(number, jid)
        self._context.removed.append(old)

    # roster push

    def push(self, number: str, jid: str) -> None:
        """
        Push a contact to every session that has requested the roster.
        """
        mine = self._context.sessions.of(number)
        sessions = [session for session in mine if session.interested]
        if not sessions:
            return
        item = self.item(number, jid)
        version = (
            versionOf(self.items(number))
            if any(session.versioned for session in sessions)
            else ""
        )
        for session in sessions:
            removed = make(ROSTER, "item", jid=jid, subscription="remove")
            query = wrap(ROSTER, "query", itemElement(item) if item else removed)
            if session.versioned:
                query.attributes["ver"] = version
            self._context.counts["pushed"] += 1
            self._delivery.send(
                session,
                stanza(
                    "iq", query, type="set", id=self._context.token(), to=session.full
                ),
            )


def itemElement(item: RosterItem) -> Element:
    """
    Make the element of a contact.
    """
    element = make(ROSTER, "item", jid=item.jid)
    if item.name:
        element.attributes["name"] = item.name
    element.attributes["subscription"] = item.subscription
    if item.ask:
        element.attributes["ask"] = item.ask
    if item.approved:
        element.attributes["approved"] = "true"
    element.children += [make(ROSTER, "group", name) for name in groupsOf(item)]
    return element


def versionOf(items: dict[str, RosterItem]) -> str:
    """
    Name a roster's version by a hash of its contents (section 2.6).
    """
    digest = sha256()
    for jid in sorted(items):
        item = items[jid]
        digest.update(repr((jid, *item[2:7])).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]
