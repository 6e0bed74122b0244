# -*- test-case-name: tests.xmpp.im.test_iq -*-
"""
Answers IQ requests, exactly once each (RFC 6120 section 8.2.3, RFC 6121
section 8.5).

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
    An IQ request, as a rule sees it.
    """

    context: MessagingContext
    sender: Jid
    number: str  #: the account that it is addressed to, "" for the server
    element: Element  #: the payload
    session: ClientSession | None  #: the sender's, where it is one of ours

    @property
    def own(self) -> ClientSession:
        """
        The sender's session, in a request to its own account.
        """
        assert self.session is not None
        return self.session


IqRule = Callable[[IqRequest], Element | None]
IqRules = dict[tuple[str, str, str], IqRule]


class IqTargets(NamedTuple):
    """
    The rules by what is addressed, each by type, namespace and name.
    """

    own: IqRules  #: the sender's own account
    others: IqRules  #: other accounts
    server: IqRules


class IqDispatch:
    """
    Answers or forwards each IQ request.
    """

    def __init__(
        self, context: MessagingContext, delivery: Delivery, targets: IqTargets
    ) -> None:
        self._context, self._delivery = context, delivery
        self._targets = targets

    def arrived(
        self, iq: Element, sender: Jid, to: Jid | None, session: ClientSession | None
    ) -> None:
        """
        Handle an iq for the server or an account.

        @param to: L{None} where it has no C{to}.
        @param session: the sender's, L{None} for another domain.
        """
        kind = iq.attributes.get("type")
        if kind in ("result", "error"):
            self._forwardReply(iq, sender, to)
        elif kind not in ("get", "set") or not iq.attributes.get("id"):
            self._delivery.refuse(iq, "bad-request")
        elif to is None or (not to.resource and to.bare == sender.bare and session):
            self._serve(self._targets.own, iq, sender, sender.local, session)
        elif not to.local:
            self._serve(self._targets.server, iq, sender, "", session)
        elif self._context.account(to.local) is None or self._context.blocks(
            to.local, sender
        ):
            self._delivery.refuse(iq, "service-unavailable")
        elif not to.resource:
            self._serve(self._targets.others, iq, sender, to.local, session)
        else:
            self._forwardRequest(iq, to)

    def _forwardReply(self, iq: Element, sender: Jid, to: Jid | None) -> None:
        if to is None or not to.local or not to.resource:
            # The server itself sends no requests.
            self._context.counts["strangers"] += 1
            return
        if self._context.blocks(to.local, sender):
            return
        session = self._context.sessions.find(to.local, to.resource)
        if session is not None:
            self._delivery.offer(session, iq)

    def _forwardRequest(self, iq: Element, to: Jid) -> None:
        session = self._context.sessions.find(to.local, to.resource)
        if session is None:
            self._delivery.refuse(iq, "service-unavailable")
        elif not self._delivery.offer(session, iq):
            self._delivery.refuse(iq, "resource-constraint")

    def _serve(
        self,
        rules: IqRules,
        iq: Element,
        sender: Jid,
        number: str,
        session: ClientSession | None,
    ) -> None:
        child = payload(iq)
        before = self._context.registry.journal.number
        answer = self._answer(rules, iq, child, sender, number, session)
        if answer.attributes["type"] == "error":
            self._context.counts["refused"] += 1
        if session is None:
            self._delivery.route(answer)
            return
        after = self._context.registry.journal.number
        self._delivery.send(session, answer, after=after if after != before else 0)

    def _answer(
        self,
        rules: IqRules,
        iq: Element,
        child: Element | None,
        sender: Jid,
        number: str,
        session: ClientSession | None,
    ) -> Element:
        if child is None:
            return errorReply(iq, "bad-request")
        rule = rules.get((iq.attributes["type"], child.uri, child.name))
        if rule is None:
            return errorReply(iq, "service-unavailable")
        try:
            request = IqRequest(self._context, sender, number, child, session)
            return iqResult(iq, rule(request))
        except StanzaRefused as error:
            return errorReply(iq, error.condition, error.text, error.kind)
        except Refused as error:
            return errorReply(iq, error.stanza, str(error))
