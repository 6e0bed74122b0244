# -*- test-case-name: tests.xmpp.xep.test_vcardtemp -*-
"""
The electronic business card (XEP-0054), of which there is a nickname only: no
identity data is kept.

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.accounts.validation import checkNickname
from gigasetd.xmpp.im.iq import IqRequest, IqRules
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.namespaces import VCARD, elements, make, wrap
from gigasetd.xmpp.stanza.stanza import child, textOf


def get(query: IqRequest) -> Element:
    """
    An account's nickname, which is nobody's business outside of this server.

    @raise StanzaRefused: somebody of another domain asks.
    """
    if query.session is None:
        raise StanzaRefused("service-unavailable")
    account = query.context.registry.accounts[query.number]
    if not account.nickname:
        return make(VCARD, "vCard")
    return wrap(VCARD, "vCard", make(VCARD, "NICKNAME", account.nickname))


def change(query: IqRequest) -> None:
    """
    Set one's nickname, or take it off.

    @raise StanzaRefused: there is more than a nickname, or somebody else has it.
    @raise gigasetd.errors.BadValue: it has a form that is not allowed.
    """
    if any(one.name != "NICKNAME" and one.children for one in elements(query.element)):
        raise StanzaRefused("not-acceptable", "only a NICKNAME is kept here")
    context = query.context
    account = context.registry.accounts[query.number]
    nickname = textOf(child(query.element, VCARD, "NICKNAME")).strip()
    if nickname:
        checkNickname(nickname)
        if not account.offers("voip"):
            raise StanzaRefused(
                "not-allowed", "a nickname belongs to VoIP, which is off"
            )
        holder = context.registry.nicknames.get(nickname.casefold(), query.number)
        if holder != query.number:
            raise StanzaRefused("conflict", "somebody else has this nickname")
    context.registry.put(account._replace(nickname=nickname))


OWN: IqRules = {("get", VCARD, "vCard"): get, ("set", VCARD, "vCard"): change}
OTHERS: IqRules = {("get", VCARD, "vCard"): get}
