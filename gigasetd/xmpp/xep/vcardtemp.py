# -*- test-case-name: tests.xmpp.xep.test_vcardtemp -*-
"""
vCards (XEP-0054) with nothing but a nickname: no personal data is stored.

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
    Answer an account's nickname, to clients of this server only.

    @raise StanzaRefused: the sender is in another domain.
    """
    if query.session is None:
        raise StanzaRefused("service-unavailable")
    account = query.context.registry.accounts[query.number]
    if not account.nickname:
        return make(VCARD, "vCard")
    return wrap(VCARD, "vCard", make(VCARD, "NICKNAME", account.nickname))


def change(query: IqRequest) -> None:
    """
    Set or remove the sender's nickname.

    @raise StanzaRefused: there is more than a nickname, or it is taken.
    @raise gigasetd.errors.BadValue: the nickname is not allowed.
    """
    fields = elements(query.element)
    if any(field.name != "NICKNAME" and field.children for field in fields):
        raise StanzaRefused("not-acceptable", "a vCard here can have a NICKNAME only")
    context = query.context
    account = context.registry.accounts[query.number]
    nickname = textOf(child(query.element, VCARD, "NICKNAME")).strip()
    if nickname:
        checkNickname(nickname)
        if not account.offers("voip"):
            raise StanzaRefused("not-allowed", "a nickname needs VoIP, which is off")
        holder = context.registry.nicknames.get(nickname.casefold(), query.number)
        if holder != query.number:
            raise StanzaRefused("conflict", "this nickname is taken")
    context.registry.put(account._replace(nickname=nickname))


OWN: IqRules = {("get", VCARD, "vCard"): get, ("set", VCARD, "vCard"): change}
OTHERS: IqRules = {("get", VCARD, "vCard"): get}
