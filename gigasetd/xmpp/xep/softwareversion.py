# -*- test-case-name: tests.xmpp.xep.test_extensions -*-
"""
Which program this is (XEP-0092); on what system it runs is nobody's business.

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.iq import IqRequest, IqRules
from gigasetd.xmpp.stanza.namespaces import VERSION, make, wrap


def version(query: IqRequest) -> Element:
    """
    Name and version.
    """
    return wrap(
        VERSION,
        "query",
        make(VERSION, "name", "gigasetd"),
        make(VERSION, "version", query.context.version),
    )


RULES: IqRules = {("get", VERSION, "query"): version}
