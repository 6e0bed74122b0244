# -*- test-case-name: tests.xmpp.federation.test_reconnect -*-
"""
Synchronises presence with contacts in another domain, when it can be reached
again or no longer.

While it could not be reached, presence of both sides was lost (RFC 6121 section 4
sends changes only).

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
    Sends and probes presence when a domain attaches or detaches.
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
        Send presence to the contacts in a domain, and probe them.

        @param domain: C{""} for all domains but those that are served here.
        """
        for session in self._context.sessions.all():
            number, shown = session.number, session.presence
            if shown is None:
                continue
            for contact in self._there(self._roster.watched(number), domain):
                self._presence.probe(session, contact.bare)
            if session.visible:
                for contact in self._there(self._roster.audience(number), domain):
                    self._presence.notify(contact.bare, shown)
        self._remind(domain)

    def _remind(self, domain: str) -> None:
        # Subscription requests without an answer may have been lost.
        for number, items in self._context.registry.rosters.items():
            waiting = [item.jid for item in items.values() if item.ask]
            for contact in self._there(waiting, domain):
                request = stanza(
                    "presence",
                    type="subscribe",
                    from_=self._context.bareOf(number),
                    to=contact.bare,
                )
                self._delivery.forward(contact, request)

    def detached(self, domain: str) -> None:
        """
        Make the contacts in a domain unavailable.
        """
        for session in list(self._context.sessions.all()):
            if session.presence is None:
                continue
            for contact in self._there(self._roster.watched(session.number), domain):
                gone = stanza(
                    "presence", type="unavailable", from_=contact.bare, to=session.full
                )
                self._delivery.send(session, gone)

    def _there(self, contacts: Iterable[str], domain: str) -> list[Jid]:
        context = self._context
        jids = [jid for jid in map(parseJid, contacts) if jid is not None]
        if domain:
            return [jid for jid in jids if jid.domain == domain]
        near = {context.domain, *context.domains}
        return [jid for jid in jids if jid.domain not in near]
