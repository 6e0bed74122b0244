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
from gigasetd.xmpp.actions import Close
from gigasetd.xmpp.im.context import Realm
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.im.sessionend import Leaving
from gigasetd.xmpp.im.subscription import Subscription
from gigasetd.xmpp.xep.offline import Offline


class News:
    """
    What there is to do.
    """

    def __init__(
        self,
        realm: Realm,
        roster: Roster,
        subscription: Subscription,
        leaving: Leaving,
        offline: Offline,
    ) -> None:
        self._realm, self._roster = realm, roster
        self._subscription, self._leaving = subscription, leaving
        self._offline = offline
        self._shut: dict[str, None] = {}
        self._edited: list[tuple[Any, Any]] = []
        self._waiting: dict[str, None] = {}
        realm.registry.listen("account", self._account)
        realm.registry.listen("roster", self._item)
        realm.registry.listen("held", self._held)

    # as the registry's listener

    def _account(self, old: Account | None, new: Account | None) -> None:
        """
        An account whose owner must log in again, or may no longer.
        """
        if old is None:
            return
        if new is None or old.credentialsChanged(new) or not new.offers("messaging"):
            self._shut[old.number] = None

    def _item(self, old: RosterItem | None, new: RosterItem | None) -> None:
        """
        A contact.
        """
        some = new or old
        assert some is not None
        if not self._realm.isOwn("roster", some.number, some.jid):
            self._edited.append((old, new))

    def _held(self, old: HeldMessage | None, new: HeldMessage | None) -> None:
        """
        A message that waits.
        """
        some = new or old
        assert some is not None
        if not self._realm.isOwn("held", some.number, some.id) and new is not None:
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
            sessions = self._realm.sessions.eligible(number)
            if sessions:
                self._offline.deliver(sessions[0])

    def _end(self, number: str) -> None:
        """
        End an account's streams, also those that have no resource yet.
        """
        sessions = self._realm.sessions
        for session in sessions.of(number):
            self._leaving.close(session, "not-authorized")
        for stream, peer in list(sessions.unbound.items()):
            if peer.number == number:
                del sessions.unbound[stream]
                self._realm.out.append(Close(stream, "not-authorized"))

    def _tell(self, old: RosterItem | None, new: RosterItem | None) -> None:
        """
        Push an edited contact, and carry its subscriptions out.
        """
        some = new or old
        assert some is not None
        if (old and old.listed) or (new and new.listed):
            self._roster.push(some.number, some.jid)
        if new is None:
            self._subscription.sever(some)
        elif new.ask and not (old and old.ask):
            self._subscription.begin(new)
