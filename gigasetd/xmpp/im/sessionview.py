# -*- test-case-name: tests.xmpp.im.test_server -*-
"""
How a session is told to the operator.

Layer 2 (rules).
"""

from __future__ import annotations

from typing import Any

from gigasetd.xmpp.im.session import Session
from gigasetd.xmpp.stanza.stanza import CLIENT, child, textOf


def view(session: Session, now: float) -> dict[str, Any]:
    """
    One line of the list of streams.
    """
    ledger = session.ledger
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
        "unconfirmed": len(ledger.queue) if ledger is not None else 0,
        "resume_within": round(ledger.ends - now, 1)
        if ledger is not None and not session.stream
        else None,
    }


def presenceOf(session: Session) -> str:
    """
    One of the seven states that phones show.
    """
    if session.presence is None:
        return "offline"
    if not session.visible:
        return "invisible"
    return textOf(child(session.presence, CLIENT, "show")).strip() or "online"
