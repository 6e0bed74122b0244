# -*- test-case-name: tests.xmpp.im.test_roster -*-
"""
The contact list: asked for, changed, and told to every stream that has asked
for it (RFC 6121 section 2).

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
    Every account's contacts, the shared ones with them.
    """

    def __init__(
        self, context: MessagingContext, delivery: Delivery, shared: SharedRoster
    ) -> None:
        self._context, self._delivery = context, delivery
        self.shared = shared

    # what is in it

    def stored(self, number: str, jid: str) -> RosterItem | None:
        """
        What the registry holds about one contact.
        """
        return self._context.registry.rosters.get(number, {}).get(jid)

    def items(self, number: str) -> dict[str, RosterItem]:
        """
        All that is listed, by bare JID.
        """
        stored = self._context.registry.rosters.get(number, {})
        listed = {jid: item for jid, item in stored.items() if item.listed}
        for other in self.shared.members(number):
            jid = self._context.bareOf(other)
            listed[jid] = self.shared.item(number, other, stored.get(jid))
        return listed

    def item(self, number: str, jid: str) -> RosterItem | None:
        """
        One contact as it is listed.
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
        Whose contacts see an account's presence: bare JIDs.
        """
        return self._with(number, ("from", "both"))

    def watched(self, number: str) -> list[str]:
        """
        Whose presence an account sees: bare JIDs.
        """
        return self._with(number, ("to", "both"))

    def _with(self, number: str, kinds: tuple[str, str]) -> list[str]:
        stored = self._context.registry.rosters.get(number, {})
        found = {
            item.jid: None for item in stored.values() if item.subscription in kinds
        }
        for other in self.shared.members(number):
            found[self._context.bareOf(other)] = None
        return list(found)

    def full(self, number: str) -> bool:
        """
        Whether no further contact fits in.
        """
        stored = self._context.registry.rosters.get(number, {})
        return len(stored) >= self._context.section.max_roster

    def beset(self, number: str) -> bool:
        """
        Whether so many strangers wait for an answer that no further one may,
        lest the owner's own contacts find no room.
        """
        stored = self._context.registry.rosters.get(number, {}).values()
        waiting = sum(1 for item in stored if not item.listed)
        return 2 * waiting >= self._context.section.max_roster

    # what a client asks

    def rules(self) -> dict[tuple[str, str, str], IqRule]:
        """
        What clients ask of their own account.
        """
        return {
            ("get", ROSTER, "query"): self._get,
            ("set", ROSTER, "query"): self._set,
        }

    def _get(self, asked: IqRequest) -> Element | None:
        session, query = asked.own, asked.element
        session.interested = True
        session.versioned = "ver" in query.attributes
        items = self.items(session.number)
        version = versionOf(items)
        if query.attributes.get("ver") == version:
            return None
        answer = wrap(ROSTER, "query", *map(itemElement, items.values()))
        if session.versioned:
            answer.attributes["ver"] = version
        return answer

    def _set(self, asked: IqRequest) -> None:
        """
        Add, change or remove one contact (sections 2.3 to 2.5).

        @raise StanzaRefused: the contact is malformed or not allowed.
        """
        items = list(elements(asked.element))
        if len(items) != 1 or (items[0].uri, items[0].name) != (ROSTER, "item"):
            raise StanzaRefused("bad-request")
        jid = parseJid(items[0].attributes.get("jid"))
        if jid is None:
            raise StanzaRefused(
                "jid-malformed" if "jid" in items[0].attributes else "bad-request"
            )
        if items[0].attributes.get("subscription") == "remove":
            self._remove(asked.number, jid.bare)
        else:
            self._change(asked.number, jid.bare, items[0])

    def _change(self, number: str, jid: str, given: Element) -> None:
        if jid == self._context.bareOf(number):
            raise StanzaRefused("not-allowed")
        old = self.stored(number, jid)
        if old is None and self.full(number):
            raise StanzaRefused("resource-constraint", "the contact list is full")
        groups = [
            textOf(one)
            for one in elements(given)
            if (one.uri, one.name) == (ROSTER, "group")
        ]
        name = checked(given.attributes.get("name", ""), groups, self._context.section)
        item = (old or empty(number, jid))._replace(
            name=name, groups="\n".join(groups), listed=1
        )
        self._context.put(item)
        self.push(number, jid)

    def _remove(self, number: str, jid: str) -> None:
        old = self.stored(number, jid)
        shared = self.shared.together(number, self._context.numberOf(jid))
        if shared and old is None:
            raise StanzaRefused("not-allowed", "this contact is everybody's here")
        if old is None or not (old.listed or shared):
            raise StanzaRefused("item-not-found")
        self._context.drop(old)
        self.push(number, jid)
        self._context.severed.append(old)

    # telling

    def push(self, number: str, jid: str) -> None:
        """
        Tell every stream that has asked for the roster how one contact stands.
        """
        sessions = [one for one in self._context.sessions.of(number) if one.interested]
        if not sessions:
            return
        item = self.item(number, jid)
        version = (
            versionOf(self.items(number))
            if any(one.versioned for one in sessions)
            else ""
        )
        for session in sessions:
            told = make(ROSTER, "item", jid=jid, subscription="remove")
            query = wrap(ROSTER, "query", itemElement(item) if item else told)
            if session.versioned:
                query.attributes["ver"] = version
            self._context.counts["pushed"] += 1
            self._delivery.give(
                session,
                stanza(
                    "iq", query, type="set", id=self._context.token(), to=session.full
                ),
            )


def itemElement(item: RosterItem) -> Element:
    """
    One contact as clients are told of it.
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
    A name for exactly this content (section 2.6).
    """
    digest = sha256()
    for jid in sorted(items):
        told = items[jid]
        digest.update(repr((jid, *told[2:7])).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]
