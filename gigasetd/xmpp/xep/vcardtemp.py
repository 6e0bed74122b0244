# -*- test-case-name: tests.xmpp.xep.test_vcardtemp -*-
"""
The electronic business card (XEP-0054), of which there is a nickname only: no
identity data is kept.

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.accounts.validation import checkNickname
from gigasetd.xmpp.im.iq import Query, Rules
from gigasetd.xmpp.stanza.error import Declined
from gigasetd.xmpp.stanza.namespaces import VCARD, elements, made, within
from gigasetd.xmpp.stanza.stanza import child, textOf


def get(query: Query) -> Element:
    """
    An account's nickname, which is nobody's business outside of this server.

    @raise Declined: somebody of another domain asks.
    """
    if query.session is None:
        raise Declined("service-unavailable")
    account = query.realm.registry.accounts[query.number]
    if not account.nickname:
        return made(VCARD, "vCard")
    return within(VCARD, "vCard", made(VCARD, "NICKNAME", account.nickname))


def change(query: Query) -> None:
    """
    Set one's nickname, or take it off.

    @raise Declined: there is more than a nickname, or somebody else has it.
    @raise gigasetd.errors.BadValue: it has a form that is not allowed.
    """
    if any(one.name != "NICKNAME" and one.children for one in elements(query.element)):
        raise Declined("not-acceptable", "only a NICKNAME is kept here")
    realm = query.realm
    account = realm.registry.accounts[query.number]
    nickname = textOf(child(query.element, VCARD, "NICKNAME")).strip()
    if nickname:
        checkNickname(nickname)
        if not account.offers("voip"):
            raise Declined("not-allowed", "a nickname belongs to VoIP, which is off")
        holder = realm.registry.nicknames.get(nickname.casefold(), query.number)
        if holder != query.number:
            raise Declined("conflict", "somebody else has this nickname")
    realm.registry.put(account._replace(nickname=nickname))


OWN: Rules = {("get", VCARD, "vCard"): get, ("set", VCARD, "vCard"): change}
OTHERS: Rules = {("get", VCARD, "vCard"): get}
