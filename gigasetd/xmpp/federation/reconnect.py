# -*- test-case-name: tests.xmpp.federation.test_reconnect -*-
"""
What contacts in other domains must hear, and what is said of them, when such a
domain can be reached again or no longer.

While it could not, presence of both sides was lost (RFC 6121 section 4 knows
no more than that each side tells the other when it changes).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable

from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.presence import PresenceRules
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.namespaces import stanza


class Reconnection:
    """
    Accounts and their contacts elsewhere.
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

    def attached(self, domain: str) -> None:
        """
        A domain can be reached: tell its people who is here, and ask them how
        they are.

        @param domain: C{""} for all that are only known elsewhere.
        """
        for session in self._context.sessions.all():
            number, shown = session.number, session.presence
            if shown is None:
                continue
            for contact in self._there(self._roster.watched(number), domain):
                self._presence.ask(session, contact.bare)
            if session.visible:
                for contact in self._there(self._roster.audience(number), domain):
                    self._presence.tell(contact.bare, shown)
        self._remind(domain)

    def _remind(self, domain: str) -> None:
        for number, items in self._context.registry.rosters.items():
            waiting = [item.jid for item in items.values() if item.ask]
            for contact in self._there(waiting, domain):
                asked = stanza(
                    "presence",
                    type="subscribe",
                    from_=self._context.bareOf(number),
                    to=contact.bare,
                )
                self._delivery.abroad(contact, asked)

    def detached(self, domain: str) -> None:
        """
        A domain cannot be reached any longer: to us its people are gone.
        """
        for session in list(self._context.sessions.all()):
            if session.presence is None:
                continue
            for contact in self._there(self._roster.watched(session.number), domain):
                gone = stanza(
                    "presence", type="unavailable", from_=contact.bare, to=session.full
                )
                self._delivery.give(session, gone)

    def _there(self, contacts: Iterable[str], domain: str) -> list[Jid]:
        context = self._context
        jids = [jid for jid in map(parseJid, contacts) if jid is not None]
        if domain:
            return [jid for jid in jids if jid.domain == domain]
        near = {context.domain, *context.domains}
        return [jid for jid in jids if jid.domain not in near]
