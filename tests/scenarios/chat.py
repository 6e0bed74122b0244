# -*- test-case-name: tests.scenarios.test_chat -*-
"""
Base classes of the messaging scenarios: users with XMPP clients.

Layer 4 (assembly).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from twisted.internet import reactor

from tests.scenarios.agent import Agent
from tests.scenarios.case import DOMAIN, ScenarioCase, require

PASSWORD = "s3cret-" * 2


def requireSlixmpp() -> None:
    """
    Require slixmpp, without importing it into this process.
    """
    require("slixmpp", find_spec("slixmpp") is not None)


class Person(Agent):
    """
    A user with slixmpp.
    """

    program = "tests.scenarios.correspondent"


class ChatCase(ScenarioCase):
    """
    A test with users who chat.
    """

    settings = {"xmpp": 'shared_roster = "off"'}

    async def setUp(self) -> None:
        """
        Start the daemon; skip without clients.
        """
        requireSlixmpp()
        await super().setUp()

    def person(self, name: str) -> Person:
        """
        Start a client process; it is stopped after the test.
        """
        person = Person(reactor, name, self.directory)
        person.start()
        self.addCleanup(person.stop)
        return person

    async def online(self, name: str, number: str, **options: Any) -> Person:
        """
        Start a client and wait until it has logged in to the daemon.
        """
        person = self.person(name)
        await self.login(person, number, **options)
        return person

    async def login(self, person: Person, number: str, **options: Any) -> None:
        """
        Log in to the daemon.
        """
        port = self.daemon.port("xmpp", "tcp")
        jid = f"{number}@{DOMAIN}"
        await person.ask("connect", jid=jid, password=PASSWORD, port=port, **options)
        await person.expect("online")
        # Its own presence comes back: from here on messages are not late.
        await person.expect("presence", type="available", bare=jid)
