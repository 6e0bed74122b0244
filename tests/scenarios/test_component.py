"""
Components as an operator configures them: an external one, the bot, and no others.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tests.scenarios.case import DOMAIN
from tests.scenarios.chat import ChatCase

ALICE = "30001"
ROOMS, SECRET = "rooms.example.org", "component-s3cret"


class ComponentTests(ChatCase):
    """
    slixmpp as a component, and as a client that writes to it.
    """

    settings = {
        "xmpp": f"""shared_roster = "off"
component_listen = ["tcp:0:interface=127.0.0.1"]
components = {{ "{ROOMS}" = "{SECRET}" }}
"""
    }

    async def test_accessibility(self) -> None:
        """
        A component answers as soon as it is attached, and before that one is
        told that it is away; the bot always answers; no client can reach another
        server, and no port is open but those of the configuration.
        """
        await self.account(ALICE)
        alice = await self.online("alice", ALICE)
        await alice.ask("send", to=f"echo@{ROOMS}", body="one")
        await alice.expect("message", type="error", condition="remote-server-timeout")
        rooms = self.person("rooms")
        port = self.daemon.port("component", "tcp")
        await rooms.ask("attach", domain=ROOMS, secret=SECRET, port=port)
        await rooms.expect("attached")
        await alice.ask("send", to=f"echo@{ROOMS}", body="two")
        await alice.expect("message", body="two", sender=f"echo@{ROOMS}")
        items = await alice.ask("items", jid=DOMAIN)
        self.assertEqual(items, [f"info.{DOMAIN}", ROOMS])

        await alice.ask("send", to=f"info.{DOMAIN}", body="help")
        answer = await alice.expect("message", type="chat")
        self.assertIn("Info Center\n1 ", answer["body"])
        found = await alice.ask("identities", jid=f"info.{DOMAIN}")
        self.assertEqual(found, [["client", "bot"]])

        await alice.ask("send", to="somebody@elsewhere.example", body="hello?")
        await alice.expect("message", type="error", condition="remote-server-not-found")
        self.assertEqual(self._open(), set(self.daemon.run.listening.values()))

    def _open(self) -> set[int]:
        """
        The ports that the daemon takes TCP connections or datagrams at.
        """
        pid = self.daemon.run.transport.pid
        links, found = set(), set()
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed while we looked
                links.add(os.readlink(file))
        for table, state in (("tcp", "0A"), ("udp", "07"), ("tcp6", "0A")):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if f"socket:[{fields[9]}]" in links and fields[3] == state:
                    found.add(int(fields[1].rpartition(":")[2], 16))
        return found
