# -*- test-case-name: tests.xmpp.im.test_operatormessage -*-
"""
Messages from the operator to an account.  A handset shows them as info messages,
since the server's own address cannot be answered.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.errors import BadValue, Refused
from gigasetd.registry.model import HeldMessage
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.stanza.namespaces import make, stanza
from gigasetd.xmpp.stanza.stanza import CLIENT, serialize
from gigasetd.xmpp.xep.offlinestore import heldId

LONGEST = 612
"""Characters that a handset shows in one message."""


def sendMessage(
    registry: Registry, number: str, text: str, domain: str, token: str, now: float
) -> HeldMessage:
    """
    Store a message for an account; connected sessions get it at once.

    @param domain: the server's, which is the sender.
    @param token: a new random id.
    @raise BadValue: the text is empty or too long.
    @raise Refused: the account has messaging switched off.
    """
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise BadValue(
            f"the text has {len(text)} characters; 1 to {LONGEST} are allowed"
        )
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
