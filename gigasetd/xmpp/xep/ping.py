# -*- test-case-name: tests.xmpp.xep.test_extensions -*-
"""
Whether anybody is there (XEP-0199).

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.xmpp.im.iq import IqRequest, IqRules
from gigasetd.xmpp.stanza.namespaces import PING


def pong(query: IqRequest) -> None:
    """
    That an answer comes is the answer.
    """


RULES: IqRules = {("get", PING, "ping"): pong}
