# -*- test-case-name: tests.xmpp.test_service -*-
"""
Identifiers of streams, sessions and stanzas (RFC 6120 section 4.7.3).

Layer 3 (I/O).
"""

from __future__ import annotations

from secrets import token_urlsafe


def fresh() -> str:
    """
    Make an identifier that cannot be guessed: 144 bits.
    """
    return token_urlsafe(18)
