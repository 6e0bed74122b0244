# -*- test-case-name: tests.xmpp.xep.test_ping -*-
"""
Ping (XEP-0199).

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.xmpp.im.iq import IqRequest, IqRules
from gigasetd.xmpp.stanza.namespaces import PING


def pong(query: IqRequest) -> None:
    """
    Answer a ping by an empty result.
    """


RULES: IqRules = {("get", PING, "ping"): pong}
