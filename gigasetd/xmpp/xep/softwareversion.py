# -*- test-case-name: tests.xmpp.xep.test_extensions -*-
"""
Which program this is (XEP-0092); on what system it runs is nobody's business.

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.iq import Query, Rules
from gigasetd.xmpp.stanza.namespaces import VERSION, made, within


def version(query: Query) -> Element:
    """
    Name and version.
    """
    return within(
        VERSION,
        "query",
        made(VERSION, "name", "gigasetd"),
        made(VERSION, "version", query.realm.version),
    )


RULES: Rules = {("get", VERSION, "query"): version}
