"""
Real XMPP clients on the daemon: two chat, one is away for a while, and nothing
is lost or told twice.
"""

from __future__ import annotations

from tests.scenarios.case import DOMAIN
from tests.scenarios.chat import ChatCase

ALICE, BOB = "30001", "30002"


class SlixmppTests(ChatCase):
    """
    slixmpp, with SCRAM over STARTTLS.
    """

    async def test_awayAndBack(self) -> None:
        """
        What is written to somebody who is away comes once when he is back,
        marked as late, also when the daemon was killed meanwhile.
        """
        for number in (ALICE, BOB):
            await self.account(number)
        alice = await self.online("alice", ALICE)
        bob = await self.online("bob", BOB)
        await alice.ask("send", to=f"{BOB}@{DOMAIN}", body="one")
        came = await bob.expect("message", body="one", type="chat")
        self.assertEqual(came["sender"].partition("/")[0], f"{ALICE}@{DOMAIN}")
        self.assertFalse(came["delayed"])
        await bob.ask("leave")
        await bob.expect("offline")
        await alice.ask("send", to=f"{BOB}@{DOMAIN}", body="two")
        await alice.ask("identities", jid=DOMAIN)
        await self.daemon.kill9()
        await alice.expect("offline")
        await self.daemon.start()
        bob = await self.online("bob again", BOB)
        await bob.expect("message", body="two", delayed=True)
        alice = await self.online("alice again", ALICE)
        await alice.ask("send", to=f"{BOB}@{DOMAIN}", body="three")
        await bob.expect("message", body="three", delayed=False)
        self.assertEqual([one for one in bob.events if one["event"] == "message"], [])
