# -*- test-case-name: tests.xmpp.im.test_registrychanges -*-
"""
What others have changed in the registry, and what streams are to hear of it: a
service switched off, a new password, contacts edited on a page, a message of
the operator's.

Layer 2 (rules).
"""

from __future__ import annotations

from typing import Any

from gigasetd.registry.model import Account, HeldMessage, RosterItem
from gigasetd.xmpp.actions import CloseStream
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.im.sessionend import SessionEnd
from gigasetd.xmpp.im.subscription import PresenceSubscriptions
from gigasetd.xmpp.xep.offline import OfflineMessages


class RegistryChanges:
    """
    What there is to do.
    """

    def __init__(
        self,
        context: MessagingContext,
        roster: Roster,
        subscription: PresenceSubscriptions,
        ending: SessionEnd,
        offline: OfflineMessages,
    ) -> None:
        self._context, self._roster = context, roster
        self._subscription, self._ending = subscription, ending
        self._offline = offline
        self._shut: dict[str, None] = {}
        self._edited: list[tuple[Any, Any]] = []
        self._waiting: dict[str, None] = {}
        context.registry.listen("account", self._account)
        context.registry.listen("roster", self._item)
        context.registry.listen("held", self._held)

    # as the registry's listener

    def _account(self, old: Account | None, new: Account | None) -> None:
        if old is None:
            return
        if new is None or old.credentialsChanged(new) or not new.offers("messaging"):
            self._shut[old.number] = None

    def _item(self, old: RosterItem | None, new: RosterItem | None) -> None:
        some = new or old
        assert some is not None
        if not self._context.isOwn("roster", some.number, some.jid):
            self._edited.append((old, new))

    def _held(self, old: HeldMessage | None, new: HeldMessage | None) -> None:
        some = new or old
        assert some is not None
        if not self._context.isOwn("held", some.number, some.id) and new is not None:
            self._waiting[new.number] = None

    # as a rule

    def perform(self) -> None:
        """
        Do it all.
        """
        # Contacts that are gone see the account go, before it has.
        edited, self._edited = self._edited, []
        for old, new in edited:
            self._tell(old, new)
        shut, self._shut = self._shut, {}
        for number in shut:
            self._end(number)
        waiting, self._waiting = self._waiting, {}
        for number in waiting:
            sessions = self._context.sessions.eligible(number)
            if sessions:
                self._offline.deliver(sessions[0])

    def _end(self, number: str) -> None:
        sessions = self._context.sessions
        for session in sessions.of(number):
            self._ending.close(session, "not-authorized")
        for stream, peer in list(sessions.unbound.items()):
            if peer.number == number:
                del sessions.unbound[stream]
                self._context.out.append(CloseStream(stream, "not-authorized"))

    def _tell(self, old: RosterItem | None, new: RosterItem | None) -> None:
        some = new or old
        assert some is not None
        if (old and old.listed) or (new and new.listed):
            self._roster.push(some.number, some.jid)
        if new is None:
            self._subscription.sever(some)
        elif new.ask and not (old and old.ask):
            self._subscription.begin(new)
