# -*- test-case-name: tests.xmpp.im.test_iq -*-
"""
Questions: exactly one answer each, from whoever is responsible (RFC 6120
section 8.2.3, RFC 6121 section 8.5).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from twisted.words.xish.domish import Element

from gigasetd.errors import Refused
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.session import ClientSession
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.jid import Jid
from gigasetd.xmpp.stanza.namespaces import payload
from gigasetd.xmpp.stanza.stanza import errorReply, iqResult


class IqRequest(NamedTuple):
    """
    One question, as a rule sees it.
    """

    context: MessagingContext
    sender: Jid
    number: str  #: the account that is asked, "" for the server
    element: Element  #: what is inside the iq
    session: ClientSession | None  #: the asking session, where it is one of ours

    @property
    def own(self) -> ClientSession:
        """
        The asking session, of an account's question to itself.
        """
        assert self.session is not None
        return self.session


IqRule = Callable[[IqRequest], Element | None]
IqRules = dict[tuple[str, str, str], IqRule]


class IqDispatch:
    """
    @ivar own: rules for an account's questions to itself, by type, namespace
        and name.
    @ivar others: rules for questions to somebody else's account.
    @ivar server: rules for questions to the server.
    """

    def __init__(self, context: MessagingContext, delivery: Delivery) -> None:
        self._context, self._delivery = context, delivery
        self.own: IqRules = {}
        self.others: IqRules = {}
        self.server: IqRules = {}

    def arrived(
        self, iq: Element, sender: Jid, to: Jid | None, session: ClientSession | None
    ) -> None:
        """
        An iq for the server or for an account of ours.

        @param to: L{None} where it named nobody.
        """
        kind = iq.attributes.get("type")
        if kind in ("result", "error"):
            self._answered(iq, sender, to)
        elif kind not in ("get", "set") or not iq.attributes.get("id"):
            self._delivery.refuse(iq, "bad-request")
        elif to is None or (not to.resource and to.bare == sender.bare and session):
            self._ask(self.own, iq, sender, sender.local, session)
        elif not to.local:
            self._ask(self.server, iq, sender, "", session)
        elif self._context.account(to.local) is None or self._context.blocks(
            to.local, sender
        ):
            self._delivery.refuse(iq, "service-unavailable")
        elif not to.resource:
            self._ask(self.others, iq, sender, to.local, session)
        else:
            self._hand(iq, to)

    def _answered(self, iq: Element, sender: Jid, to: Jid | None) -> None:
        if to is None or not to.local or not to.resource:
            self._context.counts["strangers"] += 1
            return
        if self._context.blocks(to.local, sender):
            return
        session = self._context.sessions.find(to.local, to.resource)
        if session is not None:
            self._delivery.offer(session, iq)

    def _hand(self, iq: Element, to: Jid) -> None:
        session = self._context.sessions.find(to.local, to.resource)
        if session is None:
            self._delivery.refuse(iq, "service-unavailable")
        elif not self._delivery.offer(session, iq):
            self._delivery.refuse(iq, "resource-constraint")

    def _ask(
        self,
        rules: IqRules,
        iq: Element,
        sender: Jid,
        number: str,
        session: ClientSession | None,
    ) -> None:
        asked = payload(iq)
        before = self._context.registry.journal.number
        answer = self._answer(rules, iq, asked, sender, number, session)
        if answer.attributes["type"] == "error":
            self._context.counts["refused"] += 1
        if session is None:
            self._delivery.post(answer)
            return
        after = self._context.registry.journal.number
        self._delivery.give(session, answer, after=after if after != before else 0)

    def _answer(
        self,
        rules: IqRules,
        iq: Element,
        asked: Element | None,
        sender: Jid,
        number: str,
        session: ClientSession | None,
    ) -> Element:
        if asked is None:
            return errorReply(iq, "bad-request")
        rule = rules.get((iq.attributes["type"], asked.uri, asked.name))
        if rule is None:
            return errorReply(iq, "service-unavailable")
        try:
            query = IqRequest(self._context, sender, number, asked, session)
            return iqResult(iq, rule(query))
        except StanzaRefused as error:
            return errorReply(iq, error.condition, error.text, error.kind)
        except Refused as error:
            return errorReply(iq, error.stanza, str(error))
