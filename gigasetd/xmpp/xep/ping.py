# -*- test-case-name: tests.xmpp.xep.test_extensions -*-
"""
Whether anybody is there (XEP-0199).

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.xmpp.im.iq import Query, Rules
from gigasetd.xmpp.stanza.namespaces import PING


def pong(query: Query) -> None:
    """
    That an answer comes is the answer.
    """


RULES: Rules = {("get", PING, "ping"): pong}
