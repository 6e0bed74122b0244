# -*- test-case-name: tests.xmpp.xep.test_extensions -*-
"""
What time it is here (XEP-0202).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.iq import Query, Rules
from gigasetd.xmpp.stanza.namespaces import TIME, made, stamp, within


def time(query: Query) -> Element:
    """
    The server lives in UTC.
    """
    return within(
        TIME,
        "time",
        made(TIME, "tzo", "+00:00"),
        made(TIME, "utc", stamp(query.realm.now)),
    )


RULES: Rules = {("get", TIME, "time"): time}
