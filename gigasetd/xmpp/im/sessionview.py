# -*- test-case-name: tests.xmpp.im.test_sessionview -*-
"""
Shows a session to the operator.

Layer 2 (rules).
"""

from __future__ import annotations

from typing import Any

from gigasetd.xmpp.im.session import ClientSession
from gigasetd.xmpp.stanza.stanza import CLIENT, child, textOf


def view(session: ClientSession, now: float) -> dict[str, Any]:
    """
    Describe a session for C{gigasetctl streams}.
    """
    acks = session.acks
    return {
        "number": session.number,
        "stream": session.stream,
        "resource": session.resource,
        "address": session.host,
        "secure": session.secure,
        "phone": session.phone,
        "presence": presenceOf(session),
        "priority": session.priority,
        "since": session.since,
        "connected": bool(session.stream),
        "unconfirmed": len(acks.queue) if acks is not None else 0,
        "resume_within": round(acks.ends - now, 1)
        if acks is not None and not session.stream
        else None,
    }


def presenceOf(session: ClientSession) -> str:
    """
    Name a session's availability, in the seven words that phones use.
    """
    if session.presence is None:
        return "offline"
    if not session.visible:
        return "invisible"
    return textOf(child(session.presence, CLIENT, "show")).strip() or "online"
