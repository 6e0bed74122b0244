# -*- test-case-name: tests.xmpp.im.test_registrychanges -*-
"""
Info messages: what the operator has to say to one account's owner.  A handset
shows them as such, since nobody can answer the server's own address.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.errors import BadValue, Refused
from gigasetd.registry.model import HeldMessage
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.stanza.namespaces import make, stanza
from gigasetd.xmpp.stanza.stanza import CLIENT, serialize
from gigasetd.xmpp.xep.offline import heldId

LONGEST = 612
"""Characters, as many as a handset shows in one message."""


def sendMessage(
    registry: Registry, number: str, text: str, domain: str, token: str, now: float
) -> HeldMessage:
    """
    Have a message wait for an account; whoever is here gets it at once.

    @param domain: the server's own, which it comes from.
    @param token: a fresh random id.
    @raise BadValue: the text is empty or too long.
    @raise Refused: the account has messaging switched off.
    """
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise BadValue(f"a message has 1 to {LONGEST} characters")
    account = registry.accounts[number]
    if not account.offers("messaging"):
        raise Refused("messaging is switched off for this account")
    body = make(CLIENT, "body", text)
    to = f"{number}@{domain}"
    message = stanza("message", body, from_=domain, to=to, type="normal", id=token)
    id = heldId(registry, number, now, token)
    held = HeldMessage(number, id, domain, now, serialize(message))
    registry.put(held)
    return held
