# -*- test-case-name: tests.xmpp.im.test_bind -*-
"""
Resource binding (RFC 6120 section 7): from a log-in to a session.

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import CloseStream, Peer, SendStanza
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.iq import IqRequest, IqRules
from gigasetd.xmpp.im.session import ClientSession
from gigasetd.xmpp.im.sessionend import SessionEnd
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.namespaces import (
    BIND,
    PREAPPROVAL,
    ROSTER_VERSION,
    SESSION,
    SM,
    make,
    payload,
    wrap,
)
from gigasetd.xmpp.stanza.stanza import CLIENT, child, errorReply, iqResult, textOf
from gigasetd.xmpp.xep.streammanagement import StreamManagement

DAY = 86400.0


class ResourceBinding:
    """
    Handles streams that have logged in and have no resource yet.
    """

    def __init__(
        self,
        context: MessagingContext,
        ending: SessionEnd,
        management: StreamManagement,
    ) -> None:
        self._context, self._ending = context, ending
        self._management = management

    def opened(self, peer: Peer) -> None:
        """
        Handle a log-in; bind the resource that it named, if any.
        """
        context = self._context
        account = context.account(peer.number)
        if account is None:
            context.actions.append(CloseStream(peer.stream, "not-authorized"))
            return
        if context.now - account.active > DAY:
            context.registry.put(account._replace(active=context.now))
        context.sessions.unbound[peer.stream] = peer
        if peer.resource and not self._bind(peer, peer.resource):
            del context.sessions.unbound[peer.stream]
            context.actions.append(CloseStream(peer.stream, "resource-constraint"))

    def features(self, stream: int) -> list[Element]:
        """
        List the stream features after the log-in.
        """
        if stream not in self._context.sessions.unbound:
            return []
        return [
            make(BIND, "bind"),
            wrap(SESSION, "session", make(SESSION, "optional")),
            make(ROSTER_VERSION, "ver"),
            make(PREAPPROVAL, "sub"),
            make(SM, "sm"),
        ]

    def received(self, peer: Peer, element: Element) -> None:
        """
        Handle what a stream sends before it has a resource.
        """
        isIq = (element.uri, element.name) == (CLIENT, "iq")
        request = payload(element) if isIq else None
        if element.uri == SM:
            self._management.unbound(peer, element)
        elif (
            request is not None
            and (request.uri, request.name) == (BIND, "bind")
            and element.attributes.get("type") == "set"
        ):
            self._answer(peer, element, request)
        else:
            del self._context.sessions.unbound[peer.stream]
            self._context.actions.append(CloseStream(peer.stream, "not-authorized"))

    def _answer(self, peer: Peer, iq: Element, request: Element) -> None:
        wanted = textOf(child(request, BIND, "resource"))
        resource = wanted or self._context.token()
        jid = parseJid(f"{self._context.bareOf(peer.number)}/{resource}")
        if jid is None:
            answer = errorReply(iq, "bad-request")
        else:
            session = self._bind(peer, jid.resource)
            if session is None:
                answer = errorReply(iq, "resource-constraint")
            else:
                bound = wrap(BIND, "bind", make(BIND, "jid", session.full))
                answer = iqResult(iq, bound)
        self._context.actions.append(SendStanza(peer.stream, answer))

    def _bind(self, peer: Peer, resource: str) -> ClientSession | None:
        """
        Make a session; an older one with the same resource ends, since its client is
        most likely dead.

        @return: L{None} where the account has as many sessions as it may.
        """
        context = self._context
        older = context.sessions.find(peer.number, resource)
        if older is not None:
            context.counts["replaced"] += 1
            self._ending.close(older, "conflict")
        elif not self._room(peer.number):
            return None
        phone = peer.legacy or resource in context.section.phone_resources
        session = ClientSession(peer, resource, context.domain, phone, context.now)
        del context.sessions.unbound[peer.stream]
        context.sessions.add(session)
        context.counts["bound"] += 1
        return session

    def _room(self, number: str) -> bool:
        # A sleeping session gives way to a new one.
        mine = self._context.sessions.of(number)
        if len(mine) < self._context.section.max_sessions:
            return True
        for session in mine:
            if not session.stream:
                self._ending.end(session)
                return True
        return False


def begin(request: IqRequest) -> None:
    """
    Answer the session request of RFC 3921, which RFC 6121 made a no-op.
    """


SESSION_RULES: IqRules = {("set", SESSION, "session"): begin}
