# -*- test-case-name: tests.xmpp.im.test_iq -*-
"""
What a client asked for and does not get.

Layer 0 (values).
"""

from __future__ import annotations

from gigasetd.xmpp.stanza.stanza import CONDITIONS


class StanzaRefused(Exception):
    """
    It becomes one stanza error.

    @ivar condition: its condition (RFC 6120 section 8.3.3).
    @ivar text: for people.
    @ivar kind: its type where that is not the usual one.
    """

    def __init__(self, condition: str, text: str = "", kind: str = "") -> None:
        assert condition in CONDITIONS
        super().__init__(condition)
        self.condition, self.text, self.kind = condition, text, kind
