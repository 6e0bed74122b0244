# -*- test-case-name: tests.xmpp.xep.test_softwareversion -*-
"""
Software version (XEP-0092), without the operating system.

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.iq import IqRequest, IqRules
from gigasetd.xmpp.stanza.namespaces import VERSION, make, wrap


def version(query: IqRequest) -> Element:
    """
    Answer the program's name and version.
    """
    return wrap(
        VERSION,
        "query",
        make(VERSION, "name", "gigasetd"),
        make(VERSION, "version", query.context.version),
    )


RULES: IqRules = {("get", VERSION, "query"): version}
