# -*- test-case-name: tests.xmpp.xep.test_blocking -*-
"""
Block lists (XEP-0191).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.registry.model import Block
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.iq import IqRequest, IqRule
from gigasetd.xmpp.im.presence import PresenceRules
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.im.session import ClientSession
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.namespaces import (
    BLOCKED,
    BLOCKING,
    elements,
    make,
    stanza,
    wrap,
)
from gigasetd.xmpp.stanza.stanza import errorReply


class Blocking:
    """
    Answers requests for the block list.
    """

    def __init__(
        self,
        context: MessagingContext,
        delivery: Delivery,
        roster: Roster,
        presence: PresenceRules,
    ) -> None:
        self._context, self._delivery = context, delivery
        self._roster, self._presence = roster, presence

    def rules(self) -> dict[tuple[str, str, str], IqRule]:
        """
        List the requests to one's own account.
        """
        return {
            ("get", BLOCKING, "blocklist"): self._list,
            ("set", BLOCKING, "block"): self._block,
            ("set", BLOCKING, "unblock"): self._unblock,
        }

    def refuse(self, session: ClientSession, element: Element) -> None:
        """
        Answer a stanza to an address that its sender has blocked (section 3.8).
        """
        if element.attributes.get("type") in ("error", "result"):
            return
        answer = errorReply(element, "not-acceptable", kind="cancel")
        for error in elements(answer):
            error.children.append(make(BLOCKED, "blocked"))
        self._delivery.send(session, answer)

    def _list(self, query: IqRequest) -> Element:
        query.own.blocking = True
        mine = self._context.registry.blocks.get(query.number, {})
        return wrap(BLOCKING, "blocklist", *map(_item, mine))

    def _block(self, query: IqRequest) -> None:
        # Section 3.3: a blocked contact sees the account become unavailable.
        named = _named(query.element)
        if not named:
            raise StanzaRefused("bad-request")
        registry, number = self._context.registry, query.number
        mine = registry.blocks.get(number, {})
        fresh = [jid for jid in named if jid.full not in mine]
        if len(mine) + len(fresh) > self._context.section.max_blocks:
            raise StanzaRefused("resource-constraint", "the block list is full")
        for contact in self._matching(number, fresh):
            self._presence.hide(number, contact)
        for jid in fresh:
            registry.put(Block(number, jid.full, self._context.now))
        self._push(number, "block", [jid.full for jid in named])

    def _unblock(self, query: IqRequest) -> None:
        # Section 3.4: no item at all unblocks every address.
        named = _named(query.element)
        registry, number = self._context.registry, query.number
        mine = dict(registry.blocks.get(number, {}))
        names = [jid.full for jid in named] if named else list(mine)
        gone = [mine[name] for name in names if name in mine]
        for block in gone:
            registry.drop(block)
        freed = [parseJid(block.jid) for block in gone]
        for contact in self._matching(number, [jid for jid in freed if jid]):
            self._presence.show(number, contact)
        self._push(number, "unblock", [jid.full for jid in named])

    def _matching(self, number: str, named: list[Jid]) -> list[str]:
        names = {jid.full for jid in named}
        matching = []
        for contact in self._roster.audience(number):
            jid = parseJid(contact)
            if jid is not None and names & {jid.bare, jid.domain}:
                matching.append(contact)
        return matching

    def _push(self, number: str, name: str, jids: list[str]) -> None:
        change = wrap(BLOCKING, name, *map(_item, jids))
        for session in self._context.sessions.of(number):
            if session.blocking:
                id = self._context.token()
                push = stanza("iq", change, type="set", id=id, to=session.full)
                self._delivery.send(session, push)


def _item(jid: str) -> Element:
    return make(BLOCKING, "item", jid=jid)


def _named(element: Element) -> list[Jid]:
    """
    List the addresses that a request names.

    @raise StanzaRefused: an item has no valid address.
    """
    jids = []
    for item in elements(element):
        if (item.uri, item.name) == (BLOCKING, "item"):
            jid = parseJid(item.attributes.get("jid"))
            if jid is None:
                raise StanzaRefused("jid-malformed")
            jids.append(jid)
    return jids
