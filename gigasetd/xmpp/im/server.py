# -*- test-case-name: tests.xmpp.im.test_server -*-
"""
Instant messaging: what comes over streams that have logged in, and what it
leads to (RFC 6121).  Each subject has a file of its own; here they are joined.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.words.xish.domish import Element

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.actions import Action, Peer
from gigasetd.xmpp.build import MessagingRules
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.dispatch import STANZAS, StanzaDispatch
from gigasetd.xmpp.im.session import MODULO, ClientSession
from gigasetd.xmpp.im.sessionview import view
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.namespaces import CSI, SM


class Messaging:
    """
    @ivar counts: what happened, by name; only ever grows.
    @ivar domains: other domains that can be reached now; whoever attaches or
        detaches a component changes it.
    """

    def __init__(
        self,
        registry: Registry,
        section: XmppSection,
        domain: str,
        token: Callable[[], str],
        household: Callable[[str, str], bool],
        program: str = "",
    ) -> None:
        """
        @param token: makes a fresh random id.
        @param household: whether two numbers are of one household.
        @param program: the program's version.
        """
        context = MessagingContext(registry, section, domain, token, household, program)
        self._context, self._sessions = context, context.sessions
        self.counts, self.domains = context.counts, context.domains
        self._rules = MessagingRules(context)
        self._incoming = StanzaDispatch(context, self._rules)

    # what streams tell

    def opened(self, peer: Peer, now: float) -> list[Action]:
        """
        Somebody has logged in; a stream that named its resource is bound.
        """
        out = self._context.turn(now)
        self._rules.binding.opened(peer)
        return self._done(out)

    def features(self, stream: int) -> list[Element]:
        """
        Stream features after the log-in.
        """
        return self._rules.binding.features(stream)

    def isBound(self, stream: int) -> bool:
        """
        Whether a stream has a resource.
        """
        return stream in self._sessions.streams

    def received(self, stream: int, element: Element, now: float) -> list[Action]:
        """
        One element of a stream, below its root.
        """
        out = self._context.turn(now)
        session = self._sessions.streams.get(stream)
        if session is not None:
            self._from(session, element)
        elif stream in self._sessions.unbound:
            self._rules.binding.knock(self._sessions.unbound[stream], element)
        return self._done(out)

    def flushed(self, stream: int, now: float) -> list[Action]:
        """
        The system has taken all that was sent so far.
        """
        session = self._sessions.streams.get(stream)
        if session is None or not (session.unflushed or session.spooling):
            return []
        out = self._context.turn(now)
        unacked, session.unflushed = session.unflushed, []
        for pending in unacked:
            pending.holders -= 1
            self._rules.delivery.took(pending)
        self._rules.offline.proceed(session)
        return self._done(out)

    def lost(self, stream: int, now: float, clean: bool) -> list[Action]:
        """
        A stream is gone.

        @param clean: its client has said good-bye.
        """
        out = self._context.turn(now)
        self._rules.ending.lost(stream, clean)
        return self._done(out)

    def routed(self, domain: str, element: Element, now: float) -> list[Action]:
        """
        A stanza of another domain, whose C{from} was checked.
        """
        out = self._context.turn(now)
        sender = parseJid(element.attributes.get("from"))
        to = parseJid(element.attributes.get("to"))
        if sender is not None and (element.uri, element.name) in STANZAS:
            if to is None:
                self._rules.delivery.refuse(element, "jid-malformed")
            elif to.domain != self._context.domain:
                self._incoming.across(element, to)
            else:
                self._incoming.foreign(element, sender, to)
        return self._done(out)

    def anywhere(self) -> None:
        """
        From now on there is somebody who knows all other domains.
        """
        self._context.anywhere = True

    def measure(self, crowded: Callable[[int], bool]) -> None:
        """
        From now on there is somebody who knows how much a client has not read.

        @param crowded: whether a stream's client has left much unread.
        """
        self._context.crowded = crowded

    def attached(self, domain: str, now: float) -> list[Action]:
        """
        Another domain can be reached.

        @param domain: C{""} for all but those of L{domains}.
        """
        out = self._context.turn(now)
        self._rules.reconnection.attached(domain)
        return self._done(out)

    def detached(self, domain: str, now: float) -> list[Action]:
        """
        It cannot any longer.
        """
        out = self._context.turn(now)
        self._rules.reconnection.detached(domain)
        return self._done(out)

    # what others tell

    def changed(self, now: float) -> list[Action]:
        """
        What others have changed in the registry since the last call.
        """
        out = self._context.turn(now)
        self._rules.changed.perform()
        return self._done(out)

    @property
    def deadline(self) -> float | None:
        """
        When L{wake} wants to be called, L{None} for never.
        """
        return self._rules.ending.deadline

    def wake(self, now: float) -> list[Action]:
        """
        Time has passed.
        """
        out = self._context.turn(now)
        self._rules.ending.wake()
        return self._done(out)

    def follow(self, section: XmppSection) -> None:
        """
        Go by these limits and policies from now on; who is here already sees
        a change of shared contacts with the next log-in.
        """
        self._context.section = section
        self._rules.roster.shared.follow()

    def close(self, now: float) -> list[Action]:
        """
        The daemon ends: end every session, and store what nobody has
        confirmed.
        """
        out = self._context.turn(now)
        for session in self._sessions.all():
            self._rules.ending.close(session, "system-shutdown")
        return self._done(out)

    def streams(self, now: float) -> list[dict[str, Any]]:
        """
        All sessions, for the operator.
        """
        return [view(session, now) for session in self._sessions.all()]

    # inside

    def _done(self, out: list[Action]) -> list[Action]:
        context = self._context
        while context.doomed or context.severed:
            while context.severed:
                self._rules.subscription.sever(context.severed.pop())
            while context.doomed:
                session = context.doomed.pop()
                if self._sessions.find(session.number, session.resource) is session:
                    context.counts["overrun"] += 1
                    self._rules.ending.close(session, "resource-constraint")
        return out

    def _from(self, session: ClientSession, element: Element) -> None:
        if (element.uri, element.name) in STANZAS:
            if session.acks is not None:
                session.acks.seen = (session.acks.seen + 1) % MODULO
            journal = self._context.registry.journal
            before = journal.number
            self._incoming.receive(session, element)
            if journal.number != before:
                session.after = journal.number
        elif element.uri == SM:
            self._rules.management.said(session, element)
        elif element.uri != CSI:
            self._rules.ending.close(session, "unsupported-stanza-type")
