# -*- test-case-name: tests.xmpp.im.test_registrychanges -*-
"""
Follows changes of the registry by others: a service switched off, a new
password, contacts edited on a page, a message from the operator.

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
    Collects changes, and applies them to the sessions.
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
        self._disabled: dict[str, None] = {}
        self._edited: list[tuple[Any, Any]] = []
        self._waiting: dict[str, None] = {}
        context.registry.listen("account", self._account)
        context.registry.listen("roster", self._item)
        context.registry.listen("held", self._held)

    # listeners of the registry

    def _account(self, old: Account | None, new: Account | None) -> None:
        if old is None:
            return
        if new is None or old.credentialsChanged(new) or not new.offers("messaging"):
            self._disabled[old.number] = None

    def _item(self, old: RosterItem | None, new: RosterItem | None) -> None:
        item = new or old
        assert item is not None
        if not self._context.isOwn("roster", item.number, item.jid):
            self._edited.append((old, new))

    def _held(self, old: HeldMessage | None, new: HeldMessage | None) -> None:
        item = new or old
        assert item is not None
        if not self._context.isOwn("held", item.number, item.id) and new is not None:
            self._waiting[new.number] = None

    # the rule

    def perform(self) -> None:
        """
        Apply all changes since the last call.
        """
        # First contacts: removed ones still see the account become unavailable.
        edited, self._edited = self._edited, []
        for old, new in edited:
            self._edit(old, new)
        disabled, self._disabled = self._disabled, {}
        for number in disabled:
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
                self._context.actions.append(CloseStream(stream, "not-authorized"))

    def _edit(self, old: RosterItem | None, new: RosterItem | None) -> None:
        item = new or old
        assert item is not None
        if (old and old.listed) or (new and new.listed):
            self._roster.push(item.number, item.jid)
        if new is None:
            self._subscription.sever(item)
        elif new.ask and not (old and old.ask):
            self._subscription.begin(new)
