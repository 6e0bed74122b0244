# -*- test-case-name: tests.xmpp.im.test_iq -*-
"""
Stanza errors that rules raise (RFC 6120 section 8.3).

Layer 0 (values).
"""

from __future__ import annotations

from gigasetd.xmpp.stanza.stanza import CONDITIONS


class StanzaRefused(Exception):
    """
    Becomes the stanza error that answers a stanza.

    @ivar condition: the defined condition (RFC 6120 section 8.3.3).
    @ivar text: for people, C{""} for none.
    @ivar kind: the error's type, C{""} for the condition's usual one.
    """

    def __init__(self, condition: str, text: str = "", kind: str = "") -> None:
        assert condition in CONDITIONS
        super().__init__(condition)
        self.condition, self.text, self.kind = condition, text, kind
