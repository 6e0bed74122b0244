# -*- test-case-name: tests.xmpp.xep.test_disco -*-
"""
Service discovery (XEP-0030).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.iq import IqRequest, IqRule
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.namespaces import (
    BLOCKING,
    CARBONS,
    DISCO_INFO,
    DISCO_ITEMS,
    LAST,
    PING,
    ROSTER,
    TIME,
    VCARD,
    VERSION,
    make,
    wrap,
)

OFFLINE = "msgoffline"

SERVER = (
    BLOCKING,
    CARBONS,
    DISCO_INFO,
    DISCO_ITEMS,
    LAST,
    OFFLINE,
    PING,
    ROSTER,
    TIME,
    VCARD,
    VERSION,
)
ACCOUNT = (DISCO_INFO, DISCO_ITEMS, LAST, VCARD)


class Disco:
    """
    Describes the server and its accounts.
    """

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def server(self) -> dict[tuple[str, str, str], IqRule]:
        """
        List the requests to the server.
        """
        return {
            ("get", DISCO_INFO, "query"): self._server,
            ("get", DISCO_ITEMS, "query"): self._components,
        }

    def accounts(self) -> dict[tuple[str, str, str], IqRule]:
        """
        List the requests to an account.
        """
        return {
            ("get", DISCO_INFO, "query"): self._account,
            ("get", DISCO_ITEMS, "query"): self._sessions,
        }

    def _server(self, query: IqRequest) -> Element:
        _checkNode(query)
        return _info(("server", "im", "gigasetd"), SERVER)

    def _components(self, query: IqRequest) -> Element:
        _checkNode(query)
        domains = sorted(query.context.domains)
        items = (make(DISCO_ITEMS, "item", jid=domain) for domain in domains)
        return wrap(DISCO_ITEMS, "query", *items)

    def _account(self, query: IqRequest) -> Element:
        self._checkAccount(query)
        return _info(("account", "registered", ""), ACCOUNT)

    def _sessions(self, query: IqRequest) -> Element:
        self._checkAccount(query)
        sessions = query.context.sessions.of(query.number)
        shown = [session.full for session in sessions if session.visible]
        items = (make(DISCO_ITEMS, "item", jid=jid) for jid in shown)
        return wrap(DISCO_ITEMS, "query", *items)

    def _checkAccount(self, query: IqRequest) -> None:
        """
        Insist that the sender may see the account (section 8).

        @raise StanzaRefused: it may not.
        """
        bare = query.sender.bare
        own = bare == query.context.bareOf(query.number)
        if not own and not self._roster.sees(query.number, bare):
            raise StanzaRefused("service-unavailable")
        _checkNode(query)


def _checkNode(query: IqRequest) -> None:
    # There are no nodes here.
    if query.element.attributes.get("node"):
        raise StanzaRefused("item-not-found")


def _info(identity: tuple[str, str, str], features: tuple[str, ...]) -> Element:
    category, kind, name = identity
    element = make(DISCO_INFO, "identity", category=category, type=kind)
    if name:
        element.attributes["name"] = name
    able = (make(DISCO_INFO, "feature", var=feature) for feature in features)
    return wrap(DISCO_INFO, "query", element, *able)
