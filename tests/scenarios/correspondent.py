# -*- test-case-name: tests.scenarios.test_chat -*-
"""
A user with an XMPP client: slixmpp, driven by lines of JSON.

Run as a program of its own, as slixmpp wants asyncio's loop.  The lines are
those of L{tests.scenarios.softphone}.  It ends when its standard input does.

Layer 3 (I/O).
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from typing import Any

import slixmpp

from tests.scenarios.saying import say

PLUGINS = ("xep_0030", "xep_0198", "xep_0199", "xep_0203", "xep_0280")


class Correspondent:
    """
    One client and its commands.

    Each C{do_NAME} takes its arguments from the command's line and returns
    what JSON can carry.
    """

    client: Any

    async def do_connect(
        self,
        jid: str,
        password: str,
        port: int,
        tls: bool = True,
        mechanism: str = "",
        plugins: list[str] | None = None,
    ) -> None:
        """
        Log in, with TLS or without.
        """
        open = {"unencrypted_plain": True, "unencrypted_scram": True}
        client: Any = slixmpp.ClientXMPP(
            jid, password, {"feature_mechanisms": open}, sasl_mech=mechanism or None
        )
        for plugin in PLUGINS if plugins is None else plugins:
            client.register_plugin(plugin)
        client.enable_direct_tls = False
        client.enable_starttls, client.enable_plaintext = tls, not tls
        # The daemon's certificate is self-signed.
        client.ssl_context.check_hostname = False
        client.ssl_context.verify_mode = ssl.CERT_NONE
        self._listen(client)
        self.client = client
        client.connect("127.0.0.1", port)

    async def do_attach(self, domain: str, secret: str, port: int) -> None:
        """
        Attach as a component that echoes every message.
        """
        client: Any = slixmpp.ComponentXMPP(domain, secret, "127.0.0.1", port)
        client.register_plugin("xep_0030")
        client.add_event_handler("session_start", lambda _: say(event="attached"))
        client.add_event_handler("disconnected", lambda _: say(event="offline"))
        client.add_event_handler("message", _echo)
        self.client = client
        client.connect()

    def _listen(self, client: Any) -> None:
        client.add_event_handler("session_start", self._started)
        client.add_event_handler("session_resumed", lambda _: say(event="resumed"))
        client.add_event_handler("failed_auth", lambda _: say(event="refused"))
        client.add_event_handler("disconnected", lambda _: say(event="offline"))
        client.add_event_handler("message", self._message)
        client.add_event_handler("message_error", self._message)
        for kind in ("available", "unavailable"):
            client.add_event_handler(f"presence_{kind}", self._presence)
        client.auto_authorize = client.auto_subscribe = True

    def _started(self, _: Any) -> None:
        self.client.send_presence()
        self.client.get_roster()
        say(event="online", jid=str(self.client.boundjid))

    def _message(self, message: Any) -> None:
        say(
            event="message",
            sender=str(message["from"]),
            bare=message["from"].bare,
            type=message["type"],
            body=message["body"],
            condition=message["error"]["condition"]
            if message["type"] == "error"
            else "",
            delayed=message.xml.find("{urn:xmpp:delay}delay") is not None,
        )

    def _presence(self, presence: Any) -> None:
        say(
            event="presence",
            sender=str(presence["from"]),
            bare=presence["from"].bare,
            type=str(presence["type"]),
        )

    async def do_send(self, to: str, body: str, type: str = "chat") -> None:
        """
        Send a message.
        """
        self.client.send_message(mto=to, mbody=body, mtype=type)

    async def do_subscribe(self, to: str) -> None:
        """
        Request a subscription.
        """
        self.client.send_presence_subscription(pto=to, ptype="subscribe")

    async def do_show(self, show: str = "", type: str = "") -> None:
        """
        Set the presence.
        """
        self.client.send_presence(pshow=show or None, ptype=type or None)

    async def do_identities(self, jid: str) -> list[list[str]]:
        """
        Query an entity's service discovery.
        """
        info = await self.client.plugin["xep_0030"].get_info(jid=jid, timeout=8)
        return [list(map(str, one[:2])) for one in info["disco_info"]["identities"]]

    async def do_items(self, jid: str) -> list[str]:
        """
        Query the items of an entity.
        """
        items = await self.client.plugin["xep_0030"].get_items(jid=jid, timeout=8)
        return sorted(str(one[0]) for one in items["disco_items"]["items"])

    async def do_leave(self) -> None:
        """
        Log out.
        """
        await self.client.disconnect()

    async def do_drop(self) -> None:
        """
        Cut the connection.
        """
        self.client.transport.abort()

    async def do_return(self, port: int) -> None:
        """
        Connect again after the cut, and resume.
        """
        self.client.connect("127.0.0.1", port)

    async def obey(self, text: str) -> None:
        """
        Run one command and print its result.
        """
        line = json.loads(text)
        identity, verb = line.pop("id"), line.pop("do")
        try:
            result = await getattr(self, f"do_{verb}")(**line)
        except slixmpp.exceptions.IqError as error:
            say(id=identity, error=str(error.condition))
        except (slixmpp.exceptions.IqTimeout, ValueError) as error:
            say(id=identity, error=repr(error))
        else:
            say(id=identity, result=result)

    async def run(self) -> None:
        """
        Serve standard input until it ends.
        """
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        tasks = set()
        while line := await reader.readline():
            task = asyncio.ensure_future(self.obey(line.decode()))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


def _echo(message: Any) -> None:
    message.reply(message["body"]).send()


if __name__ == "__main__":
    asyncio.run(Correspondent().run())
