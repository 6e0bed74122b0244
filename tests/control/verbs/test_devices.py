"""
Tests for L{gigasetd.control.verbs.devices}, over the control socket.
"""

from __future__ import annotations

import json

from twisted.internet.threads import deferToThread

from tests.control.case import ControlCase
from tests.registry.populated import (
    BOX,
    MAC,
    NOW,
    NUMBER,
    OTHER,
    PASSWORD,
    report,
)


class DeviceVerbsTests(ControlCase):
    """
    C{device ...} and C{service ...}.
    """

    async def test_add(self):
        """
        C{device add} tells what was generated, this once.
        """
        done = (await self.ask("device add", mac=OTHER))["done"]
        account = self.registry.accounts[done["number"]]
        self.assertEqual(done["password"], BOX.open(account))
        self.assertEqual(self.registry.macs[done["number"]], OTHER)
        shown = await self.ask("device show", id=OTHER)
        for secret in (account.password, account.ha1, BOX.open(account)):
            self.assertNotIn(secret, json.dumps(shown))

    async def test_addEmergency(self):
        """
        No device gets a number by which people call for help.
        """
        for number in ("110", "112", "911", "999"):
            answer = await self.ask("device add", mac=OTHER, number=number)
            self.assertIn("emergency number", answer["refused"])
        table = f"mac,number\n{OTHER},112\n"
        answer = await self.ask("device import", text=table)
        self.assertIn("emergency number", str(answer))
        self.assertNotIn("112", self.registry.accounts)

    async def test_addRefused(self):
        """
        An empty number is no wish for a generated one, and a service number
        is nobody's.
        """
        for said in ({"number": ""}, {"password": ""}, {"number": "1188"}):
            answer = await self.ask("device add", mac=OTHER, **said)
            self.assertIn("refused", answer, said)
        self.assertNotIn(OTHER, self.registry.devices)

    async def test_list(self):
        """
        C{device list} tells the devices whole, C{--guests} the others.
        """
        self.registry.put(report(OTHER))
        answer = await self.ask("device list")
        (told,) = answer["parts"]
        self.assertEqual(
            told,
            {
                "mac": MAC,
                "number": NUMBER,
                "nickname": "Anna",
                "serial": "SER1",
                "item_number": "S30852-H2716-R101",
                "product": "N510 IP PRO",
                "registered": True,
                "seen": NOW,
                "login": "digest",
                "services": ["voip", "messaging", "info"],
            },
        )
        (guest,) = (await self.ask("device list", guests=True))["parts"]
        self.assertEqual((guest["mac"], guest["private_port"]), (OTHER, 80))

    async def test_longList(self):
        """
        A list is whole, however long.
        """
        rows = "".join(f"7C2F8100{i:04X}\n" for i in range(999))
        await self.ask("device import", text="mac\n" + rows)
        macs = {each["mac"] for each in (await self.ask("device list"))["parts"]}
        self.assertEqual(len(macs), 1000)

    async def test_show(self):
        """
        C{device show} tells all but secrets.
        """
        done = (await self.ask("device show", id=MAC.lower()))["done"]
        self.assertEqual(done["number"], NUMBER)
        self.assertEqual(done["registrations"][0]["address"], "192.168.1.20")
        self.assertNotIn(PASSWORD, json.dumps(done))

    async def test_sync(self):
        """
        C{device sync} tells how many phones were asked to fetch their
        settings, and refuses when there is none to ask.
        """
        asked = []
        self.sync = lambda *which: asked.append(which) or 2
        done = (await self.ask("device sync", id=MAC))["done"]
        self.assertEqual(done, {"mac": MAC, "number": NUMBER, "asked": 2})
        await self.ask("device sync", id=NUMBER, no_reboot=True)
        self.assertEqual(asked, [(NUMBER, True), (NUMBER, False)])
        self.sync = lambda *which: 0
        self.assertIn("reachable", (await self.ask("device sync", id=MAC))["refused"])
        self.registry.put(report(OTHER))
        self.assertIn("refused", await self.ask("device sync", id=OTHER))

    async def test_password(self):
        """
        C{device password} ends what is registered; a generated one is told, a
        given one is not.
        """
        done = (await self.ask("device password", id=NUMBER, password="abc"))["done"]
        self.assertNotIn("password", done)
        self.assertEqual(len(done["warnings"]), 1)
        self.assertEqual(self.registry.bindings, {})
        done = (await self.ask("device password", id=NUMBER))["done"]
        account = self.registry.accounts[NUMBER]
        self.assertEqual(BOX.open(account), done["password"])

    async def test_guestHasNoPassword(self):
        """
        What needs an account is refused for a guest.
        """
        self.registry.put(report(OTHER))
        self.assertIn("refused", await self.ask("device password", id=OTHER))
        answer = await self.ask("service disable", id=OTHER, service="info")
        self.assertIn("refused", answer)

    async def test_erase(self):
        """
        C{device erase} keeps the device, C{--all} does not.
        """
        await self.ask("device erase", id=MAC)
        self.assertEqual(self.registry.accounts[NUMBER].nickname, "")
        await self.ask("device erase", id=MAC, all=True)
        self.assertEqual((self.registry.devices, self.registry.accounts), ({}, {}))

    async def test_export(self):
        """
        C{device export} tells everything, calls under way and streams
        included.
        """
        mine = {"caller": NUMBER, "callee": "5", "state": "talking"}
        self.calls = lambda: [mine, {"caller": "6", "callee": "7"}]
        here = {"number": NUMBER, "presence": "away"}
        self.streams = lambda: [here, {"number": "6"}]
        done = (await self.ask("device export", id=MAC))["done"]
        self.assertEqual(done["calls"], [mine])
        self.assertEqual(done["streams"], [here])
        self.assertEqual(done["account"]["password"], PASSWORD)

    async def test_services(self):
        """
        C{service} switches and tells what is on.
        """
        answer = await self.ask("service disable", id=NUMBER, service="voip")
        self.assertEqual(answer["done"]["services"], ["messaging", "info"])
        self.assertEqual(self.registry.bindings, {})
        answer = await self.ask("service enable", id=NUMBER, service="voip")
        self.assertEqual(self.registry.accounts[NUMBER].off, "")

    async def test_importFaults(self):
        """
        A faulty table is refused with line and reason, and changes nothing.
        """
        answer = await self.ask("device import", text=f"mac\n{OTHER}\nx\n")
        self.assertEqual(answer["faults"][0][0], 3)
        self.assertNotIn(OTHER, self.registry.devices)
        self.assertEqual(self.disk.settled, 0)

    async def test_importProgress(self):
        """
        A long import tells how far it is.
        """
        rows = "".join(f"7C2F8100{i:04X}\n" for i in range(2500))
        request = {"verb": "device import", "arguments": {"text": "mac\n" + rows}}
        lines = await self.say(json.dumps(request).encode() + b"\n")
        told = [line["progress"] for line in lines if "progress" in line]
        self.assertEqual(told, [[1000, 2501], [2000, 2501]])
        self.assertEqual(lines[-1]["done"]["imported"], 2500)

    async def test_importAbandoned(self):
        """
        Nothing is imported for somebody who has gone away meanwhile.
        """
        caller = await self.connect()
        rows = "".join(f"7C2F81{i:06X}\n" for i in range(20000))
        request = {"verb": "device import", "arguments": {"text": "mac\n" + rows}}
        caller.transport.write(json.dumps(request).encode() + b"\n")
        await caller.first
        caller.transport.abortConnection()
        await caller.closed
        while self.control.factory.connections:
            await deferToThread(int)
        self.assertIn("done", await self.ask("status"))
        self.assertEqual(list(self.registry.devices), [MAC])
