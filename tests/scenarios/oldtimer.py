# -*- test-case-name: tests.scenarios.test_clients -*-
"""
A user with a client of 2003: xmpppy, which logs in by XEP-0078, driven by
lines of JSON as L{tests.scenarios.softphone}.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import select
import sys
from typing import Any

import xmpp

from tests.scenarios.saying import say


class Oldtimer:
    """
    One client and its commands.
    """

    client: Any = None

    def do_connect(self, jid: str, password: str, port: int) -> None:
        """
        Log in without SASL, TLS or a resource binding.
        """
        name, _, domain = jid.partition("@")
        self.client = xmpp.Client(domain, debug=[])
        self.client.connect(("127.0.0.1", port), secure=0, use_srv=False)
        how = self.client.auth(name, password, "old", sasl=0)
        if not how:
            say(event="refused")
            return
        self.client.RegisterHandler("message", self._message)
        self.client.sendInitPresence()
        say(event="online", how=how)

    def _message(self, client: Any, message: Any) -> None:
        say(
            event="message",
            bare=message.getFrom().getStripped(),
            type=message.getType(),
            body=message.getBody(),
            delayed=message.getTag("x", namespace="jabber:x:delay") is not None,
        )

    def do_send(self, to: str, body: str) -> None:
        """
        Send a message.
        """
        self.client.send(xmpp.Message(to, body, typ="chat"))

    def do_leave(self) -> None:
        """
        Log out.
        """
        self.client.disconnect()
        self.client = None
        say(event="offline")

    def run(self) -> None:
        """
        Serve the connection and standard input until input ends.
        """
        while True:
            if self.client is not None:
                self.client.Process(0.05)
            if select.select([sys.stdin], [], [], 0.05)[0]:
                text = sys.stdin.readline()
                if not text:
                    return
                line = json.loads(text)
                identity, verb = line.pop("id"), line.pop("do")
                getattr(self, f"do_{verb}")(**line)
                say(id=identity, result=None)


if __name__ == "__main__":
    Oldtimer().run()
