# -*- test-case-name: tests.xmpp.im.test_context -*-
"""
What all rules of messaging share: the registry, the sessions, and the actions
of the current turn.

Layer 1 (state).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.registry.model import Account, HeldMessage, RosterItem
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.actions import Action
from gigasetd.xmpp.im.session import ClientSession, SessionTable
from gigasetd.xmpp.stanza.jid import Jid, parseJid

COUNTS = (
    "messages presences iqs delivered held redelivered quarantined over_quota "
    "refused bound replaced resumed hibernated timed_out overrun split pushed "
    "forwarded strangers ignored crowded"
)


class MessagingContext:
    """
    What all rules share.

    @ivar section: the configuration's C{xmpp} section.
    @ivar token: makes a random id.
    @ivar household: whether two numbers are in one household.
    @ivar version: the program's version.
    @ivar domains: other domains that are served; changed when a component
        connects or leaves.
    @ivar upstream: whether an upstream server takes stanzas for all others.
    @ivar crowded: whether a stream's client has left much unread.
    @ivar counts: events by name; they only grow.
    @ivar now: the time of this turn, epoch seconds.
    @ivar started: the time of the first turn.
    @ivar actions: the actions of this turn so far.
    @ivar overrun: sessions that must end, since too much is unconfirmed.
    @ivar removed: contacts that this turn has removed; their subscriptions must
        be ended.
    @ivar ownChanges: our own changes that the registry's listeners will still
        report, by kind and key.
    """

    def __init__(
        self,
        registry: Registry,
        section: XmppSection,
        domain: str,
        token: Callable[[], str],
        household: Callable[[str, str], bool],
        version: str = "",
    ) -> None:
        self.registry, self.section, self.domain = registry, section, domain
        self.token, self.household = token, household
        self.version = version
        self.sessions = SessionTable()
        self.domains: set[str] = set()
        self.upstream = section.upstream is not None
        self.crowded: Callable[[int], bool] = lambda stream: False
        self.counts = dict.fromkeys(COUNTS.split(), 0)
        self.now = self.started = 0.0
        self.actions: list[Action] = []
        self.overrun: list[ClientSession] = []
        self.removed: list[RosterItem] = []
        self.ownChanges: Counter[tuple[str, str, str]] = Counter()

    def turn(self, now: float) -> list[Action]:
        """
        Begin a turn.

        @param now: epoch seconds.
        @return: the list that its actions are appended to.
        """
        self.now, self.actions = now, []
        self.started = self.started or now
        return self.actions

    def account(self, number: str) -> Account | None:
        """
        Find an account that has messaging switched on.
        """
        account = self.registry.accounts.get(number)
        return account if account and account.offers("messaging") else None

    def reaches(self, domain: str) -> bool:
        """
        Whether stanzas for another domain can be forwarded.
        """
        return self.upstream or domain in self.domains

    def bareOf(self, number: str) -> str:
        """
        Make an account's bare address.
        """
        return f"{number}@{self.domain}"

    def numberOf(self, address: str) -> str:
        """
        Find the account's number in an address.

        @return: C{""} where the address is not in our domain.
        """
        jid = parseJid(address)
        return jid.local if jid is not None and jid.domain == self.domain else ""

    def put(self, value: RosterItem | HeldMessage) -> None:
        """
        Store a value, as a change of our own.
        """
        kind = "roster" if isinstance(value, RosterItem) else "held"
        before = self.registry.journal.number
        if self.registry.put(value) != before:
            self.ownChanges[kind, value[0], value[1]] += 1

    def drop(self, value: RosterItem | HeldMessage) -> None:
        """
        Remove a value, as a change of our own.
        """
        kind = "roster" if isinstance(value, RosterItem) else "held"
        before = self.registry.journal.number
        if self.registry.drop(value) != before:
            self.ownChanges[kind, value[0], value[1]] += 1

    def isOwn(self, kind: str, number: str, key: str) -> bool:
        """
        Whether a reported change is our own; each counts once.
        """
        place = (kind, number, key)
        if place not in self.ownChanges:
            return False
        self.ownChanges[place] -= 1
        if not self.ownChanges[place]:
            del self.ownChanges[place]
        return True

    def blocks(self, number: str, other: Jid) -> bool:
        """
        Whether an account has blocked an address (XEP-0191 section 3.1).

        The server and the account itself cannot be blocked.
        """
        mine = self.registry.blocks.get(number)
        if not mine or (other.domain == self.domain and other.local in ("", number)):
            return False
        domain, resource = other.domain, other.resource
        forms = (other.full, other.bare, f"{domain}/{resource}", domain)
        return any(form in mine for form in forms)
