# -*- test-case-name: tests.xmpp.xep.test_lastactivity -*-
"""
Last activity: the server's uptime, and whether an account is online (XEP-0012).

When an offline account was last online is not revealed.

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.iq import IqRequest, IqRule, IqRules
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.namespaces import LAST, make


def uptime(query: IqRequest) -> Element:
    """
    Answer the seconds since the server started.
    """
    running = max(0, int(query.context.now - query.context.started))
    return make(LAST, "query", seconds=str(running))


def now(query: IqRequest) -> Element:
    """
    Answer zero to a request about the sender itself.
    """
    return make(LAST, "query", seconds="0")


SERVER: IqRules = {("get", LAST, "query"): uptime}
OWN: IqRules = {("get", LAST, "query"): now}


class LastActivity:
    """
    Answers about other accounts, to contacts that may see their presence.
    """

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def rules(self) -> dict[tuple[str, str, str], IqRule]:
        """
        List the requests to other accounts.
        """
        return {("get", LAST, "query"): self._ask}

    def _ask(self, query: IqRequest) -> Element:
        """
        Answer zero seconds where the account is available.

        @raise StanzaRefused: it is not, or the sender may not see it.
        """
        if not self._roster.sees(query.number, query.sender.bare):
            raise StanzaRefused("forbidden")
        if not any(each.visible for each in query.context.sessions.of(query.number)):
            raise StanzaRefused("service-unavailable")
        return make(LAST, "query", seconds="0")
