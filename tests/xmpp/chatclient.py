"""
One short life of a chat client, octet for octet: log in, say something to
oneself, leave half a stanza behind.

Layer 3 (I/O).
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import Protocol

HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='gigaset.net' "
    "version='1.0' xmlns:stream='http://etherx.jabber.org/streams'>"
)
BIND = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"


class Talker(Protocol):
    """
    Collects what comes, and wakes whoever waits for a word in it.
    """

    def __init__(self) -> None:
        self._heard = ""
        self._word = ""
        self._waiting: Deferred[str] | None = None

    def dataReceived(self, data: bytes) -> None:
        """
        Something came.
        """
        self._heard += data.decode("utf-8", "replace")
        self._look()

    def _look(self) -> None:
        if self._waiting is not None and self._word in self._heard:
            heard, _, self._heard = self._heard.partition(self._word)
            waiting, self._waiting = self._waiting, None
            waiting.callback(heard)

    def connectionLost(self, reason: Any = None) -> None:
        """
        Nothing more will come.
        """
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.errback(reason)

    def say(self, text: str, word: str) -> Deferred[str]:
        """
        Send something, and wait for a word.

        @return: what came before it.
        """
        assert self.transport is not None
        self.transport.write(text.encode())
        self._word, self._waiting = word, Deferred()
        waiting = self._waiting
        self._look()
        return waiting

    def leave(self) -> None:
        """
        Go without a word.
        """
        assert self.transport is not None
        self.transport.abortConnection()  # type: ignore[attr-defined]


async def chat(
    reactor: Any, port: int, number: str, password: str, resource: str
) -> bool:
    """
    Live that life.

    @return: whether the message came back.
    """
    endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", port)
    talker: Talker = await connectProtocol(endpoint, Talker())
    try:
        await talker.say(HEADER, "</stream:features>")
        proof = b64encode(f"\0{number}\0{password}".encode()).decode()
        plain = f"<auth xmlns='{SASL}' mechanism='PLAIN'>{proof}</auth>"
        await talker.say(plain, "<success")
        await talker.say(HEADER, "</stream:features>")
        name = BIND.replace("/>", f"><resource>{resource}</resource></bind>")
        await talker.say(f"<iq type='set' id='b'>{name}</iq>", "</jid>")
        me = f"{number}@gigaset.net/{resource}"
        message = f"<message type='chat' to='{me}'><body>{resource}</body></message>"
        heard = await talker.say(f"<presence/>{message}<message to='x", "</body>")
        return heard.endswith(f"<body>{resource}")
    finally:
        talker.leave()
