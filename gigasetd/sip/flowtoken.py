# -*- test-case-name: tests.sip.test_flowtoken -*-
"""
Flow tokens, by which a request inside a call goes back through a phone's NAT
(RFC 3261 section 16.6 step 4, RFC 5626 section 5.2).

The proxy writes two Record-Route values, one for each side, with a token of
that side's flow in the user part.  A request in the dialog names both in
Route; the last of ours is the other side.  A token is signed together with
the Call-ID, so that it is of no use for another call.

Layer 0 (values).
"""

from __future__ import annotations

from hashlib import blake2b
from hmac import compare_digest
from typing import NamedTuple

from gigasetd.sip.actions import Flow
from gigasetd.sip.message.header import number

_LETTERS = {"udp": "u", "tcp": "t", "tls": "s"}
_TRANSPORTS = {letter: name for name, letter in _LETTERS.items()}
_SAFE = str.maketrans(":%[]", "_~()")
_RAW = str.maketrans("_~()", ":%[]")
"""Characters of addresses that a URI's user part may not hold, and back."""


class OpenedToken(NamedTuple):
    """
    What a genuine token says.
    """

    flow: Flow
    made: float  #: epoch seconds, whole


class FlowTokens:
    """
    Makes flow tokens, and opens its own.
    """

    def __init__(self, key: bytes) -> None:
        self._hash = blake2b(key=key, digest_size=8)

    def seal(self, text: str) -> str:
        """
        Return a keyed hash of C{text}: sixteen hexadecimal digits.
        """
        sealed = self._hash.copy()
        sealed.update(text.encode("latin-1"))
        return sealed.hexdigest()

    def _bind(self, text: str, callID: str) -> str:
        # No flow holds a blank: letters cannot be shifted from the one to the
        # other.
        return self.seal(f"{text} {callID}")

    def make(self, flow: Flow, callID: str, now: float) -> str:
        """
        Return the token of a flow, for one call.
        """
        transport, local, host, port, connection = flow
        letter = _LETTERS[transport]
        text = f"{letter}-{int(now):x}-{connection:x}-{port}-{host}-{local}"
        text = text.translate(_SAFE)
        return f"{self._bind(text, callID)}-{text}"

    def open(self, token: str, callID: str) -> OpenedToken | None:
        """
        Return what a token says, C{None} where it is not ours or of another
        call.
        """
        claimed, _, text = token.partition("-")
        try:
            genuine = compare_digest(
                claimed.encode(), self._bind(text, callID).encode()
            )
        except UnicodeEncodeError:
            return None
        if not genuine:
            return None
        letter, made, connection, port, rest = text.translate(_RAW).split("-", 4)
        host, local = rest.split("-", 1)
        flow = Flow(
            _TRANSPORTS[letter],
            local,
            host,
            number(port, 65535) or 0,
            int(connection, 16),
        )
        return OpenedToken(flow, float(int(made, 16)))
