"""
Scenario: bases that have nothing but a network, and households behind NAT.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SkipTest, TestCase

from tests.namespaces import Elsewhere, Namespace, cable, unable
from tests.scenarios.base import Base
from tests.scenarios.case import FAULTS
from tests.scenarios.daemon import Refusal
from tests.scenarios.nat import Nat, unroutable
from tests.scenarios.voice import Line, Lost

SERVER, HOME, WORLD = "10.9.0.1", "10.9.0.2", "203.0.113.1"
WAY = ("dns", "check-in", "provisioning", "registration")
"""The steps of a base that boots."""

BROWSER = "Mozilla/5.0 (X11; Linux x86_64)"
MAC = "7C2F80123456"
CELL = re.compile(r"<td><a [^>]*>([^<]*)</a>")


class Plain(Elsewhere):
    """
    A daemon in a namespace, with the given sections of configuration.
    """

    toml = ""

    def configuration(self) -> str:
        """
        Only what has to be set.
        """
        return self.toml


class BaseCase(TestCase):
    """
    A daemon in its own namespace.
    """

    timeout = 90

    def setUp(self) -> None:
        """
        Make the machine.
        """
        reason = unable()
        if reason:
            if os.environ.get("CI") and os.geteuid() == 0:
                self.fail(reason)
            raise SkipTest(reason)
        self.server = self.machine("s")
        directory = Path(self.mktemp()).resolve()
        directory.mkdir()
        self.daemon = Plain(reactor, directory, self.server)
        self.addCleanup(lambda: Deferred.fromCoroutine(self.judge()))

    async def judge(self) -> None:
        """
        Stop the daemon; its log must be clean.
        """
        await self.daemon.stop()
        log = self.daemon.log()
        faults = [line for line in log if any(fault in line for fault in FAULTS)]
        self.assertEqual(faults, [], "\n".join(log[-100:]))

    def machine(self, mark: str) -> Namespace:
        """
        Make a namespace that is removed after the test.
        """
        made = Namespace(mark)
        self.addCleanup(made.remove)
        return made

    def base(self, place: Namespace, address: str, mac: str, resolver="") -> Base:
        """
        Make a base that is removed after the test.
        """
        made = Base(place, address, mac, resolver)
        self.addCleanup(made.sip.close)
        return made

    def rows(self, base: Base, server: str) -> list[list[str]]:
        """
        Read the device page as a browser beside that base sees it.
        """
        _, page = base.ask(f"{server}/", BROWSER)
        cells = CELL.findall(page.decode())
        return [cells[at : at + 4] for at in range(0, len(cells), 4)]


class BootTests(BaseCase):
    """
    A base on the server's link.
    """

    def setUp(self) -> None:
        """
        A cable between both.
        """
        super().setUp()
        self.home = self.machine("h")
        cable(self.server, "lan", self.home, "lan")
        self.server.up("lan", f"{SERVER}/24")
        self.home.up("lan", f"{HOME}/24")
        self.server.ip("route", "add", "default", "via", HOME)
        self.home.ip("route", "add", "default", "via", SERVER)

    async def begin(self, toml: str, resolver: str = "") -> Base:
        """
        Start the daemon, which knows the base, and plug that in.
        """
        self.daemon.toml = toml
        await self.daemon.start()
        await self.daemon.ctl(
            *("device", "add", "--mac", MAC, "--number", "30001"),
            *("--password", "s3cret-s3cret-"),
        )
        return self.base(self.home, HOME, MAC, resolver)

    async def arrives(self, base: Base, server: str, option: str = "") -> None:
        """
        Check that the base boots, registers, checks in, and is on the page.
        """
        with self.assertRaises(Refusal):
            await self.daemon.ctl("check", "phone", MAC)
        line = base.boot(option)
        self.assertEqual((line.user, line.password), ("30001", "s3cret-s3cret-"))
        self.assertEqual((line.server, line.port), (SERVER, 5060))
        self.assertEqual(base.fetched[0].rpartition("/")[2], "master.bin")
        self.assertIn("/device/42/1/../../sifs/sifsroot.bin", base.fetched)
        self.assertEqual(base.register().code, 200)
        (row,) = self.rows(base, server)
        self.assertEqual(row[1:], [HOME, "30001", MAC])
        self.assertEqual(base.checkin(server, "hall"), 204)
        self.assertEqual(self.rows(base, server), [["hall", HOME, "30001", MAC]])
        device = await self.daemon.ctl("device", "show", MAC)
        self.assertEqual(device["product"], "C610 IP")
        self.assertEqual(device["software_version"], "42.247.00.000.000")
        (binding,) = device["registrations"]
        self.assertEqual((binding["address"], binding["reachable"]), (HOME, True))

    async def check(self) -> dict[str, object]:
        """
        Run C{gigasetctl check phone}: step -> result.
        """
        steps = await self.daemon.ctl("check", "phone", MAC)
        return {step["step"]: step["ok"] for step in steps}

    async def test_multicast(self) -> None:
        """
        A base with factory settings finds the server by asking the link.
        """
        base = await self.begin("")
        await self.arrives(base, f"http://{SERVER}:8080")
        told = await self.check()
        self.assertEqual([told[each] for each in WAY], [None, True, True, True])

    async def test_option(self) -> None:
        """
        A base finds the server by the URL that C{gigasetctl dhcp} told the
        operator to put into option 114.
        """
        base = await self.begin("[discovery]\nenabled = false\n")
        lines = await self.daemon.ctl("dhcp")
        url = re.search(r'114,"([^"]+)"', lines["dnsmasq"][0])[1]
        await self.arrives(base, f"http://{SERVER}:8080", url)

    async def test_names(self) -> None:
        """
        A base that asks for the vendor's names, by our resolver, comes here,
        and so does its owner's browser.
        """
        toml = (
            "[discovery]\nenabled = false\n"
            '[dns]\nlisten = ["udp:53"]\n[http]\nlisten = ["tcp:80"]\n'
        )
        base = await self.begin(toml, SERVER)
        await self.arrives(base, "http://www.gigaset-config.com")
        told = await self.check()
        self.assertEqual([told[each] for each in WAY], [True] * 4)

    async def test_stranger(self) -> None:
        """
        An unknown base gets no settings, and is a guest.
        """
        await self.begin("")
        base = self.base(self.home, HOME, "7C2F80FFFFFF")
        error = self.assertRaises(Lost, base.boot)
        self.assertIn("404", str(error))
        (guest,) = await self.daemon.ctl("device", "list", "--guests")
        self.assertEqual(guest["mac"], "7C2F80FFFFFF")


class HouseholdTests(BaseCase):
    """
    Two households behind NAT routers, with the same addresses inside.
    """

    toml = (
        f'[server]\npublic_address = "{WORLD}"\n'
        "[discovery]\nenabled = false\n[http]\nlisten = ['tcp:80']\n"
    )

    async def begin(self) -> tuple[Base, Base]:
        """
        Start the daemon, and plug in a base in each household.
        """
        reason = unroutable()
        if reason:
            raise SkipTest(reason)
        self.server.ip("addr", "add", f"{WORLD}/32", "dev", "lo")
        anna, bert = (self.household(mark) for mark in (1, 2))
        # The daemon looks for its default route when it starts.
        self.daemon.toml = self.toml
        await self.daemon.start()
        for base in (anna, bert):
            line = base.line
            await self.daemon.ctl(
                *("device", "add", "--mac", base.mac, "--number", line.user),
                *("--password", line.password),
            )
            self.assertEqual(base.register().code, 200)
        return anna, bert

    def household(self, mark: int) -> Base:
        """
        Make a base whose owner has entered its account.
        """
        place, public = self.machine(f"h{mark}"), f"203.0.113.1{mark}"
        nat = Nat(place, "192.168.1.2", self.server, public)
        self.addCleanup(nat.close)
        route = (f"{public}/32", "dev", nat.link, "src", WORLD)
        self.server.ip("route", "add", *route)
        base = self.base(place, "192.168.1.2", f"7C2F8000000{mark}")
        password = f"s3cret-{mark}-s3cret"
        base.line = Line(f"3000{mark}", password, "gigaset.net", WORLD, 5060, 120)
        return base

    async def test_apart(self) -> None:
        """
        Neither sees the other's device, on the page or in its settings, though
        it claim to be it; its own settings it gets.
        """
        anna, bert = await self.begin()
        for base in (anna, bert):
            self.assertEqual(base.checkin(f"http://{WORLD}", "hall"), 204)
        bound = await self.daemon.ctl("registrations")
        hosts = {each["number"]: each["address"] for each in bound}
        self.assertEqual(hosts, {"30001": "203.0.113.11", "30002": "203.0.113.12"})
        _, closed = bert.ask(f"http://{WORLD}/", BROWSER)
        code, page = bert.login(f"http://{WORLD}/", BROWSER)
        self.assertEqual(code, 200, page)
        self.assertIn(bert.mac.encode(), page)
        for secret in (b"30001", anna.mac.encode(), b"203.0.113.11"):
            self.assertNotIn(secret, closed + page)
        url = f"http://{WORLD}/device/{anna.mac}.xml"
        code, body = bert.ask(url, f"{anna.agent};{anna.mac}")
        self.assertEqual(code, 401, body)
        code, body = bert.login(url, f"{anna.agent};{anna.mac}")
        self.assertEqual(code, 404, body)
        code, body = anna.ask(url, f"{anna.agent};{anna.mac}")
        self.assertEqual(code, 200, body)
        self.assertEqual(anna.read(body).password, anna.line.password)

    async def test_call(self) -> None:
        """
        One calls the other: through both routers' holes, to and fro, though
        each tells an address that means nothing outside.
        """
        anna, bert = await self.begin()
        anna.invite("30002")
        ringing = bert.expect("INVITE")
        top = ringing.all("via")
        self.assertIn("received=203.0.113.11", top[-1])
        self.assertRegex(top[-1], r"rport=4\d{4}")
        bert.answer(ringing, 180, "Ringing", "b1")
        bert.answer(ringing, 200, "OK", "b1")
        call = anna.final()
        self.assertEqual(call.code, 200, call)
        anna.send(anna.inside("ACK", call, True))
        self.assertEqual(bert.expect("ACK").one("call-id"), call.one("call-id"))
        (live,) = await self.daemon.ctl("calls")
        self.assertEqual((live["caller"], live["callee"]), ("30001", "30002"))
        bert.send(bert.inside("BYE", ringing, False, "b1"))
        bye = anna.expect("BYE")
        anna.answer(bye, 200, "OK")
        self.assertEqual(bert.final().code, 200)
        self.assertEqual(await self.daemon.ctl("calls"), [])
