# -*- test-case-name: tests.xmpp.xep.test_entitytime -*-
"""
Entity time (XEP-0202).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.iq import IqRequest, IqRules
from gigasetd.xmpp.stanza.namespaces import TIME, make, stamp, wrap


def time(query: IqRequest) -> Element:
    """
    Answer the server's time, in UTC.
    """
    return wrap(
        TIME,
        "time",
        make(TIME, "tzo", "+00:00"),
        make(TIME, "utc", stamp(query.context.now)),
    )


RULES: IqRules = {("get", TIME, "time"): time}
