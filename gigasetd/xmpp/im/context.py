# -*- test-case-name: tests.xmpp.im.test_server -*-
"""
What every rule of messaging stands on: the registry, who is here, and what
this turn has led to.

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
    @ivar section: the configuration's C{xmpp} section.
    @ivar token: makes a fresh random id.
    @ivar household: whether two numbers are of one household.
    @ivar version: the program's.
    @ivar domains: other domains that can be reached now; whoever attaches or
        detaches a component changes it.
    @ivar crowded: whether a stream's client has left much unread.
    @ivar anywhere: whether a server that we are attached to knows the others.
    @ivar now: this turn's time, epoch seconds.
    @ivar out: what this turn has led to so far.
    @ivar doomed: sessions that this turn has made impossible.
    @ivar severed: contacts that this turn removed, whose subscriptions are to
        be ended.
    @ivar own: changes of rosters and messages that nobody need be told of
        since they are our own, by key.
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
        self.anywhere = False
        self.crowded: Callable[[int], bool] = lambda stream: False
        self.counts = dict.fromkeys(COUNTS.split(), 0)
        self.now = self.started = 0.0
        self.out: list[Action] = []
        self.doomed: list[ClientSession] = []
        self.severed: list[RosterItem] = []
        self.own: Counter[tuple[str, str, str]] = Counter()

    def turn(self, now: float) -> list[Action]:
        """
        Begin a new turn.

        @return: the list that its actions will be in.
        """
        self.now, self.out = now, []
        self.started = self.started or now
        return self.out

    def account(self, number: str) -> Account | None:
        """
        An account that has messaging switched on.
        """
        account = self.registry.accounts.get(number)
        return account if account and account.offers("messaging") else None

    def reaches(self, domain: str) -> bool:
        """
        Whether stanzas for another domain can be handed on.
        """
        return self.anywhere or domain in self.domains

    def bareOf(self, number: str) -> str:
        """
        An account's address.
        """
        return f"{number}@{self.domain}"

    def numberOf(self, address: str) -> str:
        """
        Whose account an address is, C{""} where it is none of ours.
        """
        jid = parseJid(address)
        return jid.local if jid is not None and jid.domain == self.domain else ""

    def put(self, value: RosterItem | HeldMessage) -> None:
        """
        Store a value of which nobody else need tell us.
        """
        kind = "roster" if isinstance(value, RosterItem) else "held"
        before = self.registry.journal.number
        if self.registry.put(value) != before:
            self.own[kind, value[0], value[1]] += 1

    def drop(self, value: RosterItem | HeldMessage) -> None:
        """
        Remove a value of which nobody else need tell us.
        """
        kind = "roster" if isinstance(value, RosterItem) else "held"
        before = self.registry.journal.number
        if self.registry.drop(value) != before:
            self.own[kind, value[0], value[1]] += 1

    def isOwn(self, kind: str, number: str, key: str) -> bool:
        """
        Whether a change that one is told of is our own.
        """
        place = (kind, number, key)
        if place not in self.own:
            return False
        self.own[place] -= 1
        if not self.own[place]:
            del self.own[place]
        return True

    def blocks(self, number: str, other: Jid) -> bool:
        """
        Whether an account wants to hear nothing of somebody (XEP-0191 section
        3.1); nobody can block the server or oneself.
        """
        mine = self.registry.blocks.get(number)
        if not mine or (other.domain == self.domain and other.local in ("", number)):
            return False
        domain, resource = other.domain, other.resource
        forms = (other.full, other.bare, f"{domain}/{resource}", domain)
        return any(form in mine for form in forms)
