# -*- test-case-name: tests.xmpp.im.test_messaging -*-
"""
Instant messaging (RFC 6121): the rules for streams that have logged in.

Each subject has its own module; this one joins them.  All methods but
properties return the actions that they lead to.

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
    The rules, as streams and components call them.

    @ivar counts: events by name; they only grow.
    @ivar domains: other domains that are served; changed when a component
        connects or leaves.
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
        @param token: makes a random id.
        @param household: whether two numbers are in one household.
        @param program: the program's version.
        """
        context = MessagingContext(registry, section, domain, token, household, program)
        self._context, self._sessions = context, context.sessions
        self.counts, self.domains = context.counts, context.domains
        self._rules = MessagingRules(context)
        self._dispatch = StanzaDispatch(context, self._rules)

    # streams

    def opened(self, peer: Peer, now: float) -> list[Action]:
        """
        Handle a log-in; bind the resource that it named, if any.
        """
        actions = self._context.turn(now)
        self._rules.binding.opened(peer)
        return self._done(actions)

    def features(self, stream: int) -> list[Element]:
        """
        List the stream features after the log-in.
        """
        return self._rules.binding.features(stream)

    def isBound(self, stream: int) -> bool:
        """
        Whether a stream has a resource.
        """
        return stream in self._sessions.streams

    def received(self, stream: int, element: Element, now: float) -> list[Action]:
        """
        Handle an element of a stream.
        """
        actions = self._context.turn(now)
        session = self._sessions.streams.get(stream)
        if session is not None:
            self._receive(session, element)
        elif stream in self._sessions.unbound:
            self._rules.binding.received(self._sessions.unbound[stream], element)
        return self._done(actions)

    def flushed(self, stream: int, now: float) -> list[Action]:
        """
        Handle that the system has taken all that was sent.
        """
        session = self._sessions.streams.get(stream)
        if session is None or not (session.unflushed or session.spooling):
            return []
        actions = self._context.turn(now)
        messages, session.unflushed = session.unflushed, []
        for pending in messages:
            pending.holders -= 1
            self._rules.delivery.arrived(pending)
        self._rules.offline.proceed(session)
        return self._done(actions)

    def lost(self, stream: int, now: float, clean: bool) -> list[Action]:
        """
        Handle the end of a stream.

        @param clean: whether the stream was closed in good order.
        """
        actions = self._context.turn(now)
        self._rules.ending.lost(stream, clean)
        return self._done(actions)

    def routed(self, domain: str, element: Element, now: float) -> list[Action]:
        """
        Handle a stanza from another domain, whose C{from} was checked.
        """
        actions = self._context.turn(now)
        sender = parseJid(element.attributes.get("from"))
        to = parseJid(element.attributes.get("to"))
        if sender is not None and (element.uri, element.name) in STANZAS:
            if to is None:
                self._rules.delivery.refuse(element, "jid-malformed")
            elif to.domain != self._context.domain:
                self._dispatch.across(element, to)
            else:
                self._dispatch.foreign(element, sender, to)
        return self._done(actions)

    def measure(self, crowded: Callable[[int], bool]) -> None:
        """
        Set the function that measures what clients have not read.

        @param crowded: whether a stream's client has left much unread.
        """
        self._context.crowded = crowded

    def attached(self, domain: str, now: float) -> list[Action]:
        """
        Handle that another domain can be reached.

        @param domain: C{""} for all but those of L{domains}.
        """
        actions = self._context.turn(now)
        self._rules.reconnection.attached(domain)
        return self._done(actions)

    def detached(self, domain: str, now: float) -> list[Action]:
        """
        Handle that another domain cannot be reached any longer.
        """
        actions = self._context.turn(now)
        self._rules.reconnection.detached(domain)
        return self._done(actions)

    # the registry, time, the configuration

    def changed(self, now: float) -> list[Action]:
        """
        Handle what others have changed in the registry since the last call.
        """
        actions = self._context.turn(now)
        self._rules.changed.perform()
        return self._done(actions)

    @property
    def deadline(self) -> float | None:
        """
        When L{wake} must be called, L{None} for never.
        """
        return self._rules.ending.deadline

    def wake(self, now: float) -> list[Action]:
        """
        Handle that L{deadline} is reached.
        """
        actions = self._context.turn(now)
        self._rules.ending.wake()
        return self._done(actions)

    def follow(self, section: XmppSection) -> None:
        """
        Apply a changed configuration; a client sees a change of shared contacts
        at its next log-in.
        """
        self._context.section = section
        self._rules.roster.shared.follow()

    def close(self, now: float) -> list[Action]:
        """
        End every session, and store the unconfirmed messages.
        """
        actions = self._context.turn(now)
        for session in self._sessions.all():
            self._rules.ending.close(session, "system-shutdown")
        return self._done(actions)

    def streams(self, now: float) -> list[dict[str, Any]]:
        """
        List all sessions for the operator.
        """
        return [view(session, now) for session in self._sessions.all()]

    # inside

    def _done(self, actions: list[Action]) -> list[Action]:
        context = self._context
        while context.overrun or context.removed:
            while context.removed:
                self._rules.subscription.sever(context.removed.pop())
            while context.overrun:
                session = context.overrun.pop()
                if self._sessions.find(session.number, session.resource) is session:
                    context.counts["overrun"] += 1
                    self._rules.ending.close(session, "resource-constraint")
        return actions

    def _receive(self, session: ClientSession, element: Element) -> None:
        if (element.uri, element.name) in STANZAS:
            if session.acks is not None:
                session.acks.seen = (session.acks.seen + 1) % MODULO
            journal = self._context.registry.journal
            before = journal.number
            self._dispatch.receive(session, element)
            if journal.number != before:
                session.after = journal.number
        elif element.uri == SM:
            self._rules.management.received(session, element)
        elif element.uri != CSI:
            self._rules.ending.close(session, "unsupported-stanza-type")
