"""
Real XMPP clients on a real daemon: two chat, one is offline for a while, and no message
is lost or duplicated.
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
        A message to an absent user arrives once when the user is back,
        marked as late, also when the daemon was killed meanwhile, and is
        again when he has confirmed it.
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
        # slixmpp would come back by itself and write again what it does not
        # know to have arrived.
        await alice.stop()
        await self.daemon.start()
        bob = await self.online("bob again", BOB)
        await bob.expect("message", body="two", delayed=True)
        # slixmpp confirms when it is asked, which is one question at a time.
        for _ in range(3):
            await bob.ask("identities", jid=DOMAIN)
        await self.daemon.kill9()
        await bob.expect("offline")
        await bob.stop()
        await self.daemon.start()
        bob = await self.online("bob once more", BOB)
        alice = await self.online("alice again", ALICE)
        await alice.ask("send", to=f"{BOB}@{DOMAIN}", body="three")
        await bob.expect("message", body="three", delayed=False)
        self.assertEqual([one for one in bob.events if one["event"] == "message"], [])

    async def test_resumed(self) -> None:
        """
        Who loses the connection and comes back goes on where it broke
        (XEP-0198): what was written meanwhile comes once, to a session that
        others never saw go.
        """
        for number in (ALICE, BOB):
            await self.account(number)
        alice = await self.online("alice", ALICE)
        bob = await self.online("bob", BOB)
        await bob.ask("send", to=f"{ALICE}@{DOMAIN}", body="here")
        address = (await alice.expect("message", body="here"))["sender"]
        await bob.ask("drop")
        await bob.expect("offline")
        for place in range(3):
            await alice.ask("send", to=address, body=f"meanwhile {place}")
        await alice.ask("identities", jid=DOMAIN)
        await bob.ask("return", port=self.daemon.port("xmpp", "tcp"))
        await bob.expect("resumed")
        for place in range(3):
            await bob.expect("message", body=f"meanwhile {place}")
        await alice.ask("send", to=address, body="after")
        await bob.expect("message", body="after", delayed=False)
        self.assertEqual([one for one in bob.events if one["event"] == "message"], [])
        self.assertEqual([one for one in alice.events if one["event"] == "message"], [])
