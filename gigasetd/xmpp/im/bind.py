# -*- test-case-name: tests.xmpp.im.test_bind -*-
"""
From a log-in to a session: resource binding, and what an older session of the
same name makes of it (RFC 6120 section 7).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Close, Peer, Send
from gigasetd.xmpp.im.context import Realm
from gigasetd.xmpp.im.iq import Query, Rules
from gigasetd.xmpp.im.session import Session
from gigasetd.xmpp.im.sessionend import Leaving
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.namespaces import (
    BIND,
    PREAPPROVAL,
    ROSTER_VERSION,
    SESSION,
    SM,
    made,
    payload,
    within,
)
from gigasetd.xmpp.stanza.stanza import CLIENT, child, errorReply, iqResult, textOf
from gigasetd.xmpp.xep.streammanagement import Management

DAY = 86400.0


class Door:
    """
    Streams that have logged in.
    """

    def __init__(self, realm: Realm, leaving: Leaving, management: Management) -> None:
        self._realm, self._leaving = realm, leaving
        self._management = management

    def opened(self, peer: Peer) -> None:
        """
        Somebody has logged in.
        """
        realm = self._realm
        account = realm.account(peer.number)
        if account is None:
            realm.out.append(Close(peer.stream, "not-authorized"))
            return
        if realm.now - account.active > DAY:
            realm.registry.put(account._replace(active=realm.now))
        realm.sessions.unbound[peer.stream] = peer
        if peer.resource and not self._bind(peer, peer.resource):
            del realm.sessions.unbound[peer.stream]
            realm.out.append(Close(peer.stream, "resource-constraint"))

    def features(self, stream: int) -> list[Element]:
        """
        What a stream may do next.
        """
        if stream not in self._realm.sessions.unbound:
            return []
        return [
            made(BIND, "bind"),
            within(SESSION, "session", made(SESSION, "optional")),
            made(ROSTER_VERSION, "ver"),
            made(PREAPPROVAL, "sub"),
            made(SM, "sm"),
        ]

    def knock(self, peer: Peer, element: Element) -> None:
        """
        What a stream sends before it has a resource.
        """
        asked = (
            payload(element) if (element.uri, element.name) == (CLIENT, "iq") else None
        )
        if element.uri == SM:
            self._management.unbound(peer, element)
        elif (
            asked is not None
            and (asked.uri, asked.name) == (BIND, "bind")
            and element.attributes.get("type") == "set"
        ):
            self._answer(peer, element, asked)
        else:
            del self._realm.sessions.unbound[peer.stream]
            self._realm.out.append(Close(peer.stream, "not-authorized"))

    def _answer(self, peer: Peer, iq: Element, asked: Element) -> None:
        """
        Bind the resource that a client wants, or one that we choose.
        """
        wanted = textOf(child(asked, BIND, "resource"))
        resource = wanted or self._realm.token()
        jid = parseJid(f"{self._realm.bareOf(peer.number)}/{resource}")
        if jid is None:
            answer = errorReply(iq, "bad-request")
        else:
            session = self._bind(peer, jid.resource)
            if session is None:
                answer = errorReply(iq, "resource-constraint")
            else:
                told = within(BIND, "bind", made(BIND, "jid", session.full))
                answer = iqResult(iq, told)
        self._realm.out.append(Send(peer.stream, answer))

    def _bind(self, peer: Peer, resource: str) -> Session | None:
        """
        Make a session; an older one of that name ends, since its client is
        most likely dead.

        @return: L{None} where the account has as many as it may.
        """
        realm = self._realm
        older = realm.sessions.find(peer.number, resource)
        if older is not None:
            realm.counts["replaced"] += 1
            self._leaving.close(older, "conflict")
        elif not self._room(peer.number):
            return None
        phone = peer.legacy or resource in realm.section.phone_resources
        session = Session(peer, resource, realm.domain, phone, realm.now)
        del realm.sessions.unbound[peer.stream]
        realm.sessions.add(session)
        realm.counts["bound"] += 1
        return session

    def _room(self, number: str) -> bool:
        """
        Whether an account may have one more session; one that sleeps gives
        way.
        """
        mine = self._realm.sessions.of(number)
        if len(mine) < self._realm.section.max_sessions:
            return True
        for session in mine:
            if not session.stream:
                self._leaving.end(session)
                return True
        return False


def begin(query: Query) -> None:
    """
    RFC 3921's session, which RFC 6121 has made a no-op.
    """


SESSION_RULES: Rules = {("set", SESSION, "session"): begin}
