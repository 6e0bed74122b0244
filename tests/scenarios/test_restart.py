# -*- test-case-name: tests.scenarios.test_restart -*-
"""
Scenario: the daemon stops, crashes, and starts again.
"""

from __future__ import annotations

from tests.scenarios.agent import Agent
from tests.scenarios.case import CallCase, address


class RestartTests(CallCase):
    """
    What is left after a restart.
    """

    async def _stillThere(self, alice: Agent, bob: Agent) -> None:
        found = await self.live("registrations")
        self.assertEqual(
            sorted((each["number"], each["reachable"]) for each in found),
            [("30001", True), ("30002", True)],
        )
        hers, his = await self.talk(alice, bob)
        await self.hear(alice, hers, bob, his)

    async def test_terminate(self) -> None:
        """
        SIGTERM ends the daemon with status 0; started again, every phone is
        registered and calls work at once, without a phone doing anything.
        """
        alice, bob = await self.pair()
        await self.daemon.restart()
        await self._stillThere(alice, bob)

    async def test_killed(self) -> None:
        """
        The same after kill -9, right after the last registration.
        """
        alice, bob = await self.pair()
        await self.daemon.kill9()
        await self.daemon.start()
        await self._stillThere(alice, bob)

    async def test_killedTwice(self) -> None:
        """
        A second kill -9 right after the first start loses nothing either.
        """
        alice, bob = await self.pair()
        for _ in range(2):
            await self.daemon.kill9()
            await self.daemon.start()
        await self._stillThere(alice, bob)

    async def test_takenBack(self) -> None:
        """
        A registration that was taken back does not come back from the dead.
        """
        alice, _ = await self.pair()
        await alice.ask("register", renew=False)
        await alice.expect("registration", code=200, active=False)
        await self.daemon.kill9()
        await self.daemon.start()
        found = await self.live("registrations")
        self.assertEqual([each["number"] for each in found], ["30002"])

    async def test_devices(self) -> None:
        """
        A device that gigasetctl reported as added is there after kill -9.
        """
        await self.account("30001")
        await self.daemon.kill9()
        await self.daemon.start()
        shown = await self.daemon.ctl("device", "show", "30001")
        self.assertEqual(shown["number"], "30001")

    async def test_removed(self) -> None:
        """
        A device that was removed stays removed.
        """
        await self.account("30001")
        await self.daemon.ctl("device", "remove", "30001")
        await self.daemon.kill9()
        await self.daemon.start()
        self.assertEqual(await self.daemon.ctl("device", "list"), [])

    async def test_streams(self) -> None:
        """
        A phone on TCP lost its connection with the daemon: it is listed as
        not reachable, and a caller hears 480 at once.
        """
        alice = await self.registered("alice", "30001")
        await self.registered("bob", "30002", transport="tcp")
        await self.daemon.restart()
        found = await self.live("registrations")
        reachable = {each["number"]: each["reachable"] for each in found}
        self.assertEqual(reachable, {"30001": True, "30002": False})
        await alice.ask("call", to=address("30002"))
        await alice.expect("state", state="DISCONNECTED", code=480)
